"""How each database finds rows by their tokens: FTS5 on SQLite, a vector with a GIN index on PostgreSQL.

Put in place after every migrate, as the triggers are: a migration that remakes the table loses them on SQLite. Both
hold the tokens of editorial/words.py just as they are. So the parsers of the two databases have no say: that of
PostgreSQL depends on the locale of the server, and its positions stop at 16,383.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from editorial.words import Term

TABLE = "editorial_findable"
INDEX = "editorial_findable_words"
COLUMNS = ("title", "text")
#: Since this version FTS5 can take away at once what was deleted; before, it stays until the index is optimised.
SECURE_DELETE = (3, 42, 0)

# No text of a person is ever put into a statement: names of ours alone, and values as parameters.
_ADD = f"INSERT INTO {INDEX}(rowid, title, text) VALUES (NEW.piece_id, NEW.title, NEW.text);"  # noqa: S608
_TAKE = f"INSERT INTO {INDEX}({INDEX}, rowid, title, text) VALUES ('delete', OLD.piece_id, OLD.title, OLD.text);"  # noqa: S608
_REBUILD = f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')"  # noqa: S608
_OPTIMIZE = f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')"  # noqa: S608
_SECURE_DELETE = f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('secure-delete', 1)"  # noqa: S608
#: The tokenizer "ascii" parts at spaces and leaves every letter beyond ASCII alone, whatever its script.
SQLITE: dict[str, str] = {
    INDEX: f"CREATE VIRTUAL TABLE {INDEX} USING fts5(title, text, content='{TABLE}', content_rowid='piece_id', "
    "tokenize='ascii', prefix='2 3')",
    f"{INDEX}_insert": f"CREATE TRIGGER {INDEX}_insert AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"{INDEX}_delete": f"CREATE TRIGGER {INDEX}_delete AFTER DELETE ON {TABLE} BEGIN {_TAKE} END",
    f"{INDEX}_update": f"CREATE TRIGGER {INDEX}_update AFTER UPDATE ON {TABLE} BEGIN {_TAKE} {_ADD} END",
}
POSTGRES = [
    statement
    for column in COLUMNS
    for statement in (
        # Kept in the row: worked out anew for each row that a common word matches, it would cost seconds.
        f"""ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {column}_words tsvector
        GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))) STORED""",
        f"CREATE INDEX IF NOT EXISTS {TABLE}_{column}_words ON {TABLE} USING gin ({column}_words)",
    )
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the index in place, or take it away where the table is gone; again is harmless."""
    has_table = TABLE in connection.introspection.table_names()
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for statement in POSTGRES if has_table else ():
                cursor.execute(statement)
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name = %s OR tbl_name = %s", [INDEX, TABLE])
        there = {name: sql for name, sql in cursor.fetchall() if name.startswith(INDEX)}
        if there != (SQLITE if has_table else {}):
            for name in there:
                cursor.execute(f"DROP {'TABLE' if name == INDEX else 'TRIGGER'} {name}")
            if has_table:
                for statement in SQLITE.values():
                    cursor.execute(statement)
                cursor.execute(_REBUILD)
        if has_table and sqlite3.sqlite_version_info >= SECURE_DELETE:
            cursor.execute(_SECURE_DELETE)


def purge(connection: BaseDatabaseWrapper) -> None:
    """Take what was deleted out of the index itself, where the database did not do so at once."""
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < SECURE_DELETE:
        with connection.cursor() as cursor:
            cursor.execute(_OPTIMIZE)


def optimise(connection: BaseDatabaseWrapper) -> None:
    """Write the index anew, so that nothing deleted is left in its pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_OPTIMIZE)


def newest(connection: BaseDatabaseWrapper, terms: Sequence[Term], *, kinds: Collection[str], most: int) -> list[int]:
    """The ids of the newest pieces of these kinds that hold every term, in one query.

    At most so many that hold them in the title, and so many that hold them anywhere.
    """
    if not terms or not kinds:
        return []
    make = _sqlite if connection.vendor == "sqlite" else _postgres
    by_title, title_values = make("title", terms, sorted(kinds), most)
    by_text, text_values = make("text", terms, sorted(kinds), most)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({by_title}) titles UNION SELECT id FROM ({by_text}) texts",  # noqa: S608  (ours)
            [*title_values, *text_values],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _sqlite(column: str, terms: Sequence[Term], kinds: list[str], most: int) -> tuple[str, list[Any]]:
    phrases = [f'"{" ".join(term.tokens)}"{"*" if term.is_begun else ""}' for term in terms]
    places = ", ".join(["%s"] * len(kinds))
    # The index first, newest row first: so it stops after so many, however common the word is.
    sql = f"""SELECT piece.id AS id FROM {INDEX} CROSS JOIN editorial_piece piece ON piece.id = {INDEX}.rowid
        WHERE {INDEX} MATCH %s AND piece.erased_at IS NULL AND piece.kind IN ({places})
        ORDER BY {INDEX}.rowid DESC LIMIT %s"""  # noqa: S608  (names of ours, values as parameters)
    return sql, [f"{{{column}}} : ({' AND '.join(phrases)})", *kinds, most]


def _postgres(column: str, terms: Sequence[Term], kinds: list[str], most: int) -> tuple[str, list[Any]]:
    wanted = " & ".join(f"'{token}'{':*' if term.is_begun else ''}" for term in terms for token in term.tokens)
    # The vector knows no order, so that of the pairs of a word is asked of the tokens themselves.
    runs = [f" {' '.join(term.tokens)} " for term in terms if len(term.tokens) > 1]
    follows = "".join(f" AND position(%s IN ' ' || found.{column} || ' ') > 0" for _run in runs)
    sql = f"""SELECT piece.id AS id FROM {TABLE} found JOIN editorial_piece piece ON piece.id = found.piece_id
        WHERE found.{column}_words @@ %s::tsquery{follows} AND piece.erased_at IS NULL AND piece.kind = ANY(%s)
        ORDER BY found.piece_id DESC LIMIT %s"""  # noqa: S608  (names of ours, values as parameters)
    return sql, [wanted, *runs, kinds, most]

"""What the database itself holds, on SQLite and PostgreSQL alike; put in place after every migrate.

Generation: whoever writes to a table that a public request reads, renews the generation (DESIGN §5).
Guards: an end is final, what was published or recorded is not changed, intervals of a piece do not overlap.
SQLite drops a table's triggers when a migration remakes it: so they are installed anew each time.
"""

from __future__ import annotations

import re

from django.db.backends.base.base import BaseDatabaseWrapper

#: Table, the writes that matter, and the condition on a row (`{row}` is OLD or NEW) that makes it public.
PUBLIC_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "editorial_edition": (("INSERT", "UPDATE", "DELETE"), ""),
    "editorial_editiontag": (("INSERT", "UPDATE", "DELETE"), ""),
    "editorial_clearance": (("INSERT", "UPDATE", "DELETE"), ""),
    "editorial_reference": (("INSERT", "UPDATE", "DELETE"), "{row}.edition_id IS NOT NULL"),
    "editorial_address": (("INSERT", "UPDATE", "DELETE"), ""),
    # A new tag is on nothing yet, and drafts must not renew the generation.
    "editorial_tag": (("UPDATE", "DELETE"), ""),
    "editorial_label": (("INSERT", "UPDATE", "DELETE"), ""),
    # Readers meet only former addresses; synonyms are for those who choose tags.
    "editorial_tagalias": (("INSERT", "UPDATE", "DELETE"), "{row}.slug IS NOT NULL"),
    "editorial_editionpicture": (("INSERT", "UPDATE", "DELETE"), ""),
    # A file that was just made is on no page yet.
    "editorial_rendition": (("UPDATE", "DELETE"), ""),
    "editorial_picturesubject": (("INSERT", "UPDATE", "DELETE"), ""),
}

FOREVER_SQLITE = "'9999-12-31 00:00:00'"
EDITION_FROZEN = (
    *("piece_id", "number", "kind", "language", "public_id", "original_id", "is_citable", "schema_version"),
    *("digest", "approved_digest", "approval_id", "revision_id", "is_urgent", "shows_name", "publish_at"),
)
#: Erasing empties these, for good.
EDITION_ERASABLE = ("content", "title", "standfirst", "urgent_reason", "slug")

#: Table, the write, the condition under which it is refused, and what the refusal says. `{d}` is "is distinct from".
SAME_RULES: list[tuple[str, str, str, str]] = [
    ("editorial_edition", "DELETE", "", "An edition is never deleted; end it instead."),
    (
        "editorial_edition",
        "UPDATE",
        "OLD.ended_at <> {forever} AND NEW.ended_at {d} OLD.ended_at",
        "An end is final.",
    ),
    (
        "editorial_edition",
        "UPDATE",
        " OR ".join(f"NEW.{column} {{d}} OLD.{column}" for column in EDITION_FROZEN)
        + " OR (OLD.erased_at IS NOT NULL AND NEW.erased_at {d} OLD.erased_at)"
        + " OR (NEW.erased_at IS NOT NULL AND NOT (NEW.content {same} '{{}}' AND NEW.title = ''))"
        + " OR (OLD.erased_at IS NOT NULL AND NEW.slug {d} OLD.slug)"
        + " OR (OLD.is_sealed AND NOT NEW.is_sealed)"
        + " OR (NEW.erased_at IS NULL AND ("
        + " OR ".join(f"NEW.{column} {{d}} OLD.{column}" for column in EDITION_ERASABLE)
        + "))",
        "What an edition says does not change.",
    ),
    (
        "editorial_edition",
        "UPDATE",
        (
            "OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at {d} OLD.confirmed_at"
            " OR NEW.confirmed_by_id {d} OLD.confirmed_by_id)"
        ),
        "Who confirmed an edition does not change.",
    ),
    ("editorial_editiontag", "DELETE", "", "The tags of an edition do not change."),
    ("editorial_editiontag", "UPDATE", "", "The tags of an edition do not change."),
    ("editorial_editionpicture", "DELETE", "", "The pictures of an edition do not change."),
    ("editorial_editionpicture", "UPDATE", "", "The pictures of an edition do not change."),
    ("editorial_rendition", "DELETE", "", "The row of a file stays when the file is gone."),
    (
        "editorial_rendition",
        "UPDATE",
        "OLD.removed_at IS NOT NULL AND NEW.removed_at {d} OLD.removed_at",
        "A file that was taken down stays down.",
    ),
    (
        "editorial_picture",
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at {d} OLD.erased_at",
        "What was erased stays erased.",
    ),
    ("editorial_ledgerline", "DELETE", "", "A line that was carried out is never deleted."),
    ("editorial_ledgerline", "UPDATE", "", "A line that was carried out does not change."),
    ("editorial_event", "DELETE", "", "An event is never deleted."),
    ("editorial_event", "UPDATE", "", "An event does not change."),
    ("editorial_revision", "DELETE", "", "A revision is never deleted."),
    (
        "editorial_revision",
        "UPDATE",
        "NEW.erased_at IS NULL OR NEW.number {d} OLD.number OR NEW.piece_id {d} OLD.piece_id",
        "A revision does not change.",
    ),
    ("editorial_approval", "DELETE", "", "A decision is never deleted."),
    (
        "editorial_approval",
        "UPDATE",
        " OR ".join(
            f"NEW.{column} {{d}} OLD.{column}" for column in ("piece_id", "kind", "digest", "decision", "by_id", "at")
        ),
        "A decision does not change.",
    ),
]


def add_rules(*rules: tuple[str, str, str, str]) -> None:
    """Rules of an upper app for its own tables; called in its ready()."""
    SAME_RULES.extend(rule for rule in rules if rule not in SAME_RULES)


SEALED = "EXISTS (SELECT 1 FROM editorial_edition WHERE id = {row}.{key} AND is_sealed)"
#: Rules that look at another table: table, write, the row, the condition, what the refusal says.
LOOKING_RULES: list[tuple[str, str, str, str]] = [
    (
        "editorial_editiontag",
        "INSERT",
        SEALED.format(row="NEW", key="content_object_id"),
        "The tags of an edition do not change.",
    ),
    (
        "editorial_editionpicture",
        "INSERT",
        SEALED.format(row="NEW", key="edition_id"),
        "The pictures of an edition do not change.",
    ),
    ("editorial_reference", "INSERT", SEALED.format(row="NEW", key="edition_id"), "What an edition refers to stays."),
    (
        "editorial_reference",
        "UPDATE",
        f"{SEALED.format(row='OLD', key='edition_id')} OR {SEALED.format(row='NEW', key='edition_id')}",
        "What an edition refers to stays.",
    ),
    ("editorial_reference", "DELETE", SEALED.format(row="OLD", key="edition_id"), "What an edition refers to stays."),
    (
        "editorial_approval",
        "UPDATE",
        """NEW.note <> OLD.note AND (NEW.note <> '' OR NOT EXISTS
        (SELECT 1 FROM editorial_piece WHERE id = NEW.piece_id AND erased_at IS NOT NULL))""",
        "A decision does not change.",
    ),
    (
        "editorial_edition",
        "INSERT",
        """NEW.approval_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM editorial_approval WHERE id = NEW.approval_id
        AND piece_id = NEW.piece_id AND digest = NEW.digest AND decision = 'approved' AND kind = 'review')""",
        "An edition needs an approval of its own digest.",
    ),
]


SQLITE_OVERLAP = """
    WHEN EXISTS (
        SELECT 1 FROM editorial_edition mine, editorial_edition other
        WHERE mine.id = NEW.id AND other.piece_id = mine.piece_id AND other.id <> mine.id
        AND mine.publish_at < mine.ends_at AND other.publish_at < other.ends_at
        AND mine.publish_at < other.ends_at AND other.publish_at < mine.ends_at)
    BEGIN SELECT RAISE(ABORT, 'Two editions of a piece would be live at once.'); END"""


def _rules(tables: set[str]) -> list[tuple[int, tuple[str, str, str, str]]]:
    """With their numbers, the rules of tables that are there: an app may be migrated before another one."""
    return [(number, rule) for number, rule in enumerate(SAME_RULES) if rule[0] in tables]


def _sqlite(tables: set[str]) -> list[str]:
    renew = "UPDATE editorial_sitestate SET generation = random() & 9223372036854775807;"
    statements = []
    for table, (writes, condition) in PUBLIC_TABLES.items():
        for write in writes:
            row = "OLD" if write == "DELETE" else "NEW"
            when = f"WHEN {condition.format(row=row)}" if condition else ""
            statements.append(
                f"CREATE TRIGGER firsthand_generation_{table}_{write.lower()} AFTER {write} ON {table} {when} "
                f"BEGIN {renew} END"
            )
    for number, (table, write, condition, message) in _rules(tables):
        test = condition.format(d="IS NOT", same="IS", forever=FOREVER_SQLITE)
        when = f"WHEN {test}" if test else ""
        statements.append(
            f"CREATE TRIGGER firsthand_rule_{number} BEFORE {write} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    statements += [
        f"CREATE TRIGGER firsthand_looking_{number} BEFORE {write} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for number, (table, write, condition, message) in enumerate(LOOKING_RULES)
    ]
    # After, not before: a stored generated column has its value only then.
    statements += [
        f"CREATE TRIGGER firsthand_overlap_{write.lower()} AFTER {write} ON editorial_edition {SQLITE_OVERLAP}"
        for write in ("INSERT", "UPDATE")
    ]
    return statements


def _postgres(tables: set[str]) -> list[str]:
    statements = [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        """CREATE OR REPLACE FUNCTION firsthand_renew() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE editorial_sitestate SET generation =
                ('x' || substr(md5(gen_random_uuid()::text), 1, 16))::bit(64)::bigint & 9223372036854775807;
            RETURN NULL;
        END $$""",
        """CREATE OR REPLACE FUNCTION firsthand_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END $$""",
    ]
    for table, (writes, condition) in PUBLIC_TABLES.items():
        for write in writes:
            row = "OLD" if write == "DELETE" else "NEW"
            # A statement trigger has no row to ask, so a conditional one fires for each row.
            each, when = ("ROW", f"WHEN ({condition.format(row=row)})") if condition else ("STATEMENT", "")
            statements.append(
                f"CREATE TRIGGER firsthand_generation_{table}_{write.lower()} AFTER {write} ON {table} "
                f"FOR EACH {each} {when} EXECUTE FUNCTION firsthand_renew()"
            )
    for number, (table, write, condition, message) in _rules(tables):
        test = condition.format(d="IS DISTINCT FROM", same="=", forever="'9999-12-31 00:00:00+00'")
        when = f"WHEN ({test})" if test else ""
        statements.append(
            f"CREATE TRIGGER firsthand_rule_{number} BEFORE {write} ON {table} FOR EACH ROW {when} "
            f"EXECUTE FUNCTION firsthand_refuse('{message}')"
        )
    for number, (table, write, condition, message) in enumerate(LOOKING_RULES):
        # A condition of a trigger cannot look at another table, so the function asks.
        back = "OLD" if write == "DELETE" else "NEW"
        statements += [
            f"""CREATE OR REPLACE FUNCTION firsthand_look_{number}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION USING MESSAGE = '{message}', ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {back};
            END $$""",
            f"""CREATE TRIGGER firsthand_looking_{number} BEFORE {write} ON {table} FOR EACH ROW
            EXECUTE FUNCTION firsthand_look_{number}()""",
        ]
    statements += [
        f"CREATE TRIGGER firsthand_generation_{table}_truncate AFTER TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION firsthand_renew()"
        for table in PUBLIC_TABLES
    ]
    # An empty range overlaps nothing, so an edition that never was live stands in nobody's way.
    statements.append(
        "ALTER TABLE editorial_edition ADD CONSTRAINT firsthand_no_overlap EXCLUDE USING gist "
        "(piece_id WITH =, tstzrange(publish_at, GREATEST(publish_at, ends_at)) WITH &&)"
    )
    return statements


def _statements(connection: BaseDatabaseWrapper) -> list[str]:
    tables = set(connection.introspection.table_names())
    return _sqlite(tables) if connection.vendor == "sqlite" else _postgres(tables)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger of ours away, whatever version put it there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'firsthand\\_%' ESCAPE '\\'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            return
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
            "WHERE tgname LIKE 'firsthand\\_%' AND NOT tgisinternal"
        )
        for name, table in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name} ON {table}")
        cursor.execute("ALTER TABLE IF EXISTS editorial_edition DROP CONSTRAINT IF EXISTS firsthand_no_overlap")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that should be in place and are not, as after a migration that broke off."""
    statements = _statements(connection)
    wanted = {name for statement in statements for name in re.findall(r"CREATE TRIGGER (\w+)", statement)}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place; again is harmless."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)

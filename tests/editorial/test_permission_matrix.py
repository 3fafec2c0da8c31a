"""Who may ask for what at the desk, against a table that was read: permission_matrix.txt.

A new address fails, and so does an answer that became another one. Then write the table anew and read, line by line,
what `git diff` shows, with DESIGN §3 and §4 in mind:

    PERMISSION_MATRIX=write .venv/bin/python -m pytest tests/editorial/test_permission_matrix.py -n 0
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import loader

from tests.editorial import permission_matrix
from tests.editorial.permission_house import COLUMNS, furnished

TABLE = Path(__file__).with_name("permission_matrix.txt")
WANTS_WRITING = os.environ.get("PERMISSION_MATRIX") == "write"


@pytest.fixture
def _quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who may see a page does not hang on its markup; and thousands of refusals need no line in a log."""
    monkeypatch.setattr(loader, "render_to_string", lambda *args, **kwargs: "")
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def rows_of(table: str, part: int) -> list[str]:
    """The lines of one part, without the head."""
    head = len(permission_matrix.table_head().splitlines())
    rows = table.splitlines()[head:]
    return [line for line in rows if permission_matrix.part_of(permission_matrix.name_in(line)) == part]


@pytest.mark.usefixtures("db", "_quickly")
@pytest.mark.parametrize("part", range(permission_matrix.PARTS))
def test_every_address_answers_every_role_as_it_was_read(part: int) -> None:
    house = furnished()
    if WANTS_WRITING and part == 0:
        TABLE.write_text(permission_matrix.table(house), encoding="utf-8")

    found = rows_of(permission_matrix.table(house, part), part)
    read = rows_of(TABLE.read_text(encoding="utf-8"), part)

    new = [line for line in found if line not in read]
    gone = [line for line in read if line not in found]
    assert (new, gone) == ([], []), "Write the table anew and read it; how is said at the top of this file."
    assert found == read


def test_head_of_the_table_is_as_it_was_read() -> None:
    assert TABLE.read_text(encoding="utf-8").startswith(permission_matrix.table_head())


# --- What no regenerated table may say ------------------------------------------------------------------------------
def lines() -> list[tuple[str, dict[str, str]]]:
    """The lines of the table that was read: what was asked, and the answer in each column."""
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    width = len(COLUMNS)
    return [
        (" ".join(words[:-width]), dict(zip(COLUMNS, words[-width:], strict=True)))
        for words in (row.split() for row in rows[1:])
    ]


def answers_to(*names: str) -> list[tuple[str, dict[str, str]]]:
    found = [(asked, cells) for asked, cells in lines() if asked.startswith(names)]
    assert found, f"The table has no line that begins with {names}."
    return found


def test_without_a_log_in_the_desk_shows_nothing() -> None:
    open_to_all = ("shared", "logout")

    shown = {asked: cells["anonymous"] for asked, cells in lines() if not asked.startswith(open_to_all)}

    assert {*shown.values()} == {"login", "login/login"}


def test_without_a_role_no_piece_and_no_list_is_shown() -> None:
    models = ("piece_", "stories_", "editorial_", "auth_", "django_tasks")
    hidden = {"403", "404", "405", "->"}

    shown = {
        asked: cells["no role"]
        for asked, cells in answers_to(*models)
        if not set(cells["no role"].split("/")) <= hidden
    }

    assert shown == {}


def test_narrators_and_consents_are_for_the_consent_role_alone() -> None:
    for asked, cells in answers_to("stories_narrator", "stories_consent", "autocomplete narrator"):
        others = {name: cell for name, cell in cells.items() if name not in {"anonymous", "consent", "superuser"}}
        assert {part for cell in others.values() for part in cell.split("/")} <= {"403", "405"}, asked


def test_nobody_deletes_a_piece_a_tag_a_person_or_an_event() -> None:
    for asked, cells in answers_to("piece_delete", "editorial_", "stories_", "auth_group"):
        if "_delete" in asked:
            assert {cell for name, cell in cells.items() if name != "anonymous"} == {"403/403"}, asked


def test_nobody_approves_or_publishes_what_they_wrote() -> None:
    for asked, cells in answers_to(*(f"piece_verb {verb} " for verb in ("approve", "publish", "schedule", "confirm"))):
        assert "done" not in cells["writer"], asked


def test_a_contributor_changes_nothing_in_the_text_of_another() -> None:
    writing = ("submit", "restore", "discard", "start_fix", "drop_filed", "assign", "recall", "look_again")
    asking = [f"piece_verb {verb} " for verb in writing]

    for asked, cells in answers_to(*asking, "piece_autosave ", "piece_merge", "piece_rebase", "piece_share make"):
        assert not {"done", "ok/done", "405/ok", "ok/ok"} & {cells["other"]}, asked


def test_a_get_does_nothing() -> None:
    done = {asked for asked, cells in lines() for cell in cells.values() if "/" in cell and cell.startswith("done/")}

    assert done == set()

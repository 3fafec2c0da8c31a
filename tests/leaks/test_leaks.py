"""Nothing leaks, and nothing that is public is missing. `make leaks` asks everything, the suite a short form."""

from __future__ import annotations

import os

import pytest

from tests.leaks import looking, sweeping
from tests.leaks.judging import report
from tests.leaks.looking import Searcher
from tests.leaks.planting import World
from tests.leaks.seeing import EVERYBODY
from tests.leaks.without import WITHOUT

#: One transaction holds the world, so one process does it all.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks")]
IS_FULL = bool(os.environ.get("LEAKS"))


def searched(world: World, *looks: looking.Look, with_missing: bool = True, is_full: bool = IS_FULL) -> Searcher:
    searcher = Searcher(world, is_full=is_full)
    with searcher.listening():
        for look in looks:
            look(searcher)
    findings = searcher.findings(with_missing=with_missing)
    assert not findings, report(findings)
    return searcher


def test_every_field_for_text_holds_a_canary_somewhere(world: World) -> None:
    found = sweeping.without_canary(world)

    assert found - WITHOUT.keys() == set(), "Plant something there, or say in tests/leaks/without.py why not"
    assert WITHOUT.keys() - found == set(), "These hold canaries now: take them out of tests/leaks/without.py"


def test_every_model_has_a_row(world: World) -> None:
    assert world.unfilled == [], "Say in RECIPES of tests/leaks/sweeping.py what a first row needs"


def test_readers_find_all_that_is_public_and_nothing_else(world: World) -> None:
    searcher = searched(world, looking.readers, looking.remember, looking.readers_again)

    assert [path for path, status in searcher.search.statuses.items() if status >= 500] == []


def test_what_was_taken_back_is_gone_whoever_holds_a_copy_of_it(world: World) -> None:
    searched(world, looking.beaten_track, looking.taken_back)


def test_what_has_ended_by_itself_is_gone(world: World) -> None:
    searched(world, looking.beaten_track, looking.later)


def test_changing_what_is_hidden_changes_no_public_byte(world: World) -> None:
    searched(world, looking.beaten_track, looking.nothing_moves, with_missing=False)


@pytest.mark.parametrize("role", ["", *sorted(EVERYBODY)] if IS_FULL else looking.FEW_ROLES)
def test_each_role_sees_what_is_its_business(world: World, role: str) -> None:
    searched(world, looking.the_desk_as(role), with_missing=False)


def test_links_to_drafts_open_for_their_draft_alone(world: World) -> None:
    searched(world, looking.links_of_drafts, with_missing=False)


def test_page_of_withdrawal_tells_nothing(world: World) -> None:
    searched(world, looking.codes_of_narrators, with_missing=False)


def test_nothing_gets_out_beside_the_answers(world: World) -> None:
    searched(world, looking.outside, with_missing=False)


def test_private_files_have_no_address(world: World) -> None:
    searched(world, looking.on_the_disk, with_missing=False)

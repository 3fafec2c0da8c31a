"""The search is worth something only if it sees each guard that is missing: so one line is broken at a time."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import transaction

from tests.leaks import finding_urls, looking
from tests.leaks.breakages import BREAKAGES, SAMPLE, Breakage
from tests.leaks.looking import Searcher
from tests.leaks.planting import World
from tests.leaks.test_leaks import IS_FULL

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks")]


def test_there_are_more_than_forty() -> None:
    assert len(BREAKAGES) > 40
    assert len({breakage.name for breakage in BREAKAGES}) == len(BREAKAGES)
    assert len(SAMPLE) == 5


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_each_guard_stands_where_its_breakage_looks_for_it(breakage: Breakage) -> None:
    get_wsgi_application()
    finding_urls.routes()
    with ExitStack() as broken:
        for how in breakage.how:
            broken.enter_context(how())


@pytest.mark.parametrize("breakage", BREAKAGES if IS_FULL else SAMPLE, ids=str)
def test_a_missing_guard_is_seen(world: World, breakage: Breakage) -> None:
    if not world.beaten:
        with transaction.atomic():
            looking.beaten_track(Searcher(world))
    searcher = Searcher(world)
    with ExitStack() as broken:
        for how in breakage.how:
            broken.enter_context(how())
        broken.enter_context(searcher.listening())
        for look in breakage.looks:
            look(searcher)

    assert searcher.findings(with_missing=breakage.with_missing), f"Nobody noticed: {breakage}"

"""Sources, numbers, summaries, collections and pages in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from editorial import workflow
from editorial.models import Piece
from tests.leaks.canaries import WEBSITE, digits
from tests.leaks.filling import Who
from tests.leaks.planting import HIDDEN, NOW, SEEN, World, days, seen

ON_SITE = seen(WEBSITE)
HOUR = timedelta(hours=1)
Make = Callable[..., Any]


def plant(world: World) -> None:
    with days(-60):
        source = world.source("source: live", SEEN)
        world.publish(source)
        first = world.statistic("statistic: live with a source", SEEN, source=source)
        world.publish(first)
        ended = world.statistic("statistic: ended later", source=source)
        world.publish(ended)
    states(world, "source", world.source)
    states(world, "statistic", world.statistic, keeps_old=True)
    with days(-50):
        range_of_two(world)
        summary = world.summary("summary: live with numbers", SEEN, source=source, statistics=[first, ended])
        world.publish(summary)
        workflow.end(ended.pk, by=world.staff.publisher)
    states(world, "summary", world.summary)


def range_of_two(world: World) -> None:
    canaries = [
        world.planter.canary(f"research.statistic.{name}", "statistic: live range", SEEN) for name in ("low", "high")
    ]
    low, high = sorted(canaries, key=lambda canary: digits(canary.number))
    statistic = world.statistic(
        "statistic: live range",
        SEEN,
        value="",
        bound="range",
        low=str(digits(low.number)),
        high=str(digits(high.number)),
    )
    world.publish(statistic)


def plant_collections(world: World) -> None:
    """Collections ask for what everything shares, and pin what is hidden by now."""
    with days(-7):
        pins: list[Piece] = [world.pieces[row] for row in ("live, to be held", "live, partners to be refused")]
        gathering = world.collection("collection: live", SEEN, any_of=[world.common], pins=pins)
        world.publish(gathering)
        for name in ("story", "statistic", "summary", "source"):
            kinds = world.collection(f"collection: live, {name}", SEEN, any_of=[world.common], kinds=[name])
            world.publish(kinds)
        korean = world.collection("collection: live in Korean", SEEN, any_of=[world.common], language="ko")
        world.publish(korean)

    def collection(row: str, who: Who = HIDDEN) -> Any:
        return world.collection(row, who, any_of=[world.common])

    states(world, "collection", collection)
    states(world, "page", world.page)


def seen_of(kind: str) -> Who:
    """A page of the site stands in no frame."""
    return ON_SITE if kind == "page" else SEEN


def states(world: World, kind: str, make: Make, *, keeps_old: bool = False) -> None:
    """One of a kind in each state. An old edition of a number stays citable for ever."""
    staff = world.staff
    with days(-40):
        make(f"{kind}: draft")
        approved = make(f"{kind}: approved")
        workflow.submit(approved.pk, by=staff.contributor)
        approved.refresh_from_db()
        workflow.approve(approved.pk, by=staff.reviewer, digest=approved.digest)
        world.publish(make(f"{kind}: scheduled"), at=NOW + 2 * HOUR)
        old = Who(surfaces=frozenset({WEBSITE})) if keeps_old else HIDDEN
        edited = make(f"{kind}: superseded", old)
        world.publish(edited)
        ended, held = make(f"{kind}: ended"), make(f"{kind}: held")
        for piece in (ended, held):
            world.publish(piece)
        workflow.end(ended.pk, by=staff.publisher)
        workflow.hold(held.pk, by=staff.editor, reason="It is being checked.")
        world.publish(make(f"{kind}: expired"), expires_at=NOW - HOUR)
        world.publish(make(f"{kind}: live, to be held", SEEN))
        world.publish(make(f"{kind}: live, ends in an hour", SEEN), expires_at=NOW + HOUR)
    with days(-39):
        world.rewrite(edited, f"{kind}: live, second edition", seen_of(kind), after=f"{kind}: superseded")
        world.publish(edited)
        world.rewrite(edited, f"{kind}: working copy of what is live")

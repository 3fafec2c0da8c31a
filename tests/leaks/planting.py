"""The world that is searched for leaks: pieces of every kind in every state, with canaries wherever a text can stand.

What may be seen is stated here, row by row, by whoever wrote the row. It is never asked of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from editorial import comments, sharing, workflow
from editorial.field_classes import PUBLIC, classes
from editorial.instants import FOREVER
from editorial.models import Edition, Piece, PieceTag, ShareLink, Tag, TagAlias, User
from reading.models import Chosen, Clause, Collection, Page
from research.models import Citation, Contributor, Finding, Source, Statistic, Summary
from stories.models import Grant, Narrator, Scope, Story, StoryNarrator
from tests.leaks.canaries import PARTNERS, WEBSITE, Canary, Nest, digits
from tests.leaks.filling import EVERYWHERE, NOT_ON_A_PAGE, Planter, Who
from tests.leaks.pixels import Album
from tests.makers import Staff, approve, make_consent

#: The instant at which the world is looked at. Nothing in it depends on the day of the run.
NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
HIDDEN = Who()
SITE = frozenset({WEBSITE})
BOTH = (Scope.WEBSITE, Scope.PARTNERS)


def seen(*surfaces: str) -> Who:
    """Readers see it there, and miss it where it is not shown."""
    return Who(surfaces=frozenset(surfaces), must=True)


SEEN = seen(WEBSITE, PARTNERS)


@contextmanager
def days(count: float) -> Iterator[None]:
    """So many days from the instant of the look; negative ones are past."""
    with time_machine.travel(NOW + timedelta(days=count), tick=False):
        yield


@dataclass
class World:
    """What was planted, and by what name each piece is known."""

    planter: Planter
    staff: Staff
    people: dict[str, User]
    common: Tag
    pieces: dict[str, Piece] = field(default_factory=dict)
    #: Of each link the full address, whether it opens or not.
    links: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    album: Album = field(default_factory=Album)
    #: The words with which narrators take their stories back.
    codes: dict[str, str] = field(default_factory=dict)
    #: Addresses at which an unbroken world shows something, or hides something.
    beaten: list[str] = field(default_factory=list)
    #: Of each picture its original and recipe.
    originals: dict[str, tuple[bytes, Any]] = field(default_factory=dict)
    #: Models of which no row could be made; a test fails for each.
    unfilled: list[Any] = field(default_factory=list)

    @property
    def nest(self) -> Nest:
        return self.planter.nest

    def pk(self, row: str) -> int:
        return int(self.pieces[row].pk)

    # --- Writing --------------------------------------------------------------------------------------------------
    def tagged(self, piece: Piece, row: str, who: Who, *, common: bool = True) -> None:
        """A tag of its own, and the one that most pieces share."""
        # A tag is named with the first of its languages that has a label.
        own = self.planter.tag(row, who)
        tags = [own, self.common] if common else [own]
        PieceTag.objects.bulk_create(PieceTag(content_object_id=piece.pk, tag=tag) for tag in tags)

    def saved(self, piece: Piece, row: str) -> Any:
        workflow.save(piece.pk, by=self.staff.contributor)
        piece.refresh_from_db()
        self.pieces[row] = piece
        return piece

    def story(
        self,
        row: str,
        who: Who = HIDDEN,
        *,
        scopes: tuple[Scope, ...] = BOTH,
        start: float = -400,
        end: float = 300,
        consented: bool = True,
        narrator: Narrator | None = None,
        **fixed: Any,
    ) -> Story:
        """A draft with one narrator, who agrees from `start` until `end` days from the look."""
        story: Story = self.planter.row(Story, row, who, created_by=self.staff.contributor, **fixed)
        narrator = narrator or Narrator.objects.create(risk_level=0)
        StoryNarrator.objects.create(story=story, narrator=narrator)
        if consented:
            self.consent(story, scopes, start=start, end=end)
        self.tagged(story, row, who)
        saved: Story = self.saved(story, row)
        return saved

    def consent(
        self, story: Story, scopes: tuple[Scope, ...], *, start: float, end: float, value: Grant.Value | None = None
    ) -> None:
        make_consent(
            story,
            by=self.staff.consent_officer,
            scopes=scopes,
            start=NOW + timedelta(days=start),
            end=NOW + timedelta(days=end),
            value=value or Grant.Value.GRANTED,
        )

    def refused(self, story: Story, scopes: tuple[Scope, ...]) -> None:
        """A later no, as from a narrator who calls."""
        now = timezone.now()
        make_consent(
            story, by=self.staff.consent_officer, scopes=scopes, start=now, end=now + timedelta(days=700),
            value=Grant.Value.REFUSED,
        )  # fmt: skip
        workflow.reclear(story.pk, by=self.staff.consent_officer)

    def source(self, row: str, who: Who = HIDDEN, **fixed: Any) -> Source:
        made = {"csl_type": Source.CslType.BOOK, "evidence_kind": Source.EvidenceKind.SURVEY} | fixed
        source: Source = self.planter.row(Source, row, who, created_by=self.staff.contributor, **made)
        self.planter.row(Contributor, row, who, source=source, family="", given="", name_original="")
        self.planter.row(Contributor, row, who, source=source, literal="", position=1)
        self.tagged(source, row, who)
        saved: Source = self.saved(source, row)
        return saved

    def number(self, key: str, row: str, who: Who) -> str:
        return str(digits(self.planter.canary(f"research.statistic.{key}", row, who).number))

    def statistic(self, row: str, who: Who = HIDDEN, *, source: Source | None = None, **fixed: Any) -> Statistic:
        if "value" not in fixed:
            fixed["value"] = self.number("value", row, who)
        statistic: Statistic = self.planter.row(
            Statistic, row, who, created_by=self.staff.contributor, source_missing=source is None, **fixed
        )
        if source is not None:
            self.planter.row(Citation, row, who, host=statistic, source=source, note_number=None)
        self.tagged(statistic, row, who)
        saved: Statistic = self.saved(statistic, row)
        return saved

    def summary(
        self, row: str, who: Who = HIDDEN, *, source: Source | None = None, statistics: list[Statistic] | None = None
    ) -> Summary:
        summary: Summary = self.planter.row(Summary, row, who, created_by=self.staff.contributor, summarises=source)
        finding = self.planter.row(Finding, row, who, summary=summary)
        finding.statistics.set(statistics or [])
        if source is not None:
            self.planter.row(Citation, row, who, host=summary, finding=finding, source=source, note_number=None)
        self.tagged(summary, row, who)
        saved: Summary = self.saved(summary, row)
        return saved

    def collection(
        self, row: str, who: Who = HIDDEN, *, any_of: list[Tag] | None = None, pins: list[Piece] | None = None,
        **fixed: Any,
    ) -> Collection:  # fmt: skip
        fixed = {"limit": 48} | fixed
        collection: Collection = self.planter.row(Collection, row, who, created_by=self.staff.contributor, **fixed)
        if any_of:
            clause = Clause.objects.create(collection=collection, rule="any")
            clause.tags.set(any_of)
        for place, pin in enumerate(pins or []):
            Chosen.objects.create(collection=collection, piece=pin, position=place)
        saved: Collection = self.saved(collection, row)
        return saved

    def page(self, row: str, who: Who = HIDDEN, **fixed: Any) -> Page:
        # A page is part of this site and in no frame.
        who = Who(surfaces=who.surfaces & SITE, must=who.must)
        page: Page = self.planter.row(Page, row, who, created_by=self.staff.contributor, **fixed)
        saved: Page = self.saved(page, row)
        return saved

    # --- Bringing it on -------------------------------------------------------------------------------------------
    def publish(self, piece: Piece, *, at: datetime | None = None, expires_at: datetime = FOREVER) -> Edition:
        approve(piece, self.staff)
        edition = workflow.publish(piece.pk, by=self.staff.publisher, at=at, expires_at=expires_at)
        piece.refresh_from_db()
        return edition

    def rewrite(self, piece: Piece, row: str, who: Who = HIDDEN, *, after: str = "") -> None:
        """The working copy says something else in every field of its own row.

        What it keeps of the text `after` which it comes (address, tags, rows of their own) is seen where it is seen.
        """
        piece.refresh_from_db()
        self.planter.written_anew(piece, row, who)
        if isinstance(piece, Statistic):
            piece.value = self.number("value", row, who)
        piece.save()
        workflow.save(piece.pk, by=self.staff.contributor)
        piece.refresh_from_db()
        anew = {canary.key for canary in self.nest if canary.row == row}
        for canary in self.nest:
            if canary.row == after and canary.key not in anew and classes()[canary.key] == PUBLIC:
                canary.surfaces = who.surfaces
                canary.must = who.surfaces & {WEBSITE} if canary.key not in NOT_ON_A_PAGE else frozenset()

    def share(self, piece: Piece, row: str) -> ShareLink:
        """A link to the draft, with the leave that a story needs."""
        link = sharing.make(piece.pk, by=self.staff.contributor, for_whom="a reader", days=30)
        if link.needs_leave:
            sharing.allow(link.pk, by=self.staff.consent_officer)
            link.refresh_from_db()
        self.links[row] = sharing.address_of(link)
        return link

    def shown_by(self, row: str, link: ShareLink) -> None:
        """Whoever holds the address of the link sees what this draft says."""
        for canary in self.nest:
            if canary.row == row:
                canary.links |= {link.key}


def plant(people: Callable[[Planter], tuple[Staff, dict[str, User]]]) -> World:
    """The whole world, at the instant of the look."""
    planter = Planter(Nest())
    with days(-500):
        staff, everybody = people(planter)
        common = planter.tag("the common tag", SEEN)
    world = World(planter, staff, everybody, common)
    from tests.leaks import planting_people, planting_pictures, planting_research, planting_stories, sweeping

    planting_research.plant(world)
    planting_stories.plant(world)
    planting_pictures.plant(world)
    planting_people.plant(world)
    planting_research.plant_collections(world)
    with days(-1):
        TagAlias.objects.create(tag=common, name="a former name", slug=f"former-{world.common.slug}")
        for row in ("draft", "live", "held"):
            comments.add(
                world.pk(row), by=staff.reviewer,
                body=canary_text(world, "editorial.comment.body", f"comment on {row}"),
            )  # fmt: skip
        sweeping.sweep(world)
    return world


def canary_text(world: World, key: str, row: str, who: Who = HIDDEN) -> str:
    from tests.leaks.canaries import said

    canary: Canary = world.planter.canary(key, row, who)
    return said(canary)


__all__ = [
    "BOTH",
    "EVERYWHERE",
    "HIDDEN",
    "NOW",
    "PARTNERS",
    "SEEN",
    "SITE",
    "WEBSITE",
    "World",
    "days",
    "plant",
    "seen",
]

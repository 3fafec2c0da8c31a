"""Builds the smallest valid thing of each kind. Time is passed in; nothing here sleeps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from editorial import roles, workflow
from editorial.models import Edition, Piece, PieceTag, Tag, User
from reading.models import Clause, Collection, Page
from research.models import Citation, Source, Statistic, Summary, write_finding
from stories.models import Consent, Grant, Narrator, Scope, Story, StoryNarrator
from stories.person import Name, Person, write_person

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Staff:
    """One person for each role that a test needs."""

    contributor: User
    editor: User
    reviewer: User
    publisher: User
    consent_officer: User


def make_user(role: str = "", *, username: str = "", is_superuser: bool = False) -> User:
    user = User.objects.create_user(
        username or f"person{next(_numbers)}", password="a long enough passphrase", is_staff=True
    )
    user.is_superuser = is_superuser
    user.save()
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_staff() -> Staff:
    return Staff(
        contributor=make_user(roles.CONTRIBUTOR, username="contributor"),
        editor=make_user(roles.EDITOR, username="editor"),
        reviewer=make_user(roles.REVIEWER, username="reviewer"),
        publisher=make_user(roles.PUBLISHER, username="publisher"),
        consent_officer=make_user(roles.CONSENT_OFFICER, username="consent"),
    )


def make_tag(name: str = "Learning") -> Tag:
    tag, _made = Tag.objects.get_or_create(name=name)
    return tag


def _add_tags(piece: Piece, tags: list[Tag]) -> None:
    PieceTag.objects.bulk_create(PieceTag(content_object_id=piece.pk, tag=tag) for tag in tags)


def make_consent(
    story: Story,
    *,
    by: User,
    scopes: tuple[Scope, ...] = (Scope.WEBSITE, Scope.PARTNERS),
    start: datetime | None = None,
    end: datetime | None = None,
    value: Grant.Value = Grant.Value.GRANTED,
    narrator: Narrator | None = None,
    given_by: Consent.GivenBy = Consent.GivenBy.NARRATOR,
) -> Consent:
    """One consent of the story's first narrator, by default from yesterday for two years; never changed afterwards."""
    start = start or timezone.now() - timedelta(days=1)
    narrator = narrator or story.narrators.first()
    assert narrator is not None
    consent = Consent.objects.create(
        story=story,
        narrator=narrator,
        basis=Consent.Basis.OWN_PUBLICATION,
        method=Consent.Method.PUBLICATION,
        given_by=given_by,
        evidence="Told by herself in print.",
        valid_from=start,
        valid_until=end or start + timedelta(days=730),
        recorded_by=by,
    )
    Grant.objects.bulk_create(Grant(consent=consent, scope=scope, value=value) for scope in scopes)
    return consent


def make_story(
    staff: Staff,
    *,
    title: str = "A first classroom",
    slug: str = "",
    tags: list[Tag] | None = None,
    consented: bool = True,
    risk_level: int = 0,
) -> Story:
    """A draft by the contributor, with one narrator."""
    number = next(_numbers)
    story = Story.objects.create(
        title=title,
        slug=slug or f"story-{number}",
        standfirst="How one lesson changed an afternoon.",
        byline="A chosen name",
        body="<p>The bell rang twice.</p>",
        created_by=staff.contributor,
    )
    narrator = Narrator.objects.create(risk_level=risk_level)
    StoryNarrator.objects.create(story=story, narrator=narrator)
    _add_tags(story, tags or [])
    if consented:
        make_consent(story, by=staff.consent_officer)
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    return story


def know(narrator: Narrator, *names: str, by: User, terms: tuple[str, ...] = ()) -> Narrator:
    """Seal these names and private words of a narrator. Fictional ones."""
    write_person(narrator, Person(names=tuple(map(Name, names)), terms=terms), by=by)
    return narrator


def make_source(staff: Staff, *, title: str = "A survey of lessons") -> Source:
    source = Source.objects.create(
        title=title,
        slug=f"source-{next(_numbers)}",
        csl_type=Source.CslType.BOOK,
        evidence_kind=Source.EvidenceKind.SURVEY,
        created_by=staff.contributor,
    )
    workflow.save(source.pk, by=staff.contributor)
    source.refresh_from_db()
    return source


def make_statistic(staff: Staff, *, value: str = "607", source: Source | None = None, slug: str = "") -> Statistic:
    """A number, said to have no source unless one is given."""
    statistic = Statistic.objects.create(
        title="Lessons taken",
        slug=slug or f"statistic-{next(_numbers)}",
        standfirst="So many lessons.",
        value=value,
        population="Pupils of the survey",
        source_missing=source is None,
        created_by=staff.contributor,
    )
    if source is not None:
        Citation.objects.create(host_id=statistic.pk, source=source, locator="37")
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    return statistic


def make_summary(staff: Staff, *, statistics: list[Statistic] | None = None) -> Summary:
    summary = Summary.objects.create(
        title="What lessons do",
        slug=f"summary-{next(_numbers)}",
        standfirst="A summary of one survey.",
        question="What do lessons do?",
        answer="They help.",
        limits="<p>One survey only.</p>",
        created_by=staff.contributor,
    )
    stored = {
        "heading": "Lessons help",
        "text": "The survey counted them.",
        "strength": "measured",
        "statistics": [statistic.pk for statistic in statistics or []],
    }
    write_finding(summary, 0, stored)
    workflow.save(summary.pk, by=staff.contributor)
    summary.refresh_from_db()
    return summary


def make_collection(
    staff: Staff, *, slug: str = "", any_of: list[Tag] | None = None, none_of: list[Tag] | None = None
) -> Collection:
    collection = Collection.objects.create(
        title="Lessons",
        slug=slug or f"collection-{next(_numbers)}",
        standfirst="All about lessons.",
        created_by=staff.contributor,
    )
    for rule, tags in (("any", any_of), ("none", none_of)):
        if tags:
            Clause.objects.create(collection=collection, rule=rule).tags.set(tags)
    workflow.save(collection.pk, by=staff.contributor)
    collection.refresh_from_db()
    return collection


def make_page(staff: Staff, *, slug: str = "about") -> Page:
    page = Page.objects.create(
        title="About", slug=slug, body="<p>Who is behind this.</p>", created_by=staff.contributor
    )
    workflow.save(page.pk, by=staff.contributor)
    page.refresh_from_db()
    return page


def approve(piece: Piece, staff: Staff) -> None:
    """Through submit and approve, by two people."""
    workflow.submit(piece.pk, by=staff.contributor)
    piece.refresh_from_db()
    workflow.approve(piece.pk, by=staff.reviewer, digest=piece.digest)
    piece.refresh_from_db()


def publish(piece: Piece, staff: Staff, *, at: datetime | None = None) -> Edition:
    """Through the whole workflow."""
    approve(piece, staff)
    edition = workflow.publish(piece.pk, by=staff.publisher, at=at)
    piece.refresh_from_db()
    return edition

"""What a collection holds: its conditions, pins and exclusions, and never what may not be shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from editorial import workflow
from editorial.models import Channel, Tag
from reading.content import ClauseContent, CollectionContent
from reading.gathering import gathered
from stories.models import Grant, Scope, Story
from tests.makers import (
    Staff,
    make_collection,
    make_consent,
    make_page,
    make_source,
    make_statistic,
    make_story,
    publish,
)
from tests.makers import make_tag as tag


def published(staff: Staff, *tags: str, title: str = "") -> Story:
    story = make_story(staff, title=title or " and ".join(tags) or "Nothing", tags=[tag(name) for name in tags])
    publish(story, staff)
    return story


def clause(rule: str, *tags: str) -> ClauseContent:
    return ClauseContent(rule, [tag(name).pk for name in tags])


def collection(*clauses: ClauseContent, **fields: Any) -> CollectionContent:
    return CollectionContent(title="Lessons", slug="lessons", language="en", clauses=list(clauses), **fields)


def titles(
    content: CollectionContent,
    channel: Channel = Channel.WEBSITE,
    now: datetime | None = None,
    limit: int | None = None,
) -> list[str]:
    return [edition.title for edition in gathered(content, channel, now or timezone.now(), limit=limit)]


@pytest.fixture
def four(staff: Staff) -> None:
    """Four stories, tagged in every way that matters here."""
    for tags in ((), ("Books",), ("Work",), ("Books", "Work")):
        published(staff, *tags)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([("any", "Books", "Work")], {"Books", "Work", "Books and Work"}),
        ([("all", "Books", "Work")], {"Books and Work"}),
        ([("none", "Books")], {"Nothing", "Work"}),
        ([("any", "Books"), ("none", "Work")], {"Books"}),
        ([("any", "Books"), ("any", "Work")], {"Books and Work"}),
        ([("any", "Family")], set()),
        ([("any",)], set()),
    ],
)
@pytest.mark.usefixtures("four")
def test_conditions_are_met_together(rules: list[tuple[str, ...]], found: set[str]) -> None:
    clauses = [clause(rule, *tags) for rule, *tags in rules]

    assert set(titles(collection(*clauses))) == found


@pytest.mark.usefixtures("four")
def test_collection_without_a_condition_holds_its_pins_alone() -> None:
    assert titles(collection()) == []


def test_piece_with_two_of_the_tags_is_there_once(staff: Staff) -> None:
    published(staff, "Books", "Work")

    assert titles(collection(clause("any", "Books", "Work"))) == ["Books and Work"]


def test_merged_tag_counts_as_the_tag_that_took_it_in(staff: Staff) -> None:
    for name in ("Books", "Reading", "Novels", "Work"):
        published(staff, name)
    Tag.objects.filter(name__in=["Reading", "Novels"]).update(canonical=tag("Books"))

    for name in ("Books", "Reading", "Novels"):
        assert set(titles(collection(clause("any", name)))) == {"Books", "Reading", "Novels"}
    assert titles(collection(clause("none", "Novels"))) == ["Work"]


def test_kinds_narrow_what_is_held(staff: Staff) -> None:
    story, statistic = published(staff, "Books"), make_statistic(staff)
    statistic.piece_tags.create(tag=tag("Books"))
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    publish(statistic, staff)

    assert set(titles(collection(clause("any", "Books")))) == {story.title, statistic.title}
    assert titles(collection(clause("any", "Books"), kinds=["statistic"])) == [statistic.title]


def test_kinds_that_no_list_shows_are_not_held(staff: Staff) -> None:
    for piece in (make_source(staff), make_page(staff), make_collection(staff, any_of=[tag("Books")])):
        publish(piece, staff)

    assert titles(collection(clause("none", "Books"))) == []


def test_pins_come_first_in_their_order(staff: Staff) -> None:
    first, second, third = (published(staff, "Books", title=title) for title in ("One", "Two", "Three"))

    assert titles(collection(clause("any", "Books"), pins=[second.pk, first.pk])) == ["Two", "One", "Three"]
    assert titles(collection(pins=[third.pk, first.pk])) == ["Three", "One"]


def test_pin_needs_no_tag(staff: Staff) -> None:
    other = published(staff, "Work")
    published(staff, "Books")

    assert titles(collection(clause("any", "Books"), pins=[other.pk])) == ["Work", "Books"]


def test_exclusion_wins_over_pin_and_condition(staff: Staff) -> None:
    first, second = published(staff, "Books", title="One"), published(staff, "Books", title="Two")

    assert titles(collection(clause("any", "Books"), pins=[first.pk], exclusions=[first.pk])) == ["Two"]
    assert titles(collection(clause("any", "Books"), exclusions=[first.pk, second.pk])) == []


def test_limit_counts_pins_too(staff: Staff) -> None:
    pieces = [published(staff, "Books", title=f"Number {number}") for number in range(4)]
    content = collection(clause("any", "Books"), limit=3, pins=[pieces[0].pk, pieces[1].pk])

    assert titles(content) == ["Number 0", "Number 1", "Number 3"]
    assert titles(content, limit=1) == ["Number 0"]
    assert titles(content, limit=24) == ["Number 0", "Number 1", "Number 3"]


@pytest.mark.parametrize(
    ("order", "found"),
    [("newest", ["B", "C", "A"]), ("oldest", ["A", "C", "B"]), ("title", ["A", "B", "C"])],
)
def test_order_is_kept(staff: Staff, order: str, found: list[str]) -> None:
    for title in ("A", "C", "B"):
        published(staff, "Books", title=title)

    assert titles(collection(clause("any", "Books"), order=order)) == found


def test_what_is_hidden_is_not_held_even_when_pinned(staff: Staff) -> None:
    ended, held, draft = published(staff, "Books"), published(staff, "Books"), make_story(staff, tags=[tag("Books")])
    workflow.end(ended.pk, by=staff.publisher)
    workflow.hold(held.pk, by=staff.contributor, reason="A relative called.")

    assert titles(collection(clause("any", "Books"), pins=[ended.pk, held.pk, draft.pk])) == []


def test_tags_are_those_of_the_edition_not_of_the_draft(staff: Staff) -> None:
    story = published(staff, "Books")
    story.piece_tags.all().delete()
    story.piece_tags.create(tag=tag("Work"))
    workflow.save(story.pk, by=staff.contributor)

    assert titles(collection(clause("any", "Books"))) == ["Books"]
    assert titles(collection(clause("any", "Work"))) == []


def test_partners_are_shown_what_partners_were_granted(staff: Staff) -> None:
    website_only = make_story(staff, title="Here only", tags=[tag("Books")], consented=False)
    make_consent(website_only, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    publish(website_only, staff)
    published(staff, "Books", title="Everywhere")
    content = collection(clause("any", "Books"), pins=[website_only.pk])

    assert set(titles(content)) == {"Here only", "Everywhere"}
    assert titles(content, Channel.PARTNERS) == ["Everywhere"]


def test_grant_taken_back_takes_the_story_out(staff: Staff) -> None:
    story = published(staff, "Books")
    make_consent(
        story, by=staff.consent_officer, start=timezone.now(), scopes=(Scope.PARTNERS,), value=Grant.Value.REFUSED
    )
    workflow.reclear(story.pk, by=staff.consent_officer)

    content = collection(clause("any", "Books"))
    assert (titles(content, Channel.PARTNERS), titles(content)) == ([], ["Books"])

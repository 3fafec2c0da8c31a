"""Topics: counted by what readers can see, and silent about everything else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import workflow
from editorial.models import Label, Tag
from reading.topics import Topic, topics
from tests.makers import Staff, make_collection, make_page, make_story, make_tag, publish


def seen(language: str = "en") -> dict[str, int]:
    return {topic.name: topic.count for topic in topics(language, timezone.now())}


def test_topic_counts_the_pieces_that_readers_see(staff: Staff) -> None:
    for tags in (["Books"], ["Books", "Work"]):
        publish(make_story(staff, tags=[make_tag(name) for name in tags]), staff)

    assert seen() == {"Books": 2, "Work": 1}


def test_tag_on_nothing_public_is_no_topic(staff: Staff) -> None:
    make_tag("Unused")
    make_story(staff, tags=[make_tag("Draft")])
    ended = make_story(staff, tags=[make_tag("Ended")])
    publish(ended, staff)
    workflow.end(ended.pk, by=staff.publisher)
    held = make_story(staff, tags=[make_tag("Held")])
    publish(held, staff)
    workflow.hold(held.pk, by=staff.contributor, reason="A relative called.")

    assert seen() == {}


def test_hidden_piece_is_not_counted(staff: Staff) -> None:
    books = make_tag("Books")
    publish(make_story(staff, tags=[books]), staff)
    ended = make_story(staff, tags=[books])
    publish(ended, staff)
    workflow.end(ended.pk, by=staff.publisher)
    make_story(staff, tags=[books])

    assert seen() == {"Books": 1}


def test_second_edition_is_no_second_piece(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books")])
    publish(story, staff)
    story.title = "Another title"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff)

    assert seen() == {"Books": 1}


def test_merged_tags_are_one_topic_that_counts_a_piece_once(staff: Staff) -> None:
    publish(make_story(staff, tags=[make_tag("Books"), make_tag("Reading")]), staff)
    publish(make_story(staff, tags=[make_tag("Reading")]), staff)
    Tag.objects.filter(name="Reading").update(canonical=make_tag("Books"))

    assert seen() == {"Books": 2}


def test_kinds_that_no_list_shows_make_no_topic(staff: Staff) -> None:
    for piece in (make_collection(staff, any_of=[make_tag("Books")]), make_page(staff)):
        piece.piece_tags.create(tag=make_tag("About us"))
        workflow.save(piece.pk, by=staff.contributor)
        piece.refresh_from_db()
        publish(piece, staff)

    assert seen() == {}


def test_topic_is_named_in_the_language_of_the_page(staff: Staff) -> None:
    books = make_tag("Books")
    Label.objects.create(tag=books, language="ko", text="책")
    publish(make_story(staff, tags=[books]), staff)

    assert topics("en", timezone.now()) == [Topic("Books", "/en/topics/books/", 1, "topic")]
    assert topics("ko", timezone.now()) == [Topic("책", "/ko/topics/books/", 1, "topic")]


@pytest.mark.parametrize("count", [1, 8])
def test_topics_cost_the_same_few_queries_however_many(staff: Staff, count: int) -> None:
    publish(make_story(staff, tags=[make_tag(f"Tag {number}") for number in range(count)]), staff)

    with CaptureQueriesContext(connection) as captured:
        assert len(seen()) == count

    assert len(captured) == 3

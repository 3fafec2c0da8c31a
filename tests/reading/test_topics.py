"""Topics: counted by what readers can see, and silent about everything else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import vocabulary, workflow
from editorial.models import Label, Tag, TagAlias
from reading.topics import Topic, topics
from tests.makers import Staff, make_collection, make_page, make_story, make_tag, publish


def answer(reader: Client, slug: str) -> tuple[int, str]:
    response = reader.get(f"/en/topics/{slug}/")
    return response.status_code, response.headers.get("Location", "")


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


def test_renamed_topic_has_its_new_name_at_once_and_its_former_address_leads_to_it(
    staff: Staff, reader: Client
) -> None:
    tag = make_tag("Learning")
    publish(make_story(staff, tags=[tag]), staff)

    vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    assert seen() == {"Education": 1}
    assert answer(reader, "learning") == (301, "/en/topics/education/")
    assert answer(reader, "education") == (200, "")


def test_former_address_of_a_tag_on_nothing_public_does_not_exist(staff: Staff, reader: Client) -> None:
    tag = make_tag("Learning")
    make_story(staff, tags=[tag])

    vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    assert answer(reader, "learning") == answer(reader, "education") == (404, "")


def test_former_address_of_a_merged_tag_leads_to_the_one_that_stands_for_it(staff: Staff, reader: Client) -> None:
    books, reading = make_tag("Books"), make_tag("Lecture")
    publish(make_story(staff, tags=[reading]), staff)
    vocabulary.rename(reading.pk, name="Reading", slug="reading", by=staff.editor)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert answer(reader, "lecture") == answer(reader, "reading") == (301, "/en/topics/books/")


def test_synonym_is_no_address(staff: Staff, reader: Client) -> None:
    tag = make_tag("Learning")
    TagAlias.objects.create(tag=tag, name="schooling")
    publish(make_story(staff, tags=[tag]), staff)

    assert answer(reader, "schooling") == (404, "")


def test_undone_merge_gives_the_page_back_and_no_browser_has_kept_the_way(staff: Staff, reader: Client) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    publish(make_story(staff, tags=[reading]), staff)
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    assert reader.get("/en/topics/reading/").headers["Cache-Control"] == "public, no-cache"

    vocabulary.undo(change.pk, by=staff.editor)

    assert answer(reader, "reading") == (200, "")
    assert answer(reader, "books") == (404, "")


def test_merge_shows_nothing_that_readers_could_not_see(staff: Staff, reader: Client) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    publish(make_story(staff, title="Seen before", tags=[books]), staff)
    held = make_story(staff, title="Held back", tags=[reading])
    publish(held, staff)
    workflow.hold(held.pk, by=staff.contributor, reason="A relative called.")
    make_story(staff, title="Still a draft", tags=[reading])
    unconsented = make_story(staff, title="Never agreed", tags=[reading], consented=False)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    page = reader.get("/en/topics/books/").content.decode()
    assert seen() == {"Books": 1}
    assert "Seen before" in page
    assert not [title for title in ("Held back", "Still a draft", unconsented.title) if title in page]


def titles(reader: Client) -> list[str]:
    page = reader.get("/en/collections/about-reading/").content.decode()
    return [title for title in ("About books", "About reading", "About work") if f">{title}<" in page]


@pytest.fixture
def collection_by_the_tag(staff: Staff) -> None:
    """A public collection that asks for the tag “Reading”, and a piece about something else."""
    publish(make_story(staff, title="About reading", tags=[make_tag("Reading")]), staff)
    publish(make_story(staff, title="About work", tags=[make_tag("Work")]), staff)
    collection = make_collection(staff, slug="about-reading", any_of=[make_tag("Reading")])
    publish(collection, staff)


@pytest.mark.usefixtures("collection_by_the_tag")
def test_collection_by_a_merged_tag_shows_the_same_pieces(staff: Staff, reader: Client) -> None:
    before = titles(reader)

    vocabulary.merge(make_tag("Reading").pk, into=make_tag("Books").pk, by=staff.editor)
    vocabulary.rename(make_tag("Books").pk, name="Literature", slug="literature", by=staff.editor)

    assert titles(reader) == before == ["About reading"]


@pytest.mark.usefixtures("collection_by_the_tag")
def test_collection_by_a_merged_tag_shows_what_the_other_has_too_until_it_is_undone(
    staff: Staff, reader: Client
) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    publish(make_story(staff, title="About books", tags=[books]), staff)

    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    merged = titles(reader)
    vocabulary.undo(change.pk, by=staff.editor)

    assert (merged, titles(reader)) == (["About books", "About reading"], ["About reading"])


def test_topic_at_a_former_address_costs_no_more_than_its_budget(staff: Staff, reader: Client) -> None:
    tag = make_tag("Learning")
    publish(make_story(staff, tags=[tag]), staff)
    vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    with CaptureQueriesContext(connection) as captured:
        assert answer(reader, "learning")[0] == 301

    assert len(captured) <= 6

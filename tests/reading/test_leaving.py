"""The quick exit: where it stands, where it leads, and that it changes no other page."""

from __future__ import annotations

import pytest
from django.test import Client

from editorial import workflow
from reading.models import Chosen, Collection
from stories.models import Story
from tests.makers import Staff, make_collection, make_story, make_tag, publish

WEATHER = "https://www.bbc.com/weather"
STORY = "/en/stories/bread/"
COLLECTION = "/en/collections/learning/"


@pytest.fixture
def story(staff: Staff) -> Story:
    story = make_story(staff, slug="bread", tags=[make_tag()])
    publish(story, staff)
    return story


def switched_on(staff: Staff) -> Collection:
    collection = make_collection(staff, slug="learning", any_of=[make_tag()])
    collection.has_quick_exit = True
    collection.save()
    workflow.save(collection.pk, by=staff.contributor)
    publish(collection, staff)
    return collection


def body(reader: Client, path: str) -> str:
    return reader.get(path).content.decode()


def test_no_page_has_a_quick_exit_unless_a_collection_says_so(story: Story, staff: Staff, reader: Client) -> None:
    publish(make_collection(staff, slug="learning", any_of=[make_tag()]), staff)

    assert "data-leave" not in body(reader, STORY) + body(reader, COLLECTION)


def test_collection_and_its_stories_have_one(story: Story, staff: Staff, reader: Client) -> None:
    switched_on(staff)

    assert f'<a href="{WEATHER}" rel="noreferrer nofollow" data-leave>' in body(reader, STORY)
    assert WEATHER in body(reader, COLLECTION)


def test_story_outside_that_collection_has_none(story: Story, staff: Staff, reader: Client) -> None:
    switched_on(staff)
    publish(make_story(staff, slug="elsewhere", tags=[make_tag("Books")]), staff)

    assert "data-leave" not in body(reader, "/en/stories/elsewhere/")


def test_story_that_is_left_out_of_the_collection_has_none(story: Story, staff: Staff, reader: Client) -> None:
    collection = switched_on(staff)
    Chosen.objects.create(collection=collection, piece_id=story.pk, role=Chosen.Role.EXCLUDED)
    workflow.save(collection.pk, by=staff.contributor)
    publish(collection, staff)

    assert "data-leave" not in body(reader, STORY)


def test_pinned_story_has_one(staff: Staff, reader: Client, story: Story) -> None:
    other = make_story(staff, slug="pinned", tags=[make_tag("Books")])
    publish(other, staff)
    collection = switched_on(staff)
    Chosen.objects.create(collection=collection, piece_id=other.pk, role=Chosen.Role.PINNED)
    workflow.save(collection.pk, by=staff.contributor)
    publish(collection, staff)

    assert "data-leave" in body(reader, "/en/stories/pinned/")


def test_draft_of_a_collection_switches_nothing_on(story: Story, staff: Staff, reader: Client) -> None:
    collection = make_collection(staff, slug="learning", any_of=[make_tag()])
    publish(collection, staff)
    collection.has_quick_exit = True
    collection.save()
    workflow.save(collection.pk, by=staff.contributor)

    assert "data-leave" not in body(reader, STORY)


def test_only_pages_with_a_quick_exit_may_run_its_script(story: Story, staff: Staff, reader: Client) -> None:
    switched_on(staff)

    assert "script-src 'self'" in reader.get(STORY).headers["Content-Security-Policy"]
    assert "script-src" not in reader.get("/en/").headers["Content-Security-Policy"]

"""The page of a story, and what stands at its address when it is not to be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from editorial import workflow
from stories.models import Grant, Scope, Story
from tests.makers import Staff, make_consent, make_source, make_story, make_tag, publish


def move(story: Story, staff: Staff, slug: str) -> None:
    """Publish the story once more, under another slug."""
    story.slug = slug
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff)


def carries_nothing_personal(response: HttpResponseBase) -> bool:
    return not response.cookies and response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"


def test_story_page_shows_the_published_text(staff: Staff, reader: Client) -> None:
    story = make_story(staff, title="A first classroom", slug="classroom", tags=[make_tag("Books")])
    publish(story, staff)

    response = reader.get("/en/stories/classroom/")

    page = response.content.decode()
    assert response.status_code == 200
    for words in (
        "A first classroom",
        "How one lesson changed",
        "A chosen name",
        "<p>The bell rang twice.</p>",
        "Books",
    ):
        assert words in page
    assert story.narrators.get().code not in page
    assert story.digest not in page


def test_story_page_is_asked_for_again_each_time(staff: Staff, reader: Client) -> None:
    publish(make_story(staff, slug="classroom"), staff)

    response = reader.get("/en/stories/classroom/")

    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert carries_nothing_personal(response)


def test_story_page_shows_an_edit_only_once_it_is_published(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="classroom")
    publish(story, staff)
    story.title = "Another title"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    assert b"Another title" not in reader.get("/en/stories/classroom/").content
    story.refresh_from_db()

    publish(story, staff)

    assert b"Another title" in reader.get("/en/stories/classroom/").content


def test_credited_source_is_linked(staff: Staff, reader: Client) -> None:
    source = make_source(staff, title="An essay in print")
    publish(source, staff)
    story = make_story(staff, slug="classroom")
    story.credit_id = source.pk
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff)

    assert f'<a href="/en/sources/{source.slug}/">An essay in print</a>' in (
        reader.get("/en/stories/classroom/").content.decode()
    )


def test_older_address_leads_to_the_newer_one(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="first")
    publish(story, staff)

    move(story, staff, "second")

    response = reader.get("/en/stories/first/")
    assert (response.status_code, response.headers["Location"]) == (301, "/en/stories/second/")
    assert carries_nothing_personal(response)
    assert reader.get("/en/stories/second/").status_code == 200


def test_ended_story_is_gone_from_every_address_it_had(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="first")
    publish(story, staff)
    move(story, staff, "second")

    workflow.end(story.pk, by=staff.publisher)

    assert [reader.get(f"/en/stories/{slug}/").status_code for slug in ("first", "second")] == [410, 410]


def test_gone_says_the_same_of_every_story_and_for_every_reason(staff: Staff, reader: Client) -> None:
    slugs = ["ended", "held", "refused"]
    ended, held, refused = (make_story(staff, title=f"About {slug}", slug=slug) for slug in slugs)
    for story in (ended, held, refused):
        publish(story, staff)
    workflow.end(ended.pk, by=staff.consent_officer, reason="withdrawn")
    workflow.hold(held.pk, by=staff.contributor, reason="A relative called.")
    make_consent(refused, by=staff.consent_officer, start=timezone.now(), value=Grant.Value.REFUSED)
    workflow.reclear(refused.pk, by=staff.consent_officer)

    responses = [reader.get(f"/en/stories/{slug}/") for slug in slugs]

    assert [response.status_code for response in responses] == [410, 410, 410]
    assert len({response.content for response in responses}) == 1
    assert len({str(sorted(response.headers.items())) for response in responses}) == 1
    assert all(carries_nothing_personal(response) for response in responses)
    assert responses[0].headers["Cache-Control"] == "no-store"


def test_story_is_gone_once_its_consent_has_run_out(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="classroom", consented=False)
    end = timezone.now() + timedelta(days=30)
    make_consent(story, by=staff.consent_officer, end=end)
    publish(story, staff)

    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert reader.get("/en/stories/classroom/").status_code == 200
    with time_machine.travel(end, tick=False):
        assert reader.get("/en/stories/classroom/").status_code == 410


@pytest.mark.parametrize("slug", ["draft", "approved", "scheduled"])
def test_story_that_never_was_public_answers_as_if_it_never_was(staff: Staff, reader: Client, slug: str) -> None:
    story = make_story(staff, slug=slug)
    if slug == "approved":
        workflow.submit(story.pk, by=staff.contributor)
        workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)
    elif slug == "scheduled":
        publish(story, staff, at=timezone.now() + timedelta(days=1))

    hidden, nothing = reader.get(f"/en/stories/{slug}/"), reader.get("/en/stories/nothing/")

    assert hidden.status_code == nothing.status_code == 404
    assert hidden.content == nothing.content
    assert hidden.headers == nothing.headers
    assert carries_nothing_personal(hidden)


def test_story_that_was_called_off_before_its_time_never_was(staff: Staff, reader: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    story = make_story(staff, slug="called-off")
    publish(story, staff, at=later)

    workflow.cancel_schedule(story.pk, by=staff.publisher)

    with time_machine.travel(later + timedelta(days=1), tick=False):
        assert reader.get("/en/stories/called-off/").status_code == 404


def test_scheduled_story_appears_at_its_time(staff: Staff, reader: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    publish(make_story(staff, slug="later"), staff, at=later)

    with time_machine.travel(later - timedelta(seconds=1), tick=False):
        assert reader.get("/en/stories/later/").status_code == 404
    with time_machine.travel(later, tick=False):
        assert reader.get("/en/stories/later/").status_code == 200


def test_story_that_only_partners_may_show_is_gone_here(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="classroom")
    publish(story, staff)
    make_consent(
        story,
        by=staff.consent_officer,
        start=timezone.now(),
        scopes=(Scope.WEBSITE,),
        value=Grant.Value.REFUSED,
    )
    workflow.reclear(story.pk, by=staff.consent_officer)

    assert reader.get("/en/stories/classroom/").status_code == 410
    assert b"A first classroom" not in reader.get("/en/stories/").content


def test_list_shows_public_stories_alone(staff: Staff, reader: Client) -> None:
    publish(make_story(staff, title="Shown to all"), staff)
    ended = make_story(staff, title="Taken back")
    publish(ended, staff)
    workflow.end(ended.pk, by=staff.publisher)
    make_story(staff, title="Still a draft")

    response = reader.get("/en/stories/")

    assert b"Shown to all" in response.content
    assert b"Taken back" not in response.content
    assert b"Still a draft" not in response.content
    assert carries_nothing_personal(response)


def test_list_names_the_language_of_a_story_in_another_one(staff: Staff, reader: Client) -> None:
    publish(make_story(staff, title="A first classroom", slug="classroom"), staff)

    page = reader.get("/ko/stories/").content.decode()

    assert 'href="/en/stories/classroom/"' in page
    assert '<div class="words" lang="en">' in page

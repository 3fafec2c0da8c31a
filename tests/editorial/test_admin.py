"""The desk: what each role sees and may do, and that nothing typed is ever lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import roles, workflow
from editorial.models import Channel, Edition, Event, State, User
from editorial.prose import text_of
from stories.models import Story
from tests.makers import Staff, approve, make_statistic, make_story, make_summary, make_tag, make_user, publish


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def form_url(story: Story) -> str:
    return reverse("admin:stories_story_change", args=[story.pk])


def verb_url(story: Story, verb: str) -> str:
    return reverse("admin:stories_story_verb", args=[story.pk, verb])


def filled(story: Story, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of a story as it stands, with some fields changed."""
    story.refresh_from_db()
    data: dict[str, Any] = {
        name: getattr(story, name)
        for name in (
            "title",
            "slug",
            "standfirst",
            "language",
            "byline",
            "how_made",
            "content_note",
            "body",
            "takeaway",
            "credit_line",
        )
    }
    data["tags"] = ["", *(str(pk) for pk in story.piece_tags.values_list("tag_id", flat=True))]
    data["version"] = str(story.lock_version)
    data["_save"] = "Save"
    return data | changes


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_save_keeps_what_readers_see(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    response = logged_in(staff.contributor).post(form_url(story), filled(story, title="Changed"), follow=True)

    assert "What readers see has not changed" in said(response)
    assert Edition.objects.public(Channel.WEBSITE, timezone.now()).get(piece_id=story.pk).title == "A first classroom"


def test_save_of_tags_is_a_revision_of_its_own(staff: Staff) -> None:
    story = make_story(staff)
    tag = make_tag("Books")

    logged_in(staff.contributor).post(form_url(story), filled(story, tags=[str(tag.pk)]))

    revision = story.revisions.first()
    assert revision is not None
    assert (revision.changed, revision.content["tags"]) == (["tags"], [tag.pk])


def test_save_and_submit_does_both(staff: Staff) -> None:
    story = make_story(staff)

    logged_in(staff.contributor).post(form_url(story), filled(story, title="Ready", _verb="submit"))

    story.refresh_from_db()
    assert (story.title, story.state) == ("Ready", State.IN_REVIEW)


def test_refused_submit_keeps_the_save_and_says_every_reason(staff: Staff) -> None:
    story = make_story(staff, consented=False)

    response = logged_in(staff.contributor).post(
        form_url(story), filled(story, title="Kept", byline="", _verb="submit"), follow=True
    )

    story.refresh_from_db()
    assert (story.title, story.state) == ("Kept", State.DRAFT)
    assert "Say under which name" in said(response)
    assert "Ask the consent officer" in said(response)


def test_invalid_form_keeps_what_was_typed(staff: Staff) -> None:
    story = make_story(staff)

    response = logged_in(staff.contributor).post(
        form_url(story), filled(story, slug="not a slug!", body="<p>Long work.</p>")
    )

    assert "Long work." in response.content.decode()
    assert "not a slug!" in response.content.decode()


def test_second_save_of_the_same_version_shows_both_texts(staff: Staff) -> None:
    story = make_story(staff)
    seen = filled(story)
    logged_in(staff.contributor).post(form_url(story), seen | {"standfirst": "The first text."})

    response = logged_in(staff.editor).post(form_url(story), seen | {"standfirst": "The second text."})

    page = text_of(response.content.decode())
    assert "Two people changed this piece" in page
    assert "The first text." in page
    assert "The second text." in page
    story.refresh_from_db()
    assert story.standfirst == "The first text."


def test_save_after_seeing_both_texts_goes_through(staff: Staff) -> None:
    story = make_story(staff)
    seen = filled(story)
    logged_in(staff.contributor).post(form_url(story), seen | {"standfirst": "The first text."})
    story.refresh_from_db()

    again = seen | {"standfirst": "The second text.", "version": str(story.lock_version)}
    logged_in(staff.editor).post(form_url(story), again)

    story.refresh_from_db()
    assert story.standfirst == "The second text."


def test_form_without_its_version_is_refused(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag()])
    incomplete = filled(story, title="From a script")
    del incomplete["version"], incomplete["tags"]

    response = logged_in(staff.contributor).post(form_url(story), incomplete)

    assert "arrived incomplete" in response.content.decode()
    assert story.piece_tags.count() == 1


def test_end_works_whatever_state_the_form_is_in(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    logged_in(staff.publisher).post(verb_url(story, "end"), {"slug": "not a slug!"})

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


def test_verbs_do_nothing_on_get(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    assert logged_in(staff.publisher).get(verb_url(story, "end")).status_code == 405
    assert Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


def test_reviewer_approves_what_was_on_the_screen(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()

    logged_in(staff.reviewer).post(verb_url(story, "approve"), {"digest": story.digest})

    story.refresh_from_db()
    assert story.state == State.APPROVED


def test_reviewer_cannot_save_a_text(staff: Staff) -> None:
    story = make_story(staff)

    assert logged_in(staff.reviewer).post(form_url(story), filled(story, title="Mine")).status_code == 403


def test_contributor_cannot_change_the_text_of_another(staff: Staff) -> None:
    story = make_story(staff)
    stranger = make_user(roles.CONTRIBUTOR)

    assert logged_in(stranger).post(form_url(story), filled(story, title="Mine")).status_code == 403


def test_form_names_the_verbs_and_the_reasons_against_the_rest(staff: Staff) -> None:
    story = make_story(staff)

    desk = logged_in(staff.contributor).get(form_url(story)).context["desk"]

    assert {verb.name for verb in desk.with_save} == {"submit"}
    refused = {verb.name: {blocker.code for blocker in verb.blockers} for verb in desk.refused}
    assert refused["approve"] == {"no_permission", "wrong_state", "own_text"}
    assert refused["end"] == {"no_permission", "not_live"}


def test_submit_stands_under_the_form_of_a_live_piece_before_anything_changed(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    desk = logged_in(staff.contributor).get(form_url(story)).context["desk"]

    assert {verb.name for verb in desk.with_save} == {"submit"}


def test_schedule_takes_the_time_of_the_site(staff: Staff, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Seoul"
    story = make_story(staff)
    approve(story, staff)
    later = (timezone.localtime() + timedelta(days=1)).replace(second=0, microsecond=0)

    logged_in(staff.publisher).post(verb_url(story, "schedule"), {"at": later.strftime("%Y-%m-%dT%H:%M")})

    assert story.editions.get().publish_at == later


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-02-30T10:00"])
def test_schedule_without_a_readable_time_says_how_to_write_it(staff: Staff, typed: str) -> None:
    story = make_story(staff)
    approve(story, staff)

    response = logged_in(staff.publisher).post(verb_url(story, "schedule"), {"at": typed}, follow=True)

    assert "Not done" in said(response)
    assert not story.editions.exists()


def test_set_is_published_as_one_from_the_desk(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    workflow.submit(summary.pk, by=staff.contributor, with_ids=[statistic.pk])
    summary.refresh_from_db()
    client, together = logged_in(staff.reviewer), {"together": "1", "with_ids": [f"{statistic.pk}:{statistic.digest}"]}
    client.post(
        reverse("admin:research_summary_verb", args=[summary.pk, "approve"]), together | {"digest": summary.digest}
    )

    logged_in(staff.publisher).post(reverse("admin:research_summary_verb", args=[summary.pk, "publish"]), together)

    assert Edition.objects.public(Channel.WEBSITE, timezone.now()).count() == 2


def test_restore_from_the_desk(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    client.post(form_url(story), filled(story, title="Second thoughts"))

    client.post(verb_url(story, "restore"), {"revision": "1"})

    story.refresh_from_db()
    assert story.title == "A first classroom"


def test_preview_shows_the_working_copy_and_stores_nothing(staff: Staff) -> None:
    story = make_story(staff)
    before = Edition.objects.count()

    response = logged_in(staff.reviewer).get(reverse("admin:stories_story_preview", args=[story.pk]))

    assert "The bell rang twice." in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert Edition.objects.count() == before


def test_nothing_of_a_piece_can_be_deleted(staff: Staff) -> None:
    story = make_story(staff)
    boss = make_user(is_superuser=True)

    assert (
        logged_in(boss).post(reverse("admin:stories_story_delete", args=[story.pk]), {"post": "yes"}).status_code == 403
    )


@pytest.mark.parametrize(
    "question", ["digest_key__startswith=a", "created_by__password__startswith=a", "slug__startswith=s"]
)
def test_query_string_answers_no_question_about_hidden_columns(staff: Staff, question: str) -> None:
    make_story(staff)

    response = logged_in(staff.reviewer).get(f"{reverse('admin:stories_story_changelist')}?{question}")

    assert response.status_code in {302, 400}


def test_titles_are_not_copied_into_the_history_of_the_admin(staff: Staff) -> None:
    from django.contrib.admin.models import LogEntry

    story = make_story(staff)
    logged_in(staff.contributor).post(form_url(story), filled(story, title="A name that must not spread"))

    assert not LogEntry.objects.exists()
    assert not Event.objects.filter(subject__contains="name").exists()


def test_choosing_shows_nothing_to_those_without_pieces(staff: Staff) -> None:
    make_story(staff, title="A hidden title")
    nobody = make_user(roles.ADMINISTRATOR)

    found = logged_in(nobody).get(reverse("admin:choose_piece", args=["any"])).json()

    assert found["results"] == []


@pytest.mark.parametrize("count", [2, 12])
def test_list_costs_the_same_for_any_number_of_rows(
    staff: Staff, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make_story(staff)
    client = logged_in(staff.editor)
    client.get(reverse("admin:stories_story_changelist"))

    with django_assert_max_num_queries(9):
        client.get(reverse("admin:stories_story_changelist"))


@pytest.mark.parametrize(
    "name",
    [
        "stories_story",
        "stories_narrator",
        "stories_consent",
        "research_source",
        "research_statistic",
        "research_summary",
        "reading_collection",
        "reading_page",
        "editorial_tag",
        "editorial_event",
        "editorial_user",
        "auth_group",
    ],
)
def test_every_list_and_form_opens_for_a_superuser(staff: Staff, name: str) -> None:
    make_story(staff)
    client = logged_in(make_user(is_superuser=True))

    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    if name not in {"editorial_event", "auth_group"}:
        assert client.get(reverse(f"admin:{name}_add")).status_code == 200


def test_field_that_only_the_other_person_changed_is_taken_over(staff: Staff) -> None:
    story = make_story(staff)
    revision = story.revisions.get().number
    seen = filled(story, revision=str(revision))
    logged_in(staff.editor).post(form_url(story), seen | {"standfirst": "The editor's standfirst."})

    late = logged_in(staff.contributor)
    response = late.post(form_url(story), seen | {"byline": "Another name"})
    assert response.context["conflicts"] == []
    carried = {name: str(response.context[name]) for name in ("sealed",)}
    story.refresh_from_db()
    late.post(response.context["action"], carried | {"version": str(story.lock_version)})

    story.refresh_from_db()
    assert (story.standfirst, story.byline) == ("The editor's standfirst.", "Another name")

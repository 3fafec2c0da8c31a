"""One verb on many pieces: what became of each is said, and what is refused touches no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import roles, workflow
from editorial.admin import bulk
from editorial.models import Channel, Edition, Event, PieceTag, State, User
from reading.models import Page
from stories.models import Story
from tests.editorial.test_admin import logged_in, said
from tests.makers import (
    Staff,
    approve,
    make_page,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def ids(*pieces: Any) -> str:
    return ",".join(str(piece.pk) for piece in pieces)


def url(verb: str, kind: str = "stories_story") -> str:
    return reverse(f"admin:{kind}_bulk", args=[verb])


def does(by: User, verb: str, *pieces: Any, kind: str = "stories_story", **filled: str) -> Any:
    return logged_in(by).post(url(verb, kind), {"ids": ids(*pieces), **filled})


def outcome(page: Any) -> tuple[list[str], dict[str, list[str]]]:
    """The titles of those that are done, and for each other one the reasons."""
    refused = {one.title: [str(reason) for reason in one.reasons] for one in page.context["refused"]}
    return [one.title for one in page.context["done"]], refused


def states(*pieces: Any) -> list[str]:
    for piece in pieces:
        piece.refresh_from_db()
    return [piece.state for piece in pieces]


# --- What became of each --------------------------------------------------------------------------------------------
def test_every_piece_is_listed_as_done_or_refused_with_all_reasons(staff: Staff) -> None:
    ready = make_story(staff, title="Ready")
    bare = make_story(staff, title="Bare", consented=False)
    Story.objects.filter(pk=bare.pk).update(body="")

    done, refused = outcome(does(staff.contributor, "submit", ready, bare))

    assert (done, list(refused)) == (["Ready"], ["Bare"])
    assert len(refused["Bare"]) == 2


def test_refusal_of_one_touches_no_other(staff: Staff) -> None:
    first, bare, last = make_story(staff), make_story(staff, consented=False), make_story(staff)

    does(staff.contributor, "submit", first, bare, last)

    assert states(first, bare, last) == [State.IN_REVIEW, State.DRAFT, State.IN_REVIEW]


def test_page_says_both_with_links_to_the_pieces(staff: Staff) -> None:
    ready, bare = make_story(staff, title="Ready"), make_story(staff, title="Bare", consented=False)

    page = does(staff.contributor, "submit", ready, bare).content.decode()

    assert all(words in page for words in ("Done for 1", "Not done for 1", "Ask the consent officer"))
    assert all(reverse("admin:stories_story_change", args=[story.pk]) in page for story in (ready, bare))


def test_what_is_done_is_in_the_record_of_each(staff: Staff) -> None:
    stories = [make_story(staff) for _number in range(3)]

    does(staff.contributor, "submit", *stories)

    assert set(Event.objects.filter(verb="submit").values_list("piece_number", flat=True)) == {
        story.pk for story in stories
    }


# --- Each verb ------------------------------------------------------------------------------------------------------
def test_reviewer_is_asked_for_many_at_once(staff: Staff) -> None:
    stories = [make_story(staff), make_story(staff)]

    does(staff.editor, "assign", *stories, reviewer=str(staff.reviewer.pk), assignment_note="Together, please.")

    assert {story.reviewer for story in Story.objects.all()} == {staff.reviewer}


def test_many_are_submitted_to_one_reviewer(staff: Staff) -> None:
    stories = [make_story(staff), make_story(staff)]

    does(staff.contributor, "submit", *stories, reviewer=str(staff.reviewer.pk))

    assert {(story.state, story.reviewer) for story in Story.objects.all()} == {(State.IN_REVIEW, staff.reviewer)}


def test_reviewer_who_cannot_be_asked_stops_the_submission_too(staff: Staff) -> None:
    """Both or nothing, for each piece."""
    story = make_story(staff)

    _done, refused = outcome(does(staff.contributor, "submit", story, reviewer=str(staff.publisher.pk)))

    assert (states(story), len(refused)) == ([State.DRAFT], 1)


def test_many_are_recalled(staff: Staff) -> None:
    story, draft = make_story(staff, title="Away"), make_story(staff, title="Here")
    workflow.submit(story.pk, by=staff.contributor)

    done, refused = outcome(does(staff.contributor, "recall", story, draft))

    assert (done, list(refused), states(story)) == (["Away"], ["Here"], [State.DRAFT])


def test_many_are_published(staff: Staff) -> None:
    approved, draft = make_story(staff), make_story(staff)
    approve(approved, staff)

    does(staff.publisher, "publish", approved, draft)

    assert list(Edition.objects.public(Channel.WEBSITE, timezone.now()).values_list("piece_id", flat=True)) == [
        approved.pk
    ]


def test_nobody_publishes_what_they_wrote_by_doing_many_at_once(staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(title="Mine")
    workflow.save(story.pk, by=boss)
    approve(story, staff)

    _done, refused = outcome(does(boss, "publish", story))

    assert "You changed this text yourself" in refused["Mine"][0]
    assert not Edition.objects.exists()


def test_many_are_scheduled_in_the_time_of_the_editor(staff: Staff) -> None:
    User.objects.filter(pk=staff.publisher.pk).update(time_zone="America/New_York")
    page = make_page(staff)
    approve(page, staff)

    does(staff.publisher, "schedule", page, kind="reading_page", at="2099-01-15T09:00")

    assert page.editions.get().publish_at.isoformat() == "2099-01-15T14:00:00+00:00"


def test_time_that_cannot_be_read_schedules_none(staff: Staff) -> None:
    story = make_story(staff, title="Approved")
    approve(story, staff)

    _done, refused = outcome(does(staff.publisher, "schedule", story, at="soon"))

    assert "year-month-day" in refused["Approved"][0]


def test_tag_is_added_to_many_as_drafts(staff: Staff) -> None:
    tag = make_tag("Books")
    without, has = make_story(staff, title="Without"), make_story(staff, title="Has", tags=[tag])
    approve(without, staff)

    done, refused = outcome(does(staff.editor, "add_tag", without, has, tag=str(tag.pk)))

    assert (done, refused) == (["Without"], {"Has": ["It has this tag already."]})
    assert states(without) == [State.DRAFT]
    revision = without.revisions.first()
    assert revision is not None
    assert revision.changed == ["tags"]


def test_tag_is_taken_from_many_and_readers_still_see_it(staff: Staff) -> None:
    tag = make_tag("Books")
    has, without = make_story(staff, title="Has", tags=[tag]), make_story(staff, title="Without")
    publish(has, staff)

    done, refused = outcome(does(staff.editor, "remove_tag", has, without, tag=str(tag.pk)))

    assert (done, refused) == (["Has"], {"Without": ["It does not have this tag."]})
    assert not PieceTag.objects.filter(content_object=has).exists()
    assert Edition.objects.get().edition_tags.count() == 1


@pytest.mark.parametrize("tag", ["", "x", "9" * 30, "12345"])
def test_tag_that_there_is_not_is_asked_for_again(staff: Staff, tag: str) -> None:
    _done, refused = outcome(does(staff.editor, "add_tag", make_story(staff, title="Story"), tag=tag))

    assert refused == {"Story": ["Choose a tag."]}


def test_tag_is_changed_by_those_alone_who_may_write(staff: Staff) -> None:
    story, tag = make_story(staff, title="Story"), make_tag("Books")

    _done, refused = outcome(does(make_user(roles.CONTRIBUTOR), "add_tag", story, tag=str(tag.pk)))

    assert refused == {"Story": ["Only its writers and editors may change this piece."]}
    assert not PieceTag.objects.exists()


def test_reminder_is_set_for_many(staff: Staff) -> None:
    stories = [make_story(staff), make_story(staff)]

    does(staff.editor, "look_again", *stories, on="2099-05-01")

    assert {str(story.look_again_on) for story in Story.objects.all()} == {"2099-05-01"}


def test_many_are_held_back_at_once(staff: Staff) -> None:
    stories = [make_story(staff), make_story(staff)]
    for story in stories:
        publish(story, staff)

    does(staff.contributor, "hold", *stories, reason="A relative called.")

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


def test_many_are_ended(staff: Staff) -> None:
    live, draft = make_story(staff, title="Live"), make_story(staff, title="Draft")
    publish(live, staff)

    done, refused = outcome(does(staff.consent_officer, "end", live, draft))

    assert (done, list(refused)) == (["Live"], ["Draft"])
    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


def test_page_before_an_end_says_where_they_are_used(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    make_summary(staff, statistics=[statistic])

    page = logged_in(staff.publisher).get(url("end", "research_statistic"), {"ids": ids(statistic)})

    assert page.context["used"] == [(statistic.piece_ptr, 1)]
    assert "Others use some of them" in page.content.decode()


def test_approving_is_not_done_by_the_dozen(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    assert does(staff.reviewer, "approve", story).status_code == 404
    assert states(story) == [State.IN_REVIEW]


# --- Who may, and how many ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (roles.CONTRIBUTOR, {"submit", "recall", "add_tag", "remove_tag", "hold"}),
        (roles.EDITOR, {"submit", "recall", "add_tag", "remove_tag", "look_again", "hold"}),
        (roles.REVIEWER, {"assign", "hold"}),
        (roles.PUBLISHER, {"publish", "schedule", "hold", "end"}),
        (roles.CONSENT_OFFICER, {"hold", "end"}),
    ],
)
def test_menu_offers_what_the_role_includes(staff: Staff, role: str, offered: set[str]) -> None:
    make_story(staff)

    page = logged_in(make_user(role)).get(reverse("admin:stories_story_changelist"))

    choices = dict(page.context["action_form"].fields["action"].choices)
    assert {name.removeprefix("bulk_") for name in choices if name} == offered


def test_menu_never_deletes(staff: Staff) -> None:
    make_story(staff)
    page = logged_in(make_user(is_superuser=True)).get(reverse("admin:stories_story_changelist"))

    assert "delete_selected" not in dict(page.context["action_form"].fields["action"].choices)


def test_address_of_a_verb_gives_nobody_its_role(staff: Staff) -> None:
    story = make_story(staff, title="Approved")
    approve(story, staff)

    _done, refused = outcome(does(staff.contributor, "publish", story))

    assert "Your role does not include this" in refused["Approved"][0]


def test_without_a_role_there_is_no_such_page(staff: Staff) -> None:
    story = make_story(staff)

    assert does(make_user(), "hold", story).status_code == 404
    assert logged_in(make_user()).get(url("hold"), {"ids": ids(story)}).status_code == 404


def test_asking_changes_nothing(staff: Staff) -> None:
    story = make_story(staff, title="Ready")
    before = Event.objects.count()

    page = logged_in(staff.contributor).get(url("submit"), {"ids": ids(story)})

    assert "Ready" in page.content.decode()
    assert (states(story), Event.objects.count()) == ([State.DRAFT], before)


def from_the_list(client: Client, verb: str, pieces: Any) -> Any:
    data = {"action": f"bulk_{verb}", "_selected_action": [str(piece.pk) for piece in pieces]}
    return client.post(reverse("admin:stories_story_changelist"), data, follow=True)


def test_menu_leads_to_the_page_that_asks(staff: Staff) -> None:
    stories = [make_story(staff, title="One"), make_story(staff, title="Two")]

    page = from_the_list(logged_in(staff.contributor), "submit", stories)

    assert [piece.title for piece in page.context["pieces"]] == ["One", "Two"]
    assert states(*stories) == [State.DRAFT, State.DRAFT]


def test_too_many_at_once_are_refused_in_words(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    stories = [make_story(staff) for _number in range(3)]

    page = from_the_list(logged_in(staff.contributor), "submit", stories)

    assert "more than 2" in said(page)
    assert "pieces" not in page.context


def test_more_than_may_be_done_are_not_done_by_address_either(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    stories = [make_story(staff) for _number in range(3)]

    does(staff.contributor, "submit", *stories)

    assert Story.objects.filter(state=State.IN_REVIEW).count() == 2


@pytest.mark.parametrize("given", ["", "x", "0", "-1", "9" * 40, "1 OR 1=1"])
def test_ids_that_are_none_say_that_nothing_is_chosen(staff: Staff, given: str) -> None:
    make_story(staff)

    page = logged_in(staff.contributor).post(url("submit"), {"ids": given})

    assert "No piece is chosen" in page.content.decode()


def test_pieces_of_another_kind_are_not_touched(staff: Staff) -> None:
    page = make_page(staff)

    does(staff.contributor, "submit", page)

    assert states(page) == [State.DRAFT]
    assert Page.objects.count() == 1


def test_piece_that_is_named_twice_is_done_once(staff: Staff) -> None:
    story = make_story(staff, title="Once")

    done, refused = outcome(does(staff.contributor, "submit", story, story))

    assert (done, refused) == (["Once"], {})


@pytest.mark.parametrize("number", [2, 12])
def test_asking_about_many_costs_the_same(staff: Staff, number: int) -> None:
    stories = [make_story(staff) for _number in range(number)]
    client = logged_in(staff.contributor)
    client.get(url("submit"), {"ids": ids(*stories)})

    with CaptureQueriesContext(connection) as queries:
        client.get(url("submit"), {"ids": ids(*stories)})

    assert len(queries) <= 7, [query["sql"] for query in queries]


def test_piece_that_refers_to_a_hidden_one_is_refused(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    approve(summary, staff)

    _done, refused = outcome(does(staff.publisher, "publish", summary, kind="research_summary"))

    assert "readers cannot see yet" in refused["What lessons do"][0]

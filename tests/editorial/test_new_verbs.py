"""The verbs around a review and around an edition that waits: each with what it does and with every guard it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.utils import timezone

from editorial import events, roles, workflow
from editorial.blockers import Refused
from editorial.models import Channel, Edition, Event, Notice, Piece, SiteState, State, User
from editorial.standing import Standing
from stories.models import Story
from tests.makers import Staff, approve, make_consent, make_page, make_story, make_tag, make_user, publish


def refusal(verb: Callable[..., Any], *args: Any, **filled: Any) -> set[str]:
    """The codes with which it is refused."""
    with pytest.raises(Refused) as refused:
        verb(*args, **filled)
    return {blocker.code for blocker in refused.value.blockers}


def with_roles(*names: str) -> User:
    user = make_user()
    user.groups.add(*Group.objects.filter(name__in=names))
    return User.objects.get(pk=user.pk)


def rewritten(piece: Piece, by: User, **columns: Any) -> None:
    type(piece)._default_manager.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=by)
    piece.refresh_from_db()


def shown(piece: Piece, at: datetime | None = None) -> list[int]:
    door = Edition.objects.public(Channel.WEBSITE, at or timezone.now())
    return list(door.filter(piece_id=piece.pk).values_list("number", flat=True))


def in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)


@pytest.fixture
def submitted(staff: Staff) -> Story:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    return story


@pytest.fixture
def live(staff: Staff) -> Story:
    """A story that readers see, with another title in the working copy."""
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="A mended title")
    return story


@pytest.fixture
def waiting(staff: Staff) -> Story:
    """A story that readers see, with another edition that appears in an hour."""
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="Scheduled title", standfirst="Scheduled standfirst.")
    publish(story, staff, at=in_an_hour())
    return story


@pytest.fixture
def filed(staff: Staff, waiting: Story) -> Story:
    """Its scheduled edition 2 was replaced by edition 3, which is a fix of what was live."""
    workflow.start_fix(waiting.pk, by=staff.contributor)
    rewritten(waiting, staff.editor, byline="A mended byline")
    publish(waiting, staff)
    return waiting


# --- Assign ---------------------------------------------------------------------------------------------------------
def test_assigning_says_whom_until_when_and_why(staff: Staff, submitted: Story) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)

    workflow.assign(submitted.pk, by=staff.contributor, reviewer=staff.reviewer, due=tomorrow, note="Mind the dates.")

    submitted.refresh_from_db()
    assert (submitted.reviewer, submitted.review_due) == (staff.reviewer, tomorrow)
    assert submitted.assignment_note == "Mind the dates."


def test_assigning_tells_the_reviewer(staff: Staff, submitted: Story) -> None:
    User.objects.filter(pk=staff.reviewer.pk).update(email="reviewer@example.org")

    workflow.assign(submitted.pk, by=staff.contributor, reviewer=staff.reviewer)

    assert Notice.objects.get(user=staff.reviewer).what == Notice.What.ASSIGNED


def test_assigning_nobody_takes_it_back_with_day_and_note(staff: Staff, submitted: Story) -> None:
    today = timezone.localdate()
    workflow.assign(submitted.pk, by=staff.contributor, reviewer=staff.reviewer, due=today, note="Soon.")

    workflow.assign(submitted.pk, by=staff.contributor, reviewer=None, due=today, note="Left over.")

    submitted.refresh_from_db()
    assert (submitted.reviewer, submitted.review_due, submitted.assignment_note) == (None, None, "")
    assert Event.objects.latest("number").verb == "unassign"


def test_assigning_voids_no_approval(staff: Staff, submitted: Story) -> None:
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)

    workflow.assign(submitted.pk, by=staff.editor, reviewer=make_user(roles.REVIEWER))

    submitted.refresh_from_db()
    assert submitted.state == State.APPROVED


@pytest.mark.parametrize("role", [roles.CONTRIBUTOR, roles.PUBLISHER, roles.CONSENT_OFFICER])
def test_assigning_is_for_writers_editors_and_reviewers(staff: Staff, submitted: Story, role: str) -> None:
    stranger = make_user(role)

    assert refusal(workflow.assign, submitted.pk, by=stranger, reviewer=staff.reviewer) == {"not_yours"}


def test_reviewers_may_ask_each_other(staff: Staff, submitted: Story) -> None:
    other = make_user(roles.REVIEWER)

    workflow.assign(submitted.pk, by=staff.reviewer, reviewer=other)

    submitted.refresh_from_db()
    assert submitted.reviewer == other


def test_only_somebody_who_may_review_is_asked(staff: Staff, submitted: Story) -> None:
    assert refusal(workflow.assign, submitted.pk, by=staff.editor, reviewer=staff.publisher) == {"no_reviewer"}


def test_somebody_who_left_is_not_asked(staff: Staff, submitted: Story) -> None:
    staff.reviewer.is_active = False
    staff.reviewer.save()

    assert refusal(workflow.assign, submitted.pk, by=staff.editor, reviewer=staff.reviewer) == {"no_reviewer"}


def test_no_writer_is_asked_to_review(staff: Staff) -> None:
    story = make_story(staff)
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    rewritten(story, writer, title="Mine")

    assert refusal(workflow.assign, story.pk, by=staff.editor, reviewer=writer) == {"own_text"}


def test_review_cannot_be_due_in_the_past(staff: Staff, submitted: Story) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)

    assert refusal(workflow.assign, submitted.pk, by=staff.editor, reviewer=staff.reviewer, due=yesterday) == {
        "in_the_past"
    }


def test_every_reason_against_an_assignment_is_said_at_once(staff: Staff, submitted: Story) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)

    assert refusal(workflow.assign, submitted.pk, by=staff.publisher, reviewer=staff.contributor, due=yesterday) == {
        "not_yours",
        "no_reviewer",
        "own_text",
        "in_the_past",
    }


def test_assignment_ends_when_it_is_published(staff: Staff, submitted: Story) -> None:
    workflow.assign(submitted.pk, by=staff.editor, reviewer=staff.reviewer, note="Please.")
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)

    workflow.publish(submitted.pk, by=staff.publisher)

    submitted.refresh_from_db()
    assert (submitted.reviewer, submitted.assignment_note) == (None, "")


# --- Two reviewers --------------------------------------------------------------------------------------------------
def test_sensitive_text_stays_in_review_after_one_approval(staff: Staff, submitted: Story) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.contributor, is_sensitive=True)

    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)

    submitted.refresh_from_db()
    assert submitted.state == State.IN_REVIEW
    assert Event.objects.latest("number").verb == "approve_first"


def test_sensitive_text_is_approved_by_the_second(staff: Staff, submitted: Story) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.contributor, is_sensitive=True)
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)

    workflow.approve(submitted.pk, by=make_user(roles.REVIEWER), digest=submitted.digest)

    submitted.refresh_from_db()
    assert submitted.state == State.APPROVED


def test_one_reviewer_is_not_two(staff: Staff, submitted: Story) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.contributor, is_sensitive=True)
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)

    assert refusal(workflow.approve, submitted.pk, by=staff.reviewer, digest=submitted.digest) == {"approved_once"}


def test_first_approval_counts_no_more_after_another_submission(staff: Staff, submitted: Story) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.contributor, is_sensitive=True)
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)
    workflow.recall(submitted.pk, by=staff.contributor)
    workflow.submit(submitted.pk, by=staff.contributor)

    workflow.approve(submitted.pk, by=make_user(roles.REVIEWER), digest=submitted.digest)

    submitted.refresh_from_db()
    assert submitted.state == State.IN_REVIEW


def test_first_approval_counts_no_more_once_the_text_went_and_came_back(staff: Staff, submitted: Story) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.contributor, is_sensitive=True)
    workflow.approve(submitted.pk, by=staff.reviewer, digest=submitted.digest)
    rewritten(submitted, staff.contributor, title="Another title")
    rewritten(submitted, staff.contributor, title="A first classroom")
    workflow.submit(submitted.pk, by=staff.contributor)
    submitted.refresh_from_db()

    workflow.approve(submitted.pk, by=make_user(roles.REVIEWER), digest=submitted.digest)

    submitted.refresh_from_db()
    assert submitted.state == State.IN_REVIEW


def test_marking_an_approved_text_sends_it_to_a_second_reviewer(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)

    story.refresh_from_db()
    assert (story.state, story.approval) == (State.IN_REVIEW, None)
    assert Standing(story).approvers == {staff.reviewer.pk}


def test_mark_that_came_behind_the_approval_still_stops_the_publisher(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)
    Piece.objects.filter(pk=story.pk).update(is_sensitive=True)

    assert refusal(workflow.publish, story.pk, by=staff.publisher) == {"second_reviewer"}


@pytest.mark.parametrize("role", [roles.CONTRIBUTOR, roles.PUBLISHER, roles.CONSENT_OFFICER])
def test_marking_is_for_writers_editors_and_reviewers(staff: Staff, role: str) -> None:
    story = make_story(staff)
    stranger = make_user(role)

    assert refusal(workflow.mark_sensitive, story.pk, by=stranger, is_sensitive=True) == {"not_yours"}


def test_marking_twice_is_said_to_be_so_already(staff: Staff) -> None:
    story = make_story(staff)
    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)

    assert refusal(workflow.mark_sensitive, story.pk, by=staff.editor, is_sensitive=True) == {"nothing_changed"}


@pytest.mark.parametrize("role", [roles.EDITOR, roles.PUBLISHER])
def test_unmarking_is_for_reviewers(staff: Staff, role: str) -> None:
    story = make_story(staff)
    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)

    assert refusal(workflow.mark_sensitive, story.pk, by=make_user(role), is_sensitive=False) == {"no_permission"}


def test_writer_who_reviews_too_does_not_unmark(staff: Staff) -> None:
    story = make_story(staff)
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    rewritten(story, writer, title="Mine")
    workflow.mark_sensitive(story.pk, by=writer, is_sensitive=True)

    assert refusal(workflow.mark_sensitive, story.pk, by=writer, is_sensitive=False) == {"own_text"}


@pytest.mark.parametrize("approvals", [0, 2])
def test_unmarking_waits_until_the_review_is_over(staff: Staff, submitted: Story, approvals: int) -> None:
    workflow.mark_sensitive(submitted.pk, by=staff.editor, is_sensitive=True)
    for _number in range(approvals):
        workflow.approve(submitted.pk, by=make_user(roles.REVIEWER), digest=submitted.digest)

    assert refusal(workflow.mark_sensitive, submitted.pk, by=staff.reviewer, is_sensitive=False) == {"wrong_state"}


def test_marking_again_forgets_who_asked_for_one_reviewer(staff: Staff) -> None:
    story = make_story(staff)
    first, second = make_user(roles.REVIEWER), make_user(roles.REVIEWER)
    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)
    workflow.mark_sensitive(story.pk, by=first, is_sensitive=False)
    workflow.mark_sensitive(story.pk, by=second, is_sensitive=False)
    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)

    assert workflow.mark_sensitive(story.pk, by=second, is_sensitive=False) is False


# --- Look again -----------------------------------------------------------------------------------------------------
def test_reminder_is_no_content(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)
    day = date(2031, 5, 1)

    workflow.look_again(story.pk, by=staff.contributor, on=day)

    story.refresh_from_db()
    assert (story.look_again_on, story.state) == (day, State.APPROVED)


def test_reminder_can_be_taken_away(staff: Staff) -> None:
    story = make_story(staff)
    workflow.look_again(story.pk, by=staff.contributor, on=date(2031, 5, 1))

    workflow.look_again(story.pk, by=staff.publisher, on=None)

    story.refresh_from_db()
    assert story.look_again_on is None


@pytest.mark.parametrize("role", [roles.CONTRIBUTOR, roles.REVIEWER, roles.CONSENT_OFFICER])
def test_reminder_is_for_writers_editors_and_publishers(staff: Staff, role: str) -> None:
    story = make_story(staff)
    stranger = make_user(role)

    assert refusal(workflow.look_again, story.pk, by=stranger, on=date(2031, 5, 1)) == {"not_yours"}


# --- Start a fix ----------------------------------------------------------------------------------------------------
def test_fix_begins_with_what_is_live(staff: Staff, waiting: Story) -> None:
    workflow.start_fix(waiting.pk, by=staff.contributor)

    waiting.refresh_from_db()
    assert (waiting.title, waiting.state) == ("A first classroom", State.DRAFT)


def test_fix_leaves_the_waiting_edition_waiting(staff: Staff, waiting: Story) -> None:
    workflow.start_fix(waiting.pk, by=staff.contributor)

    assert (shown(waiting), shown(waiting, in_an_hour())) == ([1], [2])


def test_fix_keeps_the_draft_that_stood_there_in_the_history(staff: Staff, waiting: Story) -> None:
    rewritten(waiting, staff.contributor, title="Half written")

    workflow.start_fix(waiting.pk, by=staff.contributor)

    assert [one.content["title"] for one in waiting.revisions.all()[:2]] == ["A first classroom", "Half written"]


def test_fix_of_an_approved_text_has_no_writer(staff: Staff, waiting: Story) -> None:
    workflow.start_fix(waiting.pk, by=staff.editor)

    assert not waiting.writers.exists()


def test_fix_of_an_urgent_text_leaves_it_to_its_writers_until_it_is_confirmed(staff: Staff) -> None:
    writer, publisher = with_roles(roles.EDITOR, roles.REVIEWER), make_user(roles.PUBLISHER)
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, writer, title="Urgent words")
    workflow.publish_urgently(story.pk, by=publisher, reason="It cannot wait.")
    rewritten(story, staff.contributor, title="Scheduled words")
    publish(story, staff, at=in_an_hour())

    workflow.start_fix(story.pk, by=staff.editor)

    workflow.submit(story.pk, by=staff.editor)
    story.refresh_from_db()
    assert refusal(workflow.approve, story.pk, by=writer, digest=story.digest) == {"own_text"}


def test_fix_is_for_those_who_may_write(staff: Staff, waiting: Story) -> None:
    assert refusal(workflow.start_fix, waiting.pk, by=staff.publisher) == {"not_yours"}


def test_fix_needs_an_edition_that_waits(staff: Staff, live: Story) -> None:
    assert refusal(workflow.start_fix, live.pk, by=staff.contributor) == {"nothing_scheduled"}


def test_fix_needs_something_live(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff, at=in_an_hour())
    rewritten(story, staff.contributor, title="Changed")

    assert refusal(workflow.start_fix, story.pk, by=staff.contributor) == {"not_live"}


def test_fix_is_begun_once(staff: Staff, waiting: Story) -> None:
    workflow.start_fix(waiting.pk, by=staff.contributor)

    assert refusal(workflow.start_fix, waiting.pk, by=staff.contributor) == {"nothing_changed"}


# --- Rebase and drop ------------------------------------------------------------------------------------------------
def test_publishing_a_fix_files_what_waited(staff: Staff, filed: Story) -> None:
    assert [edition.number for edition in Standing(filed).filed] == [2]
    assert shown(filed, in_an_hour()) == [3]


def test_replacing_a_schedule_by_the_same_text_files_nothing(staff: Staff, waiting: Story) -> None:
    rewritten(waiting, staff.contributor, title="Another")
    rewritten(waiting, staff.contributor, title="Scheduled title")
    workflow.cancel_schedule(waiting.pk, by=staff.publisher)

    assert Standing(waiting).filed == []


def test_rebase_takes_over_the_chosen_fields_alone(staff: Staff, filed: Story) -> None:
    workflow.rebase(filed.pk, by=staff.editor, edition_number=2, take=["title"])

    filed.refresh_from_db()
    assert (filed.title, filed.byline) == ("Scheduled title", "A mended byline")
    assert filed.standfirst == "How one lesson changed an afternoon."


def test_rebase_takes_over_that_a_field_was_emptied(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books")])
    publish(story, staff)
    story.piece_tags.all().delete()
    rewritten(story, staff.contributor, title="Without tags")
    publish(story, staff, at=in_an_hour())
    workflow.start_fix(story.pk, by=staff.contributor)
    rewritten(story, staff.contributor, byline="A mended byline")
    publish(story, staff)

    workflow.rebase(story.pk, by=staff.editor, edition_number=2, take=["tags"])

    assert not story.piece_tags.exists()


def test_rebase_publishes_nothing(staff: Staff, filed: Story) -> None:
    workflow.rebase(filed.pk, by=staff.editor, edition_number=2, take=["title"])

    filed.refresh_from_db()
    assert (filed.state, shown(filed)) == (State.DRAFT, [3])


def test_rebase_makes_the_writers_of_what_was_scheduled_its_writers_again(staff: Staff, waiting: Story) -> None:
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    rewritten(waiting, writer, title="Words of the reviewer")
    publish(waiting, staff, at=in_an_hour())
    workflow.start_fix(waiting.pk, by=staff.contributor)
    rewritten(waiting, staff.contributor, byline="A mended byline")
    publish(waiting, staff)

    workflow.rebase(waiting.pk, by=staff.editor, edition_number=3, take=["title"])

    workflow.submit(waiting.pk, by=staff.editor)
    waiting.refresh_from_db()
    assert refusal(workflow.approve, waiting.pk, by=writer, digest=waiting.digest) == {"own_text"}


def test_rebase_is_done_once(staff: Staff, filed: Story) -> None:
    workflow.rebase(filed.pk, by=staff.editor, edition_number=2, take=["title"])

    assert refusal(workflow.rebase, filed.pk, by=staff.editor, edition_number=2, take=["title"]) == {"nothing_filed"}


def test_rebase_is_for_those_who_may_write(staff: Staff, filed: Story) -> None:
    assert refusal(workflow.rebase, filed.pk, by=staff.publisher, edition_number=2, take=[]) == {"not_yours"}


def test_rebase_of_an_edition_that_was_not_replaced_is_refused(staff: Staff, filed: Story) -> None:
    assert refusal(workflow.rebase, filed.pk, by=staff.editor, edition_number=3, take=["title"]) == {"not_filed"}


def test_dropping_changes_no_text(staff: Staff, filed: Story) -> None:
    before = filed.digest

    workflow.drop_filed(filed.pk, by=staff.contributor, edition_number=2)

    filed.refresh_from_db()
    assert (filed.digest, Standing(filed).filed) == (before, [])


def test_dropping_is_for_those_who_may_write(staff: Staff, filed: Story) -> None:
    assert refusal(workflow.drop_filed, filed.pk, by=staff.reviewer, edition_number=2) == {"not_yours"}


# --- Publish urgently -----------------------------------------------------------------------------------------------
def test_urgent_fix_is_seen_at_once_and_flagged(staff: Staff, live: Story) -> None:
    edition = workflow.publish_urgently(live.pk, by=staff.publisher, reason=" A name is wrong. ")

    assert shown(live) == [2]
    assert (edition.is_urgent, edition.urgent_reason) == (True, "A name is wrong.")
    assert Standing(live).unconfirmed == [edition]


def test_urgent_fix_tells_the_reviewers(staff: Staff, live: Story) -> None:
    User.objects.filter(pk=staff.reviewer.pk).update(email="reviewer@example.org")

    workflow.publish_urgently(live.pk, by=staff.publisher, reason="A name is wrong.")

    assert Notice.objects.get(user=staff.reviewer).what == Notice.What.URGENT


def test_urgent_fix_in_review_may_go_out_too(staff: Staff, live: Story) -> None:
    workflow.submit(live.pk, by=staff.contributor)

    workflow.publish_urgently(live.pk, by=staff.publisher, reason="A name is wrong.")

    live.refresh_from_db()
    assert (live.state, shown(live)) == (State.DRAFT, [2])


def test_urgent_text_keeps_its_writers_and_its_publisher_from_approving(staff: Staff, live: Story) -> None:
    workflow.publish_urgently(live.pk, by=staff.publisher, reason="A name is wrong.")

    assert set(live.writers.values_list("user_id", flat=True)) == {staff.contributor.pk, staff.publisher.pk}


def test_urgent_fix_needs_the_role(staff: Staff, live: Story) -> None:
    assert refusal(workflow.publish_urgently, live.pk, by=staff.editor, reason="A name is wrong.") == {"no_permission"}


def test_urgent_fix_needs_a_reason(staff: Staff, live: Story) -> None:
    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason=" ") == {"no_reason"}


def test_nothing_new_is_published_urgently(staff: Staff) -> None:
    story = make_story(staff)

    assert refusal(workflow.publish_urgently, story.pk, by=staff.publisher, reason="Now.") == {"not_seen"}


def test_sensitive_text_is_not_published_urgently(staff: Staff, live: Story) -> None:
    workflow.mark_sensitive(live.pk, by=staff.editor, is_sensitive=True)

    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason="Now.") == {"sensitive"}


def test_approved_text_goes_the_ordinary_way(staff: Staff, live: Story) -> None:
    approve(live, staff)

    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason="Now.") == {"approved_already"}


def test_rows_changed_behind_the_workflow_are_not_published_urgently(staff: Staff, live: Story) -> None:
    Story.objects.filter(pk=live.pk).update(body="<p>Slipped in.</p>")

    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason="Now.") == {"text_moved"}


def test_same_text_is_not_published_urgently(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    assert refusal(workflow.publish_urgently, story.pk, by=staff.publisher, reason="Now.") == {"nothing_changed"}


def test_urgent_fix_passes_over_no_consent(staff: Staff, live: Story) -> None:
    rewritten(live, staff.contributor, names_narrator=True)

    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason="Now.") == {"no_real_name"}


def test_urgent_fix_passes_over_no_narrators_yes(staff: Staff) -> None:
    story = make_story(staff, risk_level=2)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)
    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)
    workflow.publish(story.pk, by=staff.publisher)
    rewritten(story, staff.contributor, title="Not shown to her")

    assert refusal(workflow.publish_urgently, story.pk, by=staff.publisher, reason="Now.") == {"no_narrators_yes"}


def test_urgent_fix_refers_to_nothing_hidden(staff: Staff) -> None:
    from tests.makers import make_source

    story, source = make_story(staff), make_source(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, credit_id=source.pk)

    assert refusal(workflow.publish_urgently, story.pk, by=staff.publisher, reason="Now.") == {"reference_not_public"}


def test_urgent_fix_is_no_way_around_a_hold(staff: Staff, live: Story) -> None:
    workflow.hold(live.pk, by=staff.editor, reason="A relative called.")

    assert refusal(workflow.publish_urgently, live.pk, by=staff.publisher, reason="Now.") == {"not_seen"}


def test_urgent_fix_files_the_edition_that_waits(staff: Staff, waiting: Story) -> None:
    workflow.start_fix(waiting.pk, by=staff.contributor)
    rewritten(waiting, staff.contributor, byline="A mended byline")

    workflow.publish_urgently(waiting.pk, by=staff.publisher, reason="A name is wrong.")

    assert (shown(waiting), shown(waiting, in_an_hour())) == ([3], [3])
    assert [edition.number for edition in Standing(waiting).filed] == [2]


def test_database_keeps_an_urgent_edition_without_a_reason_out(staff: Staff, live: Story) -> None:
    edition = workflow.publish_urgently(live.pk, by=staff.publisher, reason="A name is wrong.")

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(urgent_reason="")


# --- Confirm --------------------------------------------------------------------------------------------------------
@pytest.fixture
def urgent(staff: Staff, live: Story) -> Edition:
    return workflow.publish_urgently(live.pk, by=staff.publisher, reason="A name is wrong.")


def confirming(edition: Edition, by: User, *, digest: str = "", number: int = 0) -> Callable[[], None]:
    number, digest = number or edition.number, digest or edition.digest
    return lambda: workflow.confirm(edition.piece_id, by=by, edition_number=number, digest=digest)


def test_confirming_says_who_stands_behind_it(staff: Staff, urgent: Edition) -> None:
    confirming(urgent, staff.reviewer)()

    urgent.refresh_from_db()
    assert (urgent.confirmed_by, urgent.has_second_person) == (staff.reviewer, True)


def test_confirming_the_text_that_stands_lets_its_writers_begin_anew(staff: Staff, urgent: Edition) -> None:
    confirming(urgent, staff.reviewer)()

    assert not urgent.piece.writers.exists()


def test_confirming_an_earlier_text_leaves_the_writers_of_what_came_since(staff: Staff, urgent: Edition) -> None:
    story = Story.objects.get(pk=urgent.piece_id)
    rewritten(story, staff.editor, title="Written since")

    confirming(urgent, staff.reviewer)()

    assert staff.editor.pk in Standing(story).writers


def test_confirming_changes_nothing_for_readers(staff: Staff, live: Story, urgent: Edition) -> None:
    before = shown(live)

    confirming(urgent, staff.reviewer)()

    assert shown(live) == before


def test_confirming_needs_the_role(urgent: Edition) -> None:
    assert refusal(confirming(urgent, make_user(roles.PUBLISHER))) == {"no_permission"}


def test_writer_does_not_confirm(staff: Staff) -> None:
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, writer, title="Words of the reviewer")
    edition = workflow.publish_urgently(story.pk, by=staff.publisher, reason="Now.")

    assert refusal(confirming(edition, writer)) == {"own_text"}


def test_publisher_does_not_confirm(staff: Staff, live: Story) -> None:
    both = with_roles(roles.REVIEWER, roles.PUBLISHER)
    edition = workflow.publish_urgently(live.pk, by=both, reason="Now.")

    assert refusal(confirming(edition, both)) == {"own_text"}


def test_database_lets_no_publisher_confirm(staff: Staff, urgent: Edition) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=urgent.pk).update(confirmed_by=staff.publisher, confirmed_at=timezone.now())


def test_edition_is_confirmed_once(staff: Staff, urgent: Edition) -> None:
    confirming(urgent, staff.reviewer)()

    assert refusal(confirming(urgent, make_user(roles.REVIEWER))) == {"nothing_urgent"}


def test_ordinary_edition_is_not_confirmed(staff: Staff, urgent: Edition) -> None:
    assert refusal(confirming(urgent, staff.reviewer, number=1)) == {"nothing_urgent"}


def test_confirming_is_bound_to_what_was_read(staff: Staff, urgent: Edition) -> None:
    assert refusal(confirming(urgent, staff.reviewer, digest="0" * 64)) == {"text_moved"}


def test_approving_the_working_copy_confirms_no_edition(staff: Staff, urgent: Edition) -> None:
    story = Story.objects.get(pk=urgent.piece_id)
    rewritten(story, staff.editor, title="Written since")
    workflow.submit(story.pk, by=staff.editor)
    story.refresh_from_db()

    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)

    assert [edition.pk for edition in Standing(story).unconfirmed] == [urgent.pk]


# --- All of them ----------------------------------------------------------------------------------------------------
def arranging(piece: Piece, staff: Staff) -> Iterator[Callable[[], Any]]:
    """The verbs that are no concern of readers."""
    yield lambda: workflow.assign(piece.pk, by=staff.editor, reviewer=staff.reviewer)
    yield lambda: workflow.mark_sensitive(piece.pk, by=staff.editor, is_sensitive=True)
    yield lambda: workflow.mark_sensitive(piece.pk, by=staff.reviewer, is_sensitive=False)
    yield lambda: workflow.look_again(piece.pk, by=staff.editor, on=date(2031, 5, 1))
    yield lambda: workflow.restore(piece.pk, by=staff.editor, revision_number=1)
    yield lambda: workflow.discard(piece.pk, by=staff.editor)


def test_arranging_the_work_renews_no_page_of_readers(staff: Staff, filed: Story) -> None:
    before = SiteState.objects.get(pk=1).generation

    for act in arranging(filed, staff):
        act()

    assert SiteState.objects.get(pk=1).generation == before


def test_every_act_is_in_the_record(staff: Staff, filed: Story) -> None:
    before = Event.objects.count()

    for act in arranging(filed, staff):
        act()

    names = list(Event.objects.order_by("number").values_list("verb", flat=True))[before:]
    assert names == ["assign", "mark_sensitive", "ask_unmark_sensitive", "look_again", "restore", "discard"]
    assert events.first_fault() == ""


def test_erased_piece_takes_no_text_back(staff: Staff, filed: Story) -> None:
    Piece.objects.filter(pk=filed.pk).update(erased_at=timezone.now())

    refused = [
        refusal(workflow.rebase, filed.pk, by=staff.editor, edition_number=2, take=["title"]),
        refusal(workflow.discard, filed.pk, by=staff.editor),
        refusal(workflow.start_fix, filed.pk, by=staff.editor),
    ]

    assert all("erased" in codes for codes in refused)


def test_piece_that_was_ended_while_an_edition_waited_can_be_published_again(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    rewritten(page, staff.contributor, title="Waiting")
    publish(page, staff, at=in_an_hour())
    workflow.end(page.pk, by=staff.publisher)
    rewritten(page, staff.contributor, title="Again")

    publish(page, staff)

    assert shown(page) == [3]


def test_consent_that_came_later_shows_no_urgent_edition_of_before(staff: Staff, live: Story) -> None:
    workflow.publish_urgently(live.pk, by=staff.publisher, reason="Now.")
    workflow.end(live.pk, by=staff.consent_officer)
    make_consent(live, by=staff.consent_officer)

    workflow.reclear(live.pk, by=staff.consent_officer)

    assert shown(live) == []

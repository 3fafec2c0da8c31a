"""The verbs, each with what it does and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from editorial import events, roles, workflow
from editorial.blockers import Refused
from editorial.instants import FOREVER
from editorial.models import Address, Approval, Channel, Edition, Event, Piece, Revision, State
from stories.models import Scope, Story
from tests.makers import (
    Staff,
    approve,
    make_consent,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {blocker.code for blocker in refusal.value.blockers}


def is_public(piece: Piece, channel: Channel = Channel.WEBSITE) -> bool:
    return Edition.objects.public(channel, timezone.now()).filter(piece_id=piece.pk).exists()


def change_title(story: Story, staff: Staff, title: str = "Another title") -> None:
    Story.objects.filter(pk=story.pk).update(title=title)
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()


def test_save_without_a_change_leaves_no_trace(staff: Staff) -> None:
    story = make_story(staff)
    before = Event.objects.count()

    assert workflow.save(story.pk, by=staff.contributor) is None

    assert Revision.objects.filter(piece=story).count() == 1
    assert Event.objects.count() == before


def test_save_of_a_change_names_the_fields(staff: Staff) -> None:
    story = make_story(staff)

    change_title(story, staff)

    revision = Revision.objects.filter(piece=story).first()
    assert revision is not None
    assert revision.changed == ["title"]


def test_save_by_a_stranger_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    stranger = make_user(roles.CONTRIBUTOR)

    with pytest.raises(Refused) as refusal:
        workflow.save(story.pk, by=stranger)

    assert codes(refusal) == {"not_yours"}


def test_save_of_a_change_voids_the_approval(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    change_title(story, staff)

    assert story.state == State.DRAFT
    assert story.approval is None


def test_adding_a_tag_voids_the_approval(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    story.piece_tags.create(tag=make_tag("Books"))
    workflow.save(story.pk, by=staff.contributor)

    story.refresh_from_db()
    assert story.state == State.DRAFT


def test_submit_without_consent_says_so_beside_other_reasons(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    Story.objects.filter(pk=story.pk).update(body="")

    with pytest.raises(Refused) as refusal:
        workflow.submit(story.pk, by=staff.contributor)

    assert codes(refusal) == {"no_consent", "no_text"}


def test_submit_by_a_reviewer_is_refused(staff: Staff) -> None:
    story = make_story(staff)

    with pytest.raises(Refused) as refusal:
        workflow.submit(story.pk, by=staff.reviewer)

    assert codes(refusal) == {"no_permission", "not_yours"}


def test_approve_of_an_own_text_is_refused_to_superusers_too(staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(title="Mine now")
    workflow.save(story.pk, by=boss)
    workflow.submit(story.pk, by=boss)
    story.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        workflow.approve(story.pk, by=boss, digest=story.digest)

    assert codes(refusal) == {"own_text", "own_submission"}


def test_approve_of_a_text_that_moved_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    read = story.digest
    change_title(story, staff)
    workflow.submit(story.pk, by=staff.contributor)

    with pytest.raises(Refused) as refusal:
        workflow.approve(story.pk, by=staff.reviewer, digest=read)

    assert codes(refusal) == {"text_moved"}


def test_request_changes_needs_a_note(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    with pytest.raises(Refused) as refusal:
        workflow.request_changes(story.pk, by=staff.reviewer, note=" ")

    assert codes(refusal) == {"no_note"}


def test_request_changes_sends_it_back_with_the_note(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    workflow.request_changes(story.pk, by=staff.reviewer, note="Name the year.")

    story.refresh_from_db()
    assert story.state == State.CHANGES_REQUESTED
    assert Approval.objects.get(piece=story).note == "Name the year."


def test_recall_brings_it_back_to_the_writer(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    workflow.recall(story.pk, by=staff.contributor)

    story.refresh_from_db()
    assert story.state == State.DRAFT


def test_publish_makes_an_edition_that_readers_see(staff: Staff) -> None:
    tag = make_tag()
    story = make_story(staff, tags=[tag])

    edition = publish(story, staff)

    assert edition.number == 1
    assert edition.content["tags"] == [tag.pk]
    assert list(edition.edition_tags.values_list("tag_id", flat=True)) == [tag.pk]
    assert is_public(story)
    assert Address.objects.filter(piece=story, slug=story.slug).exists()


def test_publish_of_a_draft_is_refused(staff: Staff) -> None:
    story = make_story(staff)

    with pytest.raises(Refused) as refusal:
        workflow.publish(story.pk, by=staff.publisher)

    assert codes(refusal) == {"wrong_state"}


def test_publish_by_its_writer_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)
    staff.contributor.groups.add(*staff.publisher.groups.all())
    writer = type(staff.contributor).objects.get(pk=staff.contributor.pk)

    with pytest.raises(Refused) as refusal:
        workflow.publish(story.pk, by=writer)

    assert codes(refusal) == {"own_text"}


def test_publish_twice_makes_one_edition(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    with pytest.raises(Refused):
        workflow.publish(story.pk, by=staff.publisher)

    assert story.editions.count() == 1


def test_publish_of_rows_changed_behind_the_workflow_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)
    Story.objects.filter(pk=story.pk).update(body="<p>Something that nobody approved.</p>")

    with pytest.raises(Refused) as refusal:
        workflow.publish(story.pk, by=staff.publisher)

    assert codes(refusal) == {"text_moved"}


def test_editing_a_published_story_changes_nothing_public(staff: Staff) -> None:
    story = make_story(staff)
    edition = publish(story, staff)

    change_title(story, staff)

    shown = Edition.objects.public(Channel.WEBSITE, timezone.now()).get(piece_id=story.pk)
    assert (shown.pk, shown.title) == (edition.pk, "A first classroom")


def test_second_edition_ends_the_first_at_its_start(staff: Staff) -> None:
    story = make_story(staff)
    first = publish(story, staff)
    change_title(story, staff)

    second = publish(story, staff)

    first.refresh_from_db()
    assert first.superseded_at == second.publish_at
    assert second.superseded_at == FOREVER


def test_schedule_keeps_the_live_edition_until_its_time(staff: Staff) -> None:
    story = make_story(staff)
    first = publish(story, staff)
    change_title(story, staff)
    approve(story, staff)
    later = timezone.now() + timedelta(hours=1)

    second = workflow.schedule(story.pk, by=staff.publisher, at=later)

    door = Edition.objects
    assert door.public(Channel.WEBSITE, later - timedelta(seconds=1)).get(piece_id=story.pk) == first
    assert door.public(Channel.WEBSITE, later).get(piece_id=story.pk) == second


def test_schedule_in_the_past_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    with pytest.raises(Refused) as refusal:
        workflow.schedule(story.pk, by=staff.publisher, at=timezone.now() - timedelta(minutes=1))

    assert codes(refusal) == {"in_the_past"}


def test_cancel_schedule_leaves_the_live_edition_and_the_text(staff: Staff) -> None:
    story = make_story(staff)
    first = publish(story, staff)
    change_title(story, staff)
    approve(story, staff)
    waiting = workflow.schedule(story.pk, by=staff.publisher, at=timezone.now() + timedelta(hours=1))

    workflow.cancel_schedule(story.pk, by=staff.publisher)

    first.refresh_from_db()
    waiting.refresh_from_db()
    story.refresh_from_db()
    assert first.superseded_at == FOREVER
    assert waiting.was_never_live()
    assert (story.title, story.base_edition) == ("Another title", first)


def test_cancelled_text_may_not_be_approved_by_its_writer(staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(title="Mine now")
    workflow.save(story.pk, by=boss)
    publish(story, staff, at=timezone.now() + timedelta(hours=1))
    workflow.cancel_schedule(story.pk, by=staff.publisher)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        workflow.approve(story.pk, by=boss, digest=story.digest)

    assert codes(refusal) == {"own_text"}


def test_publishing_while_another_edition_waits_calls_that_one_off(staff: Staff) -> None:
    story = make_story(staff)
    first = publish(story, staff)
    change_title(story, staff, "Waiting")
    waiting = publish(story, staff, at=timezone.now() + timedelta(hours=1))
    change_title(story, staff, "Now")

    urgent = publish(story, staff)

    first.refresh_from_db()
    waiting.refresh_from_db()
    assert waiting.was_never_live()
    assert (first.superseded_at, urgent.superseded_at) == (urgent.publish_at, FOREVER)


def test_later_schedule_keeps_the_live_edition_until_then(staff: Staff) -> None:
    story = make_story(staff)
    first = publish(story, staff)
    change_title(story, staff, "Soon")
    publish(story, staff, at=timezone.now() + timedelta(hours=1))
    change_title(story, staff, "Later")

    later = publish(story, staff, at=timezone.now() + timedelta(hours=2))

    first.refresh_from_db()
    assert first.superseded_at == later.publish_at


def test_end_takes_live_and_waiting_editions_down(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change_title(story, staff)
    later = timezone.now() + timedelta(hours=1)
    publish(story, staff, at=later)

    workflow.end(story.pk, by=staff.publisher)

    assert not is_public(story)
    assert not Edition.objects.public(Channel.WEBSITE, later).filter(piece_id=story.pk).exists()


def test_end_is_final_in_the_database(staff: Staff) -> None:
    story = make_story(staff)
    edition = publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(ended_at=FOREVER, ended_by=None)


def test_hold_hides_at_once_and_two_people_lift_it(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    assert not is_public(story)

    assert workflow.lift_hold(story.pk, by=staff.publisher) is False
    assert not is_public(story)
    with pytest.raises(Refused) as refusal:
        workflow.lift_hold(story.pk, by=staff.publisher)
    assert codes(refusal) == {"second_person"}
    assert workflow.lift_hold(story.pk, by=staff.consent_officer) is True
    assert is_public(story)


def test_restore_brings_the_text_back_as_a_draft(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change_title(story, staff)

    workflow.restore(story.pk, by=staff.contributor, revision_number=1)

    story.refresh_from_db()
    assert (story.title, story.state) == ("A first classroom", State.DRAFT)


def test_restored_text_may_not_be_approved_by_who_wrote_it(staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(title="Mine")
    theirs = workflow.save(story.pk, by=boss)
    assert theirs is not None
    workflow.restore(story.pk, by=staff.contributor, revision_number=1)
    publish(story, staff)
    workflow.restore(story.pk, by=staff.contributor, revision_number=theirs.number)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        workflow.approve(story.pk, by=boss, digest=story.digest)

    assert codes(refusal) == {"own_text"}


def test_discard_goes_back_to_what_is_published(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag()])
    publish(story, staff)
    story.piece_tags.all().delete()
    change_title(story, staff)

    workflow.discard(story.pk, by=staff.contributor)

    story.refresh_from_db()
    assert story.title == "A first classroom"
    assert story.piece_tags.count() == 1
    assert not story.writers.exists()


def test_summary_with_an_unpublished_number_is_refused(staff: Staff) -> None:
    summary = make_summary(staff, statistics=[make_statistic(staff)])
    approve(summary, staff)

    with pytest.raises(Refused) as refusal:
        workflow.publish(summary.pk, by=staff.publisher)

    assert codes(refusal) == {"reference_not_public"}


def test_summary_and_its_number_go_through_as_one(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    also = [piece.pk for piece in workflow.companions(summary)]
    assert also == [statistic.pk]

    workflow.submit(summary.pk, by=staff.contributor, with_ids=also)
    summary.refresh_from_db()
    statistic.refresh_from_db()
    read = {statistic.pk: statistic.digest}
    workflow.approve(summary.pk, by=staff.reviewer, digest=summary.digest, with_digests=read)
    workflow.publish(summary.pk, by=staff.publisher, with_ids=also)

    assert is_public(summary)
    assert is_public(statistic)


def test_one_refused_piece_refuses_the_whole_set(staff: Staff) -> None:
    statistic = make_statistic(staff)
    type(statistic).objects.filter(pk=statistic.pk).update(population="")
    summary = make_summary(staff, statistics=[statistic])

    with pytest.raises(Refused) as refusal:
        workflow.submit(summary.pk, by=staff.contributor, with_ids=[statistic.pk])

    assert codes(refusal) == {"no_population"}
    summary.refresh_from_db()
    assert summary.state == State.DRAFT


def test_slug_of_another_piece_is_never_given_away(staff: Staff) -> None:
    first = make_story(staff, slug="taken")
    publish(first, staff)
    Story.objects.filter(pk=first.pk).update(slug="moved")
    workflow.save(first.pk, by=staff.contributor)
    publish(first, staff)
    second = make_story(staff, slug="taken")

    with pytest.raises(Refused) as refusal:
        workflow.submit(second.pk, by=staff.contributor)

    assert codes(refusal) == {"slug_taken"}


def test_bare_parent_row_answers_no_question(staff: Staff) -> None:
    story = make_story(staff)
    bare = Piece.objects.get(pk=story.pk)

    for question in (bare.content, lambda: bare.blockers(timezone.now()), lambda: bare.clearance([])):
        with pytest.raises(NotImplementedError):
            question()


def test_events_form_a_chain_that_shows_a_change(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    assert events.first_fault() == ""

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(number=1).update(verb="nothing")

    event = Event.objects.get(number=2)
    event.verb = "something else"
    assert events.seal_of(event, Event.objects.get(number=1).seal) != event.seal


def test_consent_for_the_name_is_needed_when_the_story_names_its_narrator(staff: Staff) -> None:
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(names_narrator=True)
    workflow.save(story.pk, by=staff.contributor)

    with pytest.raises(Refused) as refusal:
        workflow.submit(story.pk, by=staff.contributor)

    assert "no_real_name" in codes(refusal)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,))
    workflow.submit(story.pk, by=staff.contributor)

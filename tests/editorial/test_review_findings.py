"""What a security review found once, and what has to stay mended: one test for each finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from editorial import roles, workflow
from editorial.blockers import Refused
from editorial.instants import FOREVER
from editorial.models import Approval, Channel, Edition, Piece, State, User
from stories.models import Grant, Scope, Story
from tests.makers import Staff, approve, make_consent, make_statistic, make_story, make_summary, make_user, publish

DAY = timedelta(days=1)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {blocker.code for blocker in refusal.value.blockers}


def shown(piece: Piece, *, at: datetime | None = None, channel: Channel = Channel.WEBSITE) -> list[int]:
    """The numbers of the editions that readers see."""
    door = Edition.objects.public(channel, at or timezone.now())
    return list(door.filter(piece_id=piece.pk).values_list("number", flat=True))


def change(piece: Piece, staff: Staff, **columns: Any) -> None:
    """A draft that was saved."""
    type(piece).objects.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()


def answer(story: Story, staff: Staff, *scopes: Scope, value: Grant.Value = Grant.Value.GRANTED, **when: Any) -> None:
    """What the narrator says, recorded now."""
    make_consent(story, by=staff.consent_officer, scopes=scopes, value=value, **when)
    workflow.reclear(story.pk, by=staff.consent_officer)


def refuse(story: Story, staff: Staff, *scopes: Scope, **when: Any) -> None:
    answer(story, staff, *scopes, value=Grant.Value.REFUSED, **when)


def make_translation(original: Story, staff: Staff) -> Story:
    """A draft in Korean whose narrator is the one of the original."""
    story = make_story(staff, consented=False)
    story.story_narrators.all().delete()
    change(story, staff, language="ko", translation_of=original)
    return story


@pytest.fixture
def story(staff: Staff) -> Story:
    """A story that readers see."""
    made = make_story(staff, slug="classroom")
    publish(made, staff)
    return made


@pytest.fixture
def translation(story: Story, staff: Staff) -> Story:
    """Its Korean translation, which readers see too."""
    answer(story, staff, Scope.TRANSLATION_KO)
    made = make_translation(story, staff)
    publish(made, staff)
    return made


# --- A draft shows and hides nothing --------------------------------------------------------------------------------
@pytest.mark.parametrize("columns", [{"translation_of": None}, {"language": "en"}])
@pytest.mark.parametrize(
    "hide",
    [
        lambda story, staff: workflow.hold(story.pk, by=staff.contributor, reason="A relative called."),
        lambda story, staff: refuse(story, staff, Scope.TRANSLATION_KO),
        lambda story, staff: refuse(story, staff, Scope.WEBSITE),
    ],
)
def test_draft_that_is_no_translation_any_more_lifts_no_hold_and_no_refusal(
    translation: Story, story: Story, staff: Staff, hide: Callable[[Story, Staff], None], columns: dict[str, Any]
) -> None:
    assert shown(translation) == [1]
    hide(story, staff)
    assert shown(translation) == []

    change(translation, staff, **columns)
    workflow.reclear(translation.pk, story.pk, by=staff.consent_officer)

    assert shown(translation) == []


def test_ticking_that_a_draft_names_the_narrator_hides_nothing(story: Story, staff: Staff) -> None:
    change(story, staff, names_narrator=True)
    workflow.reclear(story.pk, by=staff.consent_officer)

    assert shown(story) == [1]


def test_discard_restores_the_language(story: Story, staff: Staff) -> None:
    change(story, staff, language="ko", title="Another title")

    workflow.discard(story.pk, by=staff.contributor)

    story.refresh_from_db()
    assert (story.language, story.title) == ("en", "A first classroom")
    assert story.digest_now() == story.editions.get().digest


# --- What a piece is does not change, and a translation needs its own yes -------------------------------------------
@pytest.mark.parametrize("columns", [{"translation_of": None}, {"language": "en"}])
def test_what_was_published_stays_in_its_language_and_a_translation(
    translation: Story, staff: Staff, columns: dict[str, Any]
) -> None:
    change(translation, staff, **columns)

    with pytest.raises(Refused) as refusal:
        workflow.submit(translation.pk, by=staff.contributor)

    assert "identity_is_fixed" in codes(refusal)


def test_translation_of_a_translation_is_refused(translation: Story, staff: Staff) -> None:
    second = make_story(staff)
    change(second, staff, translation_of=translation)

    with pytest.raises(Refused) as refusal:
        workflow.submit(second.pk, by=staff.contributor)

    assert "chain_of_translations" in codes(refusal)


def test_translation_that_nobody_agreed_to_is_refused(story: Story, staff: Staff) -> None:
    draft = make_translation(story, staff)

    with pytest.raises(Refused) as refusal:
        workflow.submit(draft.pk, by=staff.contributor)

    assert codes(refusal) == {"no_translation"}


# --- Consents -------------------------------------------------------------------------------------------------------
def test_refusal_recorded_later_with_an_earlier_date_hides(story: Story, staff: Staff) -> None:
    refuse(story, staff, Scope.WEBSITE, start=timezone.now() - 30 * DAY)

    assert shown(story) == []
    assert shown(story, at=timezone.now() + 9 * DAY) == []


def test_grant_for_partners_by_one_officer_shows_nothing_old(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    publish(story, staff)

    answer(story, staff, Scope.PARTNERS)
    assert shown(story, channel=Channel.PARTNERS) == []

    change(story, staff, title="Another title")
    publish(story, staff)
    assert shown(story, channel=Channel.PARTNERS) == [2]


def test_text_without_the_name_stays_visible_when_the_grant_for_the_name_ends(staff: Staff) -> None:
    now = timezone.now()
    story = make_story(staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,), end=now + 5 * DAY)
    change(story, staff, names_narrator=True)
    publish(story, staff)
    change(story, staff, names_narrator=False)
    publish(story, staff, at=now + 3 * DAY)
    assert [shown(story, at=now + number * DAY) for number in (1, 4, 5, 9)] == [[1], [2], [2], [2]]

    with time_machine.travel(now + DAY, tick=False):
        refuse(story, staff, Scope.REAL_NAME, start=now + DAY)

    assert [shown(story, at=now + number * DAY) for number in (1, 2, 4, 9)] == [[], [], [2], [2]]


def test_unchanged_text_may_be_published_again_after_a_renewed_consent(staff: Staff) -> None:
    now = timezone.now()
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, end=now + DAY)
    publish(story, staff)
    with pytest.raises(Refused, match="nothing_changed"):
        workflow.submit(story.pk, by=staff.contributor)

    with time_machine.travel(now + 2 * DAY, tick=False):
        answer(story, staff, Scope.WEBSITE, start=now + 2 * DAY)
        assert shown(story) == []
        publish(story, staff)

        assert shown(story) == [2]


# --- The work of two ------------------------------------------------------------------------------------------------
def test_nobody_alone_brings_an_ended_story_back(story: Story, staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    workflow.end(story.pk, by=staff.consent_officer)
    workflow.submit(story.pk, by=boss)
    story.refresh_from_db()

    with pytest.raises(Refused) as approving:
        workflow.approve(story.pk, by=boss, digest=story.digest)
    with pytest.raises(Refused) as publishing:
        workflow.publish(story.pk, by=boss)

    assert (codes(approving), codes(publishing)) == ({"own_submission"}, {"wrong_state"})
    assert shown(story) == []


def test_narrators_yes_is_recorded_once_for_a_text(staff: Staff) -> None:
    story = make_story(staff, risk_level=2)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)

    with pytest.raises(Refused) as refusal:
        workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)

    assert codes(refusal) == {"recorded_once"}


def test_text_at_risk_needs_the_narrators_yes_to_that_very_text(staff: Staff) -> None:
    story = make_story(staff, risk_level=2)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)
    change(story, staff, title="Another title")
    approve(story, staff)
    with pytest.raises(Refused) as refusal:
        workflow.publish(story.pk, by=staff.publisher)
    assert codes(refusal) == {"no_narrators_yes"}

    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)
    workflow.publish(story.pk, by=staff.publisher)

    assert shown(story) == [1]


# --- What is done together ------------------------------------------------------------------------------------------
def test_companion_that_changed_after_the_reviewer_read_it_is_refused(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    workflow.submit(summary.pk, by=staff.contributor, with_ids=[statistic.pk])
    read = {statistic.pk: statistic.digest}
    change(statistic, staff, value="999")
    workflow.submit(statistic.pk, by=staff.contributor)
    summary.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        workflow.approve(summary.pk, by=staff.reviewer, digest=summary.digest, with_digests=read)

    assert codes(refusal) == {"text_moved"}
    assert set(Piece.objects.values_list("state", flat=True)) == {State.IN_REVIEW}


def test_stranger_among_what_is_done_together_is_refused(staff: Staff) -> None:
    summary, stranger = make_summary(staff), make_story(staff)
    with pytest.raises(Refused) as submitting:
        workflow.submit(summary.pk, by=staff.contributor, with_ids=[stranger.pk])
    approve(summary, staff)
    approve(stranger, staff)
    with pytest.raises(Refused) as publishing:
        workflow.publish(summary.pk, by=staff.publisher, with_ids=[stranger.pk])

    assert codes(submitting) == codes(publishing) == {"not_a_companion"}
    assert not Edition.objects.exists()


def test_end_of_one_is_not_the_end_of_what_is_published_with_it(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    approve(statistic, staff)
    approve(summary, staff)
    end = timezone.now() + DAY

    workflow.publish(summary.pk, by=staff.publisher, expires_at=end, with_ids=[statistic.pk])

    assert summary.editions.get().expires_at == end
    assert statistic.editions.get().expires_at == FOREVER
    assert (shown(summary, at=end), shown(statistic, at=end)) == ([], [1])


# --- Addresses ------------------------------------------------------------------------------------------------------
def test_address_of_an_edition_that_waits_tells_nothing_before_its_time(
    story: Story, staff: Staff, reader: Client
) -> None:
    start = timezone.now() + DAY
    change(story, staff, slug="lesson")
    publish(story, staff, at=start)

    def statuses() -> list[int]:
        return [reader.get(f"/en/stories/{slug}/").status_code for slug in ("classroom", "lesson", "nothing")]

    assert statuses() == [200, 404, 404]
    with time_machine.travel(start, tick=False):
        assert statuses() == [301, 200, 404]


def test_end_voids_an_approval_that_waits(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    Story.objects.filter(pk=story.pk).update(title="Approved before the end")
    workflow.save(story.pk, by=staff.contributor)
    approve(story, staff)

    workflow.end(story.pk, by=staff.consent_officer)

    with pytest.raises(Refused) as refusal:
        workflow.publish(story.pk, by=staff.publisher)
    assert "wrong_state" in {blocker.code for blocker in refusal.value.blockers}


@pytest.mark.parametrize(
    "change", [{"kind": "narrator"}, {"note": "Something else."}, {"decision": "changes_requested"}]
)
def test_decision_stays_what_it_was(staff: Staff, change: dict[str, str]) -> None:
    approve(make_story(staff), staff)

    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.update(**change)


def rewritten(story: Story, by: User, title: str) -> None:
    Story.objects.filter(pk=story.pk).update(title=title)
    workflow.save(story.pk, by=by)
    story.refresh_from_db()


@pytest.mark.parametrize("was_live", [True, False])
def test_piece_that_was_ended_while_an_edition_waited_can_be_published_again(staff: Staff, was_live: bool) -> None:
    story = make_story(staff)
    if was_live:
        publish(story, staff)
        rewritten(story, staff.contributor, "Waiting")
    publish(story, staff, at=timezone.now() + timedelta(hours=1))
    workflow.end(story.pk, by=staff.publisher)
    make_consent(story, by=staff.consent_officer)
    rewritten(story, staff.contributor, "Again")

    assert publish(story, staff).title == "Again"


def test_writer_of_an_unconfirmed_urgent_edition_cannot_approve_it_after_a_fix_was_started(staff: Staff) -> None:
    both = make_user(roles.EDITOR)
    both.groups.add(*staff.reviewer.groups.all())
    both = User.objects.get(pk=both.pk)
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, both, "Urgent words of both")
    workflow.publish_urgently(story.pk, by=make_user(roles.PUBLISHER), reason="It cannot wait.")
    rewritten(story, staff.contributor, "Scheduled words")
    publish(story, staff, at=timezone.now() + timedelta(hours=1))
    workflow.start_fix(story.pk, by=staff.editor)
    workflow.submit(story.pk, by=staff.editor)
    story.refresh_from_db()

    with pytest.raises(Refused, match="own_text"):
        workflow.approve(story.pk, by=both, digest=story.digest)

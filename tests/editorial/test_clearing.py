"""Where a piece may be shown and until when: what lapses, what renews, and what never comes back by itself."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from editorial import triggers, workflow
from editorial.blockers import Refused
from editorial.door import was_public
from editorial.instants import FOREVER, NEVER
from editorial.models import Channel, Clearance, Edition, Event
from editorial.models.clearance import ROWS
from stories.models import Grant, Scope, Story
from tests.makers import Staff, make_consent, make_statistic, make_story, publish

BOTH = (Scope.WEBSITE, Scope.PARTNERS)


def day(number: int) -> datetime:
    return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=number)


def on(number: int) -> AbstractContextManager[Any]:
    """As if it were noon of that day."""
    return time_machine.travel(day(number) + timedelta(hours=12), tick=False)


def shown(story: Story, number: int, channel: Channel = Channel.WEBSITE) -> list[int]:
    """The numbers of the editions that readers see at noon of that day."""
    at = day(number) + timedelta(hours=12)
    return list(Edition.objects.public(channel, at).filter(piece_id=story.pk).values_list("number", flat=True))


def row(story: Story, channel: Channel = Channel.WEBSITE) -> Clearance:
    return Clearance.objects.get(piece_id=story.pk, channel=channel)


def agree(
    story: Story,
    staff: Staff,
    start: int,
    end: int,
    *,
    scopes: tuple[Scope, ...] = BOTH,
    value: Grant.Value = Grant.Value.GRANTED,
) -> None:
    """A consent from one day to another, recorded now."""
    make_consent(story, by=staff.consent_officer, start=day(start), end=day(end), scopes=scopes, value=value)
    workflow.reclear(story.pk, by=staff.consent_officer)


def refuse(story: Story, staff: Staff, start: int, *, scopes: tuple[Scope, ...] = BOTH) -> None:
    agree(story, staff, start, 999, scopes=scopes, value=Grant.Value.REFUSED)


def publish_again(story: Story, staff: Staff, *, at: datetime | None = None) -> None:
    story.refresh_from_db()
    story.title += " again"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff, at=at)


@pytest.fixture
def story(staff: Staff) -> Story:
    """Published on day 0 with a consent for ten days."""
    with on(0):
        made = make_story(staff, consented=False)
        agree(made, staff, 0, 10)
        publish(made, staff)
    return made


def test_story_is_shown_until_its_consent_ends(story: Story) -> None:
    assert shown(story, 0) == shown(story, 9) == [1]
    assert shown(story, 10) == []


def test_consent_renewed_before_its_end_extends(story: Story, staff: Staff) -> None:
    with on(9):
        agree(story, staff, 9, 20)

    assert shown(story, 10) == shown(story, 19) == [1]
    assert shown(story, 20) == []


def test_consent_renewed_for_the_very_end_leaves_no_gap(story: Story, staff: Staff) -> None:
    with on(9):
        agree(story, staff, 10, 20)

    assert shown(story, 10) == [1]


def test_consent_after_the_end_does_not_bring_the_edition_back(story: Story, staff: Staff) -> None:
    with on(12):
        agree(story, staff, 12, 30)

    assert [shown(story, number) for number in (12, 13, 29)] == [[], [], []]


def test_backdated_consent_does_not_bring_the_edition_back(story: Story, staff: Staff) -> None:
    with on(12):
        agree(story, staff, 5, 30)

    assert [shown(story, number) for number in (12, 29)] == [[], []]


def test_new_edition_after_a_new_consent_is_shown(story: Story, staff: Staff) -> None:
    with on(12):
        agree(story, staff, 12, 30)
    with on(14):
        publish_again(story, staff)

    assert [shown(story, number) for number in (12, 14, 29, 30)] == [[], [2], [2], []]


def test_new_edition_is_shown_even_if_nobody_recleared_before(story: Story, staff: Staff) -> None:
    with on(12):
        make_consent(story, by=staff.consent_officer, start=day(12), end=day(30), scopes=BOTH)
    with on(14):
        publish_again(story, staff)

    assert shown(story, 14) == [2]


def test_edition_that_was_waiting_when_consent_ended_stays_hidden(story: Story, staff: Staff) -> None:
    with on(1):
        publish_again(story, staff, at=day(8))
    with on(5):
        refuse(story, staff, 5)
    with on(6):
        agree(story, staff, 6, 30)

    assert [shown(story, number) for number in (6, 8, 29)] == [[], [], []]


def test_edition_cannot_be_scheduled_beyond_its_consent(story: Story, staff: Staff) -> None:
    with on(1), pytest.raises(Refused, match="no_consent"):
        publish_again(story, staff, at=day(10))

    assert story.editions.count() == 1


def test_consent_that_starts_after_a_gap_needs_a_new_edition(story: Story, staff: Staff) -> None:
    with on(12):
        agree(story, staff, 20, 30)
    assert shown(story, 21) == []

    with on(21):
        publish_again(story, staff)

    assert shown(story, 21) == [2]


def test_refusal_hides_at_once_and_for_good(story: Story, staff: Staff) -> None:
    with on(5):
        refuse(story, staff, 5)
    assert [shown(story, number) for number in (5, 6)] == [[], []]
    assert row(story).from_edition == 2

    with on(6):
        agree(story, staff, 6, 30)

    assert shown(story, 7) == []


def test_refusal_from_a_later_day_hides_from_that_day_on(story: Story, staff: Staff) -> None:
    with on(2):
        refuse(story, staff, 5)

    assert [shown(story, number) for number in (2, 4, 5)] == [[1], [1], []]


def test_refusal_of_one_channel_leaves_the_other(story: Story, staff: Staff) -> None:
    with on(5):
        refuse(story, staff, 5, scopes=(Scope.PARTNERS,))

    assert shown(story, 5, Channel.PARTNERS) == []
    assert shown(story, 5, Channel.WEBSITE) == [1]


def test_partners_granted_later_see_what_is_published_from_then_on(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        agree(story, staff, 0, 30, scopes=(Scope.WEBSITE,))
        publish(story, staff)
    with on(5):
        agree(story, staff, 5, 30, scopes=(Scope.PARTNERS,))
    with on(7):
        publish_again(story, staff)

    assert [shown(story, number, Channel.PARTNERS) for number in (4, 5, 6, 7)] == [[], [], [], [2]]
    assert [shown(story, number) for number in (4, 6, 7)] == [[1], [1], [2]]


def test_channel_granted_from_a_later_day_opens_by_itself(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        agree(story, staff, 0, 30, scopes=(Scope.WEBSITE,))
        agree(story, staff, 7, 30, scopes=(Scope.PARTNERS,))
        publish(story, staff)

    assert [shown(story, number, Channel.PARTNERS) for number in (0, 6, 7)] == [[], [], [1]]


def test_channel_that_was_never_granted_is_refused_in_the_table(story: Story) -> None:
    assert row(story, Channel.PRINT).window == (FOREVER, NEVER)


def test_first_showing_is_remembered_after_a_refusal(story: Story, staff: Staff) -> None:
    with on(5):
        refuse(story, staff, 5)
    with on(6):
        workflow.reclear(story.pk, by=None)

    assert row(story).shown_since == day(0) + timedelta(hours=12)
    assert was_public(story.pk, Channel.WEBSITE, day(6))
    assert not was_public(story.pk, Channel.PRINT, day(6))


def test_first_showing_of_a_scheduled_edition_is_its_start(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        agree(story, staff, 0, 10)
        publish(story, staff, at=day(3))

    assert not was_public(story.pk, Channel.WEBSITE, day(2))
    assert was_public(story.pk, Channel.WEBSITE, day(3))
    with on(5):
        refuse(story, staff, 5)
    assert row(story).shown_since == day(3)


def test_scheduled_edition_that_consent_did_not_reach_was_never_shown(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        agree(story, staff, 0, 10)
        publish(story, staff, at=day(8))
    with on(5):
        refuse(story, staff, 5)
    with on(15):
        agree(story, staff, 15, 30)

    assert not was_public(story.pk, Channel.WEBSITE, day(20))
    assert row(story).shown_since == FOREVER


def test_hold_hides_every_channel_and_lifting_it_shows_them_again(story: Story, staff: Staff) -> None:
    with on(1):
        workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    assert [shown(story, 1, channel) for channel in (Channel.WEBSITE, Channel.PARTNERS)] == [[], []]
    assert was_public(story.pk, Channel.WEBSITE, day(2))

    with on(2):
        workflow.lift_hold(story.pk, by=staff.publisher)
        workflow.lift_hold(story.pk, by=staff.consent_officer)

    assert shown(story, 2) == [1]


def test_consent_that_ends_during_a_hold_stays_ended(story: Story, staff: Staff) -> None:
    with on(1):
        workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    with on(12):
        agree(story, staff, 12, 30)
        workflow.lift_hold(story.pk, by=staff.publisher)
        workflow.lift_hold(story.pk, by=staff.consent_officer)

    assert shown(story, 13) == []


def test_story_held_before_its_time_was_never_public(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        agree(story, staff, 0, 30)
        publish(story, staff, at=day(3))
    with on(1):
        workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")

    assert shown(story, 4) == []
    assert not was_public(story.pk, Channel.WEBSITE, day(4))


def translate(original: Story, staff: Staff) -> Story:
    """A published Korean translation, agreed to by the narrator of the original."""
    story = make_story(staff, consented=False)
    story.story_narrators.all().delete()
    story.language, story.translation_of = "ko", original
    story.save()
    agree(original, staff, 0, 90, scopes=(Scope.TRANSLATION_KO,))
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff)
    return story


def test_translation_is_shown_no_longer_than_its_original(story: Story, staff: Staff) -> None:
    with on(1):
        translation = translate(story, staff)

    assert [shown(translation, number) for number in (1, 9, 10)] == [[1], [1], []]


def test_refusal_and_hold_of_the_original_reach_its_translation(story: Story, staff: Staff) -> None:
    with on(1):
        translation = translate(story, staff)
    with on(2):
        workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    assert shown(translation, 2) == []

    with on(3):
        workflow.lift_hold(story.pk, by=staff.publisher)
        workflow.lift_hold(story.pk, by=staff.consent_officer)
    assert shown(translation, 3) == [1]

    with on(4):
        refuse(story, staff, 4)
    assert shown(translation, 4) == []


def test_translation_taken_back_hides_it_and_leaves_the_original(story: Story, staff: Staff) -> None:
    with on(1):
        translation = translate(story, staff)
    with on(4):
        refuse(story, staff, 4, scopes=(Scope.TRANSLATION_KO,))

    assert shown(translation, 4) == []
    assert shown(story, 4) == [1]


def test_draft_has_no_row_until_it_is_published(staff: Staff) -> None:
    story = make_story(staff)
    assert not story.clearances.exists()

    publish(story, staff)

    assert {one.channel for one in story.clearances.all()} == set(ROWS)


def test_real_name_taken_back_hides_the_whole_story_until_a_new_edition(staff: Staff) -> None:
    with on(0):
        story = make_story(staff, consented=False)
        story.names_narrator = True
        story.save()
        agree(story, staff, 0, 90, scopes=(*BOTH, Scope.REAL_NAME))
        workflow.save(story.pk, by=staff.contributor)
        story.refresh_from_db()
        publish(story, staff)
    with on(5):
        refuse(story, staff, 5, scopes=(Scope.REAL_NAME,))
    assert shown(story, 5) == shown(story, 5, Channel.PARTNERS) == []

    with on(6):
        story.names_narrator = False
        story.save()
        publish_again(story, staff)

    assert shown(story, 6) == shown(story, 6, Channel.PARTNERS) == [2]


def test_statistic_may_be_shown_always_and_everywhere(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)

    rows = Clearance.objects.filter(piece_id=statistic.pk, allowed_from=NEVER, allowed_until=FOREVER)
    assert {one.channel for one in rows} == set(ROWS)


def test_reclear_that_changes_nothing_says_so_and_leaves_no_event(story: Story, staff: Staff) -> None:
    before = Event.objects.count()

    with on(1):
        assert workflow.reclear(story.pk, by=staff.consent_officer) is False

    assert Event.objects.count() == before


def verify() -> str:
    out = StringIO()
    call_command("verify_clearances", stdout=out)
    return out.getvalue()


def test_verify_clearances_finds_nothing_wrong(story: Story, staff: Staff) -> None:
    assert story.editions.exists()
    with on(1):
        make_story(staff)  # a draft is not asked about

        assert verify() == "1 published pieces, every clearance as its consents say.\n"


def test_verify_clearances_names_a_consent_that_was_taken_out_behind_the_workflow(story: Story) -> None:
    # PostgreSQL alters no table while it still has to look at what the transaction wrote into it.
    connection.check_constraints()
    triggers.remove(connection)
    Grant.objects.filter(consent__story=story, scope=Scope.WEBSITE).delete()
    connection.check_constraints()
    triggers.install(connection)

    with on(1), pytest.raises(CommandError) as found:
        verify()

    assert f"website of {story.pk}" in str(found.value)
    assert "partners" not in str(found.value)
    assert shown(story, 1) == [1]


def test_verify_clearances_names_a_clearance_that_was_opened_by_hand(story: Story) -> None:
    Clearance.objects.filter(piece=story, channel=Channel.PRINT).update(allowed_from=day(0), allowed_until=FOREVER)

    with on(1), pytest.raises(CommandError, match=f"print of {story.pk}"):
        verify()

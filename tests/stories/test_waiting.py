"""What waits for the consent role on the front page of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from editorial.models import User
from editorial.my_work import Item, my_work
from stories import recording
from stories.models import Consent, ConsentEvent, Narrator, WithdrawalCase
from tests.makers import Staff, make_consent, make_story, make_user, publish


def waiting(by: User, name: str) -> list[Item]:
    groups = my_work(User.objects.get(pk=by.pk)).groups
    return next((group.items for group in groups if group.heading.name == name), [])


def case(staff: Staff, **columns: Any) -> WithdrawalCase:
    now = timezone.now()
    return WithdrawalCase.objects.create(
        story=make_story(staff, title="Taken back"), source="code", received_at=now, effective_at=now, **columns
    )


def test_story_without_a_narrator(staff: Staff) -> None:
    story = make_story(staff, title="Whose?")
    story.story_narrators.all().delete()

    assert [item.title for item in waiting(staff.consent_officer, "no_narrator")] == ["Whose?"]


def test_text_in_review_whose_narrator_has_not_said_yes(staff: Staff) -> None:
    story = make_story(staff, title="Read it to her", risk_level=2)
    make_story(staff, title="Still a draft", risk_level=2)
    workflow.submit(story.pk, by=staff.contributor)
    assert [item.title for item in waiting(staff.consent_officer, "narrators_yes")] == ["Read it to her"]

    story.refresh_from_db()
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)

    assert waiting(staff.consent_officer, "narrators_yes") == []


def test_hold_waits_until_one_has_asked_to_lift_it(staff: Staff) -> None:
    story, second = make_story(staff, title="Held"), make_user("Consent officer")
    publish(story, staff)
    workflow.hold(story.pk, by=staff.editor, reason="A doubt.")
    assert [item.words for item in waiting(staff.consent_officer, "held")] == ["A doubt."]

    workflow.lift_hold(story.pk, by=staff.consent_officer)

    assert waiting(staff.consent_officer, "held") == []
    assert "second person" in waiting(second, "lift_asked")[0].words


@pytest.mark.parametrize(("days", "is_there"), [(89, True), (91, False)])
def test_consent_that_ends_within_ninety_days(staff: Staff, days: int, is_there: bool) -> None:
    story = make_story(staff, title="Ends", consented=False)
    made = make_consent(story, by=staff.consent_officer, end=timezone.now() + timedelta(days=days))

    urls = [item.url for item in waiting(staff.consent_officer, "consent_ends")]
    assert urls == ([reverse("admin:stories_consent_change", args=[made.pk])] if is_there else [])


def test_consent_that_was_renewed_waits_no_more(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, end=timezone.now() + timedelta(days=9))

    make_consent(story, by=staff.consent_officer)

    assert waiting(staff.consent_officer, "consent_ends") == []


def test_consent_of_a_withdrawn_story_waits_no_more(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    made = make_consent(story, by=staff.consent_officer, end=timezone.now() + timedelta(days=9))

    ConsentEvent.objects.create(narrator=made.narrator, story=story, what="withdrawn", at=timezone.now())

    assert waiting(staff.consent_officer, "consent_ends") == []


def test_consent_to_ask_about_again_is_late_after_its_day(staff: Staff) -> None:
    make_story(staff, title="Ask again")
    Consent.objects.update(review_on=timezone.localdate() - timedelta(days=1))

    (item,) = waiting(staff.consent_officer, "consent_review")
    assert (item.title, item.is_late) == ("Ask again", True)


def test_narrator_to_review(staff: Staff) -> None:
    narrator = make_story(staff).narrators.get()
    Narrator.objects.create(next_review=timezone.localdate() + timedelta(days=60))
    Narrator.objects.filter(pk=narrator.pk).update(next_review=timezone.localdate())

    assert [item.title for item in waiting(staff.consent_officer, "narrator_review")] == [narrator.code]


def test_lost_contact_waits_until_it_is_found(staff: Staff) -> None:
    narrator = make_story(staff).narrators.get()
    recording.note_of_narrator(narrator.pk, "contact_lost", by=staff.consent_officer)
    assert [item.title for item in waiting(staff.consent_officer, "contact_lost")] == [narrator.code]

    recording.note_of_narrator(narrator.pk, "contact_found", by=staff.consent_officer)

    assert waiting(staff.consent_officer, "contact_lost") == []


def test_open_withdrawal_and_wish_for_contact(staff: Staff) -> None:
    case(staff)
    case(staff, is_contact_only=True)
    case(staff, wants_contact=True)
    case(staff, closed_by=staff.publisher, closed_at=timezone.now())

    assert len(waiting(staff.consent_officer, "withdrawals")) == 1
    assert len(waiting(staff.consent_officer, "contact_asked")) == 2


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_see_none_of_it(staff: Staff, role: str) -> None:
    story = make_story(staff)
    story.story_narrators.all().delete()
    case(staff)
    Narrator.objects.update(next_review=timezone.localdate())

    found = {group.heading.name for group in my_work(getattr(staff, role)).groups}

    assert not found & {"no_narrator", "withdrawals", "narrator_review"}


def test_groups_are_cut_and_counted(staff: Staff) -> None:
    for _number in range(9):
        make_story(staff).story_narrators.all().delete()
        Narrator.objects.create(next_review=timezone.localdate())

    groups = {group.heading.name: group for group in my_work(staff.consent_officer).groups}

    assert [(len(groups[name].items), groups[name].total) for name in ("no_narrator", "narrator_review")] == [
        (6, 9)
    ] * 2

"""What is shown of consents is what holds now: at the desk, on paper and for machines, also after a withdrawal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from stories import in_force, receipts, recording, withdrawing
from stories.models import Consent, Scope, Story
from stories.recordable import NO, YES, Draft
from tests.makers import Staff, make_consent, make_story, publish

pytestmark = pytest.mark.django_db
GRANTED = (Scope.WEBSITE, Scope.PARTNERS, Scope.PRINT)


@pytest.fixture
def story(staff: Staff) -> Story:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=GRANTED)
    publish(story, staff)
    return story


@pytest.fixture
def made(story: Story) -> Consent:
    return story.consents.get()


def take_back(story: Story, *scopes: str) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code", scopes=scopes, narrator=story.narrators.get())


def now_of(story: Story) -> dict[str, str]:
    found = in_force.of_narrator(story.narrators.get().pk, [story.pk], timezone.now())
    return {one.scope.value: one.now.value for one in found[story.pk]}


def get(staff: Staff, name: str, *args: int) -> str:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.consent_officer)
    response = client.get(reverse(f"admin:stories_{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def narrow(story: Story, staff: Staff, scope: str) -> None:
    before = story.consents.get()
    draft = Draft(
        narrator=before.narrator,
        story=story,
        basis="own_publication",
        said=[(one.value, NO if one == scope else YES) for one in GRANTED],
        valid_from=before.valid_from,
        valid_until=before.valid_until,
        citation="Told by herself in print.",
        replaces=before,
        what="narrowed",
    )
    recording.record(draft, by=staff.consent_officer)


# --- What holds -------------------------------------------------------------------------------------------------------
def test_everything_taken_back_is_granted_no_more(story: Story) -> None:
    take_back(story)

    assert now_of(story) == dict.fromkeys(("website", "partners", "print"), "withdrawn")


def test_part_taken_back_leaves_the_others(story: Story) -> None:
    take_back(story, Scope.PRINT)

    assert now_of(story) == {"website": "granted", "partners": "granted", "print": "withdrawn"}


def test_later_consent_holds_again(story: Story, staff: Staff) -> None:
    take_back(story)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))

    assert now_of(story)["website"] == "granted"


def test_end_and_start_are_told(staff: Staff) -> None:
    story, now = make_story(staff, consented=False), timezone.now()
    by = staff.consent_officer
    make_consent(story, by=by, scopes=(Scope.PRINT,), start=now - timedelta(days=9), end=now - timedelta(days=1))
    make_consent(story, by=by, scopes=(Scope.SOCIAL,), start=now + timedelta(days=9))

    assert now_of(story) == {"print": "expired", "social": "later"}


def test_page_of_the_narrator_says_when_it_was_taken_back(staff: Staff, story: Story) -> None:
    take_back(story)

    text = get(staff, "narrator_change", story.narrators.get().pk)
    assert "Granted until" not in text
    assert text.count("Taken back by the narrator") >= 3


def test_page_of_the_narrator_costs_the_same_for_many_stories(
    staff: Staff, story: Story, django_assert_num_queries: Any
) -> None:
    narrator = story.narrators.get()
    for _number in range(3):
        other = make_story(staff, consented=False)
        other.story_narrators.update(narrator=narrator)
        make_consent(other, by=staff.consent_officer, narrator=narrator)

    stories = list(narrator.stories.values_list("pk", flat=True))
    assert len(stories) == 4
    with django_assert_num_queries(2):
        in_force.of_narrator(narrator.pk, stories, timezone.now())


# --- One record -------------------------------------------------------------------------------------------------------
def test_page_of_the_record_says_it(staff: Staff, story: Story, made: Consent) -> None:
    assert "Taken back" not in get(staff, "consent_change", made.pk)

    take_back(story, Scope.PARTNERS)

    text = get(staff, "consent_change", made.pk)
    assert text.count("<strong>Taken back by the narrator") == 1


def test_receipt_says_since_when_and_what_happened(staff: Staff, story: Story, made: Consent) -> None:
    take_back(story)

    text = get(staff, "consent_receipt", made.pk)
    assert text.count("Not any more, since") == 3
    assert "<td>Yes" not in text
    assert "You took it back." in text


def test_receipt_for_machines_says_it_in_order(staff: Staff, story: Story, made: Consent) -> None:
    narrow(story, staff, Scope.PRINT)
    take_back(story)

    found = json.loads(get(staff, "consent_receipt_json", made.pk))
    assert [one["event_state"] for one in found["purposes"]] == ["withdrawn"] * 3
    assert [one["event_state"] for one in found["events"]] == ["given", "withdrawn"]
    assert found["events"][1]["scopes"] == []


def test_receipt_is_true_after_erasing(staff: Staff, story: Story, made: Consent) -> None:
    take_back(story)
    workflow.erase(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.consent_officer)

    made = Consent.objects.get(pk=made.pk)
    assert not any(line.holds for line in receipts.lines(made))
    assert [one["event_state"] for one in receipts.as_json(made)["events"]] == ["withdrawn"]


def test_record_that_was_narrowed_says_which_scope_holds_no_more(staff: Staff, story: Story, made: Consent) -> None:
    narrow(story, staff, Scope.PRINT)

    assert set(in_force.ended(made, timezone.now())) == {"print"}


def test_later_record_does_not_bring_an_earlier_one_back(staff: Staff, story: Story, made: Consent) -> None:
    take_back(story)
    make_consent(story, by=staff.consent_officer, scopes=GRANTED)

    assert not any(line.holds for line in receipts.lines(made))


def test_record_that_holds_says_yes(made: Consent) -> None:
    assert sum(line.holds for line in receipts.lines(made)) == 3
    assert {one["event_state"] for one in receipts.as_json(made)["purposes"]} == {"given"}


def test_record_whose_time_is_over_says_so(made: Consent) -> None:
    later = made.valid_until + timedelta(seconds=1)

    assert {one.now.value for one in in_force.ended(made, later).values()} == {"expired"}

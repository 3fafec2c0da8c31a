"""The desk of the consent role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial.models import Channel, Clearance, Edition, User
from stories.models import Consent, Narrator, Story
from tests.makers import Staff, make_story, publish


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def consent_form(story: Story, **changes: Any) -> dict[str, Any]:
    """What a browser sends of a consent that rests on an own publication and allows this website."""
    today = timezone.localdate()
    return {
        "narrator": str(story.narrators.get().pk),
        "story": str(story.pk),
        "basis": "own_publication",
        "given_by": "narrator",
        "evidence": "Her own article.",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=365)).isoformat(),
        "said_website": "granted",
    } | changes


def record(staff: Staff, story: Story, **changes: Any) -> Any:
    address = reverse("admin:stories_consent_add") + changes.pop("query", "")
    return logged_in(staff.consent_officer).post(address, consent_form(story, **changes))


@pytest.mark.parametrize("name", ["narrator", "consent", "consentnotice"])
def test_nobody_but_the_consent_role_sees_narrators(staff: Staff, name: str) -> None:
    url = reverse(f"admin:stories_{name}_changelist")

    for user in (staff.contributor, staff.editor, staff.reviewer, staff.publisher):
        assert logged_in(user).get(url).status_code == 403
    assert logged_in(staff.consent_officer).get(url).status_code == 200


def test_recorded_consent_clears_the_story_at_once(staff: Staff) -> None:
    story = make_story(staff, consented=False)

    response = record(staff, story)

    assert response.status_code == 302
    row = Clearance.objects.get(piece=story, channel=Channel.WEBSITE)
    assert row.window.holds(timezone.now())
    assert timezone.localtime(row.allowed_until).hour == 0


def test_narrowing_hides_the_story_at_once(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    made = Consent.objects.get()

    response = record(
        staff,
        story,
        query=f"?replaces={made.pk}&as=narrowed",
        said_website="refused",
        said_partners="refused",
    )

    assert response.status_code == 302
    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()
    assert Consent.objects.get(replaces=made).events.get().what == "narrowed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"evidence": ""}, "own publication"),
        ({"basis": "asked"}, "who asked the narrator"),
        ({"valid_until": ""}, "Every consent ends"),
        ({"valid_until": "2020-01-01"}, "after the day on which it starts"),
        ({"valid_until": "2099-01-01"}, "within five years"),
    ],
)
def test_impossible_consent_is_refused_with_the_next_step(staff: Staff, changes: dict[str, str], sentence: str) -> None:
    story = make_story(staff, consented=False)

    response = record(staff, story, **changes)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Consent.objects.exists()


def test_second_narrator_without_consent_hides_the_story(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    data = {
        "code": "N-SECOND",
        "risk_level": "2",
        "story_narrators-TOTAL_FORMS": "1",
        "story_narrators-INITIAL_FORMS": "0",
        "story_narrators-0-story": str(story.pk),
    }

    response = logged_in(staff.consent_officer).post(reverse("admin:stories_narrator_add"), data)

    assert response.status_code == 302, response.content.decode()
    assert Narrator.objects.count() == 2
    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()

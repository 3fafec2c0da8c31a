"""The desk of the consent role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial.models import Channel, Clearance, Edition, User
from stories.models import Consent, Grant, Narrator, Story
from tests.makers import Staff, make_story, publish


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def consent_form(story: Story, **changes: Any) -> dict[str, Any]:
    narrator = story.narrators.get()
    today = timezone.localdate()
    return {
        "narrator": str(narrator.pk),
        "story": str(story.pk),
        "basis": "own_publication",
        "evidence": "Her own article.",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=365)).isoformat(),
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "0",
        "grants-0-scope": "website",
        "grants-0-value": "granted",
    } | changes


@pytest.mark.parametrize("name", ["narrator", "consent"])
def test_nobody_but_the_consent_role_sees_narrators(staff: Staff, name: str) -> None:
    url = reverse(f"admin:stories_{name}_changelist")

    for user in (staff.contributor, staff.editor, staff.reviewer, staff.publisher):
        assert logged_in(user).get(url).status_code == 403
    assert logged_in(staff.consent_officer).get(url).status_code == 200


def test_recorded_consent_clears_the_story_at_once(staff: Staff) -> None:
    story = make_story(staff, consented=False)

    response = logged_in(staff.consent_officer).post(reverse("admin:stories_consent_add"), consent_form(story))

    assert response.status_code == 302
    row = Clearance.objects.get(piece=story, channel=Channel.WEBSITE)
    assert row.window.holds(timezone.now())
    assert timezone.localtime(row.allowed_until).hour == 0


def test_refused_grant_hides_the_story_at_once(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    consent = Consent.objects.get()
    grant = Grant.objects.get(scope="website")
    data = consent_form(story) | {
        "grants-INITIAL_FORMS": "1",
        "grants-0-id": str(grant.pk),
        "grants-0-consent": str(consent.pk),
        "grants-0-value": "refused",
        "valid_from": timezone.localdate(consent.valid_from).isoformat(),
    }

    logged_in(staff.consent_officer).post(reverse("admin:stories_consent_change", args=[consent.pk]), data)

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"evidence": ""}, "own publication"),
        ({"basis": "asked"}, "who asked the narrator"),
        ({"valid_until": ""}, "required"),
        ({"valid_until": "2020-01-01"}, "after the day on which it starts"),
        ({"valid_until": "2099-01-01"}, "within five years"),
    ],
)
def test_impossible_consent_is_refused_with_the_next_step(staff: Staff, changes: dict[str, str], sentence: str) -> None:
    story = make_story(staff, consented=False)

    response = logged_in(staff.consent_officer).post(
        reverse("admin:stories_consent_add"), consent_form(story, **changes)
    )

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

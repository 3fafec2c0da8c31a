"""What the pages of the consent role cost: the same number of queries, however much there is to show."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial.models import User
from stories import coarsening, third_parties
from stories.models import Consent, ConsentEvent, Narrator, Story, StoryNarrator
from tests.makers import Staff, know, make_consent, make_story


def asked(user: User, path: str) -> int:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def more(staff: Staff, story: Story, number: int) -> None:
    """So much more of everything that a narrator and a story have."""
    narrator = story.narrators.get()
    for place in range(number):
        other = make_story(staff, consented=False)
        StoryNarrator.objects.filter(story=other).update(narrator=narrator)
        made = make_consent(other, by=staff.consent_officer, narrator=narrator)
        ConsentEvent.objects.create(narrator=narrator, story=other, consent=made, what="given", at=timezone.now())
        third_parties.add(story.pk, by=staff.contributor, relation="friend", names="문보라", notes="x")
        quote = "The bell rang twice."[: 4 + place]
        coarsening.mark(story.pk, by=staff.contributor, cls="other", quote=quote, precision="nobody", exact="x")


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("consent_officer", "narrator"),
        ("consent_officer", "care"),
        ("contributor", "care"),
        ("consent_officer", "consents"),
        ("consent_officer", "narrators"),
    ],
)
def test_page_asks_the_same_however_much_there_is(staff: Staff, role: str, page: str) -> None:
    story = make_story(staff)
    know(story.narrators.get(), "한가람", by=staff.consent_officer)
    more(staff, story, 2)
    path = {
        "narrator": reverse("admin:stories_narrator_change", args=[story.narrators.get().pk]),
        "care": reverse("admin:stories_story_care", args=[story.pk]),
        "consents": reverse("admin:stories_consent_changelist"),
        "narrators": reverse("admin:stories_narrator_changelist"),
    }[page]
    few = asked(getattr(staff, role), path)

    more(staff, story, 8)
    for _number in range(5):
        know(Narrator.objects.create(), "문누리", by=staff.consent_officer)

    assert asked(getattr(staff, role), path) == few


def test_page_of_a_consent_asks_the_same_however_much_there_is(staff: Staff) -> None:
    made = make_consent(make_story(staff, consented=False), by=staff.consent_officer)
    path = reverse("admin:stories_consent_change", args=[made.pk])
    few = asked(staff.consent_officer, path)

    now: Any = timezone.now()
    for _number in range(9):
        ConsentEvent.objects.create(
            narrator=made.narrator, story=made.story, consent=made, what="receipt", by=staff.editor, at=now
        )

    assert asked(staff.consent_officer, path) == few
    assert Consent.objects.count() == 1

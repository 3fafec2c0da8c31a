"""What a narrator can take along: plain, in their language, with nobody's name and no word of the story."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stories import receipts
from stories.models import Consent, ConsentEvent, ConsentNotice, Grant, Scope
from tests.makers import Staff, make_story


@pytest.fixture
def made(staff: Staff) -> Consent:
    story = make_story(staff, title="A title that tells", consented=False)
    notice = ConsentNotice.objects.create(
        title="2026", language="ko", text="언제든지 거둘 수 있습니다.", made_by=staff.consent_officer
    )
    made = Consent.objects.create(
        narrator=story.narrators.get(),
        story=story,
        basis="asked",
        method="signature",
        notice=notice,
        jurisdiction="Republic of Korea",
        asked_by=staff.consent_officer,
        asked_on=timezone.localdate(),
        valid_from=timezone.now(),
        valid_until=timezone.now() + timedelta(days=9),
        recorded_by=staff.consent_officer,
    )
    Grant.objects.create(consent=made, scope=Scope.WEBSITE, value="granted")
    Grant.objects.create(consent=made, scope=Scope.PRINT, value="refused")
    ConsentEvent.objects.create(narrator=made.narrator, story=story, consent=made, what="given", at=timezone.now())
    return made


def get(staff: Staff, name: str, made: Consent, role: str = "consent_officer") -> Any:
    client = Client(headers={"host": "localhost"})
    client.force_login(getattr(staff, role))
    return client.get(reverse(f"admin:stories_consent_{name}", args=[made.pk]))


def test_every_scope_is_on_it_and_not_asked_is_no(made: Consent) -> None:
    lines = {line.label: (line.is_granted, line.was_asked) for line in receipts.lines(made)}

    assert len(lines) == len(Scope)
    assert (lines["This website"], lines["Print"], lines["Voice"]) == ((True, True), (False, True), (False, False))


def test_paper_is_in_the_language_of_the_notice_and_neutral(staff: Staff, made: Consent) -> None:
    page = get(staff, "receipt", made).content.decode()

    assert '<html lang="ko">' in page
    assert "언제든지" in page
    assert "/ko/withdraw/" in page
    assert not any(words in page for words in ("A title that tells", made.narrator.code, "Firsthand"))


def test_machine_form_has_the_names_of_the_standard(staff: Staff, made: Consent) -> None:
    response = get(staff, "receipt_json", made)
    found = json.loads(response.content)

    assert response["Content-Disposition"] == f'attachment; filename="C-{made.pk}.json"'
    assert (found["record_id"], found["pii_principal_id"]) == (f"C-{made.pk}", made.narrator.code)
    assert found["privacy_notice"]["language"] == "ko"
    assert found["jurisdiction"] == "Republic of Korea"
    assert [(one["purpose"], one["event_state"]) for one in found["purposes"]] == [
        ("website", "given"),
        ("print", "refused"),
    ]
    assert [one["event_state"] for one in found["events"]] == ["given"]
    assert found["withdrawal_method"]["url"].endswith("/ko/withdraw/")
    assert found["retention_period"]["end"].endswith("+00:00")


def test_machine_form_tells_nothing_of_the_story(staff: Staff, made: Consent) -> None:
    assert "A title that tells" not in get(staff, "receipt_json", made).content.decode()


@pytest.mark.parametrize("name", ["receipt", "receipt_json", "change"])
@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_do_not_see_it(staff: Staff, made: Consent, name: str, role: str) -> None:
    assert get(staff, name, made, role).status_code == 403


@pytest.mark.parametrize("receipt", ["given", "declined"])
def test_whether_it_was_taken_is_noted(staff: Staff, made: Consent, receipt: str) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.consent_officer)

    client.post(reverse("admin:stories_consent_do", args=[made.pk, "receipt"]), {"receipt": receipt})

    made.refresh_from_db()
    assert made.receipt == receipt

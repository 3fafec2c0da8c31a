"""What was recorded of consents stays as it was: the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from editorial import triggers
from stories import evidence
from stories.evidence import Checked
from stories.models import Consent, ConsentEvent, ConsentNotice, Evidence, Grant
from stories.rules import CONSENT_FROZEN, EMPTIED, EVIDENCE_FROZEN, RULES
from tests.makers import Staff, make_consent, make_story

OTHER: dict[str, Any] = {
    "basis": "asked",
    "method": "signature",
    "given_by": "guardian",
    "comprehension": "unsure",
    "jurisdiction": "elsewhere",
    "asked_in": "Korean",
    "name": "another",
    "media_type": "text/plain",
    "size": 1,
    "sha256": "0" * 64,
}


@pytest.fixture
def made(staff: Staff) -> Consent:
    made = make_consent(make_story(staff, consented=False), by=staff.consent_officer)
    Consent.objects.filter(pk=made.pk).update(sealed="token")
    ConsentEvent.objects.create(narrator=made.narrator, story=made.story, consent=made, what="given", at=timezone.now())
    evidence.keep(made, Checked("application/pdf", b"%PDF-"), by=staff.consent_officer)
    return Consent.objects.get(pk=made.pk)


@pytest.fixture
def notice(staff: Staff) -> ConsentNotice:
    return ConsentNotice.objects.create(title="2026", language="en", text="Told.", made_by=staff.consent_officer)


def other_value(model: Any, column: str, staff: Staff, notice: ConsentNotice) -> Any:
    """Something else that the column could hold."""
    if column in OTHER:
        return OTHER[column]
    if column in {"asked_by_id", "recorded_by_id", "added_by_id"}:
        return staff.editor.pk
    field = next(one for one in model._meta.concrete_fields if one.attname == column)
    if column == "replaces_id":
        return model.objects.get().pk
    if column == "consent_id":
        return make_consent(make_story(staff, consented=False), by=staff.consent_officer).pk
    if field.is_relation:
        return {"notice_id": notice.pk}.get(column) or make_other(column, staff)
    return timezone.localdate() if column == "asked_on" else timezone.now()


def make_other(column: str, staff: Staff) -> int:
    story = make_story(staff, consented=False)
    return story.pk if column == "story_id" else story.narrators.get().pk


@pytest.mark.parametrize("column", CONSENT_FROZEN)
def test_no_column_of_a_consent_changes(staff: Staff, made: Consent, notice: ConsentNotice, column: str) -> None:
    value = other_value(Consent, column, staff, notice)

    with pytest.raises(IntegrityError, match="A recorded consent does not change"), transaction.atomic():
        Consent.objects.filter(pk=made.pk).update(**{column: value})


@pytest.mark.parametrize("column", EVIDENCE_FROZEN)
def test_no_column_of_an_evidence_file_changes(staff: Staff, made: Consent, notice: ConsentNotice, column: str) -> None:
    value = other_value(Evidence, column, staff, notice)

    with pytest.raises(IntegrityError, match="An evidence file does not change"), transaction.atomic():
        Evidence.objects.filter(consent=made).update(**{column: value})


def test_every_other_column_of_a_consent_is_meant_to_change() -> None:
    free = {field.attname for field in Consent._meta.concrete_fields} - set(CONSENT_FROZEN)

    assert free == {"id", "receipt", "evidence", "note", "sealed", "review_on"}


@pytest.mark.parametrize(
    "columns",
    [
        {"receipt": "given"},
        {"review_on": "2030-01-01"},
        {"note": ""},
        {"evidence": EMPTIED},
        {"sealed": "sealed anew"},
        {"sealed": ""},
    ],
)
def test_what_may_be_noted_or_emptied(made: Consent, columns: dict[str, str]) -> None:
    assert Consent.objects.filter(pk=made.pk).update(**columns) == 1


@pytest.mark.parametrize("columns", [{"note": "Another note"}, {"evidence": "Another citation"}])
def test_note_and_citation_are_emptied_and_never_rewritten(made: Consent, columns: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=made.pk).update(**columns)


@pytest.mark.parametrize("model", [Consent, Grant, ConsentEvent, Evidence, ConsentNotice])
def test_nothing_is_deleted(made: Consent, notice: ConsentNotice, model: Any) -> None:
    table = model._meta.db_table

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Grant, {"value": "refused"}),
        (Grant, {"scope": "print"}),
        (Grant, {"said_at": timezone.now()}),
        (ConsentEvent, {"what": "withdrawn"}),
        (ConsentEvent, {"scopes": ["website"]}),
        (ConsentEvent, {"how": "by telephone"}),
        (ConsentNotice, {"text": "Something else."}),
    ],
)
def test_answers_events_and_notices_do_not_change(
    made: Consent, notice: ConsentNotice, model: Any, columns: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**columns)


def test_evidence_is_erased_once(made: Consent) -> None:
    assert Evidence.objects.update(erased_at=timezone.now()) == 1

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(erased_at=None)


def test_rules_are_part_of_what_is_installed() -> None:
    assert set(RULES) <= set(triggers.SAME_RULES)

"""What may be recorded of what a narrator said, and what follows from it at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from editorial.blockers import Refused
from editorial.models import Channel, Clearance, Edition, Event
from stories import recording
from stories.models import Consent, ConsentEvent, ConsentNotice, Evidence, Scope, Story
from stories.recordable import NO, YES, Draft, default_end, months_after, to_record
from tests.makers import Staff, make_consent, make_story, publish

WEBSITE = ((Scope.WEBSITE.value, YES),)


@pytest.fixture
def story(staff: Staff) -> Story:
    return make_story(staff, consented=False)


@pytest.fixture
def notice(staff: Staff) -> ConsentNotice:
    return ConsentNotice.objects.create(title="2026", language="ko", text="안내", made_by=staff.consent_officer)


@pytest.fixture
def draft(staff: Staff, story: Story, notice: ConsentNotice) -> Draft:
    """Everything right: asked today, in writing, for two years."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Draft(
        narrator=story.narrators.get(),
        story=story,
        basis="asked",
        said=WEBSITE,
        valid_from=start,
        valid_until=default_end(start),
        method="signature",
        notice=notice,
        comprehension="own_words",
        asked_by=staff.consent_officer,
        asked_on=timezone.localdate(),
    )


def codes(draft: Draft, staff: Staff, **changes: Any) -> set[str]:
    return {blocker.code for blocker in to_record(replace(draft, **changes), staff.consent_officer)}


def test_right_draft_is_recorded(staff: Staff, draft: Draft) -> None:
    made = recording.record(draft, by=staff.consent_officer)

    assert (made.method, made.comprehension, made.recorded_by) == ("signature", "own_words", staff.consent_officer)
    assert [(grant.scope, grant.value) for grant in made.grants.all()] == [("website", "granted")]


def test_recording_clears_the_story_at_once(staff: Staff, draft: Draft) -> None:
    recording.record(draft, by=staff.consent_officer)

    row = Clearance.objects.get(piece=draft.story, channel=Channel.WEBSITE)
    assert (row.allowed_from, row.allowed_until) == (draft.valid_from, draft.valid_until)


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_record_nothing(staff: Staff, draft: Draft, role: str) -> None:
    with pytest.raises(Refused, match="no_permission"):
        recording.record(draft, by=getattr(staff, role))
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": None}, "no_end"),
        ({"valid_from": None}, "no_start"),
        ({"basis": ""}, "no_basis"),
        ({"asked_by": None}, "no_asker"),
        ({"asked_on": None}, "no_day"),
        ({"notice": None}, "no_notice"),
        ({"method": ""}, "no_method"),
        ({"method": "publication"}, "not_published"),
        ({"basis": "own_publication"}, "no_citation"),
        ({"basis": "own_publication", "citation": "Her article."}, "was_asked"),
        ({"comprehension": "unsure"}, "unsure"),
        ({"said": ()}, "nothing_said"),
        ({"said": (("website", YES), ("website", NO))}, "said_twice"),
        ({"said": (("everything", YES),)}, "unknown_answer"),
        ({"said": (("website", "perhaps"),)}, "unknown_answer"),
        ({"said": (("partners", YES),)}, "partners_without_website"),
        ({"said": (("partners", YES), ("website", NO))}, "partners_without_website"),
        ({"said": (("portrait", YES),)}, "part_without_channel"),
        ({"said": (("translation:ko", YES), ("website", NO))}, "part_without_channel"),
        ({"said": (("real_name", YES),)}, "part_without_channel"),
        ({"what": "renewed"}, "nothing_replaced"),
    ],
)
def test_each_fault_is_named(staff: Staff, draft: Draft, changes: dict[str, Any], code: str) -> None:
    assert code in codes(draft, staff, **changes)


def test_every_fault_has_a_next_step_and_all_are_said_at_once(staff: Staff, draft: Draft) -> None:
    wrong = replace(draft, valid_until=None, notice=None, method="", said=())

    with pytest.raises(Refused) as refusal:
        recording.record(wrong, by=staff.consent_officer)

    assert {one.code for one in refusal.value.blockers} == {"no_end", "no_notice", "no_method", "nothing_said"}
    assert not Consent.objects.exists()


@pytest.mark.parametrize(("months", "is_allowed"), [(24, True), (60, True), (61, False)])
def test_sixty_months_are_the_most(staff: Staff, draft: Draft, months: int, is_allowed: bool) -> None:
    assert draft.valid_from is not None
    end = months_after(draft.valid_from, months)

    assert ("too_long" not in codes(draft, staff, valid_until=end)) is is_allowed


def test_a_moment_more_than_sixty_months_is_too_long(staff: Staff, draft: Draft) -> None:
    assert draft.valid_from is not None
    end = months_after(draft.valid_from, 60) + timedelta(days=1)

    assert "too_long" in codes(draft, staff, valid_until=end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2030-01-31", 1, "2030-02-28"), ("2028-02-29", 12, "2029-02-28"), ("2030-11-15", 24, "2032-11-15")],
)
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    begin = timezone.make_aware(datetime.fromisoformat(start))

    assert timezone.localtime(months_after(begin, months)).date().isoformat() == end


def test_default_is_twenty_four_months(draft: Draft) -> None:
    assert draft.valid_from is not None
    assert default_end(draft.valid_from) == months_after(draft.valid_from, 24)


def test_nobody_is_asked_after_the_start_or_in_the_future(staff: Staff, draft: Draft) -> None:
    assert "asked_later" in codes(draft, staff, asked_on=timezone.localdate() + timedelta(days=1))


def test_narrator_of_another_story_is_refused(staff: Staff, draft: Draft) -> None:
    assert "not_their_story" in codes(draft, staff, story=make_story(staff))


def test_minor_needs_a_guardian_for_a_yes(staff: Staff, draft: Draft) -> None:
    draft.narrator.is_minor = True

    assert "no_guardian" in codes(draft, staff)
    assert "no_guardian" not in codes(draft, staff, given_by="guardian")
    assert "no_guardian" not in codes(draft, staff, said=(("website", NO),))


def test_part_may_be_added_to_a_channel_that_is_granted_already(staff: Staff, draft: Draft) -> None:
    recording.record(draft, by=staff.consent_officer)

    assert codes(draft, staff, said=(("portrait", YES),)) == set()


def test_part_cannot_rest_on_a_channel_that_this_record_takes_back(staff: Staff, draft: Draft) -> None:
    recording.record(draft, by=staff.consent_officer)

    assert "part_without_channel" in codes(draft, staff, said=(("portrait", YES), ("website", NO)))


def test_unsure_no_is_recorded(staff: Staff, draft: Draft) -> None:
    assert codes(draft, staff, comprehension="unsure", said=(("website", NO),)) == set()


def test_review_lies_within_the_time(staff: Staff, draft: Draft) -> None:
    assert "review_outside" in codes(draft, staff, review_on=timezone.localdate() + timedelta(days=9999))


# --- Renewing and narrowing -----------------------------------------------------------------------------------------
@pytest.fixture
def before(staff: Staff, draft: Draft) -> Consent:
    said = (("website", YES), ("partners", YES), ("portrait", NO))
    return recording.record(replace(draft, said=said), by=staff.consent_officer)


def test_what_was_granted_has_to_be_answered_again(staff: Staff, draft: Draft, before: Consent) -> None:
    assert "was_granted" in codes(draft, staff, replaces=before, what="renewed")
    assert codes(draft, staff, replaces=before, what="renewed", said=(("website", YES), ("partners", NO))) == set()


def test_narrowing_grants_nothing_new_and_no_longer(staff: Staff, draft: Draft, before: Consent) -> None:
    said = (("website", YES), ("partners", NO), ("portrait", YES))
    later = before.valid_until + timedelta(days=1)

    found = codes(draft, staff, replaces=before, what="narrowed", said=said, valid_until=later)

    assert found == {"is_wider", "is_longer"}


def test_record_replaces_one_of_the_same_narrator_and_story_only(staff: Staff, draft: Draft) -> None:
    other = make_consent(make_story(staff), by=staff.consent_officer)

    assert "another_consent" in codes(draft, staff, replaces=other, what="renewed")


def test_narrowing_takes_a_channel_away_at_once(staff: Staff, draft: Draft, before: Consent) -> None:
    publish(draft.story, staff)
    said = (("website", YES), ("partners", NO))

    recording.record(replace(draft, replaces=before, what="narrowed", said=said), by=staff.consent_officer)

    now = timezone.now()
    assert Edition.objects.public(Channel.WEBSITE, now).exists()
    assert not Edition.objects.public(Channel.PARTNERS, now).exists()


@pytest.mark.parametrize(
    ("what", "said", "expected"),
    [
        ("renewed", (("website", YES), ("partners", YES)), "renewed"),
        ("narrowed", (("website", YES), ("partners", NO)), "narrowed"),
        ("narrowed", (("website", NO), ("partners", NO)), "narrowed"),
        ("renewed", (("website", NO), ("partners", NO)), "refused"),
    ],
)
def test_each_record_appends_its_event(
    staff: Staff, draft: Draft, before: Consent, what: Any, said: Any, expected: str
) -> None:
    made = recording.record(replace(draft, replaces=before, what=what, said=said), by=staff.consent_officer)

    event = ConsentEvent.objects.get(consent=made)
    assert (event.what, event.story_id, event.by) == (expected, draft.story.pk, staff.consent_officer)


def test_first_record_appends_given(staff: Staff, before: Consent) -> None:
    assert before.events.get().what == "given"


def test_record_of_who_did_what_holds_no_value(staff: Staff, draft: Draft) -> None:
    recording.record(replace(draft, note="secret note", interpreter="secret person"), by=staff.consent_officer)

    event = Event.objects.get(verb="record_consent")
    assert event.fields == ["website"]
    assert "secret" not in str(event.__dict__)


# --- Sealed, files, and what happened later -------------------------------------------------------------------------
def test_interpreter_is_sealed_and_read_by_the_consent_role_alone(staff: Staff, draft: Draft) -> None:
    made = recording.record(replace(draft, interpreter="통역 담당"), by=staff.consent_officer)

    assert "통역" not in made.sealed
    assert recording.read_interpreter(made, by=staff.consent_officer) == "통역 담당"
    assert Event.objects.filter(verb="read_consent").count() == 1
    with pytest.raises(Refused):
        recording.read_interpreter(made, by=staff.publisher)


def test_unknown_file_keeps_the_whole_consent_from_being_recorded(staff: Staff, draft: Draft) -> None:
    files = [SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"), SimpleUploadedFile("b.pdf", b"MZ\x90\x00")]

    with pytest.raises(Refused) as refusal:
        recording.record(draft, by=staff.consent_officer, files=files)

    assert [one.code for one in refusal.value.blockers] == ["evidence_type"]
    assert not Consent.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("what", ["contact_lost", "contact_found", "died"])
def test_what_happens_to_a_person_is_noted(staff: Staff, story: Story, what: str) -> None:
    narrator = story.narrators.get()

    recording.note_of_narrator(narrator.pk, what, by=staff.consent_officer)

    event = ConsentEvent.objects.get(narrator=narrator)
    assert (event.what, event.story) == (what, None)


@pytest.mark.parametrize("what", ["requested", "deferred", "refused"])
def test_what_happens_to_a_request_ends_nothing(staff: Staff, what: str) -> None:
    story = make_story(staff)
    publish(story, staff)

    recording.note_of_story(story.narrators.get().pk, story.pk, what, by=staff.consent_officer)

    assert ConsentEvent.objects.get(what=what).story_id == story.pk
    assert Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


@pytest.mark.parametrize("what", ["withdrawn", "given", "nonsense"])
def test_other_events_cannot_be_noted_by_hand(staff: Staff, story: Story, what: str) -> None:
    with pytest.raises(Refused, match="unknown_event"):
        recording.note_of_narrator(story.narrators.get().pk, what, by=staff.consent_officer)
    with pytest.raises(Refused):
        recording.note_of_story(story.narrators.get().pk, story.pk, what, by=staff.consent_officer)
    assert not ConsentEvent.objects.exists()


def test_event_of_another_story_is_refused(staff: Staff, story: Story) -> None:
    with pytest.raises(Refused, match="not_their_story"):
        recording.note_of_story(story.narrators.get().pk, make_story(staff).pk, "requested", by=staff.consent_officer)


def test_invalidated_consent_hides_the_story_at_once(staff: Staff, draft: Draft, before: Consent) -> None:
    publish(draft.story, staff)

    recording.invalidate(before.pk, by=staff.consent_officer)

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()
    assert before.events.get(what="invalidated").scopes == ["partners", "website"]


def test_consent_is_invalidated_once(staff: Staff, before: Consent) -> None:
    recording.invalidate(before.pk, by=staff.consent_officer)

    with pytest.raises(Refused, match="nothing_changed"):
        recording.invalidate(before.pk, by=staff.consent_officer)


@pytest.mark.parametrize("receipt", ["given", "declined"])
def test_receipt_is_noted_with_its_event(staff: Staff, before: Consent, receipt: str) -> None:
    recording.note_receipt(before.pk, receipt, by=staff.consent_officer)

    before.refresh_from_db()
    assert before.receipt == receipt
    assert before.events.get(what="receipt").how == receipt


def test_other_roles_note_nothing(staff: Staff, before: Consent) -> None:
    acts: tuple[Any, ...] = (
        lambda: recording.note_receipt(before.pk, "given", by=staff.publisher),
        lambda: recording.set_review(before.pk, None, by=staff.publisher),
        lambda: recording.invalidate(before.pk, by=staff.publisher),
        lambda: recording.note_of_narrator(before.narrator_id, "died", by=staff.publisher),
        lambda: recording.note_of_story(before.narrator_id, before.story_id, "requested", by=staff.publisher),
    )
    for act in acts:
        with pytest.raises(Refused, match="no_permission"):
            act()
    assert ConsentEvent.objects.count() == 1


def test_day_of_review_can_be_set(staff: Staff, before: Consent) -> None:
    on = timezone.localdate() + timedelta(days=30)

    recording.set_review(before.pk, on, by=staff.consent_officer)

    before.refresh_from_db()
    assert before.review_on == on

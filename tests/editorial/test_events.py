"""The record of who did what: a change, a gap and a cut end all show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from editorial import anchor, events, workflow
from editorial.models import Event, SiteState
from tests.makers import Staff, make_staff, make_story, publish


@contextmanager
def guards_down() -> Iterator[None]:
    """As somebody could do who owns the database. The test's rollback puts the guards back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE editorial_event DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'editorial_event'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        yield


def tamper(sql: str) -> None:
    with guards_down(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def last(staff: Staff) -> int:
    """The number of the last event of a small history."""
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)
    # What follows a commit does not happen in a transaction that is rolled back.
    anchor.drop()
    return Event.objects.count()


def test_history_that_nobody_touched_has_no_fault(last: int) -> None:
    assert last == 5
    assert events.first_fault() == ""


@pytest.mark.django_db
def test_empty_history_has_no_fault() -> None:
    assert events.first_fault() == ""


def test_event_says_who_did_what_without_values(last: int, staff: Staff) -> None:
    event = Event.objects.get(number=last)

    assert (event.verb, event.actor, event.actor_id) == ("end", "publisher", staff.publisher.pk)
    assert Event.objects.get(number=1).fields == ["body", "byline", "language", "slug", "standfirst", "title"]
    for value in ("A first classroom", "A chosen name", "The bell rang"):
        assert not any(value in str(row) for row in Event.objects.values())


@pytest.mark.parametrize(
    "columns",
    [
        "actor = 'somebody else'",
        "actor_id = 0",
        "verb = 'approve'",
        "subject = ''",
        "digest = ''",
        "reason = 'nothing'",
        "from_state = 'approved'",
        "piece_number = 99",
        "edition_number = 99",
        "fields = '[]'",
        "at = '2020-01-01 00:00:00+00:00'",
        "seal = 'x'",
    ],
)
def test_changed_event_is_found(last: int, columns: str) -> None:
    tamper(f"UPDATE editorial_event SET {columns} WHERE number = 1")

    assert last > 1
    assert events.first_fault() == "Event 1 is not as it was written."


def test_event_sealed_anew_is_found_at_the_next_one(last: int) -> None:
    event = Event.objects.get(number=2)
    event.actor = "somebody else"
    seal = events.seal_of(event, Event.objects.get(number=1).seal)

    tamper(f"UPDATE editorial_event SET actor = 'somebody else', seal = '{seal}' WHERE number = 2")

    assert last > 3
    assert events.first_fault() == "Event 3 is not as it was written."


def test_missing_event_is_found(last: int) -> None:
    tamper("DELETE FROM editorial_event WHERE number = 2")

    assert last > 2
    assert events.first_fault() == "Event 2 is missing."


def test_cut_end_is_found(last: int) -> None:
    tamper(f"DELETE FROM editorial_event WHERE number = {last}")

    assert events.first_fault() == f"The record ends at event {last - 1}, but {last} were written."


def test_swapped_events_are_found(last: int) -> None:
    for old, new in ((2, 1000), (3, 2), (1000, 3)):
        tamper(f"UPDATE editorial_event SET number = {new} WHERE number = {old}")

    assert last > 3
    assert events.first_fault() == "Event 2 is not as it was written."


def test_seal_under_another_key_is_another_one(last: int, settings: object) -> None:
    event = Event.objects.get(number=last)
    before = events.seal_of(event, "")

    settings.EVENT_CHAIN_KEY = "another key"  # type: ignore[attr-defined]

    assert events.seal_of(event, "") != before


def test_verify_events_says_that_all_is_well(last: int) -> None:
    out = StringIO()

    call_command("verify_events", stdout=out)

    assert out.getvalue() == f"{last} events, each as it was written.\n"


def test_verify_events_says_what_to_do(last: int) -> None:
    tamper(f"UPDATE editorial_event SET verb = 'x' WHERE number = {last}")

    with pytest.raises(CommandError, match=f"Event {last} is not as it was written. Compare with a backup"):
        call_command("verify_events")


# --- Any single change ----------------------------------------------------------------------------------------------
#: Of every column another value of its type; a column that is added has to be put here.
OTHERS = {
    "number": "number + 1000",
    "at": "'2020-01-01 00:00:00+00:00'",
    "actor_id": "COALESCE(actor_id, 0) + 1",
    "actor": "'somebody else'",
    "verb": "'keep'",
    "subject": "'story other'",
    "piece_number": "COALESCE(piece_number, 0) + 1",
    "edition_number": "COALESCE(edition_number, 0) + 1",
    "from_state": "'elsewhere'",
    "to_state": "'elsewhere'",
    "fields": "'[\"other\"]'",
    "digest": "'other'",
    "reason": "'other'",
    "seal": "'other'",
}


def test_every_column_is_among_those_that_are_changed() -> None:
    assert set(OTHERS) == {field.attname for field in Event._meta.concrete_fields}


@pytest.mark.parametrize("column", OTHERS)
@pytest.mark.parametrize("which", [1, 3, 5])
def test_any_change_of_any_column_of_any_event_is_found(last: int, column: str, which: int) -> None:
    tamper(f"UPDATE editorial_event SET {column} = {OTHERS[column]} WHERE number = {which}")

    assert last == 5
    assert events.first_fault() != ""


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 4), (4, 5)])
def test_any_two_that_are_swapped_are_found(last: int, one: int, other: int) -> None:
    for old, new in ((one, 1000), (other, one), (1000, other)):
        tamper(f"UPDATE editorial_event SET number = {new} WHERE number = {old}")

    assert last == 5
    assert events.first_fault() != ""


@pytest.mark.parametrize("which", [1, 2, 3, 4, 5])
def test_any_deletion_is_found(last: int, which: int) -> None:
    tamper(f"DELETE FROM editorial_event WHERE number = {which}")

    assert last == 5
    assert events.first_fault() != ""


def test_event_that_was_put_in_is_found(last: int) -> None:
    event = Event.objects.get(number=last)
    event.number, event.verb = last + 1, "approve"
    event.save(force_insert=True)

    assert events.first_fault() == f"Event {last + 1} is not as it was written."


def cut(last: int, *, keep: int) -> None:
    """With the head of the chain set back, so that the database holds together in itself."""
    tamper(f"DELETE FROM editorial_event WHERE number > {keep}")
    SiteState.objects.update(last_event=keep, last_seal=Event.objects.get(number=keep).seal)
    assert keep < last


def test_end_that_was_cut_with_its_head_is_found_outside(last: int) -> None:
    cut(last, keep=3)

    assert events.fault_inside() == ""
    assert events.first_fault().startswith("The record ends at event 3, but this site saw event 5.")


def test_end_that_was_written_anew_is_found_outside(last: int, staff: Staff) -> None:
    """Whoever has the key too could go on from where they cut; the anchor has seen the other end."""
    cut(last, keep=3)
    for _number in range(4):
        events.record("keep", by=staff.editor)

    assert events.fault_inside() == ""
    assert events.first_fault().startswith("Event 5 is not the one that this site saw.")


def test_anchor_is_not_set_back_by_what_follows_a_restore(last: int, staff: Staff) -> None:
    cut(last, keep=3)
    for _number in range(4):
        events.record("keep", by=staff.editor)
        anchor.drop()

    assert events.first_fault() != ""


def test_missing_anchor_is_said(last: int) -> None:
    anchor.path().unlink()

    assert last == 5
    assert events.missing_anchor().startswith("There is no anchor")
    with pytest.raises(CommandError, match="There is no anchor"):
        call_command("verify_events")


def test_unreadable_anchor_is_said(last: int) -> None:
    anchor.path().write_text("[]")

    assert last == 5
    assert events.first_fault().endswith("cannot be read.")


def test_restored_backup_is_reported_as_what_it_may_be(last: int) -> None:
    cut(last, keep=3)

    with pytest.raises(CommandError, match="If you restored a backup, or moved the site"):
        call_command("verify_events")


def test_restored_backup_is_accepted_on_purpose_and_recorded(last: int) -> None:
    cut(last, keep=3)

    call_command("verify_events", "--accept-restored", stdout=(out := StringIO()))

    assert "Recorded as event 4: a backup was restored." in out.getvalue()
    assert Event.objects.get(number=4).verb == "accept_restored_record"
    assert events.first_fault() == ""


def test_changed_event_is_not_accepted_as_a_restored_backup(last: int) -> None:
    tamper("UPDATE editorial_event SET verb = 'x' WHERE number = 2")

    with pytest.raises(CommandError, match="Compare with a backup"):
        call_command("verify_events", "--accept-restored")
    assert last == 5


# --- After each commit ----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_anchor_follows_every_commit() -> None:
    story = make_story(make_staff())

    state = SiteState.objects.get()
    assert anchor.read() == anchor.Anchor(state.last_event, state.last_seal)
    assert story.pk


@pytest.mark.django_db(transaction=True)
def test_anchor_is_written_once_for_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    drop = anchor.drop

    def counted() -> None:
        written.append(1)
        drop()

    monkeypatch.setattr(anchor, "drop", counted)

    with transaction.atomic():
        for _number in range(5):
            events.record("keep", by=None)

    assert written == [1]


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_in_the_anchor() -> None:
    events_before = Event.objects.count()
    with transaction.atomic():
        events.record("keep", by=None)
        transaction.set_rollback(True)

    assert Event.objects.count() == events_before
    assert anchor.read() is None


@pytest.mark.django_db(transaction=True)
def test_anchor_that_cannot_be_written_stops_nobody(settings: Any, tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "file").write_text("")
    settings.ANCHOR_PATH = tmp_path / "file" / "anchor.json"

    with transaction.atomic():
        events.record("keep", by=None)

    assert Event.objects.filter(verb="keep").exists()
    assert "cannot be written" in caplog.text

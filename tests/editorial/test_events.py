"""The record of who did what: a change, a gap and a cut end all show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from editorial import events, workflow
from editorial.models import Event
from tests.makers import Staff, make_story, publish


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

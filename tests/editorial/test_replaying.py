"""A restored backup brings nothing back: what the ledger says is carried out before the first answer."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from config import readiness
from editorial import ledger, replaying, workflow
from editorial.models import Channel, Edition, Event, LedgerLine
from editorial.replaying import CannotServe
from stories import withdrawing
from stories.models import ConsentEvent, Scope, Story, WithdrawalCase
from tests.makers import Staff, make_consent, make_story, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(staff: Staff) -> Story:
    story = make_story(staff, slug="classroom")
    publish(story, staff)
    return story


def as_if_restored(story: Story, *scopes: str) -> ledger.Line:
    """The ledger has it, and this database, from before, does not."""
    return ledger.append("withdraw", story.public_id, at=timezone.now(), scopes=scopes)


def test_withdrawal_is_carried_out_again(story: Story, reader: Client) -> None:
    line = as_if_restored(story)

    done = replaying.replay()

    assert done.carried_out == [line]
    assert reader.get("/en/stories/classroom/").status_code == 410


def test_it_is_carried_out_once(story: Story) -> None:
    as_if_restored(story)
    replaying.replay()

    assert replaying.replay().carried_out == []
    assert WithdrawalCase.objects.count() == 1


def test_what_this_database_did_itself_is_not_carried_out_again(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")

    assert replaying.replay().carried_out == []


def test_part_is_narrowed_again(story: Story, reader: Client) -> None:
    as_if_restored(story, Scope.PARTNERS)

    replaying.replay()

    assert not Edition.objects.public(Channel.PARTNERS, timezone.now()).exists()
    assert reader.get("/en/stories/classroom/").status_code == 200


def test_case_says_where_it_comes_from(story: Story) -> None:
    line = as_if_restored(story)
    replaying.replay()

    case = WithdrawalCase.objects.get()
    assert (case.source, case.ledger_number, case.received_at) == ("ledger", line.number, line.at)
    assert Event.objects.latest("number").verb == "replay_withdrawal"


def test_no_from_before_a_later_consent_does_not_end_it(story: Story, staff: Staff, reader: Client) -> None:
    """A newer database, from before its rows of the ledger were written: the later publishing stays."""
    as_if_restored(story)
    workflow.end(story.pk, by=staff.publisher)
    make_consent(story, by=staff.consent_officer)
    workflow.reclear(story.pk, by=staff.consent_officer)
    publish(story, staff)

    replaying.replay()

    assert reader.get("/en/stories/classroom/").status_code == 200
    assert ConsentEvent.objects.count() == 1


def test_unknown_piece_is_left_out_and_asked_for_again(story: Story) -> None:
    ledger.append("withdraw", "not-here", at=timezone.now())

    first, second = replaying.replay(), replaying.replay()

    assert [len(one.unknown) for one in (first, second)] == [1, 1]
    assert not LedgerLine.objects.exists()


def test_act_that_this_version_does_not_know_stops_the_start(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.append("take_down_picture", "abc", at=timezone.now())
    monkeypatch.delitem(replaying._handlers, "take_down_picture", raising=False)

    with pytest.raises(CannotServe, match="does not know"):
        replaying.replay()


def test_one_line_that_fails_changes_nothing(story: Story, monkeypatch: pytest.MonkeyPatch, reader: Client) -> None:
    as_if_restored(story)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(workflow, "withdraw", broken)
        with pytest.raises(DatabaseError):
            replaying.replay()
    assert not ConsentEvent.objects.exists()

    replaying.replay()
    assert reader.get("/en/stories/classroom/").status_code == 410


# --- A ledger that does not belong to the database ------------------------------------------------------------------
def test_missing_file_stops_the_start(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()

    with pytest.raises(CannotServe, match=r"Entry 1.*is missing.*--accept-new-ledger"):
        replaying.replay()


def test_cut_file_stops_the_start(story: Story, staff: Staff) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    withdrawing.withdraw(make_story(staff).pk, by=None, source="code")
    rows = ledger.path().read_bytes().splitlines(keepends=True)
    ledger.path().write_bytes(rows[0])

    with pytest.raises(CannotServe, match="Entry 2"):
        replaying.replay()


def test_broken_chain_stops_the_start(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().write_bytes(ledger.path().read_bytes().replace(b"withdraw", b"keep_now") + b"{}\n")

    with pytest.raises(CannotServe, match="is not as it was written"):
        replaying.replay()


def test_ledger_of_another_site_stops_the_start(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()
    ledger.append("withdraw", "other", at=timezone.now())

    with pytest.raises(CannotServe, match="another one"):
        replaying.replay()


def test_new_ledger_is_accepted_on_purpose(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()

    call_command("replay_withdrawals", "--accept-new-ledger", stdout=(out := StringIO()))

    assert "A new ledger begins with entry 2." in out.getvalue()
    assert replaying.replay().carried_out == []
    assert Event.objects.latest("number").verb == "accept_new_ledger"


def test_good_ledger_is_not_put_aside(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")

    call_command("replay_withdrawals", "--accept-new-ledger", stdout=(out := StringIO()))

    assert "as it should be" in out.getvalue()
    assert [line.act for line in ledger.lines()] == ["withdraw"]


def test_withdrawal_after_a_new_ledger_is_entered(story: Story, staff: Staff) -> None:
    withdrawing.withdraw(make_story(staff).pk, by=None, source="code")
    ledger.path().unlink()
    call_command("replay_withdrawals", "--accept-new-ledger", stdout=StringIO())

    case = withdrawing.withdraw(story.pk, by=None, source="code")

    assert case.ledger_number == 3


def test_withdrawal_hides_although_the_file_is_another_one(story: Story, staff: Staff, reader: Client) -> None:
    withdrawing.withdraw(make_story(staff).pk, by=None, source="code")
    ledger.path().unlink()

    case = withdrawing.withdraw(story.pk, by=None, source="code")

    assert case.ledger_number is None
    assert reader.get("/en/stories/classroom/").status_code == 410


def test_command_says_what_it_did(story: Story) -> None:
    as_if_restored(story)
    ledger.append("withdraw", "not-here", at=timezone.now())

    call_command("replay_withdrawals", stdout=(out := StringIO()))

    assert out.getvalue().splitlines() == [
        "Entry 2: this database has no such piece; left out.",
        "1 entries carried out now.",
    ]


def test_command_refuses_with_the_next_step(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()

    with pytest.raises(CommandError, match="--accept-new-ledger"):
        call_command("replay_withdrawals")


# --- The start of the server ----------------------------------------------------------------------------------------
def application(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"shown"]


def ask(wrapped: Any) -> str:
    began: list[str] = []
    list(wrapped({}, lambda status, _headers: began.append(status)))
    return began[0]


def test_server_starts_once_all_is_carried_out(story: Story, reader: Client) -> None:
    as_if_restored(story)

    assert readiness.when_ready(application) is application
    assert reader.get("/en/stories/classroom/").status_code == 410


def test_server_does_not_start_on_a_ledger_of_another_site(story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()

    with pytest.raises(SystemExit, match="--accept-new-ledger"):
        readiness.when_ready(application)


def test_nothing_is_shown_while_the_database_cannot_be_reached(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_restored(story)

    def unreachable() -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(replaying, "replay", unreachable)
        waiting = readiness.when_ready(application)
        assert ask(waiting) == "503 Service Unavailable"

    assert ask(waiting) == "200 OK"
    assert ConsentEvent.objects.exists()


def test_nothing_is_shown_when_it_then_turns_out_to_be_another_ledger(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(replaying, "replay", unreachable)
        waiting = readiness.when_ready(application)
    withdrawing.withdraw(story.pk, by=None, source="code")
    ledger.path().unlink()

    assert ask(waiting) == "503 Service Unavailable"

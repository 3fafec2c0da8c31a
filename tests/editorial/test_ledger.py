"""The ledger: sealed line by line, on the disk before anything is committed, and mended after a crash."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from editorial import ledger
from editorial.ledger import Faulty, Unwritable


def written(count: int) -> Path:
    for number in range(count):
        ledger.append("withdraw", f"piece{number}", at=timezone.now())
    return ledger.path()


def test_file_that_is_not_there_has_no_entries() -> None:
    assert ledger.lines() == []


def test_entry_is_read_as_it_was_written() -> None:
    line = ledger.append("withdraw", "abc", at=timezone.now(), scopes=["portrait"])

    assert ledger.lines() == [line]
    assert (line.number, line.piece, line.scopes) == (1, "abc", ("portrait",))


def test_entries_are_numbered_and_each_holds_the_seal_before_it() -> None:
    written(3)

    first, second, third = ledger.lines()
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (second.previous, third.previous) == (first.seal, second.seal)


def test_file_and_folder_are_private() -> None:
    path = written(1)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_entry_is_on_the_disk_when_append_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_mode))

    written(1)

    assert [stat.S_ISDIR(mode) for mode in synced] == [True, False]


def test_act_that_nobody_knows_is_no_entry() -> None:
    with pytest.raises(ValueError, match="knows no 'publish'"):
        ledger.append("publish", "abc", at=timezone.now())


@pytest.mark.parametrize("field", ["number", "at", "act", "piece", "scopes", "previous", "seal"])
def test_changed_entry_is_found(field: str) -> None:
    path = written(3)
    rows = path.read_bytes().splitlines()
    said = json.loads(rows[1])
    said[field] = {"number": 9, "at": timezone.now().isoformat(), "scopes": ["website"]}.get(field, "0" * 64)
    rows[1] = json.dumps(said).encode()
    path.write_bytes(b"\n".join(rows) + b"\n")

    with pytest.raises(Faulty, match="Line 2 of the ledger"):
        ledger.lines()


def changed(path: Path, change: Any) -> None:
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(rows)))


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[1:],
        lambda rows: [rows[0], *rows[2:]],
        lambda rows: [rows[1], rows[0], *rows[2:]],
        lambda rows: [rows[0], rows[0], *rows[1:]],
        lambda rows: [rows[0], b"nonsense\n", *rows[2:]],
    ],
    ids=["first taken out", "one taken out", "swapped", "doubled", "unreadable in the middle"],
)
def test_change_of_the_order_is_found(change: Any) -> None:
    changed(written(4), change)

    with pytest.raises(Faulty):
        ledger.lines()


def test_entry_under_another_key_is_found(settings: Any) -> None:
    written(1)
    settings.EVENT_CHAIN_KEY = "another key"

    with pytest.raises(Faulty):
        ledger.lines()


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_last_line_that_a_crash_cut_short_is_left_out(kept: int) -> None:
    path = written(3)
    changed(path, lambda rows: [*rows[:2], rows[2][:kept]])

    assert [line.number for line in ledger.lines()] == [1, 2]


def test_next_entry_takes_the_place_of_what_a_crash_left() -> None:
    path = written(3)
    changed(path, lambda rows: [*rows[:2], rows[2][:40]])

    ledger.append("erase", "other", at=timezone.now())

    assert [(line.number, line.act) for line in ledger.lines()] == [(1, "withdraw"), (2, "withdraw"), (3, "erase")]


def test_full_disk_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(2)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unwritable, match="No space left on device"):
        ledger.append("withdraw", "abc", at=timezone.now())

    assert path.read_bytes() == before


def test_folder_that_cannot_be_made_is_said(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.LEDGER_PATH = tmp_path / "file" / "withdrawals.jsonl"

    with pytest.raises(Unwritable, match="cannot be written"):
        ledger.append("withdraw", "abc", at=timezone.now())


def test_broken_ledger_takes_no_entry() -> None:
    changed(written(3), lambda rows: rows[1:])

    with pytest.raises(Unwritable, match="is not as it was written"):
        ledger.append("withdraw", "abc", at=timezone.now())


def test_file_that_ends_before_what_the_database_knows_takes_no_entry() -> None:
    written(1)

    with pytest.raises(Unwritable, match="ends before entry 5"):
        ledger.append("withdraw", "abc", at=timezone.now(), after=5)


def test_new_ledger_goes_on_behind_the_old_one_and_keeps_it() -> None:
    path = written(2)

    ledger.begin_anew(after=2)
    ledger.append("withdraw", "abc", at=timezone.now(), after=3)

    assert [(line.number, line.act) for line in ledger.lines()] == [(3, "begin"), (4, "withdraw")]
    assert len(list(path.parent.glob("withdrawals.jsonl.before-*"))) == 1


def test_ledger_names_nobody() -> None:
    text = written(1).read_text()

    assert set(json.loads(text)) == {"number", "at", "act", "piece", "scopes", "previous", "seal"}


def test_full_disk_is_seen_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    written(1)
    assert ledger.seems_writable()

    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result((4096, 4096, 9, 0, 0, 0, 0, 0, 0, 255)))

    assert not ledger.seems_writable()

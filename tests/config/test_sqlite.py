"""By which version of SQLite the write-ahead log is trusted."""

from __future__ import annotations

import sqlite3

import pytest

from config.sqlite import Version, init_command, is_free_of_wal_reset_fault, serving_threads

FAULTY: list[Version] = [
    (3, 37, 2), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 46, 1), (3, 49, 9), (3, 50, 0), (3, 50, 6), (3, 51, 0),
    (3, 51, 2),
]  # fmt: skip
SOUND: list[Version] = [(3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 50, 12), (3, 51, 3), (3, 52, 0), (4, 0, 0)]


@pytest.mark.parametrize("version", FAULTY)
def test_faulty_version_keeps_the_rollback_journal_and_one_thread(version: Version) -> None:
    assert not is_free_of_wal_reset_fault(version)
    assert "journal_mode=DELETE;" in init_command(version)
    assert serving_threads(version) == 1


@pytest.mark.parametrize("version", SOUND)
def test_sound_version_writes_ahead(version: Version) -> None:
    assert is_free_of_wal_reset_fault(version)
    assert "journal_mode=WAL;" in init_command(version)
    assert serving_threads(version) > 1


@pytest.mark.parametrize("version", FAULTY + SOUND)
def test_every_version_syncs_fully_and_erases_what_it_deletes(version: Version) -> None:
    command = init_command(version)

    assert "PRAGMA synchronous=FULL;" in command
    assert "PRAGMA secure_delete=ON;" in command


def test_pragmas_are_taken_by_the_linked_version() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(init_command())

    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    connection.close()

"""How SQLite is opened, by the version that Python is linked with."""

from __future__ import annotations

import sqlite3

Version = tuple[int, int, int]


def is_free_of_wal_reset_fault(version: Version) -> bool:
    """Whether the write-ahead log cannot be corrupted by a reset that races with a reader.

    Fixed in SQLite 3.51.3 and, for the older lines, in 3.50.7 and 3.44.6 (release notes of 13 March 2026).
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def init_command(version: Version = sqlite3.sqlite_version_info) -> str:
    """The pragmas that every connection starts with; the rollback journal where the log is not safe."""
    journal = "WAL" if is_free_of_wal_reset_fault(version) else "DELETE"
    return f"PRAGMA journal_mode={journal};PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA cache_size=-8192;"


def serving_threads(version: Version = sqlite3.sqlite_version_info) -> int:
    """Blocking threads per worker: with the rollback journal, threads that read without pause starve a commit."""
    return 4 if is_free_of_wal_reset_fault(version) else 1

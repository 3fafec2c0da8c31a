"""Reads the generation: one statement on the driver's connection inside Django's own, a few microseconds."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

SQL = "SELECT generation FROM editorial_sitestate WHERE id = 1"
#: A reader waits at most this long; the twenty seconds of a writer would hold the thread.
PATIENCE_MS = 1_000
WRITER_PATIENCE_MS = 20_000


class Unreadable(Exception):  # noqa: N818  (a state of the database, not a fault of the caller)
    """The generation could not be read in time."""


class _File:
    """Watches for a database file that was put in place of another, as a restore does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._looked_at = 0.0
        self._epoch = 0

    def epoch(self) -> int:
        """A number that grows each time the file is another one; looks at most once a second."""
        now = time.monotonic()
        if now - self._looked_at < 1:
            return self._epoch
        with self._lock:
            self._looked_at = now
            try:
                found = Path(settings.DATABASES["default"]["NAME"]).stat()
            except OSError:
                return self._epoch
            identity = (found.st_dev, found.st_ino)
            if self._seen is not None and identity != self._seen:
                self._epoch += 1
            self._seen = identity
            return self._epoch


_file = _File()
_threads = threading.local()


def current_generation() -> tuple[int, bool]:
    """The generation, and whether the database file was replaced since this thread last asked.

    Raises Unreadable when the database does not say so within a second.
    """
    is_new_file = False
    if connection.vendor == "sqlite":
        epoch = _file.epoch()
        if epoch != getattr(_threads, "epoch", epoch):
            connection.close()
            is_new_file = True
        _threads.epoch = epoch
    try:
        return _read(), is_new_file
    except (DatabaseError, InterfaceError, OSError):
        connection.close()
    except Exception as error:  # the driver's own errors, which Django does not wrap here
        if connection.vendor == "sqlite" and "locked" in str(error):
            raise Unreadable(str(error)) from error
        connection.close()
    try:
        return _read(), is_new_file
    except Exception as error:
        connection.close()
        raise Unreadable(str(error)) from error


def _read() -> int:
    connection.ensure_connection()
    driver: Any = connection.connection
    if connection.vendor == "sqlite":
        driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            row = driver.execute(SQL).fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout = {WRITER_PATIENCE_MS}")
    else:
        # One round trip; if the read takes too long, all three are rolled back and the connection is as it was.
        cursor = driver.execute(f"SET statement_timeout = {PATIENCE_MS}; {SQL}; RESET statement_timeout")
        cursor.nextset()
        row = cursor.fetchone()
        cursor.close()
    if row is None:
        msg = "There is no site state. Run: python manage.py migrate"
        raise Unreadable(msg)
    return int(row[0])

"""What has to be so before the first request is answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, connection

from editorial import replaying, triggers
from editorial.models import LedgerLine
from editorial.replaying import CannotServe

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger("firsthand.ledger")


def refuse_without_guards() -> None:
    """Raises SystemExit where the database does not hold its rules, as after a migration that broke off.

    Without them a withdrawn story could be answered from the page cache. A database that cannot be reached is another
    matter: then requests are answered 503 until it can.
    """
    try:
        if not _is_migrated():
            return  # there is nothing to guard, and every page says so by itself
        missing = triggers.missing(connection)
    except DatabaseError:
        return
    finally:
        _let_go()
    if missing:
        msg = (
            f"The database misses {len(missing)} of its guards ({missing[0]}, …), as after a migration that broke off. "
            "Run: python manage.py migrate. It puts them back; then start again."
        )
        raise SystemExit(msg)


def _is_migrated() -> bool:
    tables = set(connection.introspection.table_names())
    return triggers.PUBLIC_TABLES.keys() <= tables and LedgerLine._meta.db_table in tables


def _let_go() -> None:
    if not connection.in_atomic_block:
        connection.close()


def replay_withdrawals() -> bool:
    """Carry out what the ledger says and a restored backup does not know; false where the database cannot be reached.

    Raises CannotServe where the ledger and the database do not belong together.
    """
    try:
        if not _is_migrated():
            return True
        done = replaying.replay()
    except DatabaseError:
        return False
    finally:
        _let_go()
    for line in done.carried_out:
        log.warning("Carried out again from the ledger: entry %s (%s).", line.number, line.act)
    return True


def when_ready(application: Application) -> Application:
    """The application, once every withdrawal is carried out. Raises SystemExit where that cannot be.

    Where the database cannot be reached yet, requests are answered 503 until it can, and then it is done first.
    """
    try:
        return application if replay_withdrawals() else _AfterReplay(application)
    except CannotServe as error:
        raise SystemExit(str(error)) from None


class _AfterReplay:
    """Lets nothing through until the ledger was read against the database."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._is_ready = False
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._application, name)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._is_ready:
            with self._lock:
                self._is_ready = self._is_ready or self._try()
        if self._is_ready:
            return self._application(environ, start_response)
        body = b"Firsthand cannot be read at this moment. Please try again in a few seconds.\n"
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Retry-After", "2"),
        ]
        start_response("503 Service Unavailable", headers)
        return [body]

    def _try(self) -> bool:
        try:
            return replay_withdrawals()
        except CannotServe as error:
            log.critical("%s", error)
            return False

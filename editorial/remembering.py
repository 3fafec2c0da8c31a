"""Enters in the ledger what a restored backup must not undo; where the file cannot be written now, a task does later.

Hiding never waits for the file: a full disk must not keep a story up. Until the entry is written, a notice stands at
the desk and in the log of the server.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from editorial import ledger
from editorial.ledger import Line, Unwritable
from editorial.models import LedgerLine

#: Between two tries to write an entry that could not be written.
PAUSE = timedelta(minutes=5)

log = logging.getLogger("firsthand.ledger")


def enter(act: str, piece: str, *, at: datetime, scopes: Sequence[str] = ()) -> Line | None:
    """Write the entry and its row, in the transaction that hides; None where it could not be written yet."""
    try:
        return _entered(act, piece, at=at, scopes=scopes)
    except Unwritable as error:
        log.critical("It is hidden, but not in the ledger: a backup from before would show it again. %s", error)
        enter_later.enqueue(act, piece, at.isoformat(), list(scopes))
        return None


def _entered(act: str, piece: str, *, at: datetime, scopes: Sequence[str]) -> Line:
    """Raises Unwritable."""
    known = LedgerLine.objects.aggregate(top=Max("number"))["top"] or 0
    line = ledger.append(act, piece, at=at, scopes=scopes, after=known)
    try:
        with transaction.atomic():
            LedgerLine.objects.create(number=line.number, seal=line.seal)
    except IntegrityError as error:
        msg = f"Entry {line.number} of the ledger is known to the database as another one. {ledger.WHAT_TO_DO}"
        raise Unwritable(msg) from error
    return line


@task
def enter_later(act: str, piece: str, at: str, scopes: list[str]) -> None:
    """Try again, until it is written."""
    with transaction.atomic():
        try:
            _entered(act, piece, at=datetime.fromisoformat(at), scopes=scopes)
        except Unwritable as error:
            log.critical("Still not in the ledger: %s", error)
            again = enter_later.using(run_after=timezone.now() + PAUSE)
            again.enqueue(act, piece, at, scopes)


def not_entered() -> int:
    """How many entries wait to be written."""
    waiting = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path=enter_later.module_path, status__in=waiting).count()


def trouble_at_hand() -> str:
    """What `trouble` says, for the front page: the database is not asked while the file seems to be in order."""
    return "" if ledger.seems_writable() else trouble()


def trouble() -> str:
    """What the staff has to know of the ledger, in a sentence; empty when all is well."""
    count = not_entered()
    if not count:
        return ""
    return ngettext(
        "%(count)d withdrawal is in effect but not in the ledger, because its file cannot be written. "
        "Ask the administrator to see to it: until then a restored backup would show the story again.",
        "%(count)d withdrawals are in effect but not in the ledger, because its file cannot be written. "
        "Ask the administrator to see to it: until then a restored backup would show the stories again.",
        count,
    ) % {"count": count}

"""Carries out what the ledger says and this database does not know, as after a backup was restored.

Runs before the server answers its first request (config/readiness.py) and by `manage.py replay_withdrawals`. What an
act means is said by the floor that knows it, in ready().
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Max

from editorial import events, ledger
from editorial.ledger import Faulty, Line
from editorial.models import LedgerLine, User

#: Carries out one line, in a transaction; false where this database has no such piece.
Handler = Callable[[Line], bool]

NEXT_STEP = (
    "Put back the file that belongs to this site. If it is lost for good, and you know that no backup is older than "
    "the last withdrawal, run: python manage.py replay_withdrawals --accept-new-ledger"
)

_handlers: dict[str, Handler] = {}


class CannotServe(Exception):  # noqa: N818  (said to the operator)
    """The ledger and the database do not belong together; the text says why and what to do."""


@dataclass
class Replayed:
    """What was carried out now, and what is about pieces that this database never had."""

    carried_out: list[Line] = field(default_factory=list)
    unknown: list[Line] = field(default_factory=list)


def register(act: str, handler: Handler) -> None:
    """Say how an act is carried out again; called in ready()."""
    if act in _handlers:
        msg = f"The act {act!r} is registered twice. Register it once, in the ready() of its app."
        raise RuntimeError(msg)
    _handlers[act] = handler


def replay() -> Replayed:
    """Carry out every line that has no row here. Again is harmless. Raises CannotServe."""
    found = _read()
    known = dict(LedgerLine.objects.values_list("number", "seal"))
    _compare(found, known)
    replayed = Replayed()
    for line in found:
        if line.number in known:
            continue
        if line.act != "begin" and line.act not in _handlers:
            msg = f"The ledger says {line.act!r}, which this version does not know. Install the version that wrote it."
            raise CannotServe(msg)
        (replayed.carried_out if _carry_out(line) else replayed.unknown).append(line)
    return replayed


def _read() -> list[Line]:
    try:
        return ledger.lines()
    except Faulty as error:
        msg = f"{error} {NEXT_STEP}"
        raise CannotServe(msg) from error


def _compare(found: list[Line], known: dict[int, str]) -> None:
    """Every line that was carried out here has to be in the file, but for those before a ledger that began anew."""
    seals = {line.number: line.seal for line in found}
    first = found[0].number if found and found[0].act == "begin" else 1
    for number in sorted(known, reverse=True):
        if number >= first and seals.get(number) != known[number]:
            what = "is missing from" if number not in seals else "is another one in"
            msg = f"Entry {number}, which was carried out on this database, {what} the ledger at {ledger.path()}. "
            raise CannotServe(msg + NEXT_STEP)


def _carry_out(line: Line) -> bool:
    """In one transaction with its row; the row of a piece that is not here is not written, should it come yet."""
    try:
        with transaction.atomic():
            if line.act != "begin" and not _handlers[line.act](line):
                return False
            LedgerLine.objects.create(number=line.number, seal=line.seal)
    except IntegrityError:
        # Another process did the same at this moment, or a withdrawal was just being committed.
        if not LedgerLine.objects.filter(number=line.number, seal=line.seal).exists():
            raise
    return True


@transaction.atomic
def accept_new_ledger(*, by: User | None = None) -> Line | None:
    """Open a new ledger in place of one that is lost or broken; nothing where the file is as it should be."""
    try:
        _compare(_read(), dict(LedgerLine.objects.values_list("number", "seal")))
    except CannotServe:
        top = LedgerLine.objects.aggregate(top=Max("number"))["top"] or 0
        line = ledger.begin_anew(after=top)
        LedgerLine.objects.create(number=line.number, seal=line.seal)
        events.record("accept_new_ledger", by=by, subject=f"ledger from entry {line.number}")
        return line
    return None

"""The last event as this site saw it, in a file outside the database: so a record that was cut off shows.

Written after each commit that recorded something; never set back to an earlier event but on purpose.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from editorial.models import Event, SiteState

log = logging.getLogger("firsthand.anchor")


@dataclass(frozen=True)
class Anchor:
    number: int
    seal: str


def path() -> Path:
    return Path(settings.ANCHOR_PATH)


def read() -> Anchor | None:
    """None where there is none yet. Raises ValueError for a file that is no anchor, OSError where it cannot be read."""
    try:
        said = json.loads(path().read_text())
        return Anchor(int(said["number"]), str(said["seal"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def drop_after_commit() -> None:
    """Write the anchor once this transaction is committed, once however many events it recorded."""
    if not any(waiting[1] is _drop for waiting in connection.run_on_commit):
        transaction.on_commit(_drop, robust=True)


def _drop() -> None:
    """What cannot be written is written with the next event: the record itself is in the database."""
    try:
        drop()
    except (OSError, ValueError) as error:
        log.warning("The anchor at %s cannot be written, so a cut end of the record may not show: %s", path(), error)


def drop(*, may_go_back: bool = False) -> None:
    """Note the last event of the database, unless the one that was noted before is not among its events.

    Then a backup was restored, or the end was cut: what was seen stays noted until somebody says which.
    """
    with _alone():
        before, state = read(), SiteState.objects.get(pk=1)
        if before is not None and not may_go_back and not _is_there(before):
            return
        fresh = path().with_name(f"{path().name}.new")
        fresh.write_text(json.dumps({"number": state.last_event, "seal": state.last_seal}))
        fresh.chmod(0o600)
        fresh.replace(path())


def _is_there(seen: Anchor) -> bool:
    return seen.number == 0 or Event.objects.filter(number=seen.number, seal=seen.seal).exists()


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path().with_name(f"{path().name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)

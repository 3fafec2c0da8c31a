"""The ledger: what was taken back or erased, in a file outside the database, so that a restored backup cannot undo it.

Each entry is one line of JSON, sealed together with the one before it. It names nobody: a piece stands there by its
public id. An entry is written, and is on the disk, before the database commits (DESIGN §4): one too many only hides.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

#: What an entry may say was done. "begin" opens a ledger that replaces another one.
ACTS = ("withdraw", "erase", "take_down_picture", "begin")
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


class Faulty(Exception):  # noqa: N818  (a state of the file, said to the operator)
    """The file is not as it was written. The text says where."""


class Unwritable(Exception):  # noqa: N818  (a state of the disk, said to the operator)
    """Nothing could be written, and nothing was."""


@dataclass(frozen=True)
class Line:
    """One entry. `scopes` are those that were taken back; none means everything."""

    number: int
    at: datetime
    act: str
    piece: str
    scopes: tuple[str, ...]
    previous: str
    seal: str

    def as_bytes(self) -> bytes:
        fields = {
            "number": self.number,
            "at": self.at.isoformat(),
            "act": self.act,
            "piece": self.piece,
            "scopes": list(self.scopes),
            "previous": self.previous,
            "seal": self.seal,
        }
        return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def path() -> Path:
    return Path(settings.LEDGER_PATH)


def seal_of(number: int, at: datetime, act: str, piece: str, scopes: Sequence[str], previous: str) -> str:
    """HMAC-SHA-256 over the entry and the seal before it, under a key of its own that follows from EVENT_CHAIN_KEY."""
    key = hashlib.sha256(b"firsthand.ledger" + settings.EVENT_CHAIN_KEY.encode()).digest()
    said = json.dumps([previous, number, at.isoformat(), act, piece, list(scopes)], ensure_ascii=True)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def made(number: int, at: datetime, act: str, piece: str, scopes: Sequence[str], previous: str) -> Line:
    seal = seal_of(number, at, act, piece, scopes, previous)
    return Line(number, at, act, piece, tuple(scopes), previous, seal)


# --- Reading --------------------------------------------------------------------------------------------------------
def lines() -> list[Line]:
    """Every entry, the chain checked. A last line that a crash cut short is left out: nothing was done after it.

    A file that is not there has none. Raises Faulty.
    """
    try:
        written = path().read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        msg = f"The ledger at {path()} cannot be read: {error.strerror}."
        raise Faulty(msg) from error
    return _read(written)[0]


def _read(written: bytes) -> tuple[list[Line], int]:
    """The entries, and how many bytes of the file they are."""
    found: list[Line] = []
    good = 0
    for place, text in enumerate(written.splitlines(keepends=True), start=1):
        is_last = good + len(text) == len(written)
        try:
            line = _parsed(text)
        except (ValueError, KeyError, TypeError):
            if is_last:
                break
            raise Faulty(_where(place)) from None
        if not text.endswith(b"\n"):
            break
        _check(line, found[-1] if found else None, place)
        found.append(line)
        good += len(text)
    return found, good


def _parsed(text: bytes) -> Line:
    said = json.loads(text)
    return Line(
        number=int(said["number"]),
        at=datetime.fromisoformat(said["at"]),
        act=str(said["act"]),
        piece=str(said["piece"]),
        scopes=tuple(str(one) for one in said["scopes"]),
        previous=str(said["previous"]),
        seal=str(said["seal"]),
    )


def _check(line: Line, before: Line | None, place: int) -> None:
    opens = before is None and (line.number == 1 or line.act == "begin")
    follows = before is not None and (line.number, line.previous) == (before.number + 1, before.seal)
    seal = seal_of(line.number, line.at, line.act, line.piece, line.scopes, line.previous)
    if not (opens or follows) or not hmac.compare_digest(line.seal, seal):
        raise Faulty(_where(place))


def _where(place: int) -> str:
    return f"Line {place} of the ledger at {path()} is not as it was written, or a line before it is missing."


# --- Writing --------------------------------------------------------------------------------------------------------
def append(act: str, piece: str, *, at: datetime, scopes: Sequence[str] = (), after: int = 0) -> Line:
    """Write one entry, durable when this returns. Call it before the database commits.

    `after` is the highest number that the database knows: a file that does not reach it is another file. Raises
    Unwritable, and then the file is as it was.
    """
    if act not in ACTS:
        msg = f"The ledger knows no {act!r}. It knows: {', '.join(ACTS)}."
        raise ValueError(msg)
    try:
        with _locked() as file:
            found, good = _read(file.read())
            last = found[-1] if found else None
            if (last.number if last else 0) < after:
                msg = f"The ledger at {path()} ends before entry {after}, which the database knows. {WHAT_TO_DO}"
                raise Unwritable(msg)
            number, previous = (last.number + 1, last.seal) if last else (1, "")
            line = made(number, at, act, piece, scopes, previous)
            _write(file, line, good)
            return line
    except Faulty as error:
        raise Unwritable(str(error)) from error
    except OSError as error:
        msg = f"The ledger at {path()} cannot be written: {error.strerror or error}."
        raise Unwritable(msg) from error


def seems_writable() -> bool:
    """Whether nothing that can be seen from outside is in the way: a missing right, or a full disk."""
    where = path() if path().exists() else next((one for one in path().parents if one.exists()), path().parent)
    try:
        return os.access(where, os.W_OK) and os.statvfs(where).f_bavail > 0
    except OSError:
        return False


WHAT_TO_DO = "Put the right file back, or see docs/withdrawal.md."


def _write(file: BinaryIO, line: Line, good: int) -> None:
    """Over what a crash left behind the last good line."""
    file.seek(good)
    file.truncate()
    try:
        file.write(line.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(good)
        raise


@contextlib.contextmanager
def _locked() -> Iterator[BinaryIO]:
    """The file, open for reading and writing, and nobody else's meanwhile."""
    where = path()
    is_new = not where.exists()
    where.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    # Unbuffered: what cannot be written fails here, not when the file is closed.
    with os.fdopen(os.open(where, os.O_RDWR | os.O_CREAT, PRIVATE), "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            _keep_name(where.parent)
        yield file


def _keep_name(folder: Path) -> None:
    """A new file is there after a crash only once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def begin_anew(after: int) -> Line:
    """Open a new ledger that goes on behind that number; what was there is put aside. Raises Unwritable."""
    where = path()
    try:
        if where.exists():
            stamp = timezone.now().strftime("%Y%m%dT%H%M%S%f")
            where.rename(where.with_name(f"{where.name}.before-{stamp}"))
        with _locked() as file:
            line = made(after + 1, timezone.now(), "begin", "", (), "")
            _write(file, line, 0)
            return line
    except OSError as error:
        msg = f"The ledger at {where} cannot be written: {error.strerror or error}."
        raise Unwritable(msg) from error

"""Pages shared by several machines through Valkey or Redis: plain bytes, filed under the release that made them.

Nothing is unpickled: whoever can write to the cache server must not be able to run code here. A cache that does not
answer is a miss; what it answers is still held against the generation.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import caches

from reading.kept import Entry

#: Where the code and the templates are from which pages are made.
MAKERS = ("config", "editorial", "stories", "research", "reading", "embeds", "templates", "static", "locale")
LONGEST = 3600


class PlainBytes:
    """For Django's Redis cache: what goes in are bytes, and bytes come out."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, stored: bytes) -> bytes:
        return stored


@functools.cache
def release() -> str:
    """Changes with any file that a page is made from, so that a new release never serves what an old one drew."""
    digest = hashlib.sha256()
    for folder in MAKERS:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".html", ".css", ".svg", ".po"}:
                digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _key(key: str) -> str:
    return f"firsthand.page.{release()}.{hashlib.sha256(key.encode()).hexdigest()}"


def packed(entry: Entry) -> bytes:
    """A line of JSON, then the bodies one after another."""
    head = {
        "generation": entry.generation,
        "until": entry.until,
        "max_age": entry.max_age,
        "headers": entry.headers,
        "tag": entry.tag,
        "lengths": {encoding: len(body) for encoding, body in entry.bodies.items()},
    }
    return json.dumps(head).encode() + b"\n" + b"".join(entry.bodies.values())


def unpacked(stored: bytes) -> Entry:
    """Raises ValueError, KeyError or TypeError for what is no page of ours."""
    head, _line, rest = stored.partition(b"\n")
    fields = json.loads(head)
    bodies, start = {}, 0
    for encoding, length in fields.pop("lengths").items():
        bodies[encoding] = rest[start : start + length]
        start += length
    if start != len(rest):
        msg = "The page is cut short."
        raise ValueError(msg)
    fields["headers"] = tuple((name, value) for name, value in fields["headers"])
    return Entry(bodies=bodies, **fields)


def get(key: str) -> Entry | None:
    """The page that another process finished; nothing when the cache does not answer, or answers nonsense."""
    try:
        stored = caches["default"].get(_key(key))
        return unpacked(stored) if isinstance(stored, bytes) else None
    except Exception:  # noqa: BLE001  (each client library has errors of its own; a miss is always right)
        return None


def put(key: str, entry: Entry) -> None:
    seconds = max(1, min(LONGEST, int(entry.until - time.time())))
    try:
        caches["default"].set(_key(key), packed(entry), timeout=seconds)
    except Exception:  # noqa: BLE001  (keeping a page for others is a favour, never a duty)
        return

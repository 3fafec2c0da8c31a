"""Many clients that ask for the same addresses without pause, with the tags that they got at first.

Used by bench/withdrawal.py, and in small by tests/served/test_withdrawal.py.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

#: Of one request, in seconds.
PATIENCE = 20


@dataclass(frozen=True)
class Target:
    """An address, and what of the story stands on its page, or that all of it is the story's (as a picture is)."""

    surface: str
    path: str
    traces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """One answer. Times are those of time.monotonic()."""

    surface: str
    started: float
    ended: float
    status: int
    shows_it: bool

    @property
    def is_stale(self) -> bool:
        """Not if the page has it no more: then a tag from before matches nothing."""
        return self.status in {206, 304} or self.shows_it


@dataclass
class Reader:
    """One client with a connection that stays open."""

    host: str
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> tuple[int, bytes, str]:
        """Status, body and tag; asks anew where the server closed the connection."""
        for _try in range(3):
            self.connection = self.connection or http.client.HTTPConnection(self.host, timeout=PATIENCE)
            with contextlib.suppress(http.client.HTTPException, OSError):
                self.connection.request("GET", path, headers=headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read(), answer.headers.get("ETag", "")
            self.close()
        return 0, b"", ""

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


@dataclass
class Hammer:
    """So many clients on these addresses, from `start` to `stop`."""

    url: str
    targets: list[Target]
    clients: int
    samples: list[Sample] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host = urlsplit(self.url).netloc
        self._is_over = threading.Event()
        self._asked = dict.fromkeys((target.surface for target in self.targets), 0)
        self._has_asked = threading.Condition()
        self._has_begun = threading.Barrier(self.clients + 1)
        self._threads: list[threading.Thread] = []

    def warm(self) -> list[str]:
        """Learn the tags; the surfaces that do not show the story, which there should be none of."""
        reader = Reader(self.host)
        missing = []
        for target in self.targets:
            status, body, tag = reader.get(target.path)
            self.tags[target.path] = tag
            if status != 200 or not _shows(target, status, body):
                missing.append(target.surface)
        reader.close()
        return missing

    def start(self) -> None:
        self._threads = [
            threading.Thread(target=self._ask, args=(number,), daemon=True) for number in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()
        self._has_begun.wait()

    def wait(self, times: int) -> None:
        """Until every surface was asked for so many times more."""
        with self._has_asked:
            enough = {surface: count + times for surface, count in self._asked.items()}
            self._has_asked.wait_for(lambda: all(self._asked[one] >= enough[one] for one in enough), PATIENCE * 3)

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _ask(self, number: int) -> None:
        reader, mine = Reader(self.host), []
        self._has_begun.wait()
        for target, way in self._in_turn(number):
            headers = [{}, {"If-None-Match": self.tags[target.path]}, {"Range": "bytes=0-99"}][way]
            started = time.monotonic()
            status, body, _tag = reader.get(target.path, **headers)
            mine.append(Sample(target.surface, started, time.monotonic(), status, _shows(target, status, body)))
            with self._has_asked:
                self._asked[target.surface] += 1
                self._has_asked.notify_all()
            if self._is_over.is_set():
                break
        reader.close()
        self.samples += mine

    def _in_turn(self, number: int) -> Iterator[tuple[Target, int]]:
        """Each client begins at another address; two of three ask with the old tag."""
        while True:
            yield self.targets[number % len(self.targets)], (1, 1, 0, 1, 1, 2)[number % 6]
            number += 1


def _shows(target: Target, status: int, body: bytes) -> bool:
    if status not in {200, 206}:
        return False
    return any(trace.encode() in body for trace in target.traces) if target.traces else bool(body)


def withdraw_by_code(url: str, words: str, language: str = "en") -> tuple[float, float]:
    """Through the public page, as a browser does; when the last form was sent and when it was answered."""
    host, path = urlsplit(url).netloc, f"/{language}/withdraw/"
    page = _post(host, path, {"words": words})
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    if ticket is None:
        msg = "The words were not taken."
        raise RuntimeError(msg)
    sent = time.monotonic()
    _post(host, path, {"ticket": ticket[1], "do": "everything"})
    return sent, time.monotonic()


def _post(host: str, path: str, data: dict[str, str]) -> str:
    connection = http.client.HTTPConnection(host, timeout=PATIENCE * 3)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", path, body=urlencode(data), headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    if answer.status != 200:
        msg = f"{path} answered {answer.status}."
        raise RuntimeError(msg)
    return body


@dataclass(frozen=True)
class Measured:
    """Of one surface. Seconds after the answer of the withdrawal; counts of requests that began after it."""

    surface: str
    answers_before: int
    answers_after: int
    not_modified: int
    with_bytes: int
    #: When the last answer that was stale, begun before, came in; negative when that was before.
    last_stale: float | None
    first_gone: float | None
    failed: int


def measured(samples: Iterable[Sample], answered: float) -> list[Measured]:
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.surface, []).append(sample)
    rows = []
    for surface, mine in sorted(found.items()):
        after = [one for one in mine if one.started >= answered]
        stale = [one.ended - answered for one in mine if one.is_stale]
        clean = [one.ended - answered for one in mine if one.status and not one.is_stale and one.ended >= answered]
        rows.append(
            Measured(
                surface,
                answers_before=len(mine) - len(after),
                answers_after=len(after),
                not_modified=sum(one.status == 304 for one in after),
                with_bytes=sum(one.shows_it for one in after),
                last_stale=max(stale, default=None),
                first_gone=min(clean, default=None),
                failed=sum(one.status == 0 or one.status >= 500 for one in mine),
            )
        )
    return rows

"""Finished pages, and the memory of one process for them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One page, finished and compressed. `until` is a POSIX time."""

    generation: int
    until: float
    max_age: int
    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]
    tag: str

    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + 1_000

    def is_true(self, generation: int, now: float) -> bool:
        return self.generation == generation and now < self.until


class Kept:
    """Entries by key, the least recently used dropped first when they exceed the bytes allowed."""

    def __init__(self, most_bytes: int) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: str, entry: Entry) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            self._bytes += entry.size() - (old.size() if old else 0)
            self._entries[key] = entry
            while self._bytes > self._most_bytes and self._entries:
                _key, dropped = self._entries.popitem(last=False)
                self._bytes -= dropped.size()

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0

"""Where originals and public files are kept: apart from each other, private, written once, and never by their address.

The places are the entries "originals" and "renditions" of STORAGES: two directories, or two buckets.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

#: Of an original: random, 160 bits. Of a rendition: see naming.py.
NAME = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{8})?")


class Store:
    """One of the two places. Every method raises ValueError for what is no name of ours."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @property
    def storage(self) -> Storage:
        return storages[self.alias]

    def keep(self, data: bytes, name: str = "") -> str:
        """Writes a new file, durable when this returns, and answers its name: a random one unless it is given.

        Where a file of that name says the same already, nothing happens; else FileExistsError.
        """
        name = name or secrets.token_hex(20)
        key = self.key(name)
        if self.storage.exists(key):
            if self.read(name) == data:
                return name
            msg = "A file of that name says something else. Files are never written over."
            raise FileExistsError(msg)
        self.storage.save(key, ContentFile(data))
        return name

    def open(self, name: str) -> File[bytes]:
        """For reading. Raises FileNotFoundError."""
        return self.storage.open(self.key(name), "rb")

    def read(self, name: str) -> bytes:
        """All of it. Raises FileNotFoundError."""
        with self.open(name) as file:
            return bytes(file.read())

    def has(self, name: str) -> bool:
        return self.storage.exists(self.key(name))

    def forget(self, name: str) -> None:
        """Deletes a file, if it is there."""
        self.storage.delete(self.key(name))

    def names(self) -> Iterator[str]:
        """Of all files, for what compares them with the rows."""
        for shelf in self.storage.listdir("")[0]:
            yield from (name for name in self.storage.listdir(shelf)[1] if NAME.fullmatch(name))

    @staticmethod
    def key(name: str) -> str:
        """The path below the directory or the bucket: what a header for the proxy or a signed address is made from."""
        if not NAME.fullmatch(name):
            msg = "That is no name of a file."
            raise ValueError(msg)
        return f"{name[:2]}/{name}"


originals = Store("originals")
renditions = Store("renditions")

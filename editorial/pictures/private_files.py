"""A directory that only this program may read, in which a file is whole or not there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.utils import validate_file_name

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
#: In front of the names of files that are being written.
HALF = ".half-"
#: Nothing takes that long to write.
ABANDONED_SECONDS = 3600


class PrivateFiles(FileSystemStorage):
    """Written under another name, made durable, then given its name, which it takes from nobody. It has no address."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=location,
            file_permissions_mode=PRIVATE_FILE,
            directory_permissions_mode=PRIVATE_DIRECTORY,
        )

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Raises FileExistsError where the name is taken; Django's own would choose another one."""
        assert name is not None
        validate_file_name(name, allow_relative_path=True)
        return self._save(name, File(content, name))

    def _save(self, name: str, content: File[Any]) -> str:
        place = Path(self.path(name))
        make_private(Path(self.location), place.parent)
        half = place.with_name(f"{HALF}{os.getpid()}-{place.name}")
        try:
            with os.fdopen(
                os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, PRIVATE_FILE), "wb"
            ) as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.link(half, place)
        finally:
            half.unlink(missing_ok=True)
        make_durable(place.parent)
        return name

    def delete(self, name: str) -> None:
        place = Path(self.path(name))
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            make_durable(place.parent)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Nothing where nothing was ever written; without what is being written."""
        if not Path(self.path(path)).is_dir():
            return [], []
        directories, files = super().listdir(path)
        return directories, [file for file in files if not file.startswith(HALF)]

    def url(self, name: str | None) -> str:
        msg = "A private file has no address."
        raise ValueError(msg)

    def sweep(self) -> int:
        """Deletes what was left half written by a crash, and answers how many files that were."""
        old = time.time() - ABANDONED_SECONDS
        found = [half for half in Path(self.location).rglob(f"{HALF}*") if half.stat().st_mtime < old]
        for half in found:
            half.unlink(missing_ok=True)
        return len(found)


def make_private(base: Path, directory: Path) -> None:
    """The directory and those above it down from the base, for this program alone, whatever the mask says."""
    for one in [base, *reversed([above for above in (directory, *directory.parents) if base in above.parents])]:
        if not one.is_dir():
            one.mkdir(mode=PRIVATE_DIRECTORY, parents=one == base, exist_ok=True)
            make_durable(one.parent)
        if one.stat().st_mode & 0o777 != PRIVATE_DIRECTORY:
            one.chmod(PRIVATE_DIRECTORY)


def make_durable(directory: Path) -> None:
    """So that a name that was given or taken away is so after a power cut."""
    number = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

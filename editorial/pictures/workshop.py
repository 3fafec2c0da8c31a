"""Works with pictures in a process of its own, because a file may be made to break the program that reads it.

The process gets the picture through a pipe and nothing else: no setting, no secret, no open file, no network. It is
ended when it takes too long. What it answers is looked at here once more, without decoding it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import PIL

import editorial
from editorial.pictures.accepting import Accepted, check_length
from editorial.pictures.explaining import NotAccepted
from editorial.pictures.formats import MEGABYTE, Format
from editorial.pictures.making import PUBLIC_FORMATS, WIDTHS, Made
from editorial.pictures.recipe import Recipe
from editorial.pictures.refusing import Unfit
from editorial.pictures.verifying import Unsafe, verify_parts

BENCH = "editorial.pictures.workbench"
START = "import sys, importlib; sys.path[:0] = sys.argv[2:4]; importlib.import_module(sys.argv[1]).main()"
CODE = str(Path(editorial.__file__).parent.parent)
PACKAGES = str(Path(PIL.__file__).parent.parent)
#: One reserve of memory instead of one for each thread.
SURROUNDINGS = {"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}
SECONDS = 60.0
LONGEST_HEAD = 64 * 1024
LONGEST_ANSWER = 64 * MEGABYTE
#: Pictures that one process of the site works with at a time: each may take hundreds of megabytes.
places = threading.BoundedSemaphore(1)


def look_in_workshop(data: bytes, name: str = "", content_type: str = "") -> Accepted:
    """What an uploaded file is. Raises NotAccepted with the sentence for the editor."""
    with _place(), Workshop() as workshop:
        return workshop.look(data, name, content_type)


def make_in_workshop(
    original: bytes,
    recipe: Recipe,
    widths: Sequence[int] = WIDTHS,
    formats: Sequence[Format] = PUBLIC_FORMATS,
) -> list[Made]:
    """All files for the public, verified. Raises NotAccepted, or Unsafe where a file holds more than pixels.

    With one width and JPEG alone it is fast enough to show an editor what the public will get.
    """
    with _place(), Workshop() as workshop:
        return workshop.make(original, recipe, widths, formats)


def make_for_the_desk_in_workshop(original: bytes, width: int = 1600) -> Made:
    """The upright picture with nothing covered, to draw the shapes on; for editors alone. Raises NotAccepted."""
    with _place(), Workshop() as workshop:
        return workshop.make_for_the_desk(original, width)


@contextlib.contextmanager
def _place() -> Iterator[None]:
    if not places.acquire(timeout=SECONDS):
        raise NotAccepted(code="busy")
    try:
        yield
    finally:
        places.release()


class Workshop:
    """One process. For a picture of an editor it takes one order; tests and measures give it several."""

    def __init__(self, *, bench: str = BENCH, seconds: float = SECONDS, orders: int = 1) -> None:
        self.seconds = seconds
        program = (sys.executable, "-I", "-S", "-B", "-c", START, bench, CODE, PACKAGES, str(orders))
        self.process = subprocess.Popen(  # noqa: S603  (the program is ours and so are its arguments)
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=SURROUNDINGS,
            cwd="/",
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process, whatever it does."""
        self._end()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self.process.wait()

    def look(self, data: bytes, name: str = "", content_type: str = "") -> Accepted:
        said, _blobs = self.order({"verb": "look", "name": name, "content_type": content_type}, data)
        return Accepted(**said)

    def make(
        self,
        original: bytes,
        recipe: Recipe,
        widths: Sequence[int] = WIDTHS,
        formats: Sequence[Format] = PUBLIC_FORMATS,
    ) -> list[Made]:
        order = {"verb": "public", "recipe": recipe.as_json(), "widths": list(widths), "formats": list(formats)}
        return self._made(order, original)

    def make_for_the_desk(self, original: bytes, width: int = 1600) -> Made:
        return self._made({"verb": "desk", "width": width}, original)[0]

    def _made(self, order: dict[str, Any], original: bytes) -> list[Made]:
        said, blobs = self.order(order, original)
        made = [
            Made(one["format"], one["width"], one["height"], blob, one["purpose"])
            for one, blob in zip(said["made"], blobs, strict=True)
        ]
        for one in made:
            verify_parts(one)
        return made

    def order(self, order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """One order and its answer. Raises NotAccepted, with "too_hard" when the process dies or takes too long."""
        try:
            check_length(len(data))
        except Unfit as error:
            raise NotAccepted(error.code, error.values) from error
        clock = threading.Timer(self.seconds, self._end)
        clock.start()
        try:
            self._send(order, data)
            said = json.loads(self._read(int.from_bytes(self._read(4), "big"), LONGEST_HEAD))
            sizes = [one["size"] for one in said.get("made", [])]
            if sum(sizes) > LONGEST_ANSWER:
                raise NotAccepted(code="too_hard")
            blobs = [self._read(size, LONGEST_ANSWER) for size in sizes]
        except (OSError, ValueError) as error:
            raise NotAccepted(code="too_hard") from error
        finally:
            clock.cancel()
        if "unfit" in said:
            raise NotAccepted(said["unfit"], said["values"])
        if "unsafe" in said:
            raise Unsafe(said["unsafe"])
        return said, blobs

    def _send(self, order: dict[str, Any], data: bytes) -> None:
        assert self.process.stdin is not None
        text = json.dumps(order).encode()
        self.process.stdin.write(len(text).to_bytes(4, "big") + len(data).to_bytes(4, "big") + text)
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def _read(self, length: int, most: int = LONGEST_HEAD) -> bytes:
        assert self.process.stdout is not None
        if not 0 <= length <= most:
            msg = "too long"
            raise ValueError(msg)
        said = self.process.stdout.read(length)
        if len(said) < length:
            msg = "it ended"
            raise OSError(msg)
        return said

    def _end(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

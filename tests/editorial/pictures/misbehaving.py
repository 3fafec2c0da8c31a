"""A workbench whose program was taken over: what it may still do is what a broken picture could do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from editorial.pictures import workbench
from editorial.pictures.workbench import Answer, Order


def tried(deed: Callable[[], Any]) -> Answer:
    try:
        return {"done": str(deed())}, []
    except OSError as error:
        return {"done": "", "error": type(error).__name__, "number": error.errno}, []


def allocate(order: Order, data: bytes) -> Answer:
    return {"length": len(bytearray(order["bytes"]))}, []


def spin(order: Order, data: bytes) -> Answer:
    while True:
        pass


def die(order: Order, data: bytes) -> Answer:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}, []


def flood(order: Order, data: bytes) -> Answer:
    while True:
        os.write(1, b"\xff" * 65536)


def lie(order: Order, data: bytes) -> Answer:
    """Answers with a file that holds a comment."""
    from tests.editorial.pictures.samples import file_of, photo

    made = file_of(photo(64, 48), "JPEG", comment=b"x")
    return {"made": [{"format": "JPEG", "width": 64, "height": 48, "purpose": "page", "size": len(made)}]}, [made]


def look_around(order: Order, data: bytes) -> Answer:
    numbers = []
    for number in range(3, 256):
        try:
            os.fstat(number)
            numbers.append(number)
        except OSError:
            pass
    said = {"surroundings": sorted(os.environ), "files": numbers, "folder": os.getcwd(), "user": os.geteuid()}  # noqa: PTH109
    return {**said, "django": any(name.startswith("django") for name in sys.modules)}, []


VERBS: dict[str, Callable[[Order, bytes], Answer]] = {
    "allocate": allocate,
    "spin": spin,
    "die": die,
    "flood": flood,
    "public": lie,
    "look_around": look_around,
    "socket": lambda _order, _data: tried(socket.socket),
    "read": lambda _order, _data: tried(lambda: open("/etc/hostname").read()),  # noqa: SIM115, PTH123
    "write": lambda order, _data: tried(lambda: open(order["path"], "w")),  # noqa: SIM115, PTH123
    "run": lambda _order, _data: tried(lambda: subprocess.run(["/bin/true"], check=True)),
    "fork": lambda _order, _data: tried(os.fork),
}


def main() -> None:
    import tests.editorial.pictures.samples  # noqa: F401  (before the files are closed)

    workbench.main(VERBS)

"""The other side of workshop.py: a process of its own that may do nothing but work with one picture at a time.

It reads orders from one pipe and writes answers to another. Before it takes the first order it gives up whatever it
does not need: memory beyond a budget, files, sockets, other processes, and the powers of an administrator. It knows
neither the settings nor the database, and it imports no Django.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image

from editorial.pictures.accepting import look_at
from editorial.pictures.formats import ACCEPTED, MEGABYTE, MOST_PIXELS
from editorial.pictures.making import ENCODING, Made, make, make_for_the_desk
from editorial.pictures.raster import anatomy_of
from editorial.pictures.recipe import Recipe
from editorial.pictures.refusing import Unfit
from editorial.pictures.verifying import Unsafe, verify

Order = dict[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]

#: Address space, which is more than what is really used: the programs themselves, then what each pixel needs.
MEMORY_BASE = 150 * MEGABYTE
MEMORY_PER_PIXEL = 20
SECONDS_PER_ORDER = 45
NOBODY = 65534
#: What Python does on behalf of a program that wants to leave this process.
FORBIDDEN = ("socket.", "subprocess.", "os.fork", "os.exec", "os.posix_spawn", "os.system", "ctypes.", "open")


def memory_for(pixels: int) -> int:
    """Bytes of address space for a picture."""
    return MEMORY_BASE + MEMORY_PER_PIXEL * min(pixels, MOST_PIXELS)


def look(order: Order, data: bytes) -> Answer:
    return asdict(look_at(data, order["name"], order["content_type"])), []


def public(order: Order, data: bytes) -> Answer:
    made = make(data, Recipe.from_json(order["recipe"]), order["widths"], order["formats"])
    for one in made:
        verify(one)
    return _described(made)


def desk(order: Order, data: bytes) -> Answer:
    made = make_for_the_desk(data, order["width"])
    verify(made)
    return _described([made])


VERBS: dict[str, Callable[[Order, bytes], Answer]] = {"look": look, "public": public, "desk": desk}


def _described(made: list[Made]) -> Answer:
    said = [
        {"format": one.format, "width": one.width, "height": one.height, "purpose": one.purpose, "size": len(one.data)}
        for one in made
    ]
    return {"made": said}, [one.data for one in made]


def main(verbs: Mapping[str, Callable[[Order, bytes], Answer]] = VERBS) -> None:
    """Works until the pipe of orders ends. The last argument says for how many orders the whole time must do."""
    orders = int(sys.argv[-1])
    warm_up()
    give_up(orders)
    while (order := _received(sys.stdin.buffer)) is not None:
        said, blobs = answer(*order, verbs)
        text = json.dumps(said).encode()
        sys.stdout.buffer.write(b"".join((len(text).to_bytes(4, "big"), text, *blobs)))
        sys.stdout.buffer.flush()


def answer(order: Order, data: bytes, verbs: Mapping[str, Callable[[Order, bytes], Answer]] = VERBS) -> Answer:
    """What an order comes to: never an exception, and of a failure no more than a code."""
    try:
        allow(data)
        return verbs[order["verb"]](order, data)
    except Unfit as error:
        return {"unfit": error.code, "values": error.values}, []
    except Unsafe as error:
        return {"unsafe": str(error)}, []
    except MemoryError:
        return {"unfit": "too_hard", "values": {}}, []
    except Exception:  # noqa: BLE001  (broken pictures fail in dozens of ways, and all mean the same)
        return {"unfit": "unreadable", "values": {}}, []


def allow(data: bytes) -> None:
    """Memory for this picture and time for this order, and no more."""
    try:
        _name, parts = anatomy_of(data)
        pixels = parts.width * parts.height
    except Unfit:
        pixels = 0
    _limit(resource.RLIMIT_AS, memory_for(pixels))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + SECONDS_PER_ORDER)


def warm_up() -> None:
    """Makes a small picture in each format, so that all that is loaded late is loaded before the files are closed."""
    Image.init()
    for name in ACCEPTED:
        file = BytesIO()
        Image.new("RGB", (16, 16)).save(file, name, **ENCODING.get(name, {}))
        look_at(file.getvalue())
        make(file.getvalue(), Recipe())


def give_up(orders: int) -> None:
    """After this no file and no socket can be opened and no process begun, by Python or by a library in C."""
    os.nice(10)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    # A network of its own, without a way out, where the system lets ordinary users have one. Many do not; then
    # no socket can be opened anyway, because there is no number left for it.
    with contextlib.suppress(OSError, AttributeError):
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    sys.addaudithook(_refuse_to_leave)
    whole = SECONDS_PER_ORDER * orders
    for what, most in (
        (resource.RLIMIT_AS, memory_for(MOST_PIXELS)),
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _limit(what: int, wanted: int) -> None:
    most = resource.getrlimit(what)[1]
    resource.setrlimit(what, (min(wanted, most), most))


def _refuse_to_leave(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)


def _received(pipe: BinaryIO) -> tuple[Order, bytes] | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    order = json.loads(pipe.read(int.from_bytes(head[:4], "big")))
    return order, pipe.read(int.from_bytes(head[4:], "big"))

"""The parts that a JPEG, PNG, WebP or AVIF file is made of, read by hand without decoding a pixel. Pure.

Raises Broken where the parts do not fit together or the file ends too early.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zlib import crc32

from editorial.pictures.formats import Format

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: No camera writes more; each costs time.
MOST_PARTS = 20_000
#: Ends the pixels of a scan: a mark that is neither a stuffed zero nor a restart.
NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
FRAME_HEADERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
SOI, EOI, SOS, APP1, APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
#: Boxes that hold boxes, with the bytes before the first of them.
NESTS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"iinf": 6}


class Broken(Exception):  # noqa: N818  (what it says of a file)
    """The file ends too early, or its parts contradict each other."""


@dataclass(frozen=True)
class Part:
    """A segment, chunk or box; `start` and `end` bound what it says, without its name, length and check sum."""

    kind: str
    start: int
    end: int


@dataclass
class Anatomy:
    """What a file is made of. `end` is where the picture ends; a sound file ends there, too."""

    parts: list[Part] = field(default_factory=list)
    width: int = 0
    height: int = 0
    end: int = 0
    #: More than one picture: animated, or a second one behind the first.
    is_many: bool = False

    def add(self, kind: str, start: int, end: int) -> None:
        if len(self.parts) >= MOST_PARTS:
            msg = "too many parts"
            raise Broken(msg)
        self.parts.append(Part(kind, start, end))

    def kinds(self) -> set[str]:
        return {part.kind for part in self.parts}


def anatomy(data: bytes, name: Format) -> Anatomy:
    """The parts of a file of that format, and the size of its picture as the file has it, not yet turned upright."""
    found = READERS[name](data)
    if not (found.width and found.height):
        msg = "no size"
        raise Broken(msg)
    return found


def number(data: bytes, start: int, length: int, order: str = "big") -> int:
    """An unsigned number. Raises Broken behind the end of the file."""
    if start < 0 or start + length > len(data):
        msg = "ends too early"
        raise Broken(msg)
    return int.from_bytes(data[start : start + length], "little" if order == "little" else "big")


def jpeg(data: bytes) -> Anatomy:
    """Segments, called by their mark: "SOF", "SOS", "APP1", "COM", or "C4" for what needs no name."""
    found, place = Anatomy(), 2
    if data[:2] != b"\xff\xd8":
        msg = "no JPEG"
        raise Broken(msg)
    while True:
        if number(data, place, 1) != 0xFF:
            msg = "no mark"
            raise Broken(msg)
        while number(data, place, 1) == 0xFF:
            place += 1
        mark = number(data, place, 1)
        place += 1
        if mark == EOI:
            found.end = place
            return found
        if mark == SOI or 0xD0 <= mark <= 0xD7 or mark in {0x00, 0x01}:
            msg = "a mark at the wrong place"
            raise Broken(msg)
        place = _segment(data, mark, place, found)


def _segment(data: bytes, mark: int, place: int, found: Anatomy) -> int:
    start, end = place + 2, place + max(2, number(data, place, 2))
    if end > len(data):
        msg = "ends too early"
        raise Broken(msg)
    found.add(_segment_name(mark), start, end)
    if mark in FRAME_HEADERS:
        if found.width:
            msg = "two frame headers"
            raise Broken(msg)
        found.height, found.width = number(data, start + 1, 2), number(data, start + 3, 2)
    if mark == APP2 and data[start : start + 4] == b"MPF\0":
        found.is_many = True
    if mark != SOS:
        return end
    following = NEXT_MARKER.search(data, end)
    if following is None:
        msg = "ends too early"
        raise Broken(msg)
    return following.start()


def _segment_name(mark: int) -> str:
    if 0xE0 <= mark <= 0xEF:
        return f"APP{mark - 0xE0}"
    if mark in FRAME_HEADERS:
        return "SOF"
    return {0xFE: "COM", SOS: "SOS", 0xC4: "DHT", 0xDB: "DQT", 0xDD: "DRI"}.get(mark, f"{mark:02X}")


def png(data: bytes) -> Anatomy:
    """Chunks by their names."""
    found, place = Anatomy(), len(PNG_SIGNATURE)
    if data[:place] != PNG_SIGNATURE:
        msg = "no PNG"
        raise Broken(msg)
    while True:
        start = place + 8
        length, name = number(data, place, 4), data[place + 4 : start].decode("latin-1")
        if number(data, start + length, 4) != crc32(memoryview(data)[start - 4 : start + length]):
            msg = "a wrong check sum"
            raise Broken(msg)
        found.add(name, start, start + length)
        place = start + length + 4
        if len(found.parts) == 1:
            if name != "IHDR":
                msg = "no header"
                raise Broken(msg)
            found.width, found.height = number(data, start, 4), number(data, start + 4, 4)
        if name == "acTL":
            found.is_many = True
        if name == "IEND":
            found.end = place
            return found


def webp(data: bytes) -> Anatomy:
    """Chunks by their names, without the space behind a short one."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        msg = "no WebP"
        raise Broken(msg)
    found, place = Anatomy(), 12
    found.end = 8 + number(data, 4, 4, "little")
    if found.end > len(data):
        msg = "ends too early"
        raise Broken(msg)
    while place < found.end:
        start, length = place + 8, number(data, place + 4, 4, "little")
        name = data[place : place + 4].decode("latin-1").strip()
        if start + length > found.end:
            msg = "a chunk leaves the file"
            raise Broken(msg)
        found.add(name, start, start + length)
        if not found.width:
            found.width, found.height = _webp_size(data, name, start)
        if name in {"ANIM", "ANMF"}:
            found.is_many = True
        place = start + length + length % 2
    return found


def _webp_size(data: bytes, name: str, start: int) -> tuple[int, int]:
    if name == "VP8X":
        return number(data, start + 4, 3, "little") + 1, number(data, start + 7, 3, "little") + 1
    if name == "VP8L":
        bits = number(data, start + 1, 4, "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == "VP8":
        return number(data, start + 6, 2, "little") & 0x3FFF, number(data, start + 8, 2, "little") & 0x3FFF
    return 0, 0


def avif(data: bytes) -> Anatomy:
    """Boxes by their names, those inside others after them. The picture ends with the last of its pixels."""
    found = Anatomy()
    if data[4:8] != b"ftyp":
        msg = "no AVIF"
        raise Broken(msg)
    for part in _boxes(data, 0, len(data), found):
        if part.kind == "ispe":
            size = number(data, part.start + 4, 4), number(data, part.start + 8, 4)
            found.width, found.height = max(found.width, size[0]), max(found.height, size[1])
        if part.kind == "iloc":
            found.end = max(found.end, _last_extent(data, part))
        if part.kind in {"ftyp", "meta"}:
            found.end = max(found.end, part.end)
    found.is_many = data[8:12] == b"avis" or "moov" in found.kinds()
    if found.end > len(data):
        msg = "ends too early"
        raise Broken(msg)
    return found


def _boxes(data: bytes, start: int, end: int, found: Anatomy) -> Iterator[Part]:
    while start < end:
        length, kind, inside = number(data, start, 4), data[start + 4 : start + 8], start + 8
        if length == 1:
            length, inside = number(data, start + 8, 8), start + 16
        stop = end if length == 0 else start + length
        if stop > end or stop < inside:
            msg = "a box leaves the file"
            raise Broken(msg)
        found.add(kind.decode("latin-1"), inside, stop)
        yield found.parts[-1]
        if kind in NESTS:
            wide = 2 if kind == b"iinf" and data[inside] else 0
            yield from _boxes(data, inside + NESTS[kind] + wide, stop, found)
        start = stop


def _last_extent(data: bytes, part: Part) -> int:
    """Where the bytes end that the table of contents of an AVIF file points to."""
    version, sizes = number(data, part.start, 1), number(data, part.start + 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    place = part.start + 6 + wide
    last = 0
    for _item in range(number(data, part.start + 6, wide)):
        place += wide
        method = number(data, place, 2) & 15 if version else 0
        place += 2 * bool(version) + 2
        base = number(data, place, base_size)
        place += base_size
        extents = number(data, place, 2)
        place += 2
        for _extent in range(extents):
            place += index_size if version else 0
            begin = base + number(data, place, offset_size)
            stop = begin + number(data, place + offset_size, length_size)
            place += offset_size + length_size
            if place > part.end:
                msg = "a table leaves its box"
                raise Broken(msg)
            if method == 0:
                last = max(last, stop)
    return last


READERS: dict[Format, Callable[[bytes], Anatomy]] = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "AVIF": avif}

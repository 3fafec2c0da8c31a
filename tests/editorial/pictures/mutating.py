"""Breaks files at random, the same way each time: for the tests, and for the measure with thousands of them."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator

from editorial.pictures.containers import PNG_SIGNATURE
from tests.editorial.pictures import samples

#: Numbers at which programs trip.
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def seeds() -> list[tuple[str, bytes]]:
    """Sound files with their names."""
    image = samples.photo(160, 120)
    found = [(f"full.{name}", samples.planted(name, image)) for name in samples.FORMATS]
    found += [(f"plain.{name}", samples.file_of(image, name)) for name in samples.FORMATS]
    found += [
        ("steps.jpeg", samples.file_of(image, "JPEG", progressive=True, subsampling=0)),
        ("print.jpeg", samples.file_of(image.convert("CMYK"), "JPEG")),
        ("alpha.png", samples.file_of(image.convert("RGBA"), "PNG")),
        ("few.png", samples.file_of(image.convert("P"), "PNG")),
        ("exact.webp", samples.file_of(image.convert("RGBA"), "WEBP", lossless=True)),
        ("alpha.avif", samples.file_of(image.convert("RGBA"), "AVIF", subsampling="4:4:4")),
    ]
    return found


def mutated(count: int, seed: int = 4) -> Iterator[tuple[str, bytes]]:
    """That many broken files with their names."""
    numbers = random.Random(seed)
    sound = seeds()
    for turn in range(count):
        name, data = sound[turn % len(sound)]
        broken = bytearray(data)
        for _blow in range(numbers.choice((1, 1, 2, 4, 16))):
            strike(broken, numbers)
        yield name, mended(bytes(broken)) if numbers.random() < 0.8 else bytes(broken)


def mended(data: bytes) -> bytes:
    """A PNG with its check sums right again, as whoever means harm would send it; anything else as it is."""
    if not data.startswith(PNG_SIGNATURE):
        return data
    place, parts = len(PNG_SIGNATURE), [PNG_SIGNATURE]
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        parts += [data[place:end], struct.pack(">I", zlib.crc32(data[place + 4 : end]))]
        place = end + 4
    return b"".join(parts)


def strike(data: bytearray, numbers: random.Random) -> None:
    """One change: mostly near the beginning, where the headers are."""
    if not data:
        return
    reach = len(data) if numbers.random() < 0.4 else min(len(data), 700)
    place = numbers.randrange(reach)
    way = numbers.choice((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5))
    if way == 0:
        data[place] ^= 1 << numbers.randrange(8)
    elif way == 1:
        data[place] = numbers.randrange(256)
    elif way == 2:
        size = numbers.choice((1, 2, 4))
        data[place : place + size] = struct.pack(">I", numbers.choice(EDGES))[-size:]
    elif way == 3:
        del data[place : place + numbers.choice((1, 2, 8, 100))]
    elif way == 4:
        data[place:place] = numbers.randbytes(numbers.choice((1, 4, 64)))
    else:
        data[place : place + 200] = data[: numbers.randrange(1, 200)]

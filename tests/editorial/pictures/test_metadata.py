"""No public file says more than its pixels: whatever the original held, and whatever an encoder might add one day."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from editorial.pictures import making
from editorial.pictures.containers import anatomy
from editorial.pictures.formats import Format
from editorial.pictures.making import PUBLIC_FORMATS, Made, make, make_for_the_desk
from editorial.pictures.recipe import Recipe
from editorial.pictures.verifying import Unsafe, verify, verify_parts
from tests.editorial.pictures.samples import (
    CANARY,
    FORMATS,
    PROFILE,
    XMP,
    box,
    chunk,
    file_of,
    photo,
    planted,
    segment,
    several,
    tags,
)

MARK_OF_PROFILE = b"acsp"


def made_of(original: bytes) -> list[Made]:
    return [*make(original, Recipe()), make_for_the_desk(original)]


@pytest.mark.parametrize("name", FORMATS)
def test_planted_metadata_are_there_to_be_found(name: Format) -> None:
    """Or the tests below would prove nothing."""
    data = planted(name)

    assert data.count(CANARY.encode()) >= 2
    assert MARK_OF_PROFILE in data or name == "PNG"  # there it is packed
    assert "icc_profile" in Image.open(BytesIO(data)).info


def test_original_jpeg_holds_every_kind_of_segment() -> None:
    data = planted("JPEG")
    kinds = anatomy(data, "JPEG").kinds()

    assert kinds >= {"COM", "APP1", "APP2", "APP11", "APP13"}
    assert data.count(b"\xff\xd8\xff") == 2  # with the small picture in its tags


@pytest.mark.parametrize("name", FORMATS)
def test_no_metadata_of_the_original_reach_a_file(name: Format) -> None:
    for made in made_of(planted(name)):
        for word in (CANARY.encode(), MARK_OF_PROFILE, b"Exif", b"xmp", b"ICC", b"Photoshop"):
            assert word not in made.data, (word, made.format, made.purpose)


@pytest.mark.parametrize("name", FORMATS)
def test_every_file_that_is_made_stands_the_second_look(name: Format) -> None:
    for made in made_of(planted(name)):
        verify(made)


@pytest.mark.parametrize("name", FORMATS)
def test_metadata_change_no_byte(name: Format) -> None:
    """A profile may: it says which colours the numbers mean."""
    image = photo()
    bare, full = file_of(image, name), planted(name, image, colours=None)

    assert len(full) > len(bare)
    assert make(full, Recipe()) == make(bare, Recipe())


# --- The second look finds what the first let through ---------------------------------------------------------------
def made(name: Format, **options: Any) -> Made:
    return Made(name, 64, 48, file_of(photo(64, 48), name, **{**making.ENCODING.get(name, {}), **options}))


WITH_METADATA: dict[str, tuple[Format, dict[str, Any]]] = {
    "comment in JPEG": ("JPEG", {"comment": b"x"}),
    "tags in JPEG": ("JPEG", {"exif": tags()}),
    "profile in JPEG": ("JPEG", {"icc_profile": PROFILE}),
    "XMP in JPEG": ("JPEG", {"xmp": XMP}),
    "tags in WebP": ("WEBP", {"exif": tags()}),
    "profile in WebP": ("WEBP", {"icc_profile": PROFILE}),
    "XMP in WebP": ("WEBP", {"xmp": XMP}),
    "tags in AVIF": ("AVIF", {"exif": tags()}),
    "profile in AVIF": ("AVIF", {"icc_profile": PROFILE}),
    "XMP in AVIF": ("AVIF", {"xmp": XMP}),
    "tags in PNG": ("PNG", {"exif": tags()}),
    "profile in PNG": ("PNG", {"icc_profile": PROFILE}),
}


@pytest.mark.parametrize("how", WITH_METADATA)
def test_metadata_that_an_argument_put_back_are_found(how: str) -> None:
    name, options = WITH_METADATA[how]
    verify(made(name))

    with pytest.raises(Unsafe):
        verify_parts(made(name, **options))


def packed(text: bytes) -> bytes:
    return b"Comment\0\0" + zlib.compress(text)


def changed(one: Made, data: bytes) -> Made:
    return replace(one, data=data)


def longer_riff(data: bytes, more: bytes) -> bytes:
    return data[:4] + struct.pack("<I", len(data) - 8 + len(more)) + data[8:] + more


def with_part(how: str) -> Made:
    """A file that was made, with one part too many."""
    jpeg, png, webp, avif = (made(name) for name in FORMATS)
    start, end = png.data[:33], png.data[33:]
    return {
        "another APP0": changed(jpeg, jpeg.data[:2] + segment(0xE0, b"JFXX\0\x10more") + jpeg.data[2:]),
        "small picture in APP0": changed(
            jpeg, jpeg.data[:2] + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1abc") + jpeg.data[20:]
        ),
        "APP15": changed(jpeg, jpeg.data[:2] + segment(0xEF, b"x") + jpeg.data[2:]),
        "comment before the end": changed(jpeg, jpeg.data[:-2] + segment(0xFE, b"x") + jpeg.data[-2:]),
        "tEXt": changed(png, start + chunk(b"tEXt", b"Comment\0x") + end),
        "zTXt": changed(png, start + chunk(b"zTXt", packed(b"x")) + end),
        "iTXt": changed(png, start + chunk(b"iTXt", b"Comment\0\0\0\0\0x") + end),
        "eXIf": changed(png, start + chunk(b"eXIf", tags().tobytes()[6:]) + end),
        "tIME": changed(png, start + chunk(b"tIME", bytes(7)) + end),
        "unknown chunk of WebP": changed(webp, longer_riff(webp.data, b"MORE\2\0\0\0xx")),
        "free box": changed(avif, avif.data + box(b"free", b"x")),
        "uuid box": changed(avif, avif.data + box(b"uuid", b"x" * 20)),
        **{f"bytes behind {one.format}": changed(one, one.data + b"PK\3\4") for one in (jpeg, png, webp, avif)},
        **{f"half of {one.format}": changed(one, one.data[: len(one.data) // 2]) for one in (jpeg, png, webp, avif)},
    }[how]


PARTS = (
    *("another APP0", "small picture in APP0", "APP15", "comment before the end", "tEXt", "zTXt", "iTXt", "eXIf"),
    *("tIME", "unknown chunk of WebP", "free box", "uuid box"),
    *(f"{what} {name}" for what in ("bytes behind", "half of") for name in FORMATS),
)


@pytest.mark.parametrize("how", PARTS)
def test_part_that_no_encoder_of_ours_writes_is_found(how: str) -> None:
    with pytest.raises(Unsafe):
        verify_parts(with_part(how))


@pytest.mark.parametrize("name", FORMATS)
def test_file_with_several_pictures_is_found(name: Format) -> None:
    with pytest.raises(Unsafe):
        verify(Made(name, 64, 48, several(name)))


@pytest.mark.parametrize("name", FORMATS)
def test_file_of_another_size_than_it_should_have_is_found(name: Format) -> None:
    with pytest.raises(Unsafe, match="another size"):
        verify(replace(made(name), width=65))


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_file_with_transparency_is_found(name: Format) -> None:
    image = photo(64, 48).convert("RGBA")
    image.putalpha(9)

    with pytest.raises(Unsafe):
        verify(Made(name, 64, 48, file_of(image, name)))


@pytest.mark.parametrize("name", PUBLIC_FORMATS)
def test_file_that_cannot_be_opened_is_found(name: Format) -> None:
    one = made(name)
    broken = bytearray(one.data)
    found = anatomy(one.data, name)
    part = next(part for part in found.parts if part.kind in {"SOF", "VP8", "av1C"})
    broken[part.start : part.start + 4] = b"\xee" * 4

    with pytest.raises(Unsafe):
        verify(replace(one, data=bytes(broken)))


def test_what_is_wrong_is_said_without_what_stands_in_the_file() -> None:
    with pytest.raises(Unsafe) as caught:
        verify_parts(made("JPEG", comment=CANARY.encode()))

    assert CANARY not in str(caught.value)
    assert "COM" in str(caught.value)

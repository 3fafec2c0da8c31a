"""What is accepted and what is not; of each refusal the reason and the next step are known."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from editorial.pictures.accepting import Accepted, look_at
from editorial.pictures.explaining import SENTENCES, NotAccepted
from editorial.pictures.formats import LONGEST_SIDE, MOST_BYTES, Format
from editorial.pictures.refusing import Unfit
from tests.editorial.pictures.mutating import mutated
from tests.editorial.pictures.samples import (
    FORMATS,
    chunk,
    empty_png,
    file_of,
    film,
    heic,
    photo,
    planted,
    segment,
    several,
    tags,
)

IMAGE = photo(160, 120)


def refusal(data: bytes, name: str = "", content_type: str = "") -> Unfit:
    with pytest.raises(Unfit) as caught:
        look_at(data, name, content_type)
    return caught.value


@pytest.mark.parametrize("name", FORMATS)
def test_sound_picture_is_accepted(name: Format) -> None:
    data = planted(name, IMAGE)

    found = look_at(data, f"portrait.{name.lower()}", f"image/{name.lower()}")

    assert found == Accepted(name, 160, 120, hashlib.sha256(data).hexdigest(), len(data))


@pytest.mark.parametrize("name", FORMATS)
def test_size_is_that_of_the_upright_picture(name: Format) -> None:
    found = look_at(file_of(IMAGE, name, exif=tags(6)))

    assert (found.width, found.height) == (120, 160)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (IMAGE.convert("CMYK"), "JPEG"),
        (IMAGE.convert("L"), "JPEG"),
        (IMAGE.convert("P"), "PNG"),
        (IMAGE.convert("1"), "PNG"),
        (Image.new("I;16", (9, 9), 5000), "PNG"),
        (IMAGE.convert("LA"), "PNG"),
        (IMAGE.convert("RGBA"), "WEBP"),
        (Image.new("RGB", (1, 1)), "AVIF"),
    ],
)
def test_every_way_to_write_colours_is_accepted(image: Image.Image, name: Format) -> None:
    assert look_at(file_of(image, name)).format == name


def drawn(kind: str) -> bytes:
    file = BytesIO()
    IMAGE.save(file, kind)
    return file.getvalue()


OTHERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "GIF": ("gif", lambda: drawn("GIF")),
    "TIFF": ("tiff", lambda: drawn("TIFF")),
    "BMP": ("other_picture", lambda: drawn("BMP")),
    "icon": ("other_picture", lambda: drawn("ICO")),
    "JPEG 2000": ("other_picture", lambda: drawn("JPEG2000")),
    "PDF": ("pdf", lambda: drawn("PDF")),
    "EPS": ("postscript", lambda: drawn("EPS")),
    "PDF with something in front": ("pdf", lambda: b"\n" * 500 + drawn("PDF")),
    "HEIC": ("heic", heic),
    "film": ("video", film),
    "SVG": ("svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "SVG behind a declaration": ("svg", lambda: b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg:svg/>'),
    "SVG in UTF-16": ("svg", lambda: "<?xml version='1.0'?><svg/>".encode("utf-16")),
    "page": ("web_page", lambda: b"<!DOCTYPE html><title>x</title>"),
    "script": ("web_page", lambda: b"  <script>alert(1)</script>"),
    "text": ("text", "이야기".encode),
    "archive": ("archive", lambda: b"PK\3\4" + bytes(60)),
    "program": ("unknown", lambda: b"\x7fELF" + bytes(60)),
    "nothing": ("empty", bytes),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_accepted_picture_is_refused_for_what_it_is(what: str) -> None:
    code, make = OTHERS[what]

    assert refusal(make(), "portrait.jpg", "image/jpeg").code == code


@pytest.mark.parametrize("name", FORMATS)
def test_several_pictures_in_one_file_are_refused(name: Format) -> None:
    assert refusal(several(name)).code == "many_pictures"


def test_moving_png_whose_other_pictures_are_missing_is_refused() -> None:
    data = file_of(IMAGE, "PNG")

    assert refusal(data[:33] + chunk(b"acTL", struct.pack(">II", 1, 0)) + data[33:]).code == "many_pictures"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("tail", [b"PK\3\4 another file", b"<script>alert(1)</script>", b"\0\0\0\x10free12345678"])
def test_something_behind_the_end_is_refused(name: Format, tail: bytes) -> None:
    found = refusal(planted(name, IMAGE) + tail)

    # Of an AVIF the end is where its boxes no longer fit.
    assert found.code in ({"more_behind", "truncated"} if name == "AVIF" else {"more_behind"})


def test_something_in_the_last_box_behind_the_pixels_is_refused() -> None:
    data = file_of(IMAGE, "AVIF")
    place = data.index(b"mdat") - 4
    longer = struct.pack(">I", len(data) - place + 8)

    assert refusal(data[:place] + longer + data[place + 4 :] + b"PK\3\4more").code == "more_behind"


def test_picture_in_a_picture_is_refused() -> None:
    """A JPEG behind a JPEG, as phones write a moving photo."""
    assert refusal(file_of(IMAGE, "JPEG") * 2).code == "more_behind"


def test_zeros_that_a_camera_filled_its_last_block_with_are_accepted() -> None:
    assert look_at(file_of(IMAGE, "JPEG") + bytes(300)).format == "JPEG"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_picture_that_ends_too_early_is_refused(name: Format, share: float) -> None:
    data = planted(name, IMAGE)

    assert refusal(data[: int(len(data) * share)]).code in {"truncated", "unknown"}


@pytest.mark.parametrize("name", FORMATS)
def test_picture_without_its_last_byte_is_refused(name: Format) -> None:
    assert refusal(file_of(IMAGE, name)[:-1]).code == "truncated"


@pytest.mark.parametrize(
    ("name", "content_type", "claimed"),
    [
        ("portrait.png", "image/jpeg", "PNG"),
        ("portrait.jpg", "image/png", "PNG"),
        ("portrait.webp", "", "WEBP"),
        ("portrait.jpg", "image/svg+xml", "image/svg+xml"),
        ("portrait.jpg", "text/html", "text/html"),
        ("portrait.exe", "", ".exe"),
        ("portrait.jpg.php", "image/jpeg", ".php"),
        ('p.<b>"x', "", ".bx"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(name: str, content_type: str, claimed: str) -> None:
    found = refusal(file_of(IMAGE, "JPEG"), name, content_type)

    assert (found.code, found.values) == ("mislabelled", {"claimed": claimed, "found": "JPEG"})


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("", ""), ("portrait", "application/octet-stream"), ("사진.JPEG", "image/jpeg; x=y"), ("a.jfif", "image/pjpeg")],
)
def test_file_that_says_nothing_wrong_is_accepted(name: str, content_type: str) -> None:
    assert look_at(file_of(IMAGE, "JPEG"), name, content_type).format == "JPEG"


# --- Limits, before a pixel is decoded ------------------------------------------------------------------------------
def never(*_arguments: Any, **_options: Any) -> None:
    msg = "It was opened."
    raise AssertionError(msg)


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", never)


@pytest.mark.usefixtures("unopened")
def test_file_that_is_too_large_is_refused_unread() -> None:
    assert refusal(bytes(MOST_BYTES + 1)).code == "too_large"


@pytest.mark.usefixtures("unopened")
def test_bomb_is_refused_unopened() -> None:
    bomb = empty_png(12_000, 12_000)

    assert len(bomb) < 50_000
    assert refusal(bomb).code == "too_many_pixels"


@pytest.mark.usefixtures("unopened")
def test_picture_that_is_too_long_is_refused_unopened() -> None:
    assert refusal(empty_png(LONGEST_SIDE + 1, 1)).code == "too_long"


def lying(name: Format, width: int, height: int) -> bytes:
    """A small picture that says that it is large."""
    data = bytearray(file_of(IMAGE, name, **({"lossless": True} if name == "WEBP" else {})))
    if name == "JPEG":
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = struct.pack(">HH", height, width)
    elif name == "PNG":
        return (
            bytes(data[:8]) + chunk(b"IHDR", struct.pack(">II", width, height) + bytes(data[24:29])) + bytes(data[33:])
        )
    elif name == "WEBP":
        place = data.index(b"VP8L") + 9
        data[place : place + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    else:
        place = data.index(b"ispe") + 8
        data[place : place + 8] = struct.pack(">II", width, height)
    return bytes(data)


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize("name", FORMATS)
def test_picture_that_says_that_it_is_large_is_refused_unopened(name: Format) -> None:
    assert refusal(lying(name, 11_000, 9_000)).code == "too_many_pixels"


def test_warning_of_a_bomb_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)

    with pytest.raises(Image.DecompressionBombWarning):
        look_at(file_of(photo(40, 40), "PNG"))


def test_packed_text_that_unfolds_to_much_is_refused() -> None:
    data = file_of(IMAGE, "PNG")
    text = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(30_000_000)))

    with pytest.raises(ValueError, match="too large"):
        look_at(data[:33] + text + data[33:])


def test_png_with_a_wrong_check_sum_is_refused() -> None:
    data = file_of(IMAGE, "PNG")
    place = data.index(b"IDAT") + 40

    assert refusal(data[:place] + b"\xff" * 40 + data[place + 40 :]).code == "truncated"


def test_file_of_endless_parts_is_refused() -> None:
    data = file_of(IMAGE, "JPEG")

    assert refusal(data[:2] + segment(0xFE, b"") * 30_000 + data[2:]).code == "truncated"


# --- Reasons --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_is_a_whole_sentence(code: str) -> None:
    values = {"megabytes": 30, "limit": 25, "width": 1, "height": 2, "megapixels": 60, "count": 4}
    sentence = NotAccepted(code, {**values, "claimed": "WEBP", "found": "JPEG"}).sentence

    assert sentence.endswith(".")
    assert "{" not in sentence


def test_reason_says_the_formats_by_their_names() -> None:
    sentence = NotAccepted("mislabelled", {"claimed": "WEBP", "found": "JPEG"}).sentence

    assert sentence.startswith("The file calls itself WebP, but it is JPEG.")


def test_reason_that_is_unknown_or_lacks_its_values_is_still_a_sentence() -> None:
    assert NotAccepted("new", {}).sentence == NotAccepted("too_large", {}).sentence == SENTENCES["unreadable"]


def test_every_broken_file_is_accepted_or_refused_in_a_way_that_the_workbench_knows() -> None:
    """What the hand-written readers raise: Unfit alone. Pillow's own faults come later, and in the workshop."""
    from editorial.pictures.raster import anatomy_of

    codes = set()
    for _name, data in mutated(1500, seed=9):
        try:
            anatomy_of(data)
        except Unfit as error:
            codes.add(error.code)
    assert codes <= set(SENTENCES)
    assert "truncated" in codes

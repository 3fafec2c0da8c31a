"""Looks at every file again before it is kept: nothing may be in it but the pixels that were meant. Pure."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from editorial.pictures.containers import Anatomy, Broken, Part, anatomy
from editorial.pictures.formats import Format
from editorial.pictures.making import Made

#: All that the encoders write. Whatever else a file holds, it did not come from the pixels.
PARTS: dict[Format, set[str]] = {
    "JPEG": {"APP0", "DQT", "SOF", "DHT", "SOS", "DRI"},
    "PNG": {"IHDR", "IDAT", "IEND"},
    "WEBP": {"VP8"},
    "AVIF": {
        *("ftyp", "meta", "hdlr", "pitm", "iloc", "iinf", "infe", "iprp", "ipco", "ipma", "ispe", "pixi", "av1C"),
        *("colr", "mdat"),
    },
}
INFO: dict[Format, set[str]] = {
    "JPEG": {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"},
    "PNG": set(),
    "WEBP": {"background", "loop", "timestamp", "duration"},
    "AVIF": {"timestamp", "duration"},
}
JFIF = b"JFIF\0"
JFIF_LENGTH = 14


class Unsafe(Exception):  # noqa: N818  (what it says of a file)
    """A file that was made holds something that it must not hold. It must not be kept, and somebody has to look."""


def verify(made: Made) -> None:
    """Raises Unsafe."""
    verify_parts(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(BytesIO(made.data), formats=[made.format])
            image.load()
            tags = {str(tag) for tag in image.getexif()}
        except Exception as error:  # whatever it is, readers could not see the file either
            msg = f"A {made.format} file cannot be opened again."
            raise Unsafe(msg) from error
    _refuse(made, "information", {str(key) for key in image.info} - INFO[made.format])
    _refuse(made, "tags", tags)
    if image.format != made.format or image.size != (made.width, made.height) or image.mode != "RGB":
        msg = f"A {made.format} file has another size or other colours than it should."
        raise Unsafe(msg)
    if getattr(image, "n_frames", 1) != 1:
        msg = f"A {made.format} file holds more than one picture."
        raise Unsafe(msg)


def verify_parts(made: Made) -> None:
    """Raises Unsafe for a part, or for bytes behind the end, that no encoder of ours writes. Decodes nothing."""
    try:
        found = anatomy(made.data, made.format)
    except Broken as error:
        msg = f"A {made.format} file is not whole."
        raise Unsafe(msg) from error
    _refuse(made, "parts", found.kinds() - PARTS[made.format])
    _refuse(made, "parts", {part.kind for part in found.parts if not _is_harmless(made.data, part)})
    if found.is_many or found.end != len(made.data) or _uncounted(found, made):
        msg = f"A {made.format} file goes on behind its end."
        raise Unsafe(msg)


def _is_harmless(data: bytes, part: Part) -> bool:
    """Whether a part that can hold more than it should holds only what it should."""
    said = data[part.start : part.end]
    if part.kind == "APP0":
        return said.startswith(JFIF) and len(said) == JFIF_LENGTH and said[-2:] == b"\0\0"
    if part.kind == "infe":
        return said[8:12] == b"av01" and said[12:] in {b"\0", b"Color\0"}
    if part.kind == "colr":
        return said.startswith(b"nclx")
    if part.kind == "hdlr":
        return not said[12:].strip(b"\0") and said[8:12] == b"pict"
    return True


def _uncounted(found: Anatomy, made: Made) -> bool:
    """Whether an AVIF file has pixels in more than one stretch, or a header that could hide something."""
    kinds = [part.kind for part in found.parts]
    return made.format == "AVIF" and any(kinds.count(kind) != 1 for kind in ("ftyp", "meta", "mdat", "infe"))


def _refuse(made: Made, what: str, names: set[str]) -> None:
    if names:
        msg = f"A {made.format} file holds {what} that it must not hold: {', '.join(sorted(names))}."
        raise Unsafe(msg)

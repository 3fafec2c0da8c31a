"""Decides whether a file is a picture that can be worked with, and says what it is. Pure; run it in the workshop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from editorial.pictures.formats import ACCEPTED, MOST_BYTES, Format
from editorial.pictures.raster import SIDEWAYS, anatomy_of, opened, orientation_of
from editorial.pictures.refusing import Unfit
from editorial.pictures.sniffing import claims, kind_of


@dataclass(frozen=True)
class Accepted:
    """A picture as it was received; width and height are those of the upright picture, `size` is in bytes."""

    format: Format
    width: int
    height: int
    sha256: str
    size: int


def look_at(data: bytes, name: str = "", content_type: str = "") -> Accepted:
    """Raises Unfit for what is no sound JPEG, PNG, WebP or AVIF file with one picture within the limits.

    Or raises what Pillow raises for pixels that cannot be decoded. The name and the type must not contradict the bytes.
    """
    check_length(len(data))
    kind = kind_of(data)
    if kind not in ACCEPTED:
        raise Unfit(kind)
    check_claims(kind, name, content_type)
    found, parts = anatomy_of(data)
    if parts.is_many:
        raise Unfit(code="many_pictures")
    # Some cameras fill the last block of a file with zeros.
    if data[parts.end :].strip(b"\0"):
        raise Unfit(code="more_behind", count=len(data) - parts.end)
    image = opened(data, found)
    if image.size != (parts.width, parts.height) and found != "AVIF":
        raise Unfit(code="unreadable")
    width, height = image.size
    if orientation_of(image) in SIDEWAYS:
        width, height = height, width
    image.load()
    return Accepted(found, width, height, hashlib.sha256(data).hexdigest(), len(data))


def check_length(length: int) -> None:
    """Raises Unfit for a file of that many bytes; to be asked before a file is read."""
    if not length:
        raise Unfit(code="empty")
    if length > MOST_BYTES:
        raise Unfit(code="too_large", megabytes=round(length / 1_000_000, 1), limit=MOST_BYTES // 1_000_000)


def check_claims(kind: str, name: str, content_type: str) -> None:
    for claimed in claims(name, content_type):
        if claimed != kind:
            raise Unfit(code="mislabelled", claimed=claimed, found=kind)

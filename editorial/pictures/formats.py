"""Which formats there are, and how much of a picture is accepted. Pure."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["JPEG", "PNG", "WEBP", "AVIF"]
"""What is accepted, by the names that Pillow has for it. The public gets all of them but PNG."""

ACCEPTED: tuple[Format, ...] = get_args(Format)
CONTENT_TYPES: dict[Format, str] = {name: f"image/{name.lower()}" for name in ACCEPTED}

MEGABYTE = 1_000_000
MOST_BYTES = 25 * MEGABYTE
#: Phones that promise 50 megapixels make up to 8192 × 6144.
MOST_PIXELS = 8192 * 6144
LONGEST_SIDE = 12_000

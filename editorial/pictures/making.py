"""Makes what the public gets from an original and a recipe: a few widths in three formats. Pure: values in, values out.

The same original and recipe give the same bytes. Two originals that differ only in covered places do, too, because
the places are filled before anything else is done with the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from PIL import Image

from editorial.pictures.formats import Format
from editorial.pictures.raster import upright
from editorial.pictures.recipe import PIPELINE_VERSION, Recipe
from editorial.pictures.redacting import cover

Purpose = Literal["page", "social", "desk"]

WIDTHS = (480, 960, 1600)
PUBLIC_FORMATS: tuple[Format, ...] = ("AVIF", "WEBP", "JPEG")
#: Times its width; a longer strip is made narrower.
TALLEST = 2
SOCIAL = (1200, 630)
#: A crop for previews elsewhere is left out where it would have less than half of those pixels across.
LEAST_SOCIAL_SHARE = 0.5
#: No metadata argument stands here, and none may: each would put back what the fresh raster left behind.
ENCODING: dict[Format, dict[str, Any]] = {
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "WEBP": {"quality": 78, "method": 4},
    "AVIF": {"quality": 60, "speed": 8, "max_threads": 1},
}


@dataclass(frozen=True)
class Made:
    """One file: "page" is for pages, "social" for previews elsewhere, "desk" for editors alone."""

    format: Format
    width: int
    height: int
    data: bytes
    purpose: Purpose = "page"


def make(
    original: bytes,
    recipe: Recipe,
    widths: Sequence[int] = WIDTHS,
    formats: Sequence[Format] = PUBLIC_FORMATS,
) -> list[Made]:
    """All files for the public, widest first. Raises Unfit for an original that is not accepted.

    Never larger than the original, so a narrow one gives fewer widths. One JPEG has the purpose "social", if the
    original is large enough and JPEG is among the formats. Raises ValueError for the recipe of an older pipeline.
    """
    if recipe.version != PIPELINE_VERSION:
        msg = "The recipe is for an older pipeline. Renew it first."
        raise ValueError(msg)
    raster = upright(original)
    cover(raster, recipe.shapes)
    social = _social(raster, recipe) if "JPEG" in formats else []
    made = []
    for size in sizes(*raster.size, widths):
        raster = raster.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        made += [_encoded(raster, name, "page") for name in formats]
    return made + social


def make_for_the_desk(original: bytes, width: int = 1600) -> Made:
    """The upright picture with nothing covered, to draw the shapes on. Never for the public."""
    raster = upright(original)
    size = sizes(*raster.size, [width])[0]
    return _encoded(raster.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0), "JPEG", "desk")


def sizes(width: int, height: int, widths: Sequence[int] = WIDTHS) -> list[tuple[int, int]]:
    """Which sizes are made of an upright picture, widest first; no two are equally wide."""
    found: dict[int, int] = {}
    for wished in sorted(widths, reverse=True):
        scale = min(1.0, wished / width, wished * TALLEST / height)
        found.setdefault(max(1, round(width * scale)), max(1, round(height * scale)))
    return list(found.items())


def _social(raster: Image.Image, recipe: Recipe) -> list[Made]:
    """The largest crop of the right shape that keeps the focal point as near to its middle as can be."""
    width, height = raster.size
    scale = min(width / SOCIAL[0], height / SOCIAL[1])
    if scale < LEAST_SOCIAL_SHARE:
        return []
    across, down = SOCIAL[0] * scale, SOCIAL[1] * scale
    left = min(max(recipe.focal_x * width - across / 2, 0), width - across)
    top = min(max(recipe.focal_y * height - down / 2, 0), height - down)
    size = tuple(round(side * min(1.0, scale)) for side in SOCIAL)
    box = (left, top, min(left + across, width), min(top + down, height))
    crop = raster.resize((size[0], size[1]), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    return [_encoded(crop, "JPEG", "social")]


def _encoded(raster: Image.Image, name: Format, purpose: Purpose) -> Made:
    file = BytesIO()
    raster.save(file, name, **ENCODING[name])
    return Made(name, *raster.size, file.getvalue(), purpose)

"""Covered means gone: not one bit of what lay beneath reaches the public."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from editorial.pictures import making, redacting
from editorial.pictures.making import Made, make
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.redacting import FILL, cover, margin_for
from tests.editorial.pictures.samples import file_of, photo

SHAPES = (Shape("box", 0.12, 0.15, 0.22, 0.4), Shape("ellipse", 0.55, 0.3, 0.31, 0.43))
CAMERAS: dict[str, dict[str, Any]] = {
    "4:4:4": {"subsampling": 0, "quality": 92},
    "4:2:0": {"subsampling": 2, "quality": 85, "optimize": True},
    "4:2:2, in steps": {"subsampling": 1, "quality": 78, "progressive": True},
    "4:2:0, coarse": {"subsampling": 2, "quality": 30},
}


def mask_of(shapes: Iterable[Shape], width: int, height: int) -> Image.Image:
    """The shapes themselves, not grown."""
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    for one in shapes:
        left, top = one.x * width, one.y * height
        corners = (left, top, max(left, left + one.width * width - 1), max(top, top + one.height * height - 1))
        (draw.rectangle if one.kind == "box" else draw.ellipse)(corners, 255)
    return mask


def pair(size: tuple[int, int], shapes: Iterable[Shape]) -> tuple[Image.Image, Image.Image]:
    """Two photos that differ in every covered pixel and in no other."""
    one = photo(*size, seed=1)
    other = one.copy()
    other.paste(photo(*size, seed=2), (0, 0), mask_of(shapes, *size))
    return one, other


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("size", [(1210, 907), (700, 525)])
def test_originals_that_differ_only_where_covered_give_the_same_bytes(camera: str, size: tuple[int, int]) -> None:
    one, other = (file_of(image, "JPEG", **CAMERAS[camera]) for image in pair(size, SHAPES))

    assert one != other
    assert make(one, Recipe(SHAPES)) == make(other, Recipe(SHAPES))


def test_what_the_camera_spread_around_a_place_would_show_without_the_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "margin_for", lambda _width, _height: 0)
    one, other = (file_of(image, "JPEG", **CAMERAS["4:2:0"]) for image in pair((700, 525), SHAPES))

    assert make(one, Recipe(SHAPES)) != make(other, Recipe(SHAPES))


@pytest.mark.parametrize("radius", [8, 30])
def test_blur_instead_of_the_fill_would_show(monkeypatch: pytest.MonkeyPatch, radius: int) -> None:
    monkeypatch.setattr(making, "cover", blurring(radius))
    one, other = (file_of(image, "JPEG") for image in pair((700, 525), SHAPES))

    assert make(one, Recipe(SHAPES), formats=["JPEG"]) != make(other, Recipe(SHAPES), formats=["JPEG"])


def blurring(radius: int) -> Callable[[Image.Image, Iterable[Shape]], None]:
    def blur(raster: Image.Image, shapes: Iterable[Shape]) -> None:
        soft = raster.filter(ImageFilter.GaussianBlur(radius))
        raster.paste(soft, (0, 0), mask_of(shapes, *raster.size))

    return blur


@pytest.mark.parametrize(("size", "margin"), [((300, 200), 24), ((1600, 1200), 24), ((3000, 4000), 60)])
def test_margin_is_24_pixels_or_more_on_large_pictures(size: tuple[int, int], margin: int) -> None:
    assert margin_for(*size) == margin


BOUNDS = st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.001, 1), st.floats(0.001, 1))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["box", "ellipse"]), BOUNDS)
def test_every_pixel_within_the_margin_of_a_shape_is_covered(kind: Any, bounds: tuple[float, ...]) -> None:
    x, y, width, height = bounds
    shape = Shape(kind, x, y, max(0.001, min(width, 1 - x)), max(0.001, min(height, 1 - y)))
    raster = Image.new("RGB", (331, 203), "white")

    cover(raster, [shape])

    side = 2 * margin_for(*raster.size) + 1
    wanted = mask_of([shape], *raster.size).filter(ImageFilter.MaxFilter(side))
    left_out = Image.composite(raster, Image.new("RGB", raster.size, FILL), wanted)
    assert left_out.getcolors() == [(331 * 203, FILL)]


# --- A pattern planted where it is covered --------------------------------------------------------------------------
CELLS = 16
PATTERN = random.Random(7).choices((-1, 1), k=CELLS * CELLS)
PLACE = Shape("box", 0.3, 0.25, 0.4, 0.5)


def with_pattern(width: int = 1920, height: int = 1440) -> Image.Image:
    image = photo(width, height)
    cells = Image.new("L", (CELLS, CELLS))
    cells.putdata([255 if cell > 0 else 0 for cell in PATTERN])
    box = (round(PLACE.width * width), round(PLACE.height * height))
    image.paste(cells.resize(box, Image.Resampling.NEAREST), (round(PLACE.x * width), round(PLACE.y * height)))
    return image


def correlation(image: Image.Image) -> float:
    """Of the pattern with what the picture shows in its place, from -1 to 1."""
    width, height = image.size
    box = (PLACE.x * width, PLACE.y * height, (PLACE.x + PLACE.width) * width, (PLACE.y + PLACE.height) * height)
    cells = image.convert("F").resize((CELLS, CELLS), Image.Resampling.BOX, box=box)
    values = list(memoryview(cells.tobytes()).cast("f"))
    mean, offset = sum(values) / len(values), sum(PATTERN) / len(PATTERN)
    together = sum((value - mean) * (cell - offset) for value, cell in zip(values, PATTERN, strict=True))
    spread = sum((value - mean) ** 2 for value in values) * sum((cell - offset) ** 2 for cell in PATTERN)
    return together / spread**0.5 if spread else 0.0


def seen(one: Made) -> list[float]:
    """The correlation in a file, and in what somebody makes of it by saving it again."""
    image = Image.open(BytesIO(one.data)).convert("RGB")
    again = [Image.open(BytesIO(file_of(image, "JPEG", quality=quality))) for quality in (30, 50, 70, 95)]
    return [abs(correlation(each)) for each in (image, *again)]


SCALES = (480, 720, 960, 1280, 1600)


def test_planted_pattern_is_found_in_no_file_at_any_scale() -> None:
    made = make(file_of(with_pattern(), "JPEG", quality=92), Recipe((PLACE,)), widths=SCALES)

    pages = [one for one in made if one.purpose == "page"]
    assert {one.width for one in pages} == set(SCALES)
    assert max(worst for one in pages for worst in seen(one)) < 0.15


def test_planted_pattern_would_be_found_under_blur(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "cover", blurring(30))
    made = make(file_of(with_pattern(), "JPEG", quality=92), Recipe((PLACE,)), widths=[960], formats=["JPEG"])

    assert max(seen(made[0])) > 0.15

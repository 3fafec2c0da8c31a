"""What the public gets: the right sizes, upright, in plain colours, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from editorial.pictures import recipe as recipes
from editorial.pictures.formats import Format
from editorial.pictures.making import PUBLIC_FORMATS, SOCIAL, make, make_for_the_desk, sizes
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.redacting import FILL
from tests.editorial.pictures.samples import PROFILE, file_of, photo, tags

Colour = tuple[int, ...]
RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 200, 20), (20, 20, 220), (220, 220, 20)


def shown(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def colour_at(data: bytes, x: float, y: float) -> Colour:
    image = shown(data)
    found = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return found


def is_near(found: Colour, wanted: Colour, most: int = 12) -> bool:
    return all(abs(one - other) <= most for one, other in zip(found, wanted, strict=True))


def flag(width: int = 320, height: int = 200) -> Image.Image:
    """Red at the upper left, green at the upper right, blue at the lower left, yellow at the lower right."""
    image = Image.new("RGB", (2, 2))
    image.putdata([RED, GREEN, BLUE, YELLOW])
    return image.resize((width, height), Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((300, 200), [(300, 200)]),
        ((700, 500), [(700, 500), (480, 343)]),
        ((4000, 3000), [(1600, 1200), (960, 720), (480, 360)]),
        ((1000, 9000), [(356, 3200), (213, 1920), (107, 960)]),
        ((12000, 3), [(1600, 1), (960, 1), (480, 1)]),
        ((3, 12000), [(1, 3200)]),
        ((1, 1), [(1, 1)]),
    ],
)
def test_no_size_is_larger_than_the_original(size: tuple[int, int], made: list[tuple[int, int]]) -> None:
    assert sizes(*size) == made


def test_every_size_is_made_in_every_format() -> None:
    made = make(file_of(photo(700, 500), "JPEG"), Recipe(), widths=(480, 960))

    pages = [one for one in made if one.purpose == "page"]
    assert [(one.format, one.width) for one in pages] == [
        (name, width) for width in (700, 480) for name in PUBLIC_FORMATS
    ]
    assert all(shown(one.data).size == (one.width, one.height) for one in made)


def test_the_same_original_gives_the_same_bytes_twice() -> None:
    original = file_of(photo(900, 600), "JPEG", exif=tags(6))
    recipe = Recipe((Shape("ellipse", 0.2, 0.2, 0.3, 0.3),))

    assert make(original, recipe) == make(original, recipe)


def test_recipe_of_an_older_pipeline_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "PIPELINE_VERSION", 2)
    monkeypatch.setattr("editorial.pictures.making.PIPELINE_VERSION", 2)
    old = replace(Recipe(), version=1)

    with pytest.raises(ValueError, match="older"):
        make(file_of(photo(), "JPEG"), old)
    assert old.renewed().version == 2


TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_shapes_lie_on_the_upright_picture_however_the_camera_was_held(orientation: int) -> None:
    image, recipe = photo(320, 200), Recipe((Shape("box", 0.1, 0.15, 0.2, 0.25),))
    held = image.transpose(TURNED[orientation]) if orientation in TURNED else image
    turned = file_of(held, "PNG", exif=tags(orientation))

    assert make(turned, recipe, formats=["JPEG"]) == make(file_of(image, "PNG"), recipe, formats=["JPEG"])


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "AVIF"])
def test_camera_held_sideways_gives_an_upright_picture_in_every_format(name: Format) -> None:
    original = file_of(flag().transpose(TURNED[6]), name, exif=tags(6))
    made = make(original, Recipe((Shape("box", 0, 0, 0.2, 0.2),)), formats=["JPEG"])[0]

    assert (made.width, made.height) == (320, 200)
    assert is_near(colour_at(made.data, 0.1, 0.1), FILL)
    assert is_near(colour_at(made.data, 0.9, 0.1), GREEN)
    assert is_near(colour_at(made.data, 0.1, 0.9), BLUE)


def test_orientation_that_makes_no_sense_is_left_out() -> None:
    made = make(file_of(flag(), "JPEG", exif=tags(77)), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.1, 0.1), RED)


def test_colours_of_another_profile_become_plain_ones() -> None:
    """The profile says that the first channel is green and the second red."""
    swapped = PROFILE.replace(b"rXYZ", b"temp").replace(b"gXYZ", b"rXYZ").replace(b"temp", b"gXYZ")
    made = make(file_of(flag(), "PNG", icc_profile=swapped), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.1, 0.1), GREEN, most=40)


def test_profile_that_cannot_be_read_changes_nothing() -> None:
    made = make(file_of(flag(), "PNG", icc_profile=b"no profile" * 20), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.1, 0.1), RED)


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_what_alpha_hid_becomes_white(name: Format) -> None:
    image = flag().convert("RGBA")
    image.paste((220, 20, 20, 0), (0, 0, 160, 100))
    exactly: dict[str, Any] = {"WEBP": {"lossless": True, "exact": True}, "AVIF": {"subsampling": "4:4:4"}}
    for made in make(file_of(image, name, **exactly.get(name, {})), Recipe()):
        assert is_near(colour_at(made.data, 0.2, 0.2), (255, 255, 255))


def test_palette_with_transparency_is_laid_on_white() -> None:
    image = flag().quantize(4)
    first = image.getpixel((2, 2))
    made = make(file_of(image, "PNG", transparency=first), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.2, 0.2), (255, 255, 255))


def test_sixteen_bits_become_eight() -> None:
    image = Image.new("I;16", (64, 64), 0x8080)
    made = make(file_of(image, "PNG"), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.5, 0.5), (128, 128, 128), most=2)


@pytest.mark.parametrize("mode", ["L", "1", "CMYK"])
def test_other_ways_to_write_colours_are_understood(mode: str) -> None:
    name: Format = "JPEG" if mode == "CMYK" else "PNG"
    made = make(file_of(Image.new("RGB", (64, 64), "white").convert(mode), name), Recipe(), formats=["JPEG"])[0]

    assert is_near(colour_at(made.data, 0.5, 0.5), (255, 255, 255))


@pytest.mark.parametrize(
    ("size", "social"),
    [((4000, 3000), SOCIAL), ((900, 900), (900, 472)), ((500, 4000), None), ((3000, 200), None)],
)
def test_crop_for_previews_is_made_where_there_is_enough_of_it(
    size: tuple[int, int], social: tuple[int, int] | None
) -> None:
    made = make(file_of(flag(*size), "JPEG"), Recipe(), formats=["JPEG"])

    assert [(one.width, one.height) for one in made if one.purpose == "social"] == ([social] if social else [])


@pytest.mark.parametrize(("focus", "colour"), [(0.0, RED), (1.0, BLUE)])
def test_crop_keeps_the_focal_point(focus: float, colour: Colour) -> None:
    made = make(file_of(flag(900, 1800), "JPEG"), Recipe(focal_y=focus), formats=["JPEG"])[-1]

    assert is_near(colour_at(made.data, 0.1, 0.5), colour)


def test_crop_is_covered_like_the_rest() -> None:
    made = make(file_of(flag(1600, 900), "JPEG"), Recipe((Shape("box", 0.4, 0.4, 0.2, 0.2),)), formats=["JPEG"])[-1]

    assert made.purpose == "social"
    assert is_near(colour_at(made.data, 0.5, 0.5), FILL)


def test_desk_gets_the_upright_picture_with_nothing_covered() -> None:
    made = make_for_the_desk(file_of(flag().transpose(TURNED[8]), "PNG", exif=tags(8)))

    assert (made.purpose, made.format, made.width) == ("desk", "JPEG", 320)
    assert is_near(colour_at(made.data, 0.9, 0.9), YELLOW)

"""Art by program: the same picture for the same seed, small, and nothing in it but shapes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from editorial import art

SEEDS = [f"{number:012x}" for number in range(0, 300_000_000_000, 1_000_000_007)]
SHAPES: tuple[art.Shape, ...] = ("wide", "square")
ATTRIBUTES = {
    "aria-hidden", "class", "cx", "cy", "d", "fill-opacity", "focusable", "preserveAspectRatio", "r",
    "stroke-dasharray", "stroke-width", "transform", "viewBox",
}  # fmt: skip


def pictures() -> Iterator[str]:
    for seed in SEEDS:
        yield from (art.cover(seed, shape=shape) for shape in SHAPES)
        yield art.thread(seed)


def test_same_seed_draws_the_same_picture() -> None:
    for seed in SEEDS[:50]:
        assert art.cover(seed) == art.cover(seed)
        assert art.thread(seed) == art.thread(seed)


def test_picture_does_not_change_from_one_release_to_the_next() -> None:
    """The dice are a stretch of SHAKE-128, so they fall alike on every machine."""
    dice = art.Dice("a first classroom")

    assert [dice.between(1, 100) for _ in range(6)] == [67, 74, 31, 77, 21, 48]


def test_other_seed_draws_another_picture() -> None:
    assert len({art.cover(seed) for seed in SEEDS}) == len(SEEDS)


def test_every_family_and_palette_is_drawn() -> None:
    grounds = {art.cover(seed).partition('<path class="')[2][:2] for seed in SEEDS}

    assert grounds == {palette[0] for palette in art.PALETTES}


@pytest.mark.parametrize("shape", SHAPES)
def test_picture_is_small(shape: art.Shape) -> None:
    assert max(len(art.cover(seed, shape=shape).encode()) for seed in SEEDS) <= 1_600


def test_picture_is_xml_of_shapes_without_style_script_or_words() -> None:
    for picture in pictures():
        for element in ET.fromstring(picture).iter():
            assert element.tag in {"svg", "path", "circle"}
            assert set(element.attrib) <= ATTRIBUTES
            assert (element.text, element.tail) == (None, None)


def test_picture_is_hidden_from_assistive_technology() -> None:
    for picture in pictures():
        assert ET.fromstring(picture).attrib["aria-hidden"] == "true"


def test_colours_are_the_nine_dyes_seam_and_thread() -> None:
    dyes = {f"a{number}" for number in range(1, 10)} | {"as", "at"}

    for picture in pictures():
        svg = ET.fromstring(picture)
        assert {element.attrib["class"] for element in svg.iter() if element is not svg} <= dyes


def test_dice_stay_between_their_ends() -> None:
    dice = art.Dice("anything")

    throws = [dice.between(-2, 2) for _ in range(200)]

    assert set(throws) == {-2, -1, 0, 1, 2}

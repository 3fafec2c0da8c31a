"""What is to become of a picture: said strictly, and the same for the same wish."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.pictures.recipe import MOST_SHAPES, PIPELINE_VERSION, Recipe, Shape

BOX = Shape("box", 0.1, 0.2, 0.3, 0.4)
ROUND = Shape("ellipse", 0.5, 0.5, 0.1, 0.1)
FRACTIONS = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.tuples(FRACTIONS, FRACTIONS, FRACTIONS, FRACTIONS), max_size=5), FRACTIONS, FRACTIONS)
def test_recipe_comes_back_from_json_as_it_was(places: list[tuple[float, ...]], x: float, y: float) -> None:
    shapes = [
        Shape("ellipse", left, top, width, height)
        for left, top, width, height in places
        if min(width, height) > 0.001 and left + width <= 1 and top + height <= 1
    ]
    recipe = Recipe(tuple(shapes), x, y)

    assert Recipe.from_json(recipe.as_json()) == recipe


def test_order_of_the_shapes_means_nothing() -> None:
    assert Recipe((BOX, ROUND)).digest() == Recipe((ROUND, BOX, ROUND)).digest()


def test_numbers_are_rounded_so_that_the_digest_does_not_depend_on_a_mouse() -> None:
    assert Recipe((Shape("box", 0.100001, 0.2, 0.3, 0.4),)) == Recipe((BOX,))


@pytest.mark.parametrize(
    "other",
    [
        Recipe(),
        Recipe((ROUND,)),
        Recipe((Shape("ellipse", 0.1, 0.2, 0.3, 0.4),)),
        Recipe((BOX,), focal_x=0.4),
        Recipe((BOX,), focal_y=0.4),
    ],
)
def test_another_wish_has_another_digest(other: Recipe) -> None:
    assert other.digest() != Recipe((BOX,)).digest()


@pytest.mark.parametrize(
    "numbers",
    [(-0.1, 0, 0.5, 0.5), (0, 0, 1.1, 0.5), (0.6, 0, 0.5, 0.5), (0, 0.6, 0.5, 0.5), (0, 0, 0, 0.5), (0, 0, 0.00001, 1)],
)
def test_shape_that_is_empty_or_leaves_the_picture_is_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        Shape("box", *numbers)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.5", True, None])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        Shape("box", value, 0, 0.5, 0.5)


def changed(**fields: Any) -> dict[str, Any]:
    return {**Recipe((BOX,)).as_json(), **fields}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "",
        "no json",
        "[" * 100_000,
        {},
        changed(more=1),
        changed(shapes="box"),
        changed(shapes=[1]),
        changed(shapes=[{"kind": "box"}]),
        changed(shapes=[{**BOX.__dict__, "kind": "blur"}]),
        changed(shapes=[{**BOX.__dict__, "kind": []}]),
        changed(shapes=[BOX.__dict__] * (MOST_SHAPES + 1)),
        changed(version=0),
        changed(version=PIPELINE_VERSION + 1),
        changed(version=True),
        changed(version="1"),
        changed(focal_x=2),
        changed(focal_y="left"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_anything_else_is_refused_as_a_wrong_value(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recipe.from_json(value)


def test_recipe_is_read_from_a_text_too() -> None:
    text = '{"version": 1, "shapes": [], "focal_x": 0, "focal_y": 1}'

    assert Recipe.from_json(text) == Recipe((), 0, 1)

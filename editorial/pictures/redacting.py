"""Covers places with one solid colour, at full resolution. Pure.

Blur and pixelation can be undone, and the mean colour of a place tells of skin and clothing; one fixed colour tells
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from PIL import Image, ImageDraw

from editorial.pictures.recipe import Shape

#: A warm grey that is seen on light and on dark pages.
FILL = (138, 134, 128)
#: A camera's own JPEG spreads a pixel over its block of 16, and smoothing of colour over one or two more.
LEAST_MARGIN = 24
MARGIN_SHARE = 0.015
#: Points on each quarter of an ellipse; the chords stay within half a pixel on the longest side.
POINTS = 64

Corners = tuple[float, float, float, float]


def margin_for(width: int, height: int) -> int:
    """Pixels by which every shape grows on each side."""
    return max(LEAST_MARGIN, math.ceil(MARGIN_SHARE * max(width, height)))


def cover(raster: Image.Image, shapes: Iterable[Shape]) -> None:
    """Fills every pixel that lies within the margin, across and down, of a pixel of a shape. Changes the raster."""
    draw = ImageDraw.Draw(raster)
    margin = margin_for(*raster.size)
    for shape in shapes:
        inner = _corners(shape, *raster.size)
        if shape.kind == "box":
            left, top, right, bottom = inner
            grown = (left - margin, top - margin, right + margin, bottom + margin)
            draw.rectangle((math.floor(grown[0]), math.floor(grown[1]), math.ceil(grown[2]), math.ceil(grown[3])), FILL)
        else:
            draw.polygon(_grown_ellipse(inner, margin + 1), FILL)


def _corners(shape: Shape, width: int, height: int) -> Corners:
    return (
        shape.x * width,
        shape.y * height,
        (shape.x + shape.width) * width,
        (shape.y + shape.height) * height,
    )


def _grown_ellipse(corners: Corners, margin: int) -> list[tuple[float, float]]:
    """The outline of all squares around the points of an ellipse: its quarters, moved apart.

    An ellipse with longer axes would not do: beside the ends of a long one it keeps less distance than the margin.
    """
    left, top, right, bottom = corners
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    radius_x, radius_y = (right - left) / 2, (bottom - top) / 2
    outline = []
    for quarter, (sign_x, sign_y) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        for step in range(POINTS + 1):
            angle = (quarter + step / POINTS) * math.pi / 2
            x = middle_x + radius_x * math.cos(angle) + sign_x * margin
            y = middle_y + radius_y * math.sin(angle) + sign_y * margin
            outline.append((x, y))
    return outline

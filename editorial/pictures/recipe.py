"""What is to become of an original: which places are covered, and what a crop must keep. Pure.

All numbers are fractions of the upright picture, from its upper left corner, rounded to four decimals.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, cast

Kind = Literal["box", "ellipse"]

#: Goes up when the same original and recipe would give other bytes; whatever was made earlier is then made anew.
PIPELINE_VERSION = 1
MOST_SHAPES = 100
#: What rounding two numbers may add to their sum.
SLACK = 0.0002


def _fraction(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        msg = f"{name} must be a number."
        raise ValueError(msg)
    if not 0 <= value <= 1:
        msg = f"{name} must lie between 0 and 1."
        raise ValueError(msg)
    return round(float(value), 4) + 0.0  # the sum turns -0.0 into 0.0


@dataclass(frozen=True, order=True)
class Shape:
    """One covered place: a box, or the ellipse inside it. Raises ValueError where it is empty or leaves the picture."""

    kind: Kind
    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if self.kind not in ("box", "ellipse"):
            msg = "A shape is a box or an ellipse."
            raise ValueError(msg)
        for name in ("x", "y", "width", "height"):
            object.__setattr__(self, name, _fraction(name, getattr(self, name)))
        if not (self.width and self.height):
            msg = "A shape must have a width and a height."
            raise ValueError(msg)
        if self.x + self.width > 1 + SLACK or self.y + self.height > 1 + SLACK:
            msg = "A shape must lie inside the picture."
            raise ValueError(msg)


@dataclass(frozen=True)
class Recipe:
    """All that decides, beside the original, what the public files say. The order of the shapes means nothing."""

    shapes: tuple[Shape, ...] = ()
    focal_x: float = 0.5
    focal_y: float = 0.5
    version: int = PIPELINE_VERSION

    def __post_init__(self) -> None:
        object.__setattr__(self, "shapes", tuple(sorted(set(self.shapes))))
        if len(self.shapes) > MOST_SHAPES:
            msg = f"A picture has at most {MOST_SHAPES} covered places."
            raise ValueError(msg)
        for name in ("focal_x", "focal_y"):
            object.__setattr__(self, name, _fraction(name, getattr(self, name)))
        if isinstance(self.version, bool) or not isinstance(self.version, int):
            msg = "version must be a whole number."
            raise ValueError(msg)  # noqa: TRY004  (it comes from outside, like every other wrong value)
        if not 1 <= self.version <= PIPELINE_VERSION:
            msg = f"version must lie between 1 and {PIPELINE_VERSION}."
            raise ValueError(msg)

    def as_json(self) -> dict[str, Any]:
        """For a JSON column, or for the script that draws the shapes."""
        return {
            "version": self.version,
            "shapes": [
                {"kind": one.kind, "x": one.x, "y": one.y, "width": one.width, "height": one.height}
                for one in self.shapes
            ],
            "focal_x": self.focal_x,
            "focal_y": self.focal_y,
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The recipe that `as_json` wrote, as a value or as a text. Raises ValueError for anything else."""
        if isinstance(value, str | bytes):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError) as error:
                msg = "A recipe must be JSON."
                raise ValueError(msg) from error
        fields = _exactly(value, {"version", "shapes", "focal_x", "focal_y"}, "A recipe")
        shapes = fields.pop("shapes")
        if not isinstance(shapes, list) or len(shapes) > MOST_SHAPES:
            msg = f"shapes must be a list of at most {MOST_SHAPES}."
            raise ValueError(msg)
        names = {"kind", "x", "y", "width", "height"}
        return cls(shapes=tuple(Shape(**_exactly(one, names, "A shape")) for one in shapes), **fields)

    def digest(self) -> str:
        """SHA-256 in hexadecimal; the same for the same shapes in another order."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def renewed(self) -> Self:
        """The same wishes for the pipeline of today."""
        return replace(self, version=PIPELINE_VERSION)


def _exactly(value: object, names: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != names:
        msg = f"{what} has exactly these fields: {', '.join(sorted(names))}."
        raise ValueError(msg)
    return cast("dict[str, Any]", dict(value))

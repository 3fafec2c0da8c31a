"""Patterns that are hidden in pictures, and how to see them again in whatever was made from the picture."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

CELLS = 20
#: From here on the pattern is there, below it is nothing but noise. A covered place stays below 0.15.
SEEN = 0.5
COVERED = 0.15
#: Where the two patterns lie, as fractions of the picture: what everybody may see, and what is covered.
OPEN_PLACE = (0.05, 0.1, 0.4, 0.8)
COVERED_PLACE = (0.55, 0.1, 0.4, 0.8)
Place = tuple[float, float, float, float]


def pattern(seed: int) -> list[int]:
    """A square of dark and light cells that no other seed has."""
    chance = random.Random(seed)
    cells = [0] * (CELLS * CELLS // 2) + [1] * (CELLS * CELLS // 2)
    chance.shuffle(cells)
    return cells


def drawn(seed: int, *, width: int = 640, height: int = 480) -> Image.Image:
    """A picture with two patterns: `seed` in the open, and `-seed` where a shape will cover it."""
    image = Image.new("RGB", (width, height), (120, 140, 130))
    for cells, place in ((pattern(seed), OPEN_PLACE), (pattern(-seed), COVERED_PLACE)):
        small = Image.new("L", (CELLS, CELLS))
        small.putdata([60 + 130 * cell for cell in cells])
        left, top, across, down = pixels_of(place, width, height)
        image.paste(small.resize((across, down), Image.Resampling.NEAREST).convert("RGB"), (left, top))
    return image


def pixels_of(place: Place, width: int, height: int) -> tuple[int, int, int, int]:
    x, y, across, down = place
    return round(x * width), round(y * height), round(across * width), round(down * height)


def likeness(image: Image.Image, seed: int, place: Place) -> float:
    """The correlation of a place with a pattern: 1 where it is there, about 0 where it is not."""
    left, top, across, down = pixels_of(place, *image.size)
    part = image.convert("L").crop((left, top, left + across, top + down))
    found = list(part.resize((CELLS, CELLS), Image.Resampling.BOX).get_flattened_data())
    return correlation([float(str(value)) for value in found], pattern(seed))


def correlation(values: list[float], cells: list[int]) -> float:
    middle = sum(values) / len(values)
    half = sum(cells) / len(cells)
    across = sum((value - middle) ** 2 for value in values)
    if across < 1:
        return 0.0  # one colour
    down = sum((cell - half) ** 2 for cell in cells)
    both = sum((value - middle) * (cell - half) for value, cell in zip(values, cells, strict=True))
    return float(both / (across * down) ** 0.5)


@dataclass
class Album:
    """The pictures that were planted: for each pattern the word that the judge hears when it is seen."""

    open: dict[int, str] = field(default_factory=dict)
    covered: dict[int, str] = field(default_factory=dict)

    def seen_in(self, data: bytes) -> set[str]:
        """The words of the patterns that a file shows, when it is a picture."""
        if not (self.open and looks_like_a_picture(data)):
            return set()
        try:
            with Image.open(BytesIO(data)) as image:
                image.load()
                found = {word for seed, word in self.open.items() if likeness(image, seed, OPEN_PLACE) > SEEN}
                return found | {
                    word
                    for seed, word in self.covered.items()
                    if max(likeness(image, -seed, COVERED_PLACE), self._at_scales(image, seed)) > COVERED
                }
        except (OSError, ValueError):
            return set()

    def _at_scales(self, image: Image.Image, seed: int) -> float:
        """Smaller copies average noise away, and with it what a filter left."""
        found = 0.0
        for share in (0.75, 0.5, 0.25):
            size = (max(CELLS, round(image.width * share)), max(CELLS, round(image.height * share)))
            found = max(found, likeness(image.resize(size, Image.Resampling.BOX), -seed, COVERED_PLACE))
        return found


def looks_like_a_picture(data: bytes) -> bool:
    return data[:2] == b"\xff\xd8" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[:4] == b"RIFF" or data[4:8] == b"ftyp"

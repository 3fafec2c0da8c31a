"""Abstract art by program: the pictures of a site that seldom shows faces.

Every piece gets a picture of its own, drawn from its seed: paper hills, pieced cloth, letters or rings.
One hand holds them together: nine dyes (CSS classes ``a1`` to ``a9``, coloured by ``tokens.css`` in the
light and in the dark), one disc, and one thread (``at``) that runs through. Nothing figurative and no map:
a picture must never hint at who told a story, or where.
"""

from collections.abc import Callable
from hashlib import shake_128
from itertools import pairwise
from typing import Literal

Shape = Literal["wide", "square"]
Palette = tuple[str, str, str, str, str, str]
"""Ground, four dyes from far to near, and the dye of the disc."""

HEIGHT = 400
WIDTHS: dict[Shape, int] = {"wide": 600, "square": 400}

PALETTES: tuple[Palette, ...] = (
    ("a1", "a6", "a5", "a7", "a8", "a3"),
    ("a1", "a2", "a3", "a4", "a8", "a4"),
    ("a6", "a1", "a5", "a7", "a8", "a2"),
    ("a2", "a1", "a3", "a7", "a8", "a4"),
    ("a5", "a1", "a6", "a3", "a4", "a9"),
    ("a7", "a6", "a2", "a3", "a8", "a9"),
    ("a1", "a5", "a2", "a7", "a4", "a3"),
)


class Dice:
    """Numbers that follow from a seed: the same seed throws the same numbers on every machine."""

    def __init__(self, seed: str) -> None:
        self._bytes = iter(shake_128(seed.encode()).digest(512))

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        throw = next(self._bytes) * 256 + next(self._bytes)
        return low + throw * (high - low + 1) // 65536

    def pick[T](self, choices: tuple[T, ...]) -> T:
        """One of the choices, each as likely."""
        return choices[self.between(0, len(choices) - 1)]


def cover(seed: str, *, shape: Shape = "wide") -> str:
    """An SVG picture for a seed, at most 1.6 KB, decorative for assistive technology.

    What matters lies in the middle half, so that the same picture can be cropped to a wide header.
    """
    dice = Dice(seed)
    width = WIDTHS[shape]
    draw, palette = dice.pick(FAMILIES), dice.pick(PALETTES)
    return (
        f'<svg class="art" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false"><path class="{palette[0]}" d="M0 0h{width}v{HEIGHT}H0z"/>'
        f"{draw(dice, width, palette)}</svg>"
    )


def thread(seed: str) -> str:
    """A small ornament that closes a text: a thread with one loop, nowhere twice the same."""
    dice = Dice(seed)
    knot = dice.between(90, 150)
    rise, fall, loop = dice.between(2, 9), dice.between(15, 22), dice.between(14, 20)
    line = (
        f"M2 12C{knot // 2} {rise} {knot // 2} {fall} {knot} 14c{loop}-6 {loop}-13 6-12"
        f"s-{loop // 2} 20 {loop} 14S{knot + 60} {rise} 238 12"
    )
    return (
        '<svg class="thread" viewBox="0 0 240 24" aria-hidden="true" focusable="false">'
        f'<path class="at" stroke-width="1.5" d="{line}"/></svg>'
    )


def hills(dice: Dice, width: int, palette: Palette) -> str:
    """Layers of cut paper, one behind the other, with a disc that stands behind them."""
    disc_x = dice.between(width // 5, width * 4 // 5)
    parts = [_disc(palette[5], disc_x, dice.between(120, 165), dice.between(46, 74))]
    top = dice.between(150, 180)
    for dye in palette[1:5]:
        parts.append(f'<path class="{dye}" d="{_wave(dice, width, top, 52)}V400H0z"/>')
        top += dice.between(38, 54)
    parts.insert(4, _thread(_wave(dice, width, top - 84, 34)))
    return "".join(parts)


def cloth(dice: Dice, width: int, palette: Palette) -> str:
    """Pieced cloth: slanting patches, their seams laid double, stitched along one of them."""
    columns = dice.between(3, 5) if width > HEIGHT else 3
    tops = [width * i // columns + dice.between(-30, 30) for i in range(1, columns)]
    feet = [top + dice.between(-34, 34) for top in tops]
    left, right = list(zip([0, *tops], [0, *feet], strict=True)), list(zip([*tops, width], [*feet, width], strict=True))
    patches, seams = [], []
    dyes = _turned(dice, tuple(dye for dye in palette[:5] if dye != palette[5]))
    for column, (near, far) in enumerate(zip(left, right, strict=True)):
        cuts = [0, dice.between(70, 150), dice.between(215, 320), HEIGHT]
        cuts = cuts if dice.between(0, 2) else [0, dice.between(130, 270), HEIGHT]
        levels = [(y, y + dice.between(-24, 24) if 0 < y < HEIGHT else y) for y in cuts]
        for row, (above, below) in enumerate(pairwise(levels)):
            dye = dyes[(column * 2 + row) % len(dyes)]
            corners = (_on(near, above[0]), _on(far, above[1]), _on(far, below[1]), _on(near, below[0]))
            patches.append(f'<path class="{dye}" d="M{"L".join(corners)}z"/>')
        seams += [f"M{_on(near, a)}L{_on(far, b)}" for a, b in levels[1:-1]]
    seams += [f"M{top} 0L{foot} 400" for top, foot in zip(tops, feet, strict=True)]
    disc = _disc(palette[5], dice.between(width // 4, width * 3 // 4), dice.between(150, 250), dice.between(54, 84))
    hem = f'<path class="as" d="{"".join(seams)}"/>'
    return "".join(patches) + disc + hem + _thread(seams[-dice.between(1, columns - 1)], dashes="16 11")


def letters(dice: Dice, width: int, palette: Palette) -> str:
    """Sheets of paper on a table, one over the other, tied by the thread."""
    middle = width // 2
    parts, lean = [], dice.pick((-1, 1))
    for step, dye in enumerate((*_turned(dice, palette[1:5]), "a9")):
        wide, high = width * dice.between(52, 70) // 100 - step * 26, dice.between(290, 360) - step * 34
        x, y = middle - wide // 2 + dice.between(-120, 120), 200 - high // 2 + dice.between(-60, 60)
        turn, lean = lean * dice.between(3, 17), -lean
        parts.append(
            f'<path class="{dye}" fill-opacity=".92" transform="rotate({turn} {middle} 200)"'
            f' d="M{x} {y}h{wide}v{high}h-{wide}z"/>'
        )
    disc_x = middle + dice.pick((-1, 1)) * dice.between(40, width // 4)
    parts.insert(4, _disc(palette[5], disc_x, dice.between(130, 270), dice.between(60, 90)))
    return "".join(parts) + _thread(_wave(dice, width, 200, 70))


def rings(dice: Dice, width: int, palette: Palette) -> str:
    """Rings that widen from one side, as in wood or in still water."""
    x, y = dice.pick((-40, width + 40)), dice.between(60, 340)
    drift, radius = (1 if x < 0 else -1), width * 4 // 5
    parts = []
    for dye in (*palette[1:5], palette[0], palette[2]):
        parts.append(_disc(dye, x, y, radius))
        step = dice.between(44, 92)
        x, y, radius = x + drift * step // 3, y + dice.between(-step, step) // 3, radius - step
    parts.append(f'<circle class="at" stroke-width="3" cx="{x}" cy="{y}" r="{radius + dice.between(60, 150)}"/>')
    far = width // 2 + drift * width * dice.between(24, 36) // 100
    return "".join(parts) + _disc(palette[5], far, dice.between(120, 280), dice.between(40, 66))


Family = Callable[[Dice, int, Palette], str]
FAMILIES: tuple[Family, ...] = (hills, cloth, letters, rings)


def _disc(dye: str, x: int, y: int, radius: int) -> str:
    return f'<circle class="{dye}" cx="{x}" cy="{y}" r="{radius}"/>'


def _thread(line: str, *, dashes: str = "") -> str:
    gaps = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path class="at" stroke-width="3"{gaps} d="{line}"/>'


def _wave(dice: Dice, width: int, level: int, swing: int) -> str:
    """An open path from the left edge to the right, level at each of its turning points."""
    turns = [0, width * dice.between(20, 40) // 100, width * dice.between(58, 78) // 100, width]
    heights = [level + dice.between(-swing, swing) for _ in turns]
    middle = turns[1] // 2
    path = f"M0 {heights[0]}C{middle} {heights[0]} {middle} {heights[1]} {turns[1]} {heights[1]}"
    for (start, end), height in zip(pairwise(turns[1:]), heights[2:], strict=True):
        path += f"S{(start + end) // 2} {height} {end} {height}"
    return path


def _on(seam: tuple[int, int], y: int) -> str:
    """The point at height ``y`` on a seam given by where it starts and ends."""
    top, foot = seam
    return f"{top + (foot - top) * y // HEIGHT} {y}"


def _turned(dice: Dice, dyes: tuple[str, ...]) -> tuple[str, ...]:
    """The same dyes in the same order, begun elsewhere."""
    start = dice.between(0, len(dyes) - 1)
    return dyes[start:] + dyes[:start]

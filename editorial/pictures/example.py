"""A picture that shows nobody and no place, drawn by program for the demonstration."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1200, 800)
#: Drawn larger and made smaller, so that its edges are smooth.
FINER = 2
GROUND, DISC = (248, 238, 217), (224, 182, 104)
DYES = ((154, 182, 193), (177, 193, 166), (70, 106, 134), (203, 107, 69), (35, 51, 73))
#: For each layer of paper the heights at its two edges and in between, in fractions of the picture.
LAYERS = (
    (0.46, 0.38, 0.50, 0.42),
    (0.56, 0.60, 0.48, 0.57),
    (0.66, 0.58, 0.68, 0.62),
    (0.80, 0.74, 0.70, 0.78),
    (0.88, 0.92, 0.84, 0.90),
)


def hills() -> bytes:
    """Layers of cut paper before a disc, as a PNG; the same bytes each time."""
    width, height = SIZE[0] * FINER, SIZE[1] * FINER
    image = Image.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(image)
    radius = height // 7
    centre = (width * 2 // 3, height // 3)
    draw.ellipse((centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), fill=DISC)
    for dye, levels in zip(DYES, LAYERS, strict=True):
        edge = [(x, round(_level(levels, x / width) * height)) for x in range(0, width + 1, FINER)]
        draw.polygon([*edge, (width, height), (0, height)], fill=dye)
    file = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _level(levels: tuple[float, ...], place: float) -> float:
    """Between two heights as a wave goes: flat at both of them."""
    along = min(place, 0.9999) * (len(levels) - 1)
    before = int(along)
    share = along - before
    smooth = share * share * (3 - 2 * share)
    return levels[before] + (levels[before + 1] - levels[before]) * smooth

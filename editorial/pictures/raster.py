"""From the bytes of an original to its pixels: upright, in sRGB, on white, and nothing else. Pure."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import cast

from PIL import AvifImagePlugin, Image, ImageCms

from editorial.pictures.containers import Anatomy, Broken, anatomy
from editorial.pictures.formats import ACCEPTED, LONGEST_SIDE, MOST_PIXELS, Format
from editorial.pictures.refusing import Unfit
from editorial.pictures.sniffing import kind_of

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {5, 6, 7, 8}
WHITE = (255, 255, 255)
INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION

# One thread: each more takes address space, which is what the workshop limits.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def anatomy_of(data: bytes) -> tuple[Format, Anatomy]:
    """The format and the parts, within the limits on size. Raises Unfit."""
    kind = kind_of(data)
    if kind not in ACCEPTED:
        raise Unfit(kind)
    try:
        found = anatomy(data, kind)
    except Broken as error:
        raise Unfit(code="truncated") from error
    within_limits(found.width, found.height)
    return kind, found


def within_limits(width: int, height: int) -> None:
    """Raises Unfit for a picture that has too many pixels."""
    if max(width, height) > LONGEST_SIDE:
        raise Unfit(code="too_long", width=width, height=height, limit=LONGEST_SIDE)
    if width * height > MOST_PIXELS:
        raise Unfit(code="too_many_pixels", megapixels=round(width * height / 1_000_000, 1))


def opened(data: bytes, name: Format) -> Image.Image:
    """A picture whose header was read and whose pixels were not. Raises Unfit, or what Pillow raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(BytesIO(data), formats=[name])
    if image.format != name or getattr(image, "n_frames", 1) != 1:
        raise Unfit(code="many_pictures")
    within_limits(*image.size)
    return image


def orientation_of(image: Image.Image) -> int:
    """1 to 8 as EXIF counts them; 1 where the file says nothing that can be understood."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (broken EXIF data fail in many ways, and none matters)
        return 1
    return int(found) if found in TURNS else 1


def upright(original: bytes) -> Image.Image:
    """A fresh RGB raster. Raises Unfit, or what Pillow raises for pixels that cannot be decoded."""
    name, _found = anatomy_of(original)
    image = opened(original, name)
    turn, profile = TURNS.get(orientation_of(image)), image.info.get("icc_profile")
    image.load()
    if turn is not None:
        image = image.transpose(turn)
    # Step by step under one name, so that no more than two rasters are held at a time.
    image = _eight_bits(image)
    image = _in_srgb(image, profile)
    return _on_white(image)


def _eight_bits(image: Image.Image) -> Image.Image:
    """In one of the modes L, RGB, RGBA and CMYK."""
    if image.mode.startswith("I"):
        # Sixteen bits: Pillow would cut them off at 255 instead of dividing them.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in {"P", "PA", "LA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "RGBA", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGB")
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, target, INTENT, FLAGS)
        if image.mode == target:
            ImageCms.applyTransform(image, transform, inPlace=True)
            return image
        return cast("Image.Image", ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image if image.mode in {"RGB", "RGBA"} else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Pasted into a new raster, which knows nothing of the file; what alpha hid becomes white."""
    fresh = Image.new("RGB", image.size, WHITE)
    fresh.paste(image, (0, 0), image if image.mode == "RGBA" else None)
    return fresh

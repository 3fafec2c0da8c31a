"""Measures the picture pipeline: time and memory by size and format, then broken uploads by the thousand.

Nothing is asserted about time. Usage: python -m bench.pictures [--uploads 10000]
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from operator import methodcaller
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("FIRSTHAND_MODE", "development")

#: One process takes that many broken files before the next one takes over.
BATCH = 500
SLOW = 0.5
MOST = 400
ROTATED = 6
SIZES = {"12": (4000, 3000), "50": (8192, 6144)}
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG, as cameras write it": ("JPEG", {"quality": 90, "subsampling": 2}),
    "the same, held sideways": ("JPEG", {"quality": 90, "subsampling": 2, "turned": True}),
    "JPEG in steps, 4:4:4": ("JPEG", {"quality": 90, "subsampling": 0, "progressive": True}),
    "PNG": ("PNG", {"compress_level": 1}),
    "WebP": ("WEBP", {"quality": 80, "method": 0}),
    "AVIF": ("AVIF", {"quality": 70, "speed": 10}),
}


def megabytes(process: int) -> float:
    """The most memory that a process ever held."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def files(size: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    from PIL import Image

    from tests.editorial.pictures.samples import photo

    image = photo(*size).quantize(64).convert("RGB") if max(size) > 5000 else photo(*size)
    for way, (kind, options) in WAYS.items():
        wanted = dict(options)
        if wanted.pop("turned", False):
            wanted["exif"] = Image.Exif()
            wanted["exif"][0x0112] = ROTATED
        file = BytesIO()
        image.save(file, kind, **wanted)
        yield way, file.getvalue()


def measured(work: Callable[[Any], object]) -> str:
    from editorial.pictures.explaining import NotAccepted
    from editorial.pictures.workshop import Workshop

    start = time.perf_counter()
    with Workshop() as workshop:
        try:
            work(workshop)
        except NotAccepted as error:
            return f"{error.code:>16}"
        return f"{time.perf_counter() - start:8.2f} s {megabytes(workshop.process.pid):5.0f}"


def sizes_and_formats() -> None:
    from editorial.pictures.recipe import Recipe, Shape

    recipe = Recipe((Shape("ellipse", 0.4, 0.3, 0.2, 0.2),))
    print("\nthe picture pipeline, each picture in a process of its own: seconds, and the most megabytes")
    print(f"  {'':<34} {'file':>8} {'to accept':>16} {'10 files of it':>16}")
    for megapixels, size in SIZES.items():
        for way, data in files(size):
            look = measured(methodcaller("look", data))
            make = measured(methodcaller("make", data, recipe))
            print(f"  {megapixels + ' MP, ' + way:<34} {len(data) / 1e6:5.1f} MB {look:>16} {make:>16}", flush=True)


def broken_uploads(count: int) -> None:
    from editorial.pictures.explaining import NotAccepted
    from editorial.pictures.recipe import Recipe
    from editorial.pictures.workshop import Workshop
    from tests.editorial.pictures.mutating import mutated

    codes: Counter[str] = Counter()
    longest, most, slow, start = 0.0, 0.0, 0, time.perf_counter()
    workshop = Workshop(orders=BATCH)
    for turn, (name, data) in enumerate(mutated(count)):
        begun = time.perf_counter()
        try:
            workshop.look(data, name)
            workshop.make(data, Recipe(), widths=[160], formats=["JPEG"])
            codes["accepted"] += 1
        except NotAccepted as error:
            codes[error.code] += 1
        taken = time.perf_counter() - begun
        longest, slow = max(longest, taken), slow + (taken > SLOW)
        is_dead = workshop.process.poll() is not None
        if not is_dead:
            most = max(most, megabytes(workshop.process.pid))
        if is_dead or turn % BATCH == BATCH - 1:
            workshop.close()
            workshop = Workshop(orders=BATCH)
    workshop.close()
    print(
        f"\n{count:,} broken uploads in {time.perf_counter() - start:.0f} s, the longest {longest:.2f} s, {slow} slow"
    )
    print("  " + ", ".join(f"{code} {number:,}" for code, number in codes.most_common()))
    print(f"  the most memory of a process: {most:.0f} MB, {'less' if most < MOST else 'MORE'} than {MOST}")


def main() -> None:
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--uploads", type=int, default=10_000)
    django.setup()
    sizes_and_formats()
    broken_uploads(parser.parse_args().uploads)


if __name__ == "__main__":
    main()

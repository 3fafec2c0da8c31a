"""Pictures and files for the tests: made from numbers, never from people."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from editorial.pictures.formats import Format

CANARY = "Planted-7f3a"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{CANARY}</rdf:RDF></x:xmpmeta>'.encode()
FORMATS: tuple[Format, ...] = ("JPEG", "PNG", "WEBP", "AVIF")
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def photo(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Soft spots of colour with some grain, as a camera sees a room."""
    numbers = random.Random(seed)
    small = Image.frombytes("RGB", (16, 12), numbers.randbytes(16 * 12 * 3)).resize((width, height), 3)
    grain = Image.frombytes("RGB", (width // 2, height // 2), numbers.randbytes(width // 2 * (height // 2) * 3))
    return Image.blend(small, grain.resize((width, height)), 0.15)


def file_of(image: Image.Image, name: Format, **options: Any) -> bytes:
    file = BytesIO()
    if name == "AVIF":
        options = {"speed": 10, **options}
    image.save(file, name, **options)
    return file.getvalue()


def tags(orientation: int = 1) -> Image.Exif:
    """EXIF data with a text, a place on earth, and a direction."""
    exif = Image.Exif()
    exif[DESCRIPTION], exif[ORIENTATION] = CANARY, orientation
    exif[GPS] = {1: "N", 2: (37.0, 33.0, 0.0), 29: CANARY}
    return exif


def segment(mark: int, said: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(said) + 2) + said


def chunk(kind: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))


def box(kind: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said) + 8) + kind + said


def planted(name: Format, image: Image.Image | None = None, *, colours: bytes | None = PROFILE) -> bytes:
    """A file with all the metadata that its format can hold; each says CANARY, the profile says acsp."""
    image = image or photo()
    if name == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", CANARY)
        info.add_text("Author", CANARY, zip=True)
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return file_of(image, name, pnginfo=info, exif=tags(), icc_profile=colours)
    if name != "JPEG":
        return file_of(image, name, exif=tags(), icc_profile=colours, xmp=XMP)
    data = file_of(image, name, exif=with_thumbnail(), icc_profile=colours, comment=CANARY.encode(), xmp=XMP)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY) + 5)
    iptc += b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY.encode()
    return data[:2] + segment(0xED, iptc) + segment(0xEB, CANARY.encode()) + data[2:]


def with_thumbnail() -> bytes:
    """EXIF data with a small JPEG in them, as cameras write it; the JPEG has a comment."""
    small = file_of(photo(80, 60), "JPEG", comment=CANARY.encode())
    exif = tags()
    exif.get_ifd(0x0201)
    return exif.tobytes() + small


def heic() -> bytes:
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + bytes(64)


def film() -> bytes:
    return box(b"ftyp", b"isom\0\0\0\0isommp42") + bytes(64)


def empty_png(width: int, height: int, *, colours: int = 0, depth: int = 1) -> bytes:
    """A PNG of that size in one colour: some kilobytes for as many pixels as one likes."""
    channels = {0: 1, 2: 3, 6: 4}[colours]
    packer = zlib.compressobj(9)
    row = bytes(1 + (width * channels * depth + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def several(name: Format) -> bytes:
    """Three pictures in one file: an animation, or for JPEG what a camera with two lenses writes."""
    frames = [photo(64, 48, seed) for seed in range(3)]
    file = BytesIO()
    kind = "MPO" if name == "JPEG" else name
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()

"""What a file is, by its first bytes and not by its name. Pure."""

from __future__ import annotations

import re

from editorial.pictures.containers import PNG_SIGNATURE
from editorial.pictures.formats import Format

#: What begins so is of that kind. The first four kinds are accepted; the others are told apart for a better reason.
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (PNG_SIGNATURE, "PNG"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"BM", "other_picture"),
    (b"8BPS", "other_picture"),
    (b"\0\0\1\0", "other_picture"),
    (b"\xff\x0a", "other_picture"),
    (b"\0\0\0\x0cJXL ", "other_picture"),
    (b"\0\0\0\x0cjP  ", "other_picture"),
    (b"\xff\x4f\xff\x51", "other_picture"),
    (b"PK\3\4", "archive"),
    (b"PK\5\6", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x1a\x45\xdf\xa3", "video"),
)
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
#: How far into a file one looks for what is no picture.
GLANCE = 4096
PDF_GLANCE = 1024
SVG = re.compile(rb"<\s*(?:[\w.-]+:)?svg[\s>/]", re.IGNORECASE)
MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|\?xml|\?php|!--)", re.IGNORECASE)
#: Control characters that no text holds.
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

EXTENSIONS: dict[str, str] = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "JPEG"),
    **{name.lower(): name for name in ("PNG", "WEBP", "AVIF")},
}
TYPES: dict[str, str] = {
    **dict.fromkeys(("image/jpeg", "image/jpg", "image/pjpeg"), "JPEG"),
    **dict.fromkeys(("image/png", "image/x-png"), "PNG"),
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
#: What a refusal does not repeat of a name or a type that somebody sent.
PLAIN = re.compile(r"[^a-z0-9./+-]")
#: A browser that does not know the type says one of these.
NO_TYPE = {"", "application/octet-stream", "binary/octet-stream"}


def kind_of(data: bytes) -> Format | str:
    """One of the accepted formats, or the kind of another file, or "unknown"."""
    for beginning, kind in BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF":
        return "WEBP" if data[8:12] == b"WEBP" else "video"
    if data[4:8] == b"ftyp":
        return _kind_by_brands(data)
    return _kind_of_text(data)


def _kind_by_brands(data: bytes) -> str:
    length = min(int.from_bytes(data[:4], "big"), GLANCE)
    brands = {data[8:12], *(data[place : place + 4] for place in range(16, length, 4))}
    if brands & AVIF_BRANDS:
        return "AVIF"
    return "heic" if brands & HEIC_BRANDS else "video"


def _kind_of_text(data: bytes) -> str:
    glance = data[:GLANCE]
    if b"%PDF-" in glance[:PDF_GLANCE]:
        return "pdf"
    plain = glance.replace(b"\0", b"")  # as a text in UTF-16 has them
    if SVG.search(plain):
        return "svg"
    if MARKUP.match(plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")):
        return "web_page"
    if glance and not NO_TEXT.search(glance):
        return "text"
    return "unknown"


def claims(name: str, content_type: str) -> list[str]:
    """What the name and the type say that a file is: a format, or the ending or the type itself; silence is none."""
    found = []
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if ending:
        found.append(EXTENSIONS.get(ending, f".{PLAIN.sub('', ending)[:10]}"))
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in NO_TYPE:
        found.append(TYPES.get(kind, PLAIN.sub("", kind)[:40]))
    return found

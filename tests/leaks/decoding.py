"""What an answer really says, whatever it is wrapped in: compression, entities, escapes, base64, Unicode forms."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import re
import unicodedata
import zlib
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

import brotli

_WRAPPED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]{0,2000}>")
#: 1,234,567 is the number 1234567.
_GROUPED = re.compile(r"(?<![\d,.])(\d{1,3})((?:[,\u00a0\u202f ]\d{3})+)(?![\d,])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def unpacked(body: bytes, encoding: str) -> bytes:
    """Without the compression of the transport."""
    match encoding:
        case "br":
            return bytes(brotli.decompress(body))
        case "gzip":
            return gzip.decompress(body)
        case "deflate":
            return zlib.decompress(body)
    return body


def readings(text: str, *, depth: int = 2) -> Iterator[str]:
    """The text in every reading that would tell a person, or a program, something."""
    seen: set[str] = set()
    waiting = [(text, 0)]
    while waiting:
        reading, at = waiting.pop()
        plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", reading))
        if plain in seen:
            continue
        seen.add(plain)
        yield plain
        if at < depth:
            waiting.extend((one, at + 1) for one in _others(plain))


def _others(text: str) -> Iterator[str]:
    if "&" in text and (one := html.unescape(text)) != text:
        yield one
    if "%" in text:
        yield unquote(text, errors="replace")
        if "+" in text:
            yield unquote_plus(text, errors="replace")
    if "\\u" in text:
        yield _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    if "<" in text and ">" in text:
        yield _TAG.sub("", text)
    if _GROUPED.search(text):
        yield _GROUPED.sub(lambda match: match.group(1) + re.sub(r"\D", "", match.group(2)), text)
    yield from _inside_base64(text)


def _inside_base64(text: str) -> Iterator[str]:
    for match in _WRAPPED.finditer(text):
        run = match.group().rstrip("=")
        # A row of words and a hexadecimal digest are no base64 that could hold a text.
        if not (re.search("[a-z]", run) and re.search("[A-Z]", run)):
            continue
        for piece in (run, *run.replace("_", "-").split("-")) if "-" in run else (run,):
            if len(piece) < 16:
                continue
            try:
                data = base64.b64decode(piece.replace("-", "+").replace("_", "/") + "=" * (-len(piece) % 4))
            except (binascii.Error, ValueError):
                continue
            if data.startswith(b"\x78"):
                try:
                    data = zlib.decompress(data)
                except zlib.error:
                    continue
            found = data.decode("utf-8", errors="ignore")
            if len(found) > len(data) // 2:
                yield found


def texts_in(data: bytes) -> Iterator[str]:
    """A file, or a body that is no text, read as text in the ways in which a text could stand in it."""
    yield data.decode("utf-8", errors="ignore")
    if b"\0" in data:
        yield data.decode("utf-16-le", errors="ignore")
        yield data.decode("utf-16-be", errors="ignore")
        yield data.replace(b"\0", b"").decode("utf-8", errors="ignore")

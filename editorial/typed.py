"""What somebody typed, without the signs that nobody sees and that make a text look like something else."""

from __future__ import annotations

import re
import unicodedata

from editorial.prose import BIDI_CONTROLS

#: All but the tabulator and the end of a line. A NUL among them is an error on PostgreSQL.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def tidy(text: str) -> str:
    """Several lines, in NFC."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return BIDI_CONTROLS.sub("", CONTROLS.sub("", text)).strip()


def one_line(text: str) -> str:
    """A name: a single space where there was any space."""
    return " ".join(tidy(text).split())

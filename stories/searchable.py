"""What a content says, as plain texts that can be searched: the words that people read, and what attributes hold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from editorial.prose import text_of

#: Where one line of a text ends, whatever the markup.
ENDS = re.compile(r"<br\s*/?>|</(?:p|h\d|li|ul|ol|blockquote|aside|figure|figcaption|div|t[dhr]|table)>", re.IGNORECASE)
ATTRIBUTES = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")


def plain(markup: str) -> str:
    """The words alone, with lines parted by spaces and no entities left."""
    return html.unescape(text_of(ENDS.sub(" ", markup)))


def texts_in(value: Any) -> Iterator[str]:
    """Every text within a value of a content; of markup also what its attributes hold, such as addresses."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str) and value:
        if "<" in value:
            yield plain(value)
            yield from (unquote(html.unescape(one or other)) for one, other in ATTRIBUTES.findall(value))
        else:
            yield unquote(html.unescape(value))


def passages(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text of a content with the field that holds it."""
    for name, value in content.items():
        for text in texts_in(value):
            yield name, text

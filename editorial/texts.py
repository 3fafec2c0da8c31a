"""The texts of a content: every word that it says, without markup and codes, and what editors call its fields."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst

from editorial.models import Piece
from editorial.prose import ProseField, text_of

#: No text: codes, or what is asked for in a way of its own.
NO_TEXT = {"language", "slug"}
HEADING_ENDS = re.compile(r"(?<=\w)</h[1-6]>")
BETWEEN_BLOCKS = re.compile(r"</(?:p|h[1-6]|li|ul|ol|blockquote|figure|figcaption|aside)>|<br\s*/?>")


def texts_of(model: type[Piece], content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text with the name of the field that holds it. What is chosen from a list is a code, not a text."""
    fields = {field.name: field for field in model._meta.get_fields()}
    for name, value in content.items():
        field = fields.get(name)
        if name in NO_TEXT or getattr(field, "choices", None):
            continue
        for text in _strings(value):
            yield name, plain(text) if isinstance(field, ProseField) else text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def plain(prose: str) -> str:
    """The words of prose; those of two blocks stay two words, and a heading stands off from its text."""
    return html.unescape(text_of(BETWEEN_BLOCKS.sub(r" \g<0>", HEADING_ENDS.sub(r":\g<0>", prose))))


def name_of(model: type[Piece], name: str) -> str:
    """What editors call the field of a content, or the rows that it holds."""
    field: Any = next((field for field in model._meta.get_fields() if field.name == name), None)
    if field is None:
        return ""
    if field.auto_created:
        return capfirst(str(field.related_model._meta.verbose_name_plural))
    return capfirst(str(field.verbose_name))

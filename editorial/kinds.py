"""The one registry of kinds: what the editorial floor needs from the floors above it.

Upper apps fill it in AppConfig.ready(). Every verb loads the concrete row through it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from editorial.models import Edition, Piece
    from editorial.prose_nodes import Mention

    Text = str | Promise


@dataclass(frozen=True)
class Printed:
    """What a mention of a piece prints inside a text, and where it leads."""

    words: str
    url: str = ""
    #: There is nothing any more that could be shown; the words say so and hold no value.
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Kind:
    """What a kind of piece is to everybody else."""

    name: str
    model: type[Piece]
    label: Text
    label_plural: Text
    #: The typed reader of an edition's content; it upgrades older schema versions.
    read: Callable[[dict[str, Any]], Any]
    #: The view that shows one of these, named with language and slug.
    url_name: str
    #: The page of an edition, for readers and for the preview alike.
    show: Callable[[Any, Edition], HttpResponse]
    #: One line that a list shows large, for kinds that are a number: (content, language) to words.
    figure: Callable[[dict[str, Any], str], str] | None = None
    #: A byline for lists.
    byline: Callable[[dict[str, Any]], str] | None = None
    #: Whether topic pages, home and collections may list it.
    is_listed: bool = True
    #: The view that shows one edition for ever, named with language, slug and number.
    edition_url_name: str = ""
    #: How a text mentions one of these: its edition as readers see it or none, the mention, the language of the page.
    inline: Callable[[Edition | None, Mention, str], Printed] | None = None
    #: Whether a page that has endnotes prints a mention as one of them.
    is_noted: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.name in _kinds:
        msg = f"The kind {kind.name!r} is registered twice. Register it once, in the ready() of its app."
        raise RuntimeError(msg)
    _kinds[kind.name] = kind


def every() -> list[Kind]:
    return list(_kinds.values())


def named(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        msg = f"No kind {name!r}. Known: {', '.join(_kinds)}. Register it in the ready() of its app."
        raise LookupError(msg) from None


def load(piece_id: int) -> Piece:
    """The concrete row (a Story, a Statistic, …), read afresh."""
    from editorial.models import Piece

    kind = Piece.objects.values_list("kind", flat=True).get(pk=piece_id)
    return named(kind).model._default_manager.get(pk=piece_id)


def address(edition: Edition) -> str:
    """The path of the page that shows an edition."""
    return reverse(named(edition.kind).url_name, args=[edition.language, edition.slug])

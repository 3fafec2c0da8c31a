"""Where tags are used: on which pieces, how many of them readers see, and by what the upper floors keep."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value
from django.utils import timezone

from editorial import kinds
from editorial.kinds import Kind
from editorial.models import Channel, Edition, EditionTag, Piece, PieceTag


@dataclass(frozen=True)
class KindCount:
    """How many pieces of one kind have a tag, and how many have it in what readers see now."""

    kind: Kind
    working: int
    public: int


@dataclass(frozen=True)
class Use:
    """What an upper floor keeps that asks for some tags, with its address at the desk."""

    tags: frozenset[int]
    label: str
    url: str
    #: Whether its published form asks for them, or only what is being written.
    is_published: bool


Finder = Callable[[frozenset[int]], list[Use]]
_finders: list[Finder] = []


def register_uses(finder: Finder) -> None:
    """Add what finds the uses of tags on an upper floor; called in ready() by the app that keeps them.

    The finder gets the ids of tags and answers with every use of any of them, in a constant number of queries.
    """
    if finder not in _finders:
        _finders.append(finder)


def uses(tags: Collection[int]) -> list[Use]:
    """What the upper floors keep that asks for one of these tags."""
    wanted = frozenset(tags)
    return [use for finder in _finders for use in finder(wanted)] if wanted else []


def counts(tags: Collection[int]) -> dict[int, list[KindCount]]:
    """For each of these canonical tags its pieces by kind, those of the tags merged into it among them; one query."""
    found: dict[int, dict[str, list[int]]] = {}
    for tag, kind, pieces, column in _rows(tags, "tag__canonical"):
        found.setdefault(tag, {}).setdefault(kind, [0, 0])[column] = pieces
    return {tag: _in_order(by_kind) for tag, by_kind in found.items()}


def counted_together(tags: Collection[int]) -> list[KindCount]:
    """The pieces with any of these canonical tags, each once; one query."""
    found: dict[str, list[int]] = {}
    for kind, pieces, column in _rows(tags):
        found.setdefault(kind, [0, 0])[column] = pieces
    return _in_order(found)


def _in_order(by_kind: dict[str, list[int]]) -> list[KindCount]:
    return [KindCount(kind, *by_kind[kind.name]) for kind in kinds.every() if kind.name in by_kind]


def _rows(tags: Collection[int], *group: str) -> QuerySet[PieceTag, tuple[Any, ...]]:
    """By group and kind the number of pieces: in column 0 of the working copies, in column 1 of what readers see."""
    door = Edition.objects.public(Channel.WEBSITE, timezone.now())
    working = PieceTag.objects.filter(tag__canonical__in=tags, content_object__erased_at__isnull=True)
    public = EditionTag.objects.filter(tag__canonical__in=tags, content_object__in=door)
    return _counted(working, group, "content_object", 0).union(
        _counted(public, group, "content_object__piece", 1), all=True
    )


def _counted(links: Any, group: tuple[str, ...], piece: str, column: int) -> QuerySet[Any, tuple[Any, ...]]:
    rows = links.order_by().values_list(*group, "content_object__kind")
    counted: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        pieces=Count(piece, distinct=True), column=Value(column, output_field=IntegerField())
    )
    return counted


def pieces_with(tag: int, visible: Collection[str], most: int) -> list[Piece]:
    """Working copies with this canonical tag or one merged into it, of the kinds that a person may see."""
    links = PieceTag.objects.filter(tag__canonical=tag).values("content_object")
    found = Piece.objects.filter(pk__in=links, kind__in=visible, erased_at__isnull=True)
    return list(found.order_by("kind", "title", "pk")[:most])

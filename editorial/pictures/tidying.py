"""Deletes the files of pictures that are nowhere to be seen any more, and finds files and rows that lost each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from editorial.models import Picture, Rendition
from editorial.pictures import storing

#: A file is written before its row: a younger one may only be waiting for it.
YOUNG = timedelta(hours=1)
MOST_AT_ONCE = 200


def forget_original(name: str) -> None:
    """Delete an original, unless a picture is still made from it."""
    if name and not Picture.objects.filter(original_name=name).exists():
        storing.originals.forget(name)


def forget_removed() -> int:
    """Delete the files that were taken down, and note when they were gone; how many. The rows stay."""
    gone = 0
    while rows := list(Rendition.objects.filter(removed_at__isnull=False, deleted_at__isnull=True)[:MOST_AT_ONCE]):
        for row in rows:
            storing.renditions.forget(row.name)
        gone += Rendition.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=timezone.now())
    return gone


@dataclass(frozen=True)
class Stray:
    """A file without a row, or a row without its file."""

    what: str
    name: str
    #: Whether it may be deleted: a row never is.
    is_file: bool


def strays() -> Iterator[Stray]:
    """Everything that lost its other half; nothing is changed."""
    originals = set(Picture.objects.exclude(original_name="").values_list("original_name", flat=True))
    yield from _compared(storing.originals, originals, "original")
    renditions = set(Rendition.objects.filter(deleted_at__isnull=True).values_list("name", flat=True))
    yield from _compared(storing.renditions, renditions, "public file")


def _compared(store: storing.Store, known: set[str], what: str) -> Iterator[Stray]:
    there = set(store.names())
    for name in sorted(there - known):
        if timezone.now() - store.storage.get_modified_time(store.key(name)) > YOUNG:
            yield Stray(what, name, is_file=True)
    for name in sorted(known - there):
        yield Stray(what, name, is_file=False)


def delete(stray: Stray) -> None:
    """Delete a file without a row."""
    if stray.is_file:
        (storing.originals if stray.what == "original" else storing.renditions).forget(stray.name)

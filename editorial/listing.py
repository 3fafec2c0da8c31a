"""Lists that do not grow slower: newest first, continued by a key and not by a page number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.http import Http404

from editorial.models import Edition
from editorial.models.edition import EditionQuerySet

PAGE_SIZE = 24
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Listed:
    """One stretch of a list. `older` is the key of the next stretch, empty at the end."""

    editions: list[Edition]
    older: str


def key_of(edition: Edition) -> str:
    """Where an edition stands in a list: microseconds of its start and its public id."""
    return f"{(edition.publish_at - EPOCH) // timedelta(microseconds=1)}-{edition.public_id}"


def stretch(door: EditionQuerySet, *, after: str = "", size: int = PAGE_SIZE) -> Listed:
    """The next `size` editions behind a door; one query. Raises Http404 for a key that is none."""
    ordered = door.order_by("-publish_at", "-public_id")
    if after:
        moment, _dash, public_id = after.partition("-")
        try:
            start = EPOCH + timedelta(microseconds=int(moment[:20]))
        except (ValueError, OverflowError):
            raise Http404 from None
        ordered = ordered.filter(
            Q(publish_at__lt=start) | Q(publish_at=start, public_id__lt=public_id), publish_at__lte=start
        )
    rows = list(ordered[: size + 1])
    return Listed(rows[:size], key_of(rows[size - 1]) if len(rows) > size else "")

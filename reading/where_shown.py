"""Which collections show a piece at an instant, by the very query that readers see the result of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.models import Channel, Edition, Piece
from editorial.where_used import Found, Text, Use
from reading.content import CollectionContent
from reading.gathering import gathered, query

#: The newest so many are looked through: each costs one query, and two more when it shows the piece.
MOST_COLLECTIONS = 100
BY_ITS_QUERY = _("shows it by its tags")
NOT_ALL = _("Only the {most} newest collections were looked through.")


def collections_showing(piece: Piece, channel: Channel, now: datetime) -> tuple[list[Edition], list[Text]]:
    """The public collections on a channel that hold the piece now, pinned or found, and what was not looked at."""
    if not Edition.objects.public(channel, now).filter(piece_id=piece.pk).exists():
        return [], []
    newest = Edition.objects.public(channel, now).filter(kind="collection").order_by("-publish_at", "-pk")
    editions = list(newest[: MOST_COLLECTIONS + 1])
    notes: list[Text] = [format_lazy(NOT_ALL, most=MOST_COLLECTIONS)] if len(editions) > MOST_COLLECTIONS else []
    return list(_holding(piece, editions[:MOST_COLLECTIONS], channel, now)), notes


def _holding(piece: Piece, editions: list[Edition], channel: Channel, now: datetime) -> Iterator[Edition]:
    for edition in editions:
        content: CollectionContent = kinds.named("collection").read(edition.content)
        is_pinned = piece.pk in content.pins and piece.pk not in content.exclusions
        if not is_pinned and not _meets(piece, content, channel, now):
            continue
        # It may meet the query and yet stand behind the last that is shown.
        if any(shown.piece_id == piece.pk for shown in gathered(content, channel, now)):
            yield edition


def _meets(piece: Piece, content: CollectionContent, channel: Channel, now: datetime) -> bool:
    # Without a clause a collection shows its pins alone.
    return bool(content.clauses) and query(content, channel, now).filter(piece_id=piece.pk).exists()


def on_the_website(piece: Piece, now: datetime) -> Found:
    """For where-used; a pin is a reference, which is found there already."""
    editions, notes = collections_showing(piece, Channel.WEBSITE, now)
    uses = [
        Use(edition.piece_id, "collection", edition.title, BY_ITS_QUERY, is_public=True)
        for edition in editions
        if piece.pk not in edition.content.get("pins", [])
    ]
    return Found(uses, notes)

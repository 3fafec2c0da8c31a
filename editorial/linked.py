"""What an edition refers to, as readers see it now: one query for a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from editorial import kinds
from editorial.freezing import working_edition
from editorial.models import Channel, Edition, Piece, Reference


def linked_editions(edition: Edition, channel: Channel, now: datetime) -> list[Edition]:
    """The public editions of what it refers to, and its own translations. What is not public is simply not there.

    For a preview (an edition that is not stored) also the working copies of what readers cannot see yet.
    """
    made = Q(edition_id=edition.pk) if edition.pk else Q(host_id=edition.piece_id, edition__isnull=True)
    targets = Reference.objects.filter(made).values("target_id")
    door = Edition.objects.public(channel, now).exclude(piece_id=edition.piece_id)
    found = list(door.filter(Q(piece_id__in=targets) | Q(original_id=edition.original_id)))
    return found if edition.pk else found + unseen(targets, found, now)


def unseen(targets: QuerySet[Reference, Any], found: list[Edition], now: datetime) -> list[Edition]:
    """Working copies, as editions that are not stored, of targets that are not public."""
    hidden = Piece.objects.filter(pk__in=targets).exclude(pk__in=[edition.piece_id for edition in found])
    return [working_edition(kinds.load(pk), now) for pk in hidden.values_list("pk", flat=True)]


def hosts_of(edition: Edition, channel: Channel, now: datetime) -> list[Edition]:
    """The public editions that refer to this piece."""
    door = Edition.objects.public(channel, now)
    return list(door.filter(references__target_id=edition.piece_id).distinct())

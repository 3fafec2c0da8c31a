"""What an edition refers to, as readers see it now: one query for a page."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from editorial.models import Channel, Edition, Reference


def linked_editions(edition: Edition, channel: Channel, now: datetime) -> list[Edition]:
    """The public editions of what it refers to, and its own translations. What is not public is simply not there."""
    targets = Reference.objects.filter(edition_id=edition.pk).values("target_id")
    door = Edition.objects.public(channel, now)
    return list(
        door.filter(Q(piece_id__in=targets) | Q(original_id=edition.original_id)).exclude(pk=edition.pk)
    )


def hosts_of(edition: Edition, channel: Channel, now: datetime) -> list[Edition]:
    """The public editions that refer to this piece."""
    door = Edition.objects.public(channel, now)
    return list(door.filter(references__target_id=edition.piece_id).distinct())

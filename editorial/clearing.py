"""Writes clearances: the only module that does, called by workflow.reclear() and by publishing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max

from editorial import kinds
from editorial.instants import FOREVER
from editorial.models import Channel, Clearance, Edition, Hold, Piece, Window
from editorial.models.clearance import REFUSED


def windows_of(piece: Piece) -> dict[Channel, Window]:
    """What the piece allows, and for a translation what its original allows as well."""
    windows = piece.clearance()
    if piece.translation_of_id is None:
        return windows
    original = kinds.load(piece.translation_of_id).clearance()
    return {channel: window.meet(original.get(channel, REFUSED)) for channel, window in windows.items()}


def is_held(piece: Piece) -> bool:
    own_and_original = [piece.pk, piece.original_id]
    return Hold.objects.filter(piece_id__in=own_and_original, lifted_at__isnull=True).exists()


def first_shown(row: Clearance, now: datetime) -> datetime:
    """The earliest instant up to now at which the row, as it stands, let something be seen."""
    if row.shown_since <= now or row.held or row.allowed_from > now:
        return row.shown_since
    editions = Edition.objects.filter(
        piece_id=row.piece_id,
        number__gte=row.from_edition,
        publish_at__lte=now,
        publish_at__lt=F("ends_at"),
        ends_at__gt=row.allowed_from,
    ).values_list("publish_at", flat=True)
    starts = [max(start, row.allowed_from) for start in editions if start < row.allowed_until]
    return min(starts, default=FOREVER)


def renewed(row: Clearance, window: Window, *, held: bool, now: datetime, next_edition: int) -> Clearance:
    """The row as it has to be from now on.

    An open window that closes is final for all editions so far: only an edition published later may be seen again.
    Renewing before the end merely extends it.
    """
    fresh = Clearance(pk=row.pk, piece_id=row.piece_id, channel=row.channel, from_edition=row.from_edition)
    fresh.shown_since = first_shown(row, now)
    fresh.held = held
    fresh.allowed_from, fresh.allowed_until = window
    had_opened = row.allowed_from <= now
    lapsed = had_opened and row.allowed_until <= now
    if window.end <= now:
        if had_opened:
            # Keep that it once was open, so that the address answers 410.
            fresh.allowed_from, fresh.allowed_until = row.allowed_from, min(row.allowed_until, now)
            if not lapsed:
                fresh.from_edition = next_edition
        else:
            fresh.allowed_from, fresh.allowed_until = REFUSED
    elif lapsed or (had_opened and not window.holds(now)):
        fresh.from_edition = max(row.from_edition, next_edition)
    return fresh


def rows_for(piece: Piece, *, now: datetime, next_edition: int | None = None) -> list[tuple[Clearance, Clearance]]:
    """For each channel the row as it is and as it has to be."""
    if next_edition is None:
        top = Edition.objects.filter(piece_id=piece.pk).aggregate(top=Max("number"))["top"]
        next_edition = (top or 0) + 1
    standing = {row.channel: row for row in Clearance.objects.filter(piece_id=piece.pk)}
    windows, held = windows_of(piece), is_held(piece)
    pairs = []
    for channel in Channel:
        row = standing.get(channel) or Clearance(piece_id=piece.pk, channel=channel)
        window = windows.get(channel, REFUSED)
        pairs.append((row, renewed(row, window, held=held, now=now, next_edition=next_edition)))
    return pairs


def differs(row: Clearance, fresh: Clearance) -> bool:
    columns = ("allowed_from", "allowed_until", "held", "from_edition", "shown_since")
    return row.pk is None or any(getattr(row, column) != getattr(fresh, column) for column in columns)


def write(piece: Piece, *, now: datetime, next_edition: int | None = None) -> bool:
    """Bring the rows of a piece and of its translations up to date; whether anything changed."""
    changed = False
    for row, fresh in rows_for(piece, now=now, next_edition=next_edition):
        if differs(row, fresh):
            fresh.save(force_insert=row.pk is None, force_update=row.pk is not None)
            changed = True
    for translation in Piece.objects.filter(translation_of_id=piece.pk).values_list("pk", flat=True):
        changed = write(kinds.load(translation), now=now) or changed
    return changed

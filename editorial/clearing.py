"""Writes clearances: the only module that does, called by the verbs of workflow.py.

Clearances follow from consents, holds and what was published; never from a working copy, so that no draft can show or
hide anything.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max

from editorial import kinds
from editorial.instants import FOREVER
from editorial.models import Clearance, Edition, Hold, Piece, Window
from editorial.models.clearance import REFUSED, ROWS, Windows

COLUMNS = ("allowed_from", "allowed_until", "held", "from_edition", "shown_since")


def counted(piece: Piece, now: datetime) -> list[Edition]:
    """The editions that decide: those that are or will be live, else the last one."""
    editions = list(Edition.objects.filter(piece_id=piece.pk).order_by("-number"))
    return [edition for edition in editions if edition.ends_at > now] or editions[:1]


def originals(piece: Piece, editions: list[Edition]) -> set[int]:
    """The pieces that these editions translate."""
    return {edition.original_id for edition in editions} - {piece.pk}


def windows_of(piece: Piece, editions: list[Edition], now: datetime) -> Windows:
    """What the piece allows, and for a translation what its original allows as well."""
    windows = piece.clearance(editions)
    for pk in originals(piece, editions):
        original = kinds.load(pk)
        allowed = original.clearance(counted(original, now))
        windows = {row: window.meet(allowed.get(row, REFUSED)) for row, window in windows.items()}
    return windows


def is_held(piece: Piece, editions: list[Edition]) -> bool:
    concerned = {piece.pk, *originals(piece, editions)}
    return Hold.objects.filter(piece_id__in=concerned, lifted_at__isnull=True).exists()


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

    What is open may be extended or narrowed. What is closed opens for editions published from now on only: a renewed
    consent, or one for another channel, shows nothing that two people did not publish for it.
    """
    fresh = Clearance(pk=row.pk, piece_id=row.piece_id, channel=row.channel, from_edition=row.from_edition)
    fresh.shown_since = first_shown(row, now)
    fresh.held = held
    was_open, had_opened = row.window.holds(now), row.allowed_from <= now
    if window.end > now:
        fresh.allowed_from, fresh.allowed_until = window
        is_the_same_to_come = not had_opened and row.window == window
        if not was_open and not is_the_same_to_come:
            fresh.from_edition = max(row.from_edition, next_edition)
    elif had_opened:
        # Keep that it once was open, so that the address answers 410.
        fresh.allowed_from, fresh.allowed_until = row.allowed_from, min(row.allowed_until, now)
        if was_open:
            fresh.from_edition = max(row.from_edition, next_edition)
    else:
        fresh.allowed_from, fresh.allowed_until = REFUSED
    return fresh


def rows_for(piece: Piece, *, now: datetime, next_edition: int | None = None) -> list[tuple[Clearance, Clearance]]:
    """For each channel and part the row as it is and as it has to be."""
    if next_edition is None:
        top = Edition.objects.filter(piece_id=piece.pk).aggregate(top=Max("number"))["top"]
        next_edition = (top or 0) + 1
    standing = {row.channel: row for row in Clearance.objects.filter(piece_id=piece.pk)}
    editions = counted(piece, now)
    windows, held = windows_of(piece, editions, now), is_held(piece, editions)
    pairs = []
    for channel in ROWS:
        row = standing.get(channel.value) or Clearance(piece_id=piece.pk, channel=channel.value)
        window = windows.get(channel, REFUSED)
        pairs.append((row, renewed(row, window, held=held, now=now, next_edition=next_edition)))
    return pairs


def differs(row: Clearance, fresh: Clearance, *columns: str) -> bool:
    return row.pk is None or any(getattr(row, column) != getattr(fresh, column) for column in columns or COLUMNS)


def write(piece: Piece, *, now: datetime, next_edition: int | None = None) -> bool:
    """Bring the rows of a piece and of its translations up to date; whether anything changed."""
    changed = _write_rows(piece, now=now, next_edition=next_edition)
    translations = Edition.objects.filter(original_id=piece.pk).exclude(piece_id=piece.pk)
    for translation in sorted(set(translations.values_list("piece_id", flat=True))):
        changed = _write_rows(kinds.load(translation), now=now) or changed
    return changed


def _write_rows(piece: Piece, *, now: datetime, next_edition: int | None = None) -> bool:
    changed = False
    for row, fresh in rows_for(piece, now=now, next_edition=next_edition):
        if differs(row, fresh):
            fresh.save(force_insert=row.pk is None, force_update=row.pk is not None)
            changed = True
    return changed

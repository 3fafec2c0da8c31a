"""The verbs that hide, one person and at once, and the two who lift a hold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from editorial import clearing, events, guards, sharing
from editorial.instants import FOREVER
from editorial.models import Hold, Piece, State, User
from editorial.workflow.locking import lock, locked, move


@transaction.atomic
def end(piece_id: int, *, by: User, reason: str = "ended") -> None:
    """Take every edition of the piece down for ever, waiting ones included."""
    now = timezone.now()
    (piece,) = locked(piece_id, guards.to_end, by)
    piece.editions.filter(ends_at__gt=now, ended_at=FOREVER).update(ended_at=now, ended_by=by, end_reason=reason)
    sharing.end_links(piece.pk, by=by, why="ended", now=now)
    before = _away_from_readers(piece)
    events.record("end", by=by, piece=piece, from_state=before, to_state=piece.state, reason=reason)


@transaction.atomic
def withdraw(piece_id: int, *, by: User | None, made_before: datetime | None = None) -> None:
    """Take the piece back for its narrator: every edition ends, waiting ones included, and its share links close.

    `by` is None where the narrator did it, or the ledger. Never refused for how the piece stands; again is harmless.
    With `made_before`, editions that were made later stay: those were published after a new consent.
    """
    now = timezone.now()
    if by is None:
        (piece,) = lock([piece_id])
    else:
        (piece,) = locked(piece_id, guards.to_withdraw, by)
    standing = piece.editions.filter(ends_at__gt=now, ended_at=FOREVER)
    if made_before is not None:
        standing = standing.filter(made_at__lte=made_before)
    standing.update(ended_at=now, ended_by=by, end_reason="withdrawn")
    sharing.end_links(piece.pk, by=by, why="withdrawn", now=now)
    before = _away_from_readers(piece)
    clearing.write(piece, now=now)
    events.record("withdraw", by=by, piece=piece, from_state=before, to_state=piece.state)


@transaction.atomic
def hold(piece_id: int, *, by: User, reason: str) -> None:
    """Hide the piece everywhere until two people lift the hold."""
    now = timezone.now()
    (piece,) = locked(piece_id, guards.to_hold, by)
    Hold.objects.create(piece_id=piece.pk, reason=reason, set_by=by, set_at=now)
    sharing.end_links(piece.pk, by=by, why="held", now=now)
    clearing.write(piece, now=now)
    events.record("hold", by=by, piece=piece)


@transaction.atomic
def lift_hold(piece_id: int, *, by: User) -> bool:
    """The first person asks, a second one agrees; whether the hold is lifted now."""
    now = timezone.now()
    (piece,) = locked(piece_id, guards.to_lift_hold, by)
    current = piece.holds.get(lifted_at__isnull=True)
    if current.lift_asked_by_id is None:
        current.lift_asked_by, current.lift_asked_at = by, now
        current.save(update_fields=["lift_asked_by", "lift_asked_at"])
        events.record("ask_lift_hold", by=by, piece=piece)
        return False
    current.lifted_by, current.lifted_at = by, now
    current.save(update_fields=["lifted_by", "lifted_at"])
    clearing.write(piece, now=now)
    events.record("lift_hold", by=by, piece=piece)
    return True


@transaction.atomic
def reclear(*piece_ids: int, by: User | None) -> bool:
    """Work out anew where these pieces may be shown, after a consent changed; whether anything did."""
    changed = [piece for piece in lock(piece_ids) if clearing.write(piece, now=timezone.now())]
    for piece in changed:
        events.record("reclear", by=by, piece=piece)
    return bool(changed)


def _away_from_readers(piece: Piece) -> str:
    """What comes next follows from what stood; what was approved before goes back to draft. The state it was in."""
    # A waiting edition will never be live now, so what comes next follows from the one before it.
    piece.base_edition = piece.latest_edition()
    piece.save(update_fields=["base_edition"])
    before = piece.state
    if before in {State.IN_REVIEW, State.APPROVED}:
        # What was approved before the end was approved for something that stood; two people look at it again.
        move(piece, State.DRAFT, submitted_by=None, submitted_at=None)
    return before

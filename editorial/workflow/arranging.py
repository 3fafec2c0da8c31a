"""The verbs that arrange the work: whom a review is assigned to, what needs two reviewers, when to look again.

None of this is content: a text that was approved stays approved.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from editorial import events, guards, notices
from editorial.models import Notice, Piece, State, User
from editorial.standing import Standing
from editorial.workflow.locking import locked, move


@transaction.atomic
def assign(piece_id: int, *, by: User, reviewer: User | None, due: date | None = None, note: str = "") -> None:
    """Ask one person for the review, until a day, with a word; or take that back with `reviewer=None`."""
    (piece,) = locked(piece_id, lambda standing, by: guards.to_assign(standing, by, reviewer, due), by)
    piece.reviewer = reviewer
    piece.review_due, piece.assignment_note = (due, note[:300]) if reviewer else (None, "")
    piece.save(update_fields=["reviewer", "review_due", "assignment_note"])
    if reviewer is not None:
        notices.tell([reviewer.pk], piece, Notice.What.ASSIGNED, by, timezone.now())
    events.record("assign" if reviewer else "unassign", by=by, piece=piece)


@transaction.atomic
def mark_sensitive(piece_id: int, *, by: User, is_sensitive: bool) -> bool:
    """From now on two reviewers have to approve the same text, at once; or one is enough again, once two agree.

    Returns whether it is so now.
    """
    (piece,) = locked(piece_id, lambda standing, by: guards.to_mark_sensitive(standing, by, is_sensitive), by)
    before = piece.state
    if is_sensitive and before == State.APPROVED and len(Standing(piece).approvers) < guards.SENSITIVE_APPROVALS:
        # The approval that there is counts as the first of two.
        move(piece, State.IN_REVIEW)
    if not is_sensitive and piece.one_reviewer_asked_by_id is None:
        piece.one_reviewer_asked_by = by
        piece.save(update_fields=["one_reviewer_asked_by"])
        events.record("ask_unmark_sensitive", by=by, piece=piece)
        return False
    piece.is_sensitive, piece.one_reviewer_asked_by = is_sensitive, None
    piece.save(update_fields=["is_sensitive", "one_reviewer_asked_by"])
    verb = "mark_sensitive" if is_sensitive else "unmark_sensitive"
    events.record(verb, by=by, piece=piece, from_state=before, to_state=piece.state)
    return True


@transaction.atomic
def look_again(piece_id: int, *, by: User, on: date | None) -> None:
    """Remind people on that day to check whether what is published still holds; None for no reminder."""
    (piece,) = locked(piece_id, guards.to_look_again, by)
    Piece.objects.filter(pk=piece.pk).update(look_again_on=on)
    events.record("look_again", by=by, piece=piece)

"""The verbs between writing and publishing: two people look at one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, guards, notices, seeing
from editorial.blockers import Blocker, Refused
from editorial.models import Approval, Edition, Notice, Piece, State, User
from editorial.standing import Standing
from editorial.workflow.locking import locked, move


@transaction.atomic
def submit(piece_id: int, *, by: User, with_ids: Sequence[int] = ()) -> None:
    pieces = locked(piece_id, guards.to_submit, by, with_ids)
    # After the rows are locked, so that no approval of an earlier round counts for this one.
    now = timezone.now()
    for piece in pieces:
        before = piece.state
        move(piece, State.IN_REVIEW, submitted_by=by, submitted_at=now, **_translated_from(piece, now))
        events.record("submit", by=by, piece=piece, from_state=before, to_state=piece.state, digest=piece.digest)


def _translated_from(piece: Piece, now: datetime) -> dict[str, Edition | None]:
    """Who submits a translation says that it follows what is live of the original."""
    if piece.translation_of is None:
        return {}
    return {"translated_from": piece.translation_of.live_edition(now)}


@transaction.atomic
def recall(piece_id: int, *, by: User) -> None:
    (piece,) = locked(piece_id, guards.to_recall, by)
    before = piece.state
    move(piece, State.DRAFT, submitted_by=None, submitted_at=None)
    events.record("recall", by=by, piece=piece, from_state=before, to_state=piece.state)


@transaction.atomic
def request_changes(piece_id: int, *, by: User, note: str) -> None:
    (piece,) = locked(piece_id, lambda standing, by: guards.to_request_changes(standing, by, note), by)
    decide(piece, Approval.Decision.CHANGES_REQUESTED, by=by, note=note)
    concerned = {*Standing(piece).writers, piece.submitted_by_id}
    move(piece, State.CHANGES_REQUESTED)
    notices.tell(concerned, piece, Notice.What.SENT_BACK, by, timezone.now())
    events.record("request_changes", by=by, piece=piece, from_state=State.IN_REVIEW, to_state=piece.state)


@transaction.atomic
def approve(
    piece_id: int, *, by: User, digest: str, note: str = "", with_digests: Mapping[int, str] | None = None
) -> None:
    """Approve what was read: the digests are those of the texts on the reviewer's screen.

    A sensitive piece stays in review until a second reviewer approves the same digest.
    """
    read = {piece_id: digest, **(with_digests or {})}

    def guard(standing: Standing, by: User) -> list[Blocker]:
        return guards.to_approve(standing, by, read[standing.piece.pk])

    for piece in locked(piece_id, guard, by, [pk for pk in read if pk != piece_id]):
        given = len(Standing(piece).approvers) + 1
        approval = decide(piece, Approval.Decision.APPROVED, by=by, note=note)
        if given < guards.approvals_needed(piece):
            move(piece, State.IN_REVIEW)
            events.record("approve_first", by=by, piece=piece, digest=piece.digest)
            continue
        move(piece, State.APPROVED, approval=approval, approved_digest=piece.digest)
        concerned = {piece.submitted_by_id, *seeing.holders("editorial.publish_piece").values_list("pk", flat=True)}
        notices.tell(concerned, piece, Notice.What.APPROVED, by, timezone.now())
        events.record(
            "approve", by=by, piece=piece, from_state=State.IN_REVIEW, to_state=piece.state, digest=piece.digest
        )


@transaction.atomic
def record_narrators_yes(piece_id: int, *, by: User, digest: str, note: str = "") -> None:
    """Record that the narrators said yes to this very text; from risk level 2 it is needed to publish."""
    (piece,) = locked(piece_id, guards.to_record_narrators_yes, by)
    if digest != piece.digest:
        raise Refused([Blocker("text_moved", _("The text changed meanwhile. Show it to the narrator again."))])
    decide(piece, Approval.Decision.APPROVED, by=by, note=note, kind=Approval.Kind.NARRATOR)
    events.record("narrators_yes", by=by, piece=piece, digest=piece.digest)


def decide(
    piece: Piece,
    decision: Approval.Decision,
    *,
    by: User,
    note: str,
    kind: Approval.Kind = Approval.Kind.REVIEW,
    digest: str = "",
) -> Approval:
    """One row for one decision, on the text of the working copy or on the digest that is given."""
    return Approval.objects.create(
        piece_id=piece.pk,
        kind=kind,
        decision=decision,
        digest=digest or piece.digest,
        note=note,
        by=by,
        at=timezone.now(),
    )

"""The verbs that make editions, and those that take a scheduled or urgent one back or confirm it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import blockers, clearing, events, freezing, guards, notices, seeing, sharing
from editorial.blockers import Blocker, refuse_if
from editorial.instants import FOREVER
from editorial.models import Approval, Edition, Notice, Piece, State, User
from editorial.standing import Standing
from editorial.workflow.locking import locked, move
from editorial.workflow.reviewing import decide
from editorial.workflow.writing import add_writers


@transaction.atomic
def publish(
    piece_id: int,
    *,
    by: User,
    at: datetime | None = None,
    expires_at: datetime = FOREVER,
    with_ids: Sequence[int] = (),
) -> Edition:
    """Make the approved text an edition, now or at a later instant; the one before ends at that instant."""
    now = timezone.now()
    start = at or now
    companions_of = {piece_id, *with_ids}

    def guard(standing: Standing, by: User) -> list[Blocker]:
        return [*guards.to_publish(standing, by, start), *blockers.to_refer(standing, companions_of, start)]

    times = []
    if start < now:
        times.append(Blocker("in_the_past", _("That time has passed. Choose a later one, or publish now."), "at"))
    if expires_at <= start:
        times.append(Blocker("ends_first", _("It would end before it starts. Choose a later end."), "expires_at"))
    refuse_if(times)
    edition: Edition | None = None
    # What is referred to comes first, so that no edition ever points at nothing.
    for piece in reversed(locked(piece_id, guard, by, with_ids)):
        end = expires_at if piece.pk == piece_id else FOREVER
        edition = _publish_one(piece, by=by, now=now, start=start, expires_at=end)
        # A second person approved what its writers wrote, so they begin anew.
        piece.writers.all().delete()
    assert edition is not None  # the piece itself came last
    return edition


def schedule(
    piece_id: int, *, by: User, at: datetime, expires_at: datetime = FOREVER, with_ids: Sequence[int] = ()
) -> Edition:
    """Publish at a later instant. Nothing runs then: readers' queries hold the time."""
    return publish(piece_id, by=by, at=at, expires_at=expires_at, with_ids=with_ids)


@transaction.atomic
def publish_urgently(piece_id: int, *, by: User, reason: str) -> Edition:
    """Put a fix of what is live before readers now, without a review; flagged until a second person confirms it.

    Its writers stay its writers until then. Consent is never passed over, nor a narrator's yes.
    """
    now = timezone.now()

    def guard(standing: Standing, by: User) -> list[Blocker]:
        return [*guards.to_publish_urgently(standing, by, reason), *blockers.to_refer(standing, {piece_id})]

    (piece,) = locked(piece_id, guard, by)
    edition = _publish_one(piece, by=by, now=now, start=now, expires_at=FOREVER, urgent_reason=reason.strip()[:300])
    add_writers(piece, [by.pk])
    return edition


@transaction.atomic
def confirm(piece_id: int, *, by: User, edition_number: int, digest: str, note: str = "") -> None:
    """A second person has read an urgent edition and stands behind it."""

    def guard(standing: Standing, by: User) -> list[Blocker]:
        return guards.to_confirm(standing, by, edition_number, digest)

    (piece,) = locked(piece_id, guard, by)
    edition = piece.editions.get(number=edition_number)
    decide(piece, Approval.Decision.APPROVED, by=by, note=note, digest=edition.digest)
    edition.confirmed_by, edition.confirmed_at = by, timezone.now()
    edition.save(update_fields=["confirmed_by", "confirmed_at"])
    if piece.digest_now() == edition.digest:
        piece.writers.all().delete()
    events.record("confirm", by=by, piece=piece, edition=edition, digest=edition.digest)


def _publish_one(
    piece: Piece, *, by: User, now: datetime, start: datetime, expires_at: datetime, urgent_reason: str = ""
) -> Edition:
    waiting = piece.waiting_edition(now)
    if waiting is not None:
        _call_off(waiting, by=by, now=now, reason="replaced", is_filed=waiting.digest != piece.digest)
    # Close the old edition first, then open the new one: the database checks row by row.
    piece.editions.filter(superseded_at__gt=start).update(superseded_at=start)
    edition = freezing.freeze(piece, by=by, now=now, start=start, expires_at=expires_at, urgent_reason=urgent_reason)
    freezing.claim_address(piece, now=now)
    before = piece.state
    what = Notice.What.URGENT if urgent_reason else Notice.What.PUBLISHED
    concerned: set[int | None] = {*Standing(piece).writers, piece.submitted_by_id}
    if urgent_reason:
        concerned = set(seeing.holders("editorial.review_piece").values_list("pk", flat=True))
    move(
        piece,
        State.DRAFT,
        base_edition=edition,
        submitted_by=None,
        submitted_at=None,
        reviewer=None,
        review_due=None,
        assignment_note="",
    )
    sharing.end_links(piece.pk, by=by, why="published", now=now)
    notices.tell(concerned, piece, what, by, now)
    clearing.write(piece, now=now, next_edition=edition.number)
    verb = "publish" if start <= now else "schedule"
    events.record(
        "publish_urgently" if urgent_reason else verb,
        by=by,
        piece=piece,
        edition=edition,
        from_state=before,
        to_state=piece.state,
        digest=edition.digest,
    )
    return edition


def _call_off(edition: Edition, *, by: User, now: datetime, reason: str, is_filed: bool = False) -> None:
    """A waiting edition that will never be live; the one before it stays, open again.

    The only case in which a superseded edition becomes open again.
    """
    edition.superseded_at = edition.ended_at = now
    edition.ended_by, edition.end_reason, edition.is_filed = by, reason, is_filed
    edition.save(update_fields=["superseded_at", "ended_at", "ended_by", "end_reason", "is_filed"])
    before = Edition.objects.filter(piece_id=edition.piece_id, superseded_at=edition.publish_at, ended_at=FOREVER)
    before.exclude(pk=edition.pk).update(superseded_at=FOREVER)


@transaction.atomic
def cancel_schedule(piece_id: int, *, by: User) -> None:
    """Call the waiting edition off. Its text stays in the working copy, as a draft, or is filed to be taken over."""
    now = timezone.now()
    (piece,) = locked(piece_id, guards.to_cancel_schedule, by)
    waiting = piece.waiting_edition(now)
    assert waiting is not None  # the guard saw it
    _call_off(waiting, by=by, now=now, reason="cancelled", is_filed=waiting.digest != piece.digest)
    # Its writers wrote what the working copy still says, so they may not approve it when it comes back.
    add_writers(piece, waiting.revision.writers)
    before = piece.state
    move(piece, State.DRAFT, base_edition=piece.latest_edition(), submitted_by=None, submitted_at=None)
    events.record("cancel_schedule", by=by, piece=piece, edition=waiting, from_state=before, to_state=piece.state)

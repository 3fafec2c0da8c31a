"""The verbs: the only writer of states, approvals and editions.

Each takes an id and a keyword-only actor, runs in one transaction with the rows locked (pieces by id, then the site
state), collects every blocker before it refuses, and writes an event. `with_ids` names pieces that it refers to and
that are done together with it, as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import blockers, clearing, events, freezing, kinds
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.digests import changed_fields
from editorial.instants import FOREVER
from editorial.models import Approval, Channel, Edition, Hold, Piece, PieceWriter, Reference, Revision, State, User

Guard = Callable[[Piece, User], list[Blocker]]


def lock(ids: Iterable[int]) -> list[Piece]:
    """Lock the parent rows in the order of their ids, then read the concrete rows."""
    wanted = sorted(set(ids))
    # Without the key: rows that refer to a piece may be written meanwhile, or PostgreSQL runs into deadlocks.
    rows = Piece.objects.select_for_update(no_key=True)
    found = list(rows.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    if found != wanted:
        raise Refused([Blocker("no_such_piece", _("This piece no longer exists. Go back to the list."))])
    return [kinds.load(pk) for pk in found]


def _locked(piece_id: int, guard: Guard, by: User, with_ids: Sequence[int] = ()) -> list[Piece]:
    """The piece first, then its companions; refuses with the blockers of all of them."""
    pieces = sorted(lock([piece_id, *with_ids]), key=lambda piece: piece.pk != piece_id)
    strangers = set(with_ids) - {piece.pk for piece in companions(pieces[0])} - {piece_id}
    if strangers:
        sentence = _("What it refers to changed meanwhile. Reload the page, look at the list, then do it again.")
        raise Refused([Blocker("not_a_companion", sentence)])
    refuse_if(
        [blocker if len(pieces) == 1 else _about(piece, blocker) for piece in pieces for blocker in guard(piece, by)]
    )
    return pieces


def _about(piece: Piece, blocker: Blocker) -> Blocker:
    return Blocker(
        blocker.code, format_lazy("“{title}”: {why}", title=piece.title, why=blocker.sentence), blocker.field
    )


def companions(piece: Piece, now: datetime | None = None) -> list[Piece]:
    """What the working copy refers to, directly or through others, that readers cannot see yet."""
    now = now or timezone.now()
    found: dict[int, Piece] = {}
    waiting = [piece.pk]
    while waiting:
        hosts = Reference.objects.filter(host_id__in=waiting, edition__isnull=True)
        targets = set(hosts.values_list("target_id", flat=True)) - found.keys() - {piece.pk}
        public = Edition.objects.public(Channel.WEBSITE, now).filter(piece_id__in=targets)
        hidden = targets - set(public.values_list("piece_id", flat=True))
        found |= {target.pk: target for target in Piece.objects.filter(pk__in=hidden).order_by("pk")}
        waiting = sorted(hidden)
    return list(found.values())


def _move(piece: Piece, to: State, **columns: Any) -> None:
    """Write a state and the columns that go with it."""
    piece.state = to
    if to != State.APPROVED:
        piece.approval, piece.approved_digest = None, ""
    for column, value in columns.items():
        setattr(piece, column, value)
    piece.lock_version += 1
    piece.save(
        update_fields=["state", "approval", "approved_digest", "lock_version", *columns],
    )


# --- Writing --------------------------------------------------------------------------------------------------------
@transaction.atomic
def save(piece_id: int, *, by: User) -> Revision | None:
    """Record what the working copy's rows say now; None when it says the same as before.

    Call it after the rows were written, in the same transaction. A change voids approvals.
    """
    (piece,) = _locked(piece_id, blockers.to_edit, by)
    return _record_revision(piece, by=by, verb="save")


def _record_revision(piece: Piece, *, by: User, verb: str, more_writers: Iterable[int] = ()) -> Revision | None:
    content = piece.content()
    digest = piece.digest_now()
    last = piece.revisions.first()
    if last is not None and last.digest == digest:
        return None
    now = timezone.now()
    writers = blockers.writers_of(piece) | {by.pk} | set(more_writers)
    PieceWriter.objects.bulk_create(
        [PieceWriter(piece_id=piece.pk, user_id=writer) for writer in writers], ignore_conflicts=True
    )
    revision = Revision.objects.create(
        piece_id=piece.pk,
        number=last.number + 1 if last else 1,
        made_by=by,
        made_at=now,
        verb=verb if last else "create",
        digest=digest,
        content=content,
        schema_version=piece.schema_version,
        changed=changed_fields(last.content if last else {}, content),
        writers=sorted(writers),
    )
    before = piece.state
    _move(piece, State.DRAFT, digest=digest, changed_at=now, submitted_by=None, submitted_at=None)
    freezing.write_working_references(piece)
    events.record(
        revision.verb,
        by=by,
        piece=piece,
        from_state=before,
        to_state=State.DRAFT,
        fields=revision.changed,
        digest=digest,
        at=now,
    )
    return revision


@transaction.atomic
def restore(piece_id: int, *, by: User, revision_number: int) -> Revision | None:
    """Bring an earlier revision back as the working copy. Touches no edition and makes nothing public."""
    (piece,) = _locked(piece_id, blockers.to_restore, by)
    revision = piece.revisions.filter(number=revision_number, erased_at__isnull=True).first()
    if revision is None:
        raise Refused([Blocker("no_such_revision", _("There is no such revision. Choose one from the list."))])
    # Who wrote the text that comes back may not approve it either, unless it was approved before.
    approved = piece.editions.filter(digest=revision.digest, is_urgent=False).exists()
    piece.load_content(revision.content)
    piece = kinds.load(piece.pk)
    return _record_revision(piece, by=by, verb="restore", more_writers=() if approved else revision.writers)


@transaction.atomic
def discard(piece_id: int, *, by: User) -> Revision | None:
    """Give up the changes: the working copy says again what the newest edition says."""
    (piece,) = _locked(piece_id, blockers.to_discard, by)
    latest = piece.latest_edition()
    assert latest is not None  # the guard saw it
    piece.load_content(latest.content)
    piece = kinds.load(piece.pk)
    revision = _record_revision(piece, by=by, verb="discard")
    if not latest.is_urgent and piece.digest_now() == latest.digest:
        piece.writers.all().delete()
    return revision


# --- Reviewing ------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit(piece_id: int, *, by: User, with_ids: Sequence[int] = ()) -> None:
    now = timezone.now()
    for piece in _locked(piece_id, blockers.to_submit, by, with_ids):
        before = piece.state
        _move(piece, State.IN_REVIEW, submitted_by=by, submitted_at=now)
        events.record("submit", by=by, piece=piece, from_state=before, to_state=piece.state, digest=piece.digest)


@transaction.atomic
def recall(piece_id: int, *, by: User) -> None:
    (piece,) = _locked(piece_id, blockers.to_recall, by)
    before = piece.state
    _move(piece, State.DRAFT, submitted_by=None, submitted_at=None)
    events.record("recall", by=by, piece=piece, from_state=before, to_state=piece.state)


@transaction.atomic
def request_changes(piece_id: int, *, by: User, note: str) -> None:
    (piece,) = _locked(piece_id, lambda piece, by: blockers.to_request_changes(piece, by, note), by)
    _decide(piece, Approval.Decision.CHANGES_REQUESTED, by=by, note=note)
    _move(piece, State.CHANGES_REQUESTED)
    events.record("request_changes", by=by, piece=piece, from_state=State.IN_REVIEW, to_state=piece.state)


@transaction.atomic
def approve(
    piece_id: int, *, by: User, digest: str, note: str = "", with_digests: Mapping[int, str] | None = None
) -> None:
    """Approve what was read: the digests are those of the texts on the reviewer's screen."""
    read = {piece_id: digest, **(with_digests or {})}

    def guard(piece: Piece, by: User) -> list[Blocker]:
        return blockers.to_approve(piece, by, read[piece.pk])

    for piece in _locked(piece_id, guard, by, [pk for pk in read if pk != piece_id]):
        approval = _decide(piece, Approval.Decision.APPROVED, by=by, note=note)
        _move(piece, State.APPROVED, approval=approval, approved_digest=piece.digest)
        events.record(
            "approve", by=by, piece=piece, from_state=State.IN_REVIEW, to_state=piece.state, digest=piece.digest
        )


@transaction.atomic
def record_narrators_yes(piece_id: int, *, by: User, digest: str, note: str = "") -> None:
    """Record that the narrators said yes to this very text; from risk level 2 it is needed to publish."""
    (piece,) = _locked(piece_id, blockers.to_record_narrators_yes, by)
    if digest != piece.digest:
        raise Refused([Blocker("text_moved", _("The text changed meanwhile. Show it to the narrator again."))])
    _decide(piece, Approval.Decision.APPROVED, by=by, note=note, kind=Approval.Kind.NARRATOR)
    events.record("narrators_yes", by=by, piece=piece, digest=piece.digest)


def _decide(
    piece: Piece,
    decision: Approval.Decision,
    *,
    by: User,
    note: str,
    kind: Approval.Kind = Approval.Kind.REVIEW,
) -> Approval:
    return Approval.objects.create(
        piece_id=piece.pk, kind=kind, decision=decision, digest=piece.digest, note=note, by=by, at=timezone.now()
    )


# --- Publishing -----------------------------------------------------------------------------------------------------
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

    def guard(piece: Piece, by: User) -> list[Blocker]:
        return [*blockers.to_publish(piece, by, start), *blockers.to_refer(piece, start, companions_of)]

    times = []
    if start < now:
        times.append(Blocker("in_the_past", _("That time has passed. Choose a later one, or publish now."), "at"))
    if expires_at <= start:
        times.append(Blocker("ends_first", _("It would end before it starts. Choose a later end."), "expires_at"))
    refuse_if(times)
    edition: Edition | None = None
    # What is referred to comes first, so that no edition ever points at nothing.
    for piece in reversed(_locked(piece_id, guard, by, with_ids)):
        end = expires_at if piece.pk == piece_id else FOREVER
        edition = _publish_one(piece, by=by, now=now, start=start, expires_at=end)
    assert edition is not None  # the piece itself came last
    return edition


def schedule(
    piece_id: int, *, by: User, at: datetime, expires_at: datetime = FOREVER, with_ids: Sequence[int] = ()
) -> Edition:
    """Publish at a later instant. Nothing runs then: readers' queries hold the time."""
    return publish(piece_id, by=by, at=at, expires_at=expires_at, with_ids=with_ids)


def _publish_one(piece: Piece, *, by: User, now: datetime, start: datetime, expires_at: datetime) -> Edition:
    waiting = piece.waiting_edition(now)
    if waiting is not None:
        _call_off(waiting, by=by, now=now, reason="replaced")
    # Close the old edition first, then open the new one: the database checks row by row.
    piece.editions.filter(superseded_at__gt=start).update(superseded_at=start)
    edition = freezing.freeze(piece, by=by, now=now, start=start, expires_at=expires_at)
    freezing.claim_address(piece, now=now)
    before = piece.state
    _move(piece, State.DRAFT, base_edition=edition, submitted_by=None, submitted_at=None)
    piece.writers.all().delete()
    clearing.write(piece, now=now, next_edition=edition.number)
    events.record(
        "publish" if start <= now else "schedule",
        by=by,
        piece=piece,
        edition=edition,
        from_state=before,
        to_state=piece.state,
        digest=edition.digest,
    )
    return edition


def _call_off(edition: Edition, *, by: User, now: datetime, reason: str) -> None:
    """A waiting edition that will never be live; the one before it stays, open again.

    The only case in which a superseded edition becomes open again.
    """
    edition.superseded_at = edition.ended_at = now
    edition.ended_by, edition.end_reason = by, reason
    edition.save(update_fields=["superseded_at", "ended_at", "ended_by", "end_reason"])
    before = Edition.objects.filter(piece_id=edition.piece_id, superseded_at=edition.publish_at, ended_at=FOREVER)
    before.exclude(pk=edition.pk).update(superseded_at=FOREVER)


@transaction.atomic
def cancel_schedule(piece_id: int, *, by: User) -> None:
    """Call the waiting edition off. Its text stays in the working copy, as a draft."""
    now = timezone.now()
    (piece,) = _locked(piece_id, blockers.to_cancel_schedule, by)
    waiting = piece.waiting_edition(now)
    assert waiting is not None  # the guard saw it
    _call_off(waiting, by=by, now=now, reason="cancelled")
    # Its writers wrote what the working copy still says, so they may not approve it when it comes back.
    PieceWriter.objects.bulk_create(
        [PieceWriter(piece_id=piece.pk, user_id=writer) for writer in waiting.revision.writers],
        ignore_conflicts=True,
    )
    before = piece.state
    _move(piece, State.DRAFT, base_edition=piece.latest_edition(), submitted_by=None, submitted_at=None)
    events.record("cancel_schedule", by=by, piece=piece, edition=waiting, from_state=before, to_state=piece.state)


# --- Hiding: one person, at once ------------------------------------------------------------------------------------
@transaction.atomic
def end(piece_id: int, *, by: User, reason: str = "ended") -> None:
    """Take every edition of the piece down for ever, waiting ones included."""
    now = timezone.now()
    (piece,) = _locked(piece_id, blockers.to_end, by)
    piece.editions.filter(ends_at__gt=now, ended_at=FOREVER).update(ended_at=now, ended_by=by, end_reason=reason)
    before = piece.state
    if before in {State.IN_REVIEW, State.APPROVED}:
        # What was approved before the end was approved for something that stood; two people look at it again.
        _move(piece, State.DRAFT, submitted_by=None, submitted_at=None)
    events.record("end", by=by, piece=piece, from_state=before, to_state=piece.state, reason=reason)


@transaction.atomic
def hold(piece_id: int, *, by: User, reason: str) -> None:
    """Hide the piece everywhere until two people lift the hold."""
    now = timezone.now()
    (piece,) = _locked(piece_id, blockers.to_hold, by)
    Hold.objects.create(piece_id=piece.pk, reason=reason, set_by=by, set_at=now)
    clearing.write(piece, now=now)
    events.record("hold", by=by, piece=piece)


@transaction.atomic
def lift_hold(piece_id: int, *, by: User) -> bool:
    """The first person asks, a second one agrees; whether the hold is lifted now."""
    now = timezone.now()
    (piece,) = _locked(piece_id, blockers.to_lift_hold, by)
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


__all__ = [
    "approve",
    "cancel_schedule",
    "companions",
    "discard",
    "end",
    "hold",
    "lift_hold",
    "publish",
    "recall",
    "reclear",
    "record_narrators_yes",
    "request_changes",
    "restore",
    "save",
    "schedule",
    "submit",
]

"""The verbs that change what the working copy says. None of them touches what readers see."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, finding, freezing, guards, kinds
from editorial.blockers import Blocker, Refused
from editorial.digests import changed_fields
from editorial.models import Edition, Piece, PieceWriter, Revision, State, User
from editorial.standing import Standing
from editorial.workflow.locking import locked, move


@transaction.atomic
def save(piece_id: int, *, by: User, verb: str = "save") -> Revision | None:
    """Record what the working copy's rows say now; None when it says the same as before.

    Call it after the rows were written, in the same transaction. A change voids approvals.
    """
    (piece,) = locked(piece_id, guards.to_edit, by)
    return record_revision(piece, by=by, verb=verb)


def record_revision(piece: Piece, *, by: User, verb: str, more_writers: Iterable[int] = ()) -> Revision | None:
    """One more entry in the history of the piece, and its author among its writers."""
    content = piece.content()
    digest = piece.digest_of(content)
    last = piece.revisions.first()
    if last is not None and last.digest == digest:
        return None
    now = timezone.now()
    writers = Standing(piece).writers | {by.pk} | set(more_writers)
    add_writers(piece, writers)
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
    move(piece, State.DRAFT, digest=digest, changed_at=now, submitted_by=None, submitted_at=None)
    freezing.write_working_references(piece)
    finding.index(piece, content)
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


def add_writers(piece: Piece, users: Iterable[int]) -> None:
    """These people wrote some of what the working copy says, so they may not approve it."""
    PieceWriter.objects.bulk_create(
        [PieceWriter(piece_id=piece.pk, user_id=user) for user in users], ignore_conflicts=True
    )


@transaction.atomic
def restore(piece_id: int, *, by: User, revision_number: int) -> Revision | None:
    """Bring an earlier revision back as the working copy. Touches no edition and makes nothing public."""
    (piece,) = locked(piece_id, guards.to_restore, by)
    revision = piece.revisions.filter(number=revision_number, erased_at__isnull=True).first()
    if revision is None:
        raise Refused([Blocker("no_such_revision", _("There is no such revision. Choose one from the list."))])
    # Who wrote the text that comes back may not approve it either, unless it was approved before.
    approved = any(one.has_second_person for one in piece.editions.filter(digest=revision.digest))
    piece.load_content(revision.content)
    piece = kinds.load(piece.pk)
    return record_revision(piece, by=by, verb="restore", more_writers=() if approved else revision.writers)


def _say_again(piece: Piece, edition: Edition, *, by: User, verb: str) -> Revision | None:
    """The working copy says what an edition says; with an approved one nobody is its writer any more."""
    piece.load_content(edition.content)
    piece = kinds.load(piece.pk)
    # What was urgent is still its writers' own until somebody confirms it.
    unconfirmed = [] if edition.has_second_person else [*edition.revision.writers, edition.published_by_id]
    revision = record_revision(piece, by=by, verb=verb, more_writers=unconfirmed)
    if edition.has_second_person and piece.digest_now() == edition.digest:
        piece.writers.all().delete()
    return revision


@transaction.atomic
def discard(piece_id: int, *, by: User) -> Revision | None:
    """Give up the changes: the working copy says again what the newest edition says."""
    (piece,) = locked(piece_id, guards.to_discard, by)
    latest = piece.latest_edition()
    assert latest is not None  # the guard saw it
    return _say_again(piece, latest, by=by, verb="discard")


@transaction.atomic
def start_fix(piece_id: int, *, by: User) -> Revision | None:
    """Load the live edition for an urgent fix, while a scheduled one goes on waiting with its own text."""
    (piece,) = locked(piece_id, guards.to_start_fix, by)
    live = piece.live_edition(timezone.now())
    assert live is not None  # the guard saw it
    return _say_again(piece, live, by=by, verb="start_fix")


@transaction.atomic
def rebase(piece_id: int, *, by: User, edition_number: int, take: Collection[str]) -> Revision | None:
    """Take these fields of a replaced scheduled edition into the working copy; the others stay as they are."""
    (piece,) = locked(piece_id, guards.to_rebase, by)
    filed = _filed(piece, edition_number)
    content = piece.content()
    known = content.keys() | filed.content.keys()
    for name in known & set(take):
        if name in filed.content:
            content[name] = filed.content[name]
        else:
            content.pop(name, None)
    piece.load_content(content)
    piece = kinds.load(piece.pk)
    revision = record_revision(piece, by=by, verb="rebase", more_writers=filed.revision.writers)
    _unfile(filed)
    if revision is None:
        events.record("rebase", by=by, piece=piece, edition=filed)
    return revision


@transaction.atomic
def drop_filed(piece_id: int, *, by: User, edition_number: int) -> None:
    """Nothing of the replaced edition is wanted any more. It stays in the history."""
    (piece,) = locked(piece_id, guards.to_rebase, by)
    filed = _filed(piece, edition_number)
    _unfile(filed)
    events.record("drop_filed", by=by, piece=piece, edition=filed)


def _filed(piece: Piece, number: int) -> Edition:
    filed = piece.editions.filter(number=number, is_filed=True).select_related("revision").first()
    if filed is None:
        raise Refused([Blocker("not_filed", _("Its changes were taken over, or dropped, meanwhile."))])
    return filed


def _unfile(edition: Edition) -> None:
    edition.is_filed = False
    edition.save(update_fields=["is_filed"])

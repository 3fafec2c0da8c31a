"""Erasing for good: one person asks, a second one agrees, and then nothing of the text is left but where it stood."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from editorial import clearing, events, finding, freezing, guards, remembering, sharing
from editorial.cleaning import clean_storage
from editorial.instants import FOREVER
from editorial.ledger import Line
from editorial.models import Autosave, Edition, Erasure, Notice, Piece, PieceWriter, Presence, State, User
from editorial.pictures import keeping
from editorial.tombstones import tombstone
from editorial.workflow.locking import lock, locked, move

#: Under which name a comment from outside stays, that said something once.
NOBODY = "—"


@transaction.atomic
def erase(piece_id: int, *, by: User) -> bool:
    """The first person asks, a second one agrees; whether it is erased now.

    Working copy, revisions, editions, comments and the pictures that nothing else shows are emptied, and the key of
    the digest is destroyed. What stays names nobody: numbers, times, who did what.
    """
    now = timezone.now()
    (piece,) = locked(piece_id, guards.to_erase, by)
    asked = piece.erasures.filter(agreed_at__isnull=True).first()
    if asked is None:
        Erasure.objects.create(piece_id=piece.pk, asked_by=by, asked_at=now)
        events.record("ask_erase", by=by, piece=piece)
        return False
    remembering.enter("erase", piece.public_id, at=now)
    asked.agreed_by, asked.agreed_at = by, now
    asked.save(update_fields=["agreed_by", "agreed_at"])
    empty(piece, by=by, now=now)
    clean_storage.enqueue(asked.pk)
    events.record("erase", by=by, piece=piece)
    return True


@transaction.atomic
def keep(piece_id: int, *, by: User) -> None:
    """Take back that it is to be erased, as long as nobody has agreed."""
    (piece,) = locked(piece_id, guards.to_keep, by)
    piece.erasures.filter(agreed_at__isnull=True).delete()
    events.record("keep", by=by, piece=piece)


def erase_again(line: Line) -> bool:
    """Carry out a line of the ledger, in its transaction. False where there is no such piece."""
    found = Piece.objects.filter(public_id=line.piece).values_list("pk", flat=True).first()
    if found is None:
        return False
    (piece,) = lock([found])
    if piece.erased_at is not None:
        return True
    now = timezone.now()
    piece.editions.filter(ends_at__gt=now, ended_at=FOREVER).update(ended_at=now, end_reason="withdrawn")
    sharing.end_links(piece.pk, by=None, why="withdrawn", now=now)
    piece.erasures.filter(agreed_at__isnull=True).delete()
    empty(piece, by=None, now=now)
    clean_storage.enqueue(None)
    events.record("erase", by=None, piece=piece, reason="ledger")
    return True


def empty(piece: Piece, *, by: User | None, now: datetime) -> None:
    """Leave nothing that says something, in the caller's transaction; the row of the piece is locked."""
    gone_before = Piece.objects.filter(erased_at__isnull=False).values_list("pk", flat=True)
    keeping.erase(keeping.shown_alone_by({piece.pk, *gone_before}), by=by, at=now)
    _empty_working_copy(piece, now)
    _empty_editions(piece, now)
    _empty_talk(piece)
    finding.forget(piece.pk)
    clearing.write(piece, now=now)


def _empty_working_copy(piece: Piece, now: datetime) -> None:
    piece.slug = tombstone(piece.kind, piece.language, piece.slug)
    piece.erase_content()
    freezing.write_working_references(piece)
    PieceWriter.objects.filter(piece_id=piece.pk).delete()
    Autosave.objects.filter(piece_id=piece.pk).delete()
    Presence.objects.filter(piece_id=piece.pk).delete()
    emptied = {"digest": "", "digest_key": "", "assignment_note": "", "erased_at": now}
    nobody = dict.fromkeys(("submitted_by", "submitted_at", "reviewer", "review_due", "look_again_on"))
    move(piece, State.DRAFT, **emptied, **nobody)


def _empty_editions(piece: Piece, now: datetime) -> None:
    piece.revisions.update(content={}, changed=[], erased_at=now)
    slugs = set(piece.editions.order_by().values_list("kind", "language", "slug"))
    for kind, language, slug in slugs:
        found = Edition.objects.filter(piece_id=piece.pk, kind=kind, language=language, slug=slug)
        found.update(
            content={}, title="", standfirst="", urgent_reason="", slug=tombstone(kind, language, slug), erased_at=now
        )
    for address in piece.addresses.all():
        address.slug = tombstone(address.kind, address.language, address.slug)
        address.save(update_fields=["slug"])


def _empty_talk(piece: Piece) -> None:
    """What was said about it, and to whom it was to be shown."""
    piece.comments.update(body="", quote="")
    piece.comments.filter(link__isnull=False).update(by_name=NOBODY)
    piece.share_links.update(for_whom="")
    piece.approvals.update(note="")
    piece.holds.update(reason="")
    Notice.objects.filter(piece_id=piece.pk).delete()

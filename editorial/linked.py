"""What an edition refers to, as readers see it now: one query for a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from editorial.models import Channel, Edition, Hold, Piece, Reference, Revision
from editorial.prose_nodes import mentions_in


class Linked(list[Edition]):
    """Editions by which a page shows what it refers to; `pinned` has the older ones that its prose quotes, by id."""

    def __init__(self, editions: Iterable[Edition] = (), pinned: dict[int, Edition] | None = None) -> None:
        super().__init__(editions)
        self.pinned = pinned or {}


def linked_editions(
    edition: Edition, channel: Channel, now: datetime, *, roles: Collection[str] | None = None
) -> Linked:
    """The public editions of what it refers to, and its own translations. What is not public is simply not there.

    Only what it refers to in these roles, where some are named. For a preview (an edition that is not stored) also the
    working copies of what readers cannot see yet.
    """
    made = Q(edition_id=edition.pk) if edition.pk else Q(host_id=edition.piece_id, edition__isnull=True)
    if roles is not None:
        made &= Q(role__in=roles)
    targets = Reference.objects.filter(made).values("target_id")
    door = Edition.objects.public(channel, now).exclude(piece_id=edition.piece_id)
    live = door.filter(Q(piece_id__in=targets) | Q(original_id=edition.original_id))
    found = _found(live, pins_of(edition), channel, now)
    if not edition.pk:
        seen = {one.piece_id for one in found}
        hidden = Piece.objects.filter(pk__in=targets).exclude(pk__in=seen)
        found += unseen(hidden.values_list("pk", flat=True), now)
    return found


def pins_of(edition: Edition) -> set[int]:
    """The ids of the older editions that its prose quotes."""
    texts = (value for value in edition.content.values() if isinstance(value, str) and "<data" in value)
    return {mention.edition for mention in mentions_in(*texts) if mention.edition is not None}


def _found(live: QuerySet[Edition], pins: Collection[int], channel: Channel, now: datetime) -> Linked:
    """Live editions, and older ones through the second door, in one query."""
    if not pins:
        return Linked(live)
    citable = Edition.objects.citable(channel, now).filter(pk__in=pins)
    rows = {edition.pk: edition for edition in live.order_by().union(citable.order_by(), all=True)}
    return Linked(
        (edition for edition in rows.values() if edition.is_live(now)),
        {pk: edition for pk, edition in rows.items() if pk in pins},
    )


def unseen(piece_ids: Iterable[int], now: datetime) -> list[Edition]:
    """Working copies, as editions that are not stored, of pieces that readers do not see yet.

    Not of what was taken back or is held: readers would not see that either. Two queries, whatever the number.
    """
    last = Revision.objects.filter(piece_id=OuterRef("pk"), erased_at__isnull=True).order_by("-number")
    ended = Edition.objects.filter(ended_at__lte=now, publish_at__lt=F("ended_at")).values("piece_id")
    held = Hold.objects.filter(lifted_at__isnull=True).values("piece_id")
    pieces = (
        Piece.objects.filter(pk__in=list(piece_ids), erased_at__isnull=True)
        .exclude(pk__in=ended)
        .exclude(pk__in=held)
        .annotate(last_revision=Subquery(last.values("pk")[:1]))
    )
    by_revision = {piece.last_revision: piece for piece in pieces}
    revisions = Revision.objects.filter(pk__in=[pk for pk in by_revision if pk is not None])
    return [_as_edition(by_revision[revision.pk], revision, now) for revision in revisions]


def _as_edition(piece: Piece, revision: Revision, now: datetime) -> Edition:
    """What the last revision of a working copy says, to be read as an edition; never stored."""
    content = revision.content
    return Edition(
        piece_id=piece.pk,
        number=0,
        kind=piece.kind,
        language=content["language"],
        slug=content["slug"],
        title=content["title"],
        standfirst=content.get("standfirst", ""),
        public_id=piece.public_id,
        original_id=content.get("translation_of") or piece.pk,
        content=content,
        schema_version=revision.schema_version,
        publish_at=now,
    )


def hosts_of(edition: Edition, channel: Channel, now: datetime) -> list[Edition]:
    """The public editions that refer to this piece."""
    door = Edition.objects.public(channel, now)
    return list(door.filter(references__target_id=edition.piece_id).distinct())

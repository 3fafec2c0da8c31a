"""What a collection holds at an instant, on a channel: its query, its pins and exclusions, behind the door."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from editorial import kinds
from editorial.models import Channel, Edition, EditionTag
from editorial.models.edition import EditionQuerySet
from reading.content import ClauseContent, CollectionContent

ORDERS = {
    "newest": ("-publish_at", "-public_id"),
    "oldest": ("publish_at", "public_id"),
    "title": ("title", "public_id"),
}


def tagged(tags: list[int]) -> Exists:
    """The edition has one of these tags, or one that was merged with them."""
    links: QuerySet[EditionTag] = EditionTag.objects.filter(content_object_id=OuterRef("pk"))
    return Exists(links.filter(tag__canonical__merged__in=tags))


def meeting(door: EditionQuerySet, clause: ClauseContent) -> EditionQuerySet:
    """What meets one clause. A clause that names no tag is met by nothing, unless it leaves something out."""
    if not clause.tags:
        return door if clause.rule == "none" else door.none()
    if clause.rule == "all":
        for tag in clause.tags:
            door = door.filter(tagged([tag]))
        return door
    return door.filter(~tagged(clause.tags) if clause.rule == "none" else tagged(clause.tags))


def query(content: CollectionContent, channel: Channel, now: datetime) -> EditionQuerySet:
    """The editions that meet every clause, without pins."""
    listed = [kind.name for kind in kinds.every() if kind.is_listed]
    door = Edition.objects.public(channel, now).filter(kind__in=content.kinds or listed)
    for clause in content.clauses:
        door = meeting(door, clause)
    return door.exclude(piece_id__in=content.exclusions)


def gathered(content: CollectionContent, channel: Channel, now: datetime, *, limit: int | None = None) -> list[Edition]:
    """Pins in their order, then the query; each once, at most the limit. Exclusions win over pins."""
    most = min(content.limit, limit or content.limit)
    door = Edition.objects.public(channel, now)
    wanted = [pin for pin in content.pins if pin not in content.exclusions]
    pinned = {edition.piece_id: edition for edition in door.filter(piece_id__in=wanted)} if wanted else {}
    first = [pinned[pin] for pin in wanted if pin in pinned][:most]
    if not content.clauses:
        return first
    rest = query(content, channel, now).exclude(piece_id__in=list(pinned)).order_by(*ORDERS[content.order])
    return first + list(rest[: most - len(first)])


def has_quick_exit(edition: Edition, now: datetime) -> bool:
    """Whether the page of an edition has a quick exit: a collection with one, and the stories that it holds.

    One query where no collection has one; one more for each that does.
    """
    if edition.kind == "collection":
        return bool(edition.content.get("has_quick_exit"))
    if edition.kind != "story":
        return False
    switched_on = Edition.objects.public(Channel.WEBSITE, now).filter(kind="collection", content__has_quick_exit=True)
    return any(holds(CollectionContent.read(one.content), edition, now) for one in switched_on)


def holds(content: CollectionContent, edition: Edition, now: datetime) -> bool:
    """Whether a collection, without its limit, has this edition in it; of one that is not stored, by its piece."""
    if edition.piece_id in content.exclusions:
        return False
    if edition.piece_id in content.pins:
        return True
    found = query(content, Channel.WEBSITE, now).filter(piece_id=edition.piece_id)
    return bool(content.clauses) and found.exists()

"""Topics with what readers can see of them; a tag on nothing public does not exist for readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from editorial import kinds
from editorial.models import Channel, Edition, EditionTag, Tag


@dataclass(frozen=True)
class Topic:
    name: str
    url: str
    count: int
    facet: str


def listed_kinds() -> list[str]:
    return [kind.name for kind in kinds.every() if kind.is_listed]


def tag_at(slug: str) -> Tag | None:
    """The tag that stands at an address, or else the one that once did; with the tag that stands for it now."""
    tags = Tag.objects.select_related("canonical").prefetch_related("canonical__labels")
    return tags.filter(slug=slug).first() or tags.filter(aliases__slug=slug).first()


def topics(language: str, now: datetime) -> list[Topic]:
    """Every tag with a public piece, with the number of pieces; two queries."""
    door = Edition.objects.public(Channel.WEBSITE, now).filter(kind__in=listed_kinds())
    counts = dict(
        EditionTag.objects.filter(content_object__in=door)
        .values_list("tag__canonical")
        .annotate(pieces=Count("content_object__piece", distinct=True))
    )
    tags = Tag.objects.filter(pk__in=counts).prefetch_related("labels")
    found = [
        Topic(
            name=tag.label(language),
            url=reverse("reading:topic", args=[language, tag.slug]),
            count=counts[tag.pk],
            facet=tag.facet,
        )
        for tag in tags
    ]
    return sorted(found, key=lambda topic: topic.name.casefold())

"""What lists, references and embeds show of an edition: one card for every kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from editorial import art, kinds
from editorial.models import Edition, EditionTag, Facet, Label, Tag
from editorial.pictures.showing import Showing, ShownPicture


@dataclass(frozen=True)
class TagLink:
    """A tag as a reader sees it."""

    name: str
    url: str
    facet: str


@dataclass(frozen=True)
class Card:
    kind: str
    kind_label: str
    title: str
    standfirst: str
    url: str
    language: str
    language_label: str = ""
    byline: str = ""
    figure: str = ""
    art: str = ""
    picture: ShownPicture | None = None
    tags: list[TagLink] = field(default_factory=list)


def tags_of(editions: Iterable[Edition], language: str) -> dict[int, list[TagLink]]:
    """The tags of editions by edition id, sorted by name; one query whatever the number of rows.

    A merged tag has the name and address of the tag that took it in.
    """
    label = Label.objects.filter(tag_id=OuterRef("tag__canonical_id"), language=language).values("text")[:1]
    rows = (
        EditionTag.objects.filter(content_object_id__in=[edition.pk for edition in editions])
        .annotate(shown=Coalesce(Subquery(label), F("tag__canonical__name")))
        .values_list("content_object_id", "shown", "tag__canonical__slug", "tag__canonical__facet")
        .distinct()
    )
    found: dict[int, list[TagLink]] = {}
    for edition_id, name, slug, facet in sorted(rows, key=lambda row: str(row[1]).casefold()):
        url = reverse("reading:topic", args=[language, slug])
        found.setdefault(edition_id, []).append(TagLink(name, url, facet))
    return found


def tags_on(edition: Edition, language: str) -> list[TagLink]:
    """The tags of one edition; of one that is not stored, as a preview is, by the ids in its content."""
    if edition.pk:
        return tags_of([edition], language).get(edition.pk, [])
    # A merged tag has the name and address of the tag that took it in, as for an edition that is stored.
    tags = Tag.objects.filter(merged__in=edition.content.get("tags", [])).distinct().prefetch_related("labels")
    links = [
        TagLink(tag.label(language), reverse("reading:topic", args=[language, tag.slug]), tag.facet) for tag in tags
    ]
    return sorted(links, key=lambda link: link.name.casefold())


def of_facets(tags: list[TagLink], *facets: Facet) -> list[TagLink]:
    return [tag for tag in tags if tag.facet in facets]


def cover(edition: Edition, *, shape: art.Shape = "wide") -> SafeString:
    """Abstract art drawn from the piece's public id, never from anything about a person."""
    return mark_safe(art.cover(edition.public_id, shape=shape))  # noqa: S308  (drawn by our own program)


def ornament(edition: Edition) -> SafeString:
    """The closing thread under a text, from the same seed as its cover."""
    return mark_safe(art.thread(edition.public_id))  # noqa: S308  (drawn by our own program)


def card(edition: Edition, language: str, tags: list[TagLink] | None = None, shown: Showing | None = None) -> Card:
    """With its leading picture, if the page may show it; else with drawn art."""
    kind = kinds.named(edition.kind)
    names = dict(settings.LANGUAGES)
    picture = shown.lead(edition) if shown is not None and not kind.figure else None
    return Card(
        kind=edition.kind,
        kind_label=str(kind.label),
        title=edition.title,
        standfirst=edition.standfirst,
        url=kinds.address(edition),
        language=edition.language,
        language_label=str(names[edition.language]) if edition.language != language else "",
        byline=kind.byline(edition.content) if kind.byline else "",
        figure=kind.figure(edition.content, language) if kind.figure else "",
        art="" if kind.figure or picture else cover(edition),
        picture=picture,
        tags=of_facets(tags or [], Facet.TOPIC)[:3],
    )


def cards(editions: Iterable[Edition], language: str, shown: Showing | None = None) -> list[Card]:
    return [card(edition, language, shown=shown) for edition in editions]


def cards_with_tags(editions: list[Edition], language: str, shown: Showing | None = None) -> list[Card]:
    """Cards that name their first topics; one query more."""
    tags = tags_of(editions, language)
    return [card(edition, language, tags.get(edition.pk), shown) for edition in editions]

"""How an edition looks in a partner's page: for the preview at the desk."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from editorial import kinds
from editorial.cards import cards
from editorial.door import absolute
from editorial.models import Channel, Edition, Piece
from editorial.pictures import showing
from editorial.prose import rendered
from reading.content import CollectionContent
from reading.gathering import gathered


def can_be_embedded(piece: Piece) -> bool:
    """A collection is a frame of its own; what lists show can stand in one."""
    return piece.kind == "collection" or kinds.named(piece.kind).is_listed


def in_a_frame(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The frame of a collection; of any other piece its card in a frame, as a collection shows it."""
    found = [edition]
    collection = CollectionContent(title=edition.title, slug=edition.slug, language=edition.language)
    if edition.kind == "collection":
        content: CollectionContent = kinds.named("collection").read(edition.content)
        collection = replace(content, intro=rendered(content.intro))
        found = gathered(content, Channel.PARTNERS, timezone.now())
    shown = showing.on(request, found)
    context = {
        "language": edition.language,
        "theme": "auto",
        "collection": collection,
        "collection_url": absolute(kinds.address(edition)),
        "cards": [replace(card, url=absolute(card.url)) for card in cards(found, edition.language, shown)],
    }
    return HttpResponse(render_to_string("embeds/collection.html", context))

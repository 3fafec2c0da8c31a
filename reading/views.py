"""The pages that span kinds: home, topics, collections, and the site's own pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.cards import Card, cards
from editorial.door import PublicRequest, absolute, alternates_of, at_address, public_page, show
from editorial.linked import linked_editions
from editorial.mentions import Shown
from editorial.models import Channel, Edition, Facet
from editorial.pictures import showing
from editorial.prose import rendered
from reading.content import CollectionContent, PageContent
from reading.gathering import gathered, tagged
from reading.topics import listed_kinds, tag_at
from reading.topics import topics as topics_seen
from research.notes import Notes

#: The roles of what an introduction mentions.
MENTIONED = ("statistic", "source")
ON_HOME = {"story": 4, "summary": 3, "statistic": 4, "collection": 3}


@dataclass(frozen=True)
class Group:
    """A heading with what belongs under it."""

    label: str
    cards: list[Card]


@dataclass(frozen=True)
class TopicGroup:
    label: str
    topics: list[object]


def front(request: PublicRequest) -> HttpResponse:
    """The bare address leads to the default language; nothing is negotiated."""
    return HttpResponseRedirect(reverse("reading:home", args=["en"]), headers={"Cache-Control": "public, max-age=60"})


@public_page()
def home(request: PublicRequest, language: str) -> HttpResponse:
    """The newest of each kind. In a language without a piece of a kind, those of the others, labelled."""
    door = Edition.objects.public(Channel.WEBSITE, request.now)
    found: dict[str, list[Edition]] = {}
    for kind, most in ON_HOME.items():
        of_kind = door.filter(kind=kind)
        if kind == "collection":
            of_kind = of_kind.filter(language=language)
        found[kind] = list(of_kind.order_by("-publish_at", "-public_id")[:most])
    shown = showing.on(request, [edition for editions in found.values() for edition in editions])
    newest = {kind: cards(editions, language, shown) for kind, editions in found.items()}
    stories = newest["story"]
    context = {
        "featured": stories[0] if stories else None,
        "stories": stories[1:],
        "summaries": newest["summary"],
        "statistics": newest["statistic"],
        "collections": newest["collection"],
    }
    return show(request, "reading/home.html", context, language=language)


@public_page()
def topics(request: PublicRequest, language: str) -> HttpResponse:
    """Every topic that leads somewhere, by facet."""
    seen = topics_seen(language, request.now)
    groups = [
        TopicGroup(str(Facet(facet).label), [topic for topic in seen if topic.facet == facet]) for facet in Facet.values
    ]
    context = {"section": "topics", "groups": [group for group in groups if group.topics]}
    return show(request, "reading/topics.html", context, language=language)


@public_page()
def topic(request: PublicRequest, language: str, slug: str) -> HttpResponse:
    """Everything public about one topic, by kind. Its former addresses, and those of merged tags, lead to it."""
    tag = tag_at(slug)
    if tag is None:
        raise Http404
    door = Edition.objects.public(Channel.WEBSITE, request.now).filter(tagged([tag.pk]), kind__in=listed_kinds())
    found = list(door.order_by("-publish_at", "-public_id")[:200])
    if not found:
        raise Http404  # a tag on nothing public does not exist for readers
    if tag.canonical.slug != slug:
        # No browser may keep this: a merge can be undone, and then the old address is a page again.
        return HttpResponsePermanentRedirect(
            reverse("reading:topic", args=[language, tag.canonical.slug]),
            headers={"Cache-Control": "public, no-cache"},
        )
    shown = showing.on(request, found)
    groups = [
        Group(str(kind.label_plural), cards([one for one in found if one.kind == kind.name], language, shown))
        for kind in kinds.every()
    ]
    context = {
        "section": "topics",
        "topic": {
            "name": tag.canonical.label(language),
            "facet_label": "" if tag.facet == Facet.TOPIC else Facet(tag.facet).label,
        },
        "groups": [group for group in groups if group.cards],
    }
    return show(request, "reading/topic.html", context, language=language)


@public_page()
@at_address("collection")
def collection(request: PublicRequest, edition: Edition) -> HttpResponse:
    """One collection, with the code to embed it."""
    return show_collection(request, edition)


def show_collection(request: PublicRequest, edition: Edition) -> HttpResponse:
    language = edition.language
    content: CollectionContent = kinds.named("collection").read(edition.content)
    found = gathered(content, Channel.WEBSITE, request.now)
    embed_path = reverse("embeds:collection", args=[content.slug]) + ("" if language == "en" else f"?lang={language}")
    # Without the pins, which have been gathered already.
    linked = linked_editions(edition, Channel.WEBSITE, request.now, roles=MENTIONED)
    notes = Notes({one.piece_id: one for one in linked})
    pictures = showing.on(request, [edition, *found])
    intro = rendered(content.intro, Shown(linked, language, notes), pictures.slot(edition))
    context = {
        "edition": edition,
        "collection": replace(content, intro=intro),
        "notes": notes.all,
        "lead": pictures.lead(edition),
        "pictures": pictures.rest(edition),
        "cards": cards(found, language, pictures),
        "embed_url": absolute(embed_path),
        "embed_code": embed_code(absolute(embed_path)),
        "alternates": alternates_of(edition, linked),
    }
    return show(request, "reading/collection.html", context, language=language)


def embed_code(url: str) -> str:
    """What a partner pastes. It names nobody: consumers keep it for ever."""
    title = _("Stories from Firsthand")
    return f'<iframe src="{url}" title="{title}" loading="lazy" width="100%" height="640"></iframe>'


@public_page(shows_stories=False)
@at_address("page")
def page(request: PublicRequest, edition: Edition) -> HttpResponse:
    """A page about the site itself."""
    return show_page(request, edition)


def show_page(request: PublicRequest, edition: Edition) -> HttpResponse:
    content: PageContent = kinds.named("page").read(edition.content)
    linked = linked_editions(edition, Channel.WEBSITE, request.now)
    notes = Notes({one.piece_id: one for one in linked})
    pictures = showing.on(request, [edition])
    body = rendered(content.body, Shown(linked, edition.language, notes), pictures.slot(edition))
    context = {
        "section": content.slug,
        "page": replace(content, body=body),
        "lead": pictures.lead(edition),
        "pictures": pictures.rest(edition),
        "notes": notes.all,
        "alternates": alternates_of(edition, linked),
    }
    return show(request, "reading/page.html", context, language=edition.language)

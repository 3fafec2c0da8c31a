"""The pages of stories."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.cards import card, cards_with_tags, cover, of_facets, ornament, tags_on
from editorial.door import PublicRequest, alternates_of, at_address, public_page, show
from editorial.linked import linked_editions
from editorial.listing import stretch
from editorial.models import Channel, Edition, Facet
from editorial.pictures import showing
from editorial.prose import rendered


@public_page("after")
def stories(request: PublicRequest, language: str) -> HttpResponse:
    """All stories, newest first."""
    door = Edition.objects.public(Channel.WEBSITE, request.now).filter(kind="story")
    listed = stretch(door, after=request.GET.get("after", ""))
    context = {
        "section": "stories",
        "cards": cards_with_tags(listed.editions, language, showing.on(request, listed.editions)),
        "newest_url": request.path if request.GET.get("after") else "",
        "older_url": f"{request.path}?after={listed.older}" if listed.older else "",
    }
    return show(request, "stories/list.html", context, language=language)


@public_page()
@at_address("story")
def story(request: PublicRequest, edition: Edition) -> HttpResponse:
    """One story."""
    return show_story(request, edition)


def show_story(request: PublicRequest, edition: Edition) -> HttpResponse:
    language = edition.language
    linked = linked_editions(edition, Channel.WEBSITE, request.now)
    content = kinds.named("story").read(edition.content)
    tags = tags_on(edition, language)
    credit = next((e for e in linked if e.piece_id == content.credit), None)
    pictures = showing.on(request, [edition])
    lead = pictures.lead(edition)
    context = {
        "section": "stories",
        "story": replace(content, body=rendered(content.body, slot=pictures.slot(edition))),
        "edition": edition,
        "lead": lead,
        "art": "" if lead else cover(edition),
        "pictures": pictures.rest(edition),
        "tags": of_facets(tags, Facet.TOPIC),
        "programmes": of_facets(tags, Facet.PROGRAMME, Facet.ORGANISATION),
        "thread": ornament(edition),
        "credit": card(credit, language) if credit else None,
        "alternates": alternates_of(edition, linked),
        "cite": _("“{title}”. Firsthand, edition {number}, {date}.").format(
            title=content.title, number=edition.number, date=edition.publish_at.date().isoformat()
        ),
    }
    return show(request, "stories/story.html", context, language=language)

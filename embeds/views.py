"""Frames that other sites show. Only what carries clearance for partners."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from editorial import kinds
from editorial.cards import cards
from editorial.door import Gone, Moved, PublicRequest, absolute, edition_at, public_page
from editorial.models import Channel, Edition
from editorial.pictures import showing
from editorial.prose import rendered
from embeds.frame import HEADERS, POLICY, THEMES
from reading.content import CollectionContent
from reading.gathering import gathered

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def notice(language: str, status: int) -> HttpResponse:
    """One neutral notice inside the frame, whatever was there."""
    body = render_to_string("embeds/notice.html", {"language": language, "theme": "auto", "status": status})
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})


def with_frame_headers(response: HttpResponse, language: str) -> HttpResponse:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Language"] = language
    return response


@xframe_options_exempt
@csp_override(POLICY)
@public_page("lang", "theme", "limit", ignores_unknown=True)
def collection(request: PublicRequest, slug: str) -> HttpResponse:
    """A collection in a frame. An option that is not understood has its default."""
    language = request.GET.get("lang", "")
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    theme = request.GET.get("theme", "")
    with translation.override(language):
        try:
            edition = frame_edition(slug, language, request)
        except Gone:
            return with_frame_headers(notice(language, 410), language)
        except Http404:
            return with_frame_headers(notice(language, 404), language)
        content: CollectionContent = kinds.named("collection").read(edition.content)
        found = gathered(content, Channel.PARTNERS, request.now, limit=wanted(request.GET.get("limit", "")))
        shown = showing.on(request, found)
        context = {
            "language": language,
            "theme": theme if theme in THEMES else "auto",
            "collection": replace(content, intro=rendered(content.intro)),
            "collection_url": absolute(kinds.address(edition)),
            "cards": [replace(card, url=absolute(card.url)) for card in cards(found, language, shown)],
        }
        body = render_to_string("embeds/collection.html", context)
    return with_frame_headers(HttpResponse(body), language)


def frame_edition(slug: str, language: str, request: PublicRequest) -> Edition:
    """The collection at this slug; an older slug still answers, since pasted code is never mended."""
    try:
        return edition_at("collection", language, slug, channel=Channel.PARTNERS, now=request.now)
    except Moved as moved:
        return moved.edition


def wanted(limit: str) -> int | None:
    """How many items the partner asked for, 1 to 24; none when that makes no sense."""
    return int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 3 and 1 <= int(limit) <= 24 else None

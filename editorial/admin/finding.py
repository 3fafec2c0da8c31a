"""Find anything: the page that lists what was found, the answers while somebody types, and the way to every list."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from editorial import finding, kinds, words
from editorial.admin.desk import verbs_for
from editorial.admin.places import Place, places
from editorial.finding import Found, Link
from editorial.models import User
from editorial.standing import Standing
from editorial.words import Part, Query

if TYPE_CHECKING:
    from editorial.admin_site import FirsthandAdminSite

#: How many of each kind of thing a page lists, and how many the box does while somebody types.
ON_PAGE, IN_BOX = 30, 6
#: For how many pieces the verbs are worked out: each is asked of every guard.
WITH_VERBS, WITH_VERBS_IN_BOX = 3, 1


#: The groups of verbs that stand before preview and history; the others, which are rarely meant, behind.
FIRST = {"next", "text"}


def find_view(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse:
    """What was found, in groups; a plain page that works without script. Without a query, every list by name."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    text = request.GET.get("q", "")
    found = everything(site, request, text, limit=ON_PAGE, with_verbs=WITH_VERBS)
    context = {
        **site.each_context(request),
        "title": _("Find anything"),
        "find_text": words.asked(text).text,
        "groups": grouped(found),
        "said": said(found) if text.strip() else "",
        "is_cut": any(len(group) >= ON_PAGE for _label, group in grouped(found)),
    }
    return TemplateResponse(request, "admin/find.html", context)


def answers_view(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse:
    """The first answers as JSON, texts in parts, so that nobody has to make markup of them."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    text = request.GET.get("q", "")
    found = everything(site, request, text, limit=IN_BOX, with_verbs=WITH_VERBS_IN_BOX) if text.strip() else []
    groups = []
    for label, group in grouped(found):
        groups.append({"label": label, "items": [_plainly(one) for one in group]})
        if group[0].piece_id is not None:
            groups.append(_actions_on(group[0]))
    return JsonResponse({"said": said(found), "groups": groups})


def everything(
    site: FirsthandAdminSite, request: HttpRequest, text: str, *, limit: int, with_verbs: int
) -> list[Found]:
    """The lists and pages of that name, then what was found, the best pieces with what this person may do with them."""
    assert isinstance(request.user, User)
    found = finding.find(text, by=request.user, limit=limit)
    pieces = [one for one in found if one.piece_id is not None]
    best = {one.piece_id for one in pieces[:with_verbs]}
    acting = [with_actions(one, by=request.user) if one.piece_id in best else one for one in found]
    return [*go_to(site, request, words.asked(text)), *acting]


def with_actions(found: Found, *, by: User) -> Found:
    """The same with every verb that this person may use on the piece now; each leads to its desk."""
    assert found.piece_id is not None
    piece = kinds.load(found.piece_id)
    verbs = verbs_for(piece, by, Standing(piece, is_trusting=True))
    links: dict[bool, list[Link]] = {True: [], False: []}
    for verb in verbs:
        if verb.is_allowed:
            links[verb.group in FIRST].append(Link(str(verb.label), f"{found.url}#desk"))
    return replace(found, links=(*links[True], *found.links, *links[False]))


# --- Lists and pages by their names ---------------------------------------------------------------------------------
def go_to(site: FirsthandAdminSite, request: HttpRequest, query: Query) -> list[Found]:
    """The places whose name, in any language of the desk, holds every word; all of them where nothing was typed."""
    if query.text and not query.terms:
        return []
    return [
        Found(
            group=_("Go to"),
            kind=_("Page"),
            title=words.marked(capfirst(str(place.label)), query.terms) or (Part(place.url),),
            url=place.url,
        )
        for place in places(site, request)
        if all(words.hits(_names(place), term) for term in query.terms)
    ]


def _names(place: Place) -> str:
    names = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.append(str(place.label))
    return words.line(names)


# --- Showing --------------------------------------------------------------------------------------------------------
def grouped(found: list[Found]) -> list[tuple[str, list[Found]]]:
    return [(label, list(group)) for label, group in itertools.groupby(found, key=lambda one: one.group)]


def said(found: list[Found]) -> str:
    """For those who hear the page: how much there is."""
    if not found:
        return _("Nothing found. Try fewer words, or other ones.")
    return ngettext("%(number)s found", "%(number)s found", len(found)) % {"number": len(found)}


def _actions_on(found: Found) -> dict[str, Any]:
    """What can be done with the best one, behind the other ones, so that few keys lead to each of those."""
    title = "".join(part.text for part in found.title)
    items = [{"title": [{"text": link.label, "is_hit": False}], "url": link.url} for link in found.links]
    return {"label": _("With “{title}”").format(title=title), "items": items, "is_of_actions": True}


def _plainly(found: Found) -> dict[str, Any]:
    return {
        "title": _parts(found.title),
        "url": found.url,
        "facts": [fact for fact in (found.kind if found.piece_id else "", found.language, found.state) if fact],
        "where": found.where,
        "snippet": _parts(found.snippet),
    }


def _parts(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [{"text": part.text, "is_hit": part.is_hit} for part in parts]

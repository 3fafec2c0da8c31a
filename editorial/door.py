"""How a public page is answered: its one instant, what may be kept of it, and what stands at an address.

A view marked with `public_page` may be kept by the page cache, with the query parameters that it declares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from editorial import clearing, kinds, leaving
from editorial.boundaries import next_boundary
from editorial.models import Address, Channel, Clearance, Edition
from editorial.tombstones import standing_at

#: Where a view tells the page cache what it rendered; see Keep.
KEEP = "firsthand.keep"
MAX_AGE = 60


@dataclass
class Keep:
    """What the page cache may do with an answer. `until` is the first instant at which it could be wrong."""

    until: datetime
    max_age: int


class PublicRequest(HttpRequest):
    """A request with the one instant by which everything on the page is decided."""

    now: datetime
    environ: dict[str, Any]


class Gone(Exception):  # noqa: N818  (an answer, not a fault)
    """The address was public once: 410."""


View = Callable[..., HttpResponse]


def canonical_query(request: HttpRequest, declared: Sequence[str]) -> str:
    """The declared parameters that have a value, in the declared order."""
    return urlencode([(name, request.GET[name]) for name in declared if request.GET.get(name)])


def public_page(
    *params: str, shows_stories: bool = True, ignores_unknown: bool = False
) -> Callable[[Callable[Concatenate[PublicRequest, ...], HttpResponse]], View]:
    """Mark a view as a public page with these query parameters and no others.

    Pages that can show a story are asked for again each time (`no-cache` with an ETag); others live up to a minute.
    """

    def decorate(view: Callable[Concatenate[PublicRequest, ...], HttpResponse]) -> View:
        @wraps(view)
        def wrapper(request: PublicRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
            if set(request.GET) - set(params) and not ignores_unknown:
                # Trackers add parameters to links; the page is at the address without them.
                query = canonical_query(request, params)
                return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
            request.now = timezone.now()
            language = kwargs.get("language") or settings.LANGUAGE_CODE
            with translation.override(language):
                return _answer(request, *args, **kwargs)

        def _answer(request: PublicRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except Gone:
                return gone(request, kwargs.get("language", settings.LANGUAGE_CODE))
            if response.status_code != 200:
                return response
            until = next_boundary(request.now)
            max_age = 0
            if not shows_stories:
                max_age = max(0, min(MAX_AGE, int((until - request.now).total_seconds())))
            if max_age:
                patch_cache_control(response, public=True, max_age=max_age)
            else:
                patch_cache_control(response, public=True, no_cache=True)
            if request.META.get("QUERY_STRING", "") == canonical_query(request, params):
                request.environ[KEEP] = Keep(until, MAX_AGE if not shows_stories else 0)
            return response

        return wrapper

    return decorate


def absolute(path: str) -> str:
    """The full address of a path: always from SITE_URL, never from the request's Host."""
    return f"{settings.SITE_URL}{path}"


def gone(request: HttpRequest, language: str) -> HttpResponse:
    """One neutral answer, whatever the reason and whoever the piece was about."""
    context = {"language": language, "alternates": []}
    body = render_to_string("410.html", context)
    return HttpResponse(body, status=410, headers={"Cache-Control": "no-store"})


def was_public(piece_id: int, channel: Channel, now: datetime) -> bool:
    """Whether anything of this piece was ever to be seen on this channel."""
    rows = Clearance.objects.filter(piece_id=piece_id, channel=channel)
    return any(clearing.first_shown(row, now) <= now for row in rows)


def edition_at(kind: str, language: str, slug: str, *, channel: Channel, now: datetime) -> Edition:
    """The public edition at an address.

    Raises Moved for an older address of a public piece, Gone for what was public once, Http404 for all else.
    """
    door = Edition.objects.public(channel, now)
    edition = door.filter(kind=kind, language=language, slug=slug).first()
    if edition is not None:
        return edition
    slugs = standing_at(kind, language, slug)
    address = Address.objects.filter(kind=kind, language=language, slug__in=slugs).first()
    # The address of an edition that still waits for its time tells nothing.
    stood_there = Edition.objects.filter(
        kind=kind, language=language, slug__in=slugs, publish_at__lte=now, ends_at__gt=F("publish_at")
    )
    if address is None or not stood_there.exists():
        raise Http404
    moved = door.filter(piece_id=address.piece_id).first()
    if moved is not None:
        raise Moved(moved)
    if was_public(address.piece_id, channel, now):
        raise Gone
    raise Http404


class Moved(Exception):  # noqa: N818  (an answer, not a fault)
    """The piece stands at a newer address."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        super().__init__(str(edition))


def at_address(kind: str) -> Callable[[Callable[[PublicRequest, Edition], HttpResponse]], View]:
    """For a view that shows one edition: finds it, redirects from older addresses."""

    def decorate(view: Callable[[PublicRequest, Edition], HttpResponse]) -> View:
        @wraps(view)
        def wrapper(request: PublicRequest, language: str, slug: str) -> HttpResponse:
            try:
                edition = edition_at(kind, language, slug, channel=Channel.WEBSITE, now=request.now)
            except Moved as moved:
                return HttpResponsePermanentRedirect(
                    kinds.address(moved.edition), headers={"Cache-Control": "public, no-cache"}
                )
            return view(request, edition)

        return wrapper

    return decorate


def show(request: HttpRequest, template: str, context: dict[str, Any], *, language: str) -> HttpResponse:
    """Render a public page; the layout's own context is added here."""
    context.setdefault("alternates", same_page(request.path))
    context |= {"language": language, "canonical": absolute(request.path)}
    edition, now = context.get("edition"), getattr(request, "now", None)
    if now is not None and isinstance(edition, Edition):
        context["leave_to"] = leaving.exit_of(edition, now)
    response = render(request, template, context)
    return leaving.with_script(response) if context.get("leave_to") else response


@dataclass(frozen=True)
class Alternate:
    """The same page in another language."""

    code: str
    label: str
    path: str
    is_current: bool

    @property
    def url(self) -> str:
        return absolute(self.path)


LANGUAGE_NAMES = {"en": "English", "ko": "한국어"}


def same_page(path: str) -> list[Alternate]:
    """A page that exists in every language, such as a list."""
    language, _slash, rest = path.lstrip("/").partition("/")
    return [
        Alternate(code, LANGUAGE_NAMES.get(code, code), f"/{code}/{rest}", code == language)
        for code, _name in settings.LANGUAGES
    ]


def alternates_of(edition: Edition, linked: Sequence[Edition]) -> list[Alternate]:
    """A piece in the languages in which it can be read now; elsewhere the switch leads to that language's home."""
    here = {e.language: kinds.address(e) for e in (*linked, edition) if e.original_id == edition.original_id}
    return [
        Alternate(code, LANGUAGE_NAMES.get(code, code), here.get(code, f"/{code}/"), code == edition.language)
        for code, _name in settings.LANGUAGES
    ]

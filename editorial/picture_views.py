"""The files of pictures, for readers and for who reads a shared draft. Whether one is answered is decided each time.

A file has an address as long as some edition that readers see shows just this version of the picture, and everybody in
it agrees. Nothing else is needed to take it away: not the file, not a task, not a cache.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.csp import CSP

from editorial import clearing, sharing
from editorial.boundaries import next_boundary
from editorial.door import gone
from editorial.models import Channel, Clearance, Edition, EditionPicture, Part, PictureSubject, Rendition
from editorial.pictures import storing
from editorial.pictures.sharing import showable
from editorial.pictures.showing import FORMAT_OF, FORMATS, allowed

#: Seconds that a browser may keep it.
MAX_AGE = 300
METHODS = ("GET", "HEAD")
POLICY = {"default-src": [CSP.NONE], "sandbox": True}
#: Where a file of that purpose may be seen.
CHANNELS = {
    "page": (Channel.WEBSITE, Channel.PARTNERS),
    "social": (Channel.WEBSITE, Channel.PARTNERS, Channel.SOCIAL),
}


def picture(request: HttpRequest, name: str, extension: str) -> HttpResponse:
    """200, or 304 for who holds just these bytes; once it was shown and is not any more: 410; else 404.

    A range is not understood, so nobody is ever given a part of what is gone.
    """
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    now = timezone.now()
    row = Rendition.objects.filter(name=name, format=FORMAT_OF.get(extension, "")).first()
    if row is None:
        raise Http404
    channels = seen_on(row, now)
    if channels:
        return _answer(request, row, channels, now)
    if was_seen(row, now):
        with translation.override(settings.LANGUAGE_CODE):
            return gone(request, settings.LANGUAGE_CODE)
    raise Http404


def seen_on(row: Rendition, now: datetime) -> set[Channel]:
    """The channels on which an edition shows it at that instant, with the portraits that it takes."""
    if row.removed_at is not None:
        return set()
    showing = allowed(_editions_with(row), now)
    return {
        channel
        for channel in CHANNELS[row.purpose]
        if showing.filter(edition__in=Edition.objects.public(channel, now).values("pk")).exists()
    }


def _editions_with(row: Rendition) -> QuerySet[EditionPicture]:
    return EditionPicture.objects.filter(picture_id=row.picture_id, recipe_digest=row.recipe_digest)


def was_seen(row: Rendition, now: datetime) -> bool:
    """Whether readers ever could see it. A portrait that nobody ever agreed to was never there."""
    is_portrait = PictureSubject.objects.filter(picture_id=row.picture_id).exists()
    uses = _editions_with(row).filter(edition__publish_at__lte=now).select_related("edition")
    for use in uses:
        if use.edition.was_never_live():
            continue
        clearances = {one.channel: one for one in Clearance.objects.filter(piece_id=use.edition.piece_id)}
        shown = {channel for channel, one in clearances.items() if clearing.first_shown(one, now) <= now}
        if shown & set(CHANNELS[row.purpose]) and (Part.PORTRAIT in shown or not (is_portrait or use.shows_narrator)):
            return True
    return False


def _answer(request: HttpRequest, row: Rendition, channels: set[Channel], now: datetime) -> HttpResponse:
    tag = f'"{row.name}"'
    held = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if tag in held:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = file_response(row)
    seconds = min(MAX_AGE, int((next_boundary(now) - now).total_seconds()))
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds > 0 else "public, no-cache"
    response.headers["ETag"] = tag
    if Channel.PARTNERS in channels:
        # Frames have an origin of their own (embeds/frame.py).
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def file_response(row: Rendition) -> HttpResponse:
    """The bytes, under the headers of what is a picture and nothing else. Raises Http404 where the file is gone."""
    try:
        body = storing.renditions.read(row.name)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(body, content_type=FORMATS[row.format][0])
    response.headers["Content-Disposition"] = "inline"
    response.headers["Accept-Ranges"] = "none"
    response.headers["X-Robots-Tag"] = "noimageindex"
    response._csp_config = POLICY  # type: ignore[attr-defined]  # as csp_override does, but for the bytes alone
    return response


def shared_picture(request: HttpRequest, token: str, name: str, extension: str) -> HttpResponse:
    """A picture of a draft for whom it was shared with, as long as the link opens."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    now = timezone.now()
    opened = sharing.opened(token, now)
    if opened is None or name not in showable(opened.piece, now):
        raise Http404
    row = Rendition.objects.filter(name=name, format=FORMAT_OF.get(extension, ""), removed_at__isnull=True).first()
    if row is None:
        raise Http404
    response = file_response(row)
    response.headers["Cache-Control"] = "no-store"
    return response

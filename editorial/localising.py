"""The desk speaks the language of the person who sits at it, and tells the time of their place."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

#: A word of Django's own for which it has no Korean; named here so that our catalogue has one.
BLANK = gettext_noop("- Select an option -")
GetResponse = Callable[[HttpRequest], HttpResponseBase]
DESK = "/admin/"


def at_the_desk(get_response: GetResponse) -> GetResponse:
    """Middleware behind the log-in. Visitors' pages are left alone: there nothing is negotiated."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(DESK):
            return get_response(request)
        language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(zone_of(request)):
            response = get_response(request)
            # Templates of the admin are rendered late; they too are to speak that language.
            if hasattr(response, "render") and callable(response.render) and not getattr(response, "is_rendered", True):
                response.render()
        response.headers["Content-Language"] = language
        return response

    return middleware


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The person's own time zone; None, which is the site's, when there is none or it is unknown here."""
    name = getattr(request.user, "time_zone", "")
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None

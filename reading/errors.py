"""What stands where there is no page: in the dress of the site, saying nothing about what might have been there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

NO_STORE = {"Cache-Control": "no-store"}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same answer for what never was, a draft, and an address without permission."""
    first = request.path.lstrip("/").partition("/")[0]
    language = first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        body = render_to_string("404.html", {"language": language, "alternates": []})
    return HttpResponse(body, status=404, headers=NO_STORE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Somebody logged in whose role does not include this."""
    body = render_to_string("403.html", {"language": settings.LANGUAGE_CODE, "alternates": []})
    return HttpResponse(body, status=403, headers=NO_STORE)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or whose log-in ended meanwhile. Nothing was done."""
    from editorial.admin.going_on import stale_token

    site: Any = admin.site
    if (response := stale_token(site, request)) is not None:
        return response
    body = render_to_string("forged.html", {"language": settings.LANGUAGE_CODE, "alternates": []})
    return HttpResponse(body, status=403, headers=NO_STORE)


def failed(request: HttpRequest) -> HttpResponse:
    """Static text: whatever broke might break the layout too."""
    return HttpResponse(render_to_string("500.html"), status=500, headers=NO_STORE)

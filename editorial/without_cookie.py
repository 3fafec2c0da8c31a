"""Forms for people without an account: no cookie, no session, no token, and so nothing that could be misused.

The one decorator here is the only permitted exemption from Django's check against forged requests: that check needs a
cookie. What stands in its place: the request has to come from a page of ours, and it is answered as if nobody were
logged in, so that a forged one could do no more than its sender could do alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from editorial.blockers import Blocker

METHODS = ("GET", "HEAD", "POST")
FORM = "application/x-www-form-urlencoded"
#: A comment of the greatest length in a script of four bytes a letter, each byte written with three.
MOST_BYTES = 128 * 1024
#: A field that people do not see. Programs that fill in whatever they find fill it in too.
TRAP = "homepage"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}

View = Callable[..., HttpResponseBase]


def without_cookie(view: View) -> View:
    """For a page with a form that anybody may send, which is never kept, never listed and knows nobody."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS, headers=HEADERS)
        request.user = AnonymousUser()
        if request.method == "POST":
            if not is_from_here(request):
                raise PermissionDenied
            if request.content_type != FORM:
                return HttpResponse(status=415, headers=HEADERS)
            if not is_small(request):
                return HttpResponse(status=413, headers=HEADERS)
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return guarded


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent it.

    Browsers say so in Sec-Fetch-Site, which no page can set. From a page that keeps its address to itself, as ours
    do, their Origin is `null`; without Sec-Fetch-Site it has to be ours.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    if site is not None:
        return site == "same-origin" and (origin in {"", "null"} or _is_ours(origin, request))
    return _is_ours(origin, request)


def _is_ours(origin: str, request: HttpRequest) -> bool:
    site = urlsplit(settings.SITE_URL)
    return origin.lower() in {f"{site.scheme}://{site.netloc}", f"{request.scheme}://{request.get_host()}".lower()}


def is_small(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    return length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= MOST_BYTES


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field that people do not see was filled in. Answer as if all were well."""
    return bool(request.POST.get(TRAP, ""))


@dataclass(frozen=True)
class Rate:
    """How much may come in one way, counted in the rows themselves; ask it with that way's own row locked."""

    an_hour: int
    in_all: int

    def blockers(self, rows: QuerySet[Model], now: datetime) -> list[Blocker]:
        """`rows` have the instant in `at`."""
        if rows.count() >= self.in_all:
            return [Blocker("too_many", _("No more can be sent in this way. Write to the person who sent you here."))]
        if rows.filter(at__gt=now - timedelta(hours=1)).count() >= self.an_hour:
            return [Blocker("too_many", _("A lot was sent in the last hour. Keep your text and try again later."))]
        return []

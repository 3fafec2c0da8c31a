"""What every request must be, and the headers that every answer carries (docs/headers.md)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
LONGEST_QUERY = 2_000
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


def sane_requests(get_response: GetResponse) -> GetResponse:
    """Answers 405 and 400 before anything reads the request.

    A NUL in a parameter is an error 500 on PostgreSQL and an empty result on SQLite, so it never gets that far.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        query = request.META.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY or "%00" in query or "\0" in request.path or "�" in request.path:
            return HttpResponseBadRequest("This address cannot be read. Check it for stray characters.\n", "text/plain")
        return get_response(request)

    return middleware


def own_headers(get_response: GetResponse) -> GetResponse:
    """Adds what Django has no setting for, unless the view has said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Frames have an origin of their own (embeds/frame.py), so the style sheet must be theirs to load.
        policy = "cross-origin" if request.path.startswith("/static/") else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", policy)
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if request.path.startswith("/admin/"):
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
            # With no-referrer browsers post `Origin: null`, which the check against forged requests refuses.
            response.headers["Referrer-Policy"] = "same-origin"
        elif response.status_code >= 400 and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware

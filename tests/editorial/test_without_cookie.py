"""Forms without a cookie: what may be sent, from where, and that nobody is anybody there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from editorial.without_cookie import FORM, MOST_BYTES, TRAP, Rate, is_trapped, without_cookie

OURS = {"sec-fetch-site": "same-origin"}


@without_cookie
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user}")


def posted(headers: dict[str, str], **more: Any) -> HttpResponse:
    request = RequestFactory().post("/draft/x/", more.pop("data", "a=b"), content_type=FORM, headers=headers, **more)
    response = view(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"sec-fetch-site": "same-origin", "origin": "http://testserver"},
        {"origin": "http://testserver"},
        {"origin": project.SITE_URL},
    ],
)
def test_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    assert posted(headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "https://elsewhere.example"},
        {"origin": f"{project.SITE_URL}.elsewhere.example"},
        {"origin": "https://testserver"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "cross-site", "origin": project.SITE_URL},
        {"sec-fetch-site": "same-origin", "origin": "https://elsewhere.example"},
    ],
)
def test_form_of_another_site_is_not(headers: dict[str, str]) -> None:
    with pytest.raises(PermissionDenied):
        posted(headers)


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain", "application/json"])
def test_other_kinds_of_body_are_not_read(content_type: str) -> None:
    request = RequestFactory().post("/draft/x/", "a=b", content_type=content_type, headers=OURS)

    assert view(request).status_code == 415


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "", "-1", "ten", "9" * 5000])
def test_long_body_is_not_read(length: str) -> None:
    assert posted(OURS, CONTENT_LENGTH=length).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    assert view(RequestFactory().generic(method, "/draft/x/", headers=OURS)).status_code == 405


def test_nobody_is_logged_in_there() -> None:
    request = RequestFactory().get("/draft/x/")
    request.user = "somebody"  # type: ignore[assignment]  # as the middleware sets it

    response = view(request)

    assert isinstance(response, HttpResponse)
    assert response.content == b"AnonymousUser"


def test_page_is_never_kept_and_never_listed() -> None:
    headers = view(RequestFactory().get("/draft/x/")).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_trap_is_noticed() -> None:
    assert is_trapped(RequestFactory().post("/", {TRAP: "https://spam.example"}))
    assert not is_trapped(RequestFactory().post("/", {TRAP: ""}))


def test_exemption_from_the_check_of_forged_requests_stands_here_alone() -> None:
    root = Path(project.BASE_DIR)
    apps = ("config", "editorial", "stories", "research", "reading", "embeds")
    users = {path for app in apps for path in (root / app).rglob("*.py") if "csrf_exempt" in path.read_text()}

    assert users == {root / "editorial" / "without_cookie.py"}


def test_rate_forgets_after_an_hour() -> None:
    class Rows:
        """As many rows as asked for, all of them of one time."""

        def __init__(self, at: list[Any]) -> None:
            self.at = at

        def count(self) -> int:
            return len(self.at)

        def filter(self, at__gt: Any) -> Rows:
            return Rows([one for one in self.at if one > at__gt])

    now, rate = timezone.now(), Rate(an_hour=2, in_all=4)
    old, new = now - timedelta(hours=2), now - timedelta(minutes=5)
    said = [bool(rate.blockers(Rows(at), now)) for at in ([new], [new, new], [old, old, new], [old, old, old, old])]  # type: ignore[arg-type]

    assert said == [False, True, False, True]

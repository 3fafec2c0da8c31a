"""What every request must be, and what every answer carries."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.middleware import LONGEST_QUERY, own_headers, sane_requests
from tests.makers import Staff, make_page, publish


def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("reached")


def sane(request: HttpRequest) -> int:
    return sane_requests(view)(request).status_code


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "X"])
def test_odd_method_is_not_allowed(method: str) -> None:
    assert sane(RequestFactory().generic(method, "/en/")) == 405


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_usual_method_is_let_through(method: str) -> None:
    assert sane(RequestFactory().generic(method, "/en/")) == 200


@pytest.mark.parametrize("address", ["/en/?a=%00", "/en/?%00=a", "/en/stories/?after=1%00", "/en/%00/", "/%00"])
def test_nul_is_a_bad_request(address: str) -> None:
    assert sane(RequestFactory().get(address)) == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/?a=%00", "/en/%00/", "/en/stories/%00/", "/admin/%00", "/embed/v1/c/%00"])
def test_nul_never_reaches_a_view(reader: Client, address: str) -> None:
    response = reader.get(address)

    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")


@pytest.mark.django_db
def test_trace_echoes_nothing(reader: Client) -> None:
    response = reader.trace("/en/", headers={"x-secret": "told"})

    assert (response.status_code, response.content) == (405, b"")


def test_overlong_query_is_a_bad_request() -> None:
    assert sane(RequestFactory().get(f"/en/?{'a' * LONGEST_QUERY}")) == 200
    assert sane(RequestFactory().get(f"/en/?{'a' * (LONGEST_QUERY + 1)}")) == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/%FF/", "/en/%ED%A0%80/", "/en/topics/%C0%AF/", "/en/stories/?after=%FF"])
def test_bytes_that_are_no_text_are_no_error_of_ours(reader: Client, address: str) -> None:
    assert reader.get(address).status_code in {400, 404}


def test_page_carries_the_headers(staff: Staff, reader: Client) -> None:
    publish(make_page(staff, slug="about"), staff)

    headers = reader.get("/en/about/").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/", "/en/no-such-page/", "/admin/login/"])
def test_policy_allows_no_script_or_style_in_the_page(reader: Client, address: str) -> None:
    policy = reader.get(address).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe-" not in policy
    assert "*" not in policy


@pytest.mark.django_db
def test_admin_is_never_stored_and_never_found(reader: Client) -> None:
    headers = reader.get("/admin/login/").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
def test_error_is_never_stored(reader: Client) -> None:
    for address in ("/en/no-such-page/", "/no-such-page", "/xx/stories/"):
        response = reader.get(address)
        assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")


def test_what_a_view_has_said_is_kept() -> None:
    answer = HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    response = own_headers(lambda _request: answer)(RequestFactory().get("/embed/v1/c/learning"))

    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_style_sheets_may_be_loaded_by_frames() -> None:
    response = own_headers(view)(RequestFactory().get("/static/css/embed.css"))

    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

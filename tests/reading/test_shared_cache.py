"""The page cache shared by machines, on Redis where TEST_REDIS_URL names one."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application

from editorial.models import Label
from reading import shared_cache
from reading.kept import Entry
from reading.page_cache import PageCache
from tests.makers import make_page, make_staff, make_tag, publish

BACKENDS = ["django.core.cache.backends.locmem.LocMemCache"]
if os.environ.get("TEST_REDIS_URL"):
    BACKENDS.append("django.core.cache.backends.redis.RedisCache")
NOWHERE = "redis://127.0.0.1:1/0"


def environ(path: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }


def ask(cache: PageCache, path: str = "/en/about/") -> tuple[str, bytes]:
    seen: list[str] = []
    body = b"".join(cache(environ(path), lambda status, _headers, _info=None: seen.append(status)))
    return seen[0], body


def use(settings: Any, backend: str, location: str = "") -> None:
    settings.CACHE_URL = "shared"
    options = {"serializer": "reading.shared_cache.PlainBytes"} if backend.endswith("RedisCache") else {}
    settings.CACHES = {
        "default": {
            "BACKEND": backend,
            "LOCATION": location or os.environ.get("TEST_REDIS_URL", ""),
            "OPTIONS": options,
        }
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backend", BACKENDS)
def test_page_of_one_machine_serves_another_while_it_is_true(
    settings: Any, backend: str, django_assert_num_queries: Any
) -> None:
    use(settings, backend)
    staff = make_staff()
    publish(make_page(staff), staff)
    _status, first = ask(PageCache(get_wsgi_application()))

    other = PageCache(get_wsgi_application())
    with django_assert_num_queries(0):
        assert ask(other)[1] == first

    Label.objects.create(tag=make_tag(), language="ko", text="배움")
    assert other._entry("/en/about/?", -1) is None


@pytest.mark.django_db(transaction=True)
def test_shared_cache_that_is_down_costs_nothing_but_time(settings: Any) -> None:
    use(settings, "django.core.cache.backends.redis.RedisCache", NOWHERE)
    staff = make_staff()
    publish(make_page(staff), staff)

    assert ask(PageCache(get_wsgi_application()))[0] == "200 OK"


def test_page_comes_back_as_it_was() -> None:
    entry = Entry(7, 1.5, 60, (("Content-Type", "text/html"),), {"": b"a\nb", "br": b"\x00\n", "gzip": b""}, "tag")

    assert shared_cache.unpacked(shared_cache.packed(entry)) == entry


@pytest.mark.parametrize("stored", [b"", b"nonsense", b'{"generation": 1}\n', b"\x80\x04pickled"])
def test_nonsense_is_a_miss(settings: Any, stored: bytes) -> None:
    use(settings, BACKENDS[0])
    caches["default"].set(shared_cache._key("/en/?"), stored)

    assert shared_cache.get("/en/?") is None

"""The page cache in front of Django: it answers fast, and never with what is no longer true."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import brotli
import pytest
import time_machine
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import workflow
from editorial.door import KEEP, Keep
from editorial.instants import FOREVER
from editorial.models import SiteState
from reading.kept import Entry, Kept
from reading.page_cache import Environ, PageCache, accepted, may_keep
from stories.models import Story
from tests.makers import Staff, make_collection, make_consent, make_statistic, make_story, make_tag, publish

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/en/stories/classroom/"


@dataclass
class Answer:
    """What a client gets, and how many of Django's queries it cost."""

    status: int
    headers: dict[str, str]
    body: bytes
    queries: int

    @property
    def is_from_the_cache(self) -> bool:
        """The cache alone gives a tag to a page; what goes straight to Django has none."""
        return "ETag" in self.headers and self.queries == 0


def ask(cache: PageCache, path: str = PATH, *, method: str = "GET", secure: bool = False, **headers: str) -> Answer:
    """One request, with the headers given as `accept_encoding="br"`."""
    named = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    environ = RequestFactory(headers=named).generic(method, path, secure=secure).environ
    started: list[Any] = []
    with CaptureQueriesContext(connection) as captured:
        chunks = cache(environ, lambda status, fields, _exc_info=None: started.extend((status, fields)))
        body = b"".join(chunks)
        if close := getattr(chunks, "close", None):
            close()
    status, fields = started
    return Answer(int(status[:3]), dict(fields), body, len(captured))


@pytest.fixture
def cache() -> PageCache:
    return PageCache(get_wsgi_application())


@pytest.fixture
def story(staff: Staff) -> Story:
    """A published story at PATH."""
    made = make_story(staff, title="A first classroom", slug="classroom")
    publish(made, staff)
    return made


@pytest.mark.usefixtures("story")
def test_second_request_is_answered_without_a_query_of_django(cache: PageCache) -> None:
    first, second = ask(cache), ask(cache)

    assert first.queries > 0
    assert second.is_from_the_cache
    assert (second.status, second.body, second.headers) == (first.status, first.body, first.headers)
    assert b"A first classroom" in second.body


@pytest.mark.usefixtures("story")
def test_kept_page_has_the_headers_of_the_fresh_one(cache: PageCache) -> None:
    ask(cache)

    headers = ask(cache).headers

    assert headers["Cache-Control"] == "public, no-cache"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.usefixtures("story")
def test_client_that_holds_these_bytes_gets_304(cache: PageCache) -> None:
    tag = ask(cache).headers["ETag"]

    for held in (tag, f"W/{tag}", f'"other", {tag}'):
        again = ask(cache, if_none_match=held)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in again.headers
        assert again.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.usefixtures("story")
def test_client_that_holds_other_bytes_gets_the_page(cache: PageCache) -> None:
    ask(cache)

    assert ask(cache, if_none_match='"other"').status == 200
    assert ask(cache, if_modified_since="Wed, 01 Jan 2099 00:00:00 GMT").status == 200


def test_304_is_never_given_for_what_was_withdrawn(cache: PageCache, story: Story, staff: Staff) -> None:
    tag = ask(cache).headers["ETag"]

    workflow.end(story.pk, by=staff.consent_officer)

    assert ask(cache, if_none_match=tag).status == 410
    assert ask(cache, if_none_match="*").status == 410


@pytest.mark.usefixtures("story")
def test_head_has_the_headers_without_the_body(cache: PageCache) -> None:
    head = ask(cache, method="HEAD")
    get = ask(cache)

    assert (head.status, head.body) == (200, b"")
    assert head.headers == get.headers
    assert get.is_from_the_cache
    assert int(get.headers["Content-Length"]) == len(get.body) > 0


@pytest.mark.usefixtures("story")
def test_every_encoding_decodes_to_the_same_bytes(cache: PageCache) -> None:
    plain = ask(cache)
    packed = ask(cache, accept_encoding="gzip, deflate, br")
    zipped = ask(cache, accept_encoding="gzip")

    assert (packed.headers["Content-Encoding"], zipped.headers["Content-Encoding"]) == ("br", "gzip")
    assert brotli.decompress(packed.body) == gzip.decompress(zipped.body) == plain.body
    assert len({answer.headers["ETag"] for answer in (plain, packed, zipped)}) == 3
    assert all(int(answer.headers["Content-Length"]) == len(answer.body) for answer in (plain, packed, zipped))


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("br", "br"),
        ("gzip, deflate, br;q=0.9", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("identity", ""),
        ("deflate", ""),
        ("", ""),
        ("*", ""),
    ],
)
def test_encoding_is_the_best_that_the_client_takes(header: str, encoding: str) -> None:
    assert accepted(header) == encoding


@pytest.mark.usefixtures("story")
def test_range_is_ignored(cache: PageCache) -> None:
    whole = ask(cache)

    for held in ("", whole.headers["ETag"]):
        part = ask(cache, range="bytes=0-9", if_range=held)
        assert (part.status, part.body) == (200, whole.body)
        assert "Content-Range" not in part.headers


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({"authorization": "Basic YTpi"}, False),
        ({"host": "127.0.0.2"}, False),
        ({"host": "localhost.evil"}, False),
        ({}, True),
    ],
)
def test_request_that_is_not_for_everybody_goes_to_django(
    cache: PageCache, headers: dict[str, str], secure: bool
) -> None:
    ask(cache)

    answer = ask(cache, secure=secure, **headers)

    assert "ETag" not in answer.headers
    assert not answer.is_from_the_cache


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "TRACE", "get"])
def test_other_methods_are_not_answered_from_the_cache(cache: PageCache, method: str) -> None:
    ask(cache)

    assert "ETag" not in ask(cache, method=method).headers


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("path", [f"{PATH}?utm_source=letter", "/en/stories/?after=", "/en/stories/?after=1-a&x=1"])
def test_address_that_is_not_canonical_is_not_kept(cache: PageCache, path: str) -> None:
    first, second = ask(cache, path), ask(cache, path)

    assert "ETag" not in first.headers
    assert "ETag" not in second.headers


def test_frame_with_a_parameter_of_a_tracker_is_answered_but_not_kept(cache: PageCache, staff: Staff) -> None:
    publish(make_collection(staff, slug="lessons", any_of=[make_tag()]), staff)
    path = "/embed/v1/c/lessons"

    tracked = [ask(cache, f"{path}?utm_source=letter") for _number in range(2)]
    clean = [ask(cache, path) for _number in range(2)]

    assert [(answer.status, "ETag" in answer.headers) for answer in tracked] == [(200, False), (200, False)]
    assert clean[1].is_from_the_cache
    assert clean[0].body == tracked[0].body


@pytest.mark.parametrize("path", ["/en/stories/nothing/", "/", "/en/stories", "/admin/login/"])
def test_only_pages_are_kept(cache: PageCache, path: str) -> None:
    assert "ETag" not in ask(cache, path).headers
    assert "ETag" not in ask(cache, path).headers


@pytest.mark.usefixtures("story")
def test_declared_parameter_has_an_entry_of_its_own(cache: PageCache) -> None:
    newest, older = ask(cache, "/en/stories/"), ask(cache, "/en/stories/?after=1-a")

    assert newest.body != older.body
    assert ask(cache, "/en/stories/?after=1-a").is_from_the_cache


def test_whatever_readers_see_is_rendered_anew_after_a_change(cache: PageCache, story: Story, staff: Staff) -> None:
    ask(cache)
    story.title = "Another title"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    assert ask(cache).is_from_the_cache
    story.refresh_from_db()

    publish(story, staff)

    changed = ask(cache)
    assert not changed.is_from_the_cache
    assert b"Another title" in changed.body


def test_withdrawn_story_is_gone_at_the_next_request(cache: PageCache, story: Story, staff: Staff) -> None:
    for path in (PATH, "/en/", "/en/stories/"):
        assert b"A first classroom" in ask(cache, path).body

    workflow.end(story.pk, by=staff.consent_officer)

    assert ask(cache).status == 410
    for path in ("/en/", "/en/stories/"):
        assert b"A first classroom" not in ask(cache, path).body


def test_kept_page_ends_with_the_consent(cache: PageCache, staff: Staff) -> None:
    end = timezone.now() + timedelta(days=30)
    story = make_story(staff, slug="classroom", consented=False)
    make_consent(story, by=staff.consent_officer, end=end)
    publish(story, staff)
    assert ask(cache).status == 200

    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert ask(cache).is_from_the_cache
    with time_machine.travel(end, tick=False):
        assert ask(cache).status == 410


def test_kept_page_ends_when_the_next_edition_starts(cache: PageCache, story: Story, staff: Staff) -> None:
    start = timezone.now() + timedelta(hours=1)
    story.title = "Another title"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()
    publish(story, staff, at=start)
    assert b"A first classroom" in ask(cache).body
    assert ask(cache).is_from_the_cache

    with time_machine.travel(start, tick=False):
        assert b"Another title" in ask(cache).body


def test_page_that_may_be_held_for_a_minute_is_held_no_longer_than_it_is_true(cache: PageCache, staff: Staff) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        publish(make_statistic(staff, slug="lessons"), staff)
        publish(make_statistic(staff), staff, at=now + timedelta(minutes=10))

    for seconds, said in ((0, "max-age=60"), (570, "max-age=30"), (599, "max-age=1")):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            assert ask(cache, "/en/statistics/").headers["Cache-Control"] == f"public, {said}"


Rendering = Callable[[Environ], tuple[list[tuple[str, str]], bytes]]


def cache_of(rendering: Rendering, *, until: datetime = FOREVER) -> PageCache:
    """A page cache in front of an application of three lines that lets everything be kept."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
        headers, body = rendering(environ)
        environ[KEEP] = Keep(until, max_age=0)
        start_response("200 OK", headers)
        return iter([body])

    return PageCache(application)


def test_page_is_filed_under_the_generation_from_before_it_was_rendered() -> None:
    renders = []

    def rendering(_environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
        renders.append(1)
        if len(renders) == 1:  # somebody publishes just then
            SiteState.objects.update(generation=F("generation") + 1)
        return [("Content-Type", "text/html")], b"page"

    cache = cache_of(rendering)
    for _number in range(3):
        ask(cache)

    assert len(renders) == 2


def test_application_never_sees_conditions_and_ranges() -> None:
    seen: list[str] = []

    def rendering(environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
        seen.extend(name for name in environ if name.startswith(("HTTP_IF", "HTTP_RANGE")))
        seen.append(environ["REQUEST_METHOD"])
        return [("Content-Type", "text/html")], b"page"

    ask(
        cache_of(rendering),
        method="HEAD",
        if_none_match='"a"',
        if_modified_since="x",
        range="bytes=0-1",
        if_range='"a"',
    )

    assert seen == ["GET"]


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "a=b"),
        ("Cache-Control", "private"),
        ("Cache-Control", "no-store"),
        ("Vary", "Cookie"),
        ("vary", "*"),
    ],
)
def test_answer_for_one_person_is_never_kept(header: tuple[str, str]) -> None:
    renders = []

    def rendering(_environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
        renders.append(1)
        return [("Content-Type", "text/html"), header], b"page"

    cache = cache_of(rendering)
    answers = [ask(cache) for _number in range(2)]

    assert len(renders) == 2
    assert not any("ETag" in answer.headers for answer in answers)


@pytest.mark.parametrize(
    ("status", "kept"), [("200 OK", True), ("301 Moved", False), ("404 Not Found", False), ("206 P", False)]
)
def test_only_a_whole_answer_is_kept(status: str, kept: bool) -> None:
    assert may_keep(status, [("Vary", "Accept-Encoding")]) is kept


def test_memory_is_bounded(settings: Any) -> None:
    settings.PAGE_CACHE_MEGABYTES = 1
    renders: list[str] = []

    def rendering(environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
        renders.append(environ["PATH_INFO"])
        return [("Content-Type", "text/html")], os.urandom(100_000)

    cache = cache_of(rendering)
    for path in ("/a", "/b", "/c", "/d", "/d", "/a"):
        ask(cache, path)

    assert renders == ["/a", "/b", "/c", "/d", "/a"]


def entry(size: int) -> Entry:
    return Entry(generation=1, until=9e9, max_age=0, headers=(), bodies={"": b"x" * (size - 1_000)}, tag="")


def test_page_that_was_asked_for_last_is_dropped_last() -> None:
    kept = Kept(5_000)
    for key in ("a", "b"):
        kept.put(key, entry(2_000))
    kept.get("a")

    kept.put("c", entry(2_000))

    assert [key for key in "abc" if kept.get(key)] == ["a", "c"]


def test_page_larger_than_the_memory_is_not_kept_and_nothing_is_miscounted() -> None:
    kept = Kept(5_000)
    kept.put("a", entry(9_000))
    assert kept.get("a") is None

    for _number in range(9):
        kept.put("b", entry(2_000))
    kept.put("c", entry(2_000))

    assert kept.get("b")
    assert kept.get("c")


@contextmanager
def unreadable_state() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE editorial_sitestate RENAME TO editorial_sitestate_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE editorial_sitestate_away RENAME TO editorial_sitestate")


@pytest.mark.usefixtures("story")
def test_nothing_is_shown_while_the_generation_cannot_be_read(cache: PageCache) -> None:
    ask(cache)

    with unreadable_state():
        answers = [ask(cache), ask(cache), ask(cache, "/en/stories/nothing/")]

    assert [answer.status for answer in answers] == [503, 503, 503]
    for answer in answers:
        assert b"A first classroom" not in answer.body
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Retry-After"] == "2"
        assert "ETag" not in answer.headers
    assert ask(cache).is_from_the_cache


@pytest.mark.usefixtures("story")
def test_nothing_is_shown_while_the_row_of_the_state_is_missing(cache: PageCache) -> None:
    ask(cache)
    SiteState.objects.all().delete()

    assert [ask(cache).status, ask(cache).status] == [503, 503]


@pytest.mark.usefixtures("story")
def test_generation_of_another_database_empties_the_shelf(cache: PageCache) -> None:
    """A restore brings another generation back, and the same bytes are rendered from it anew."""
    first = ask(cache)
    SiteState.objects.update(generation=F("generation") - 1)

    again = ask(cache)

    assert not again.is_from_the_cache
    assert again.body == first.body

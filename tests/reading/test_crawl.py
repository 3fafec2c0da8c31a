"""A walk over every public address of the demonstration, by its links: what each answers, costs, reads and tells.

Which tables the walk reads is the proof that the triggers are complete (DESIGN §5): what a page reads and no trigger
watches could change under a kept page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import DjangoDbBlocker

from editorial.models import Edition, Piece, Tag
from editorial.triggers import PUBLIC_TABLES
from reading import seeding
from stories.models import Narrator

#: The mark has the test database made, also when this file runs alone; the walk itself is done once, before the tests.
pytestmark = pytest.mark.django_db

#: More than this many queries means that a page asks for each of its rows.
# A story asks one more: whether a collection that it is in has a quick exit.
BUDGETS = {"stories:story": 5, "stories:list": 5, "research:list": 5, "research:statistics": 5}
OTHER_BUDGET = 6
#: What a page with pictures may cost besides, whatever their number.
FOR_PICTURES = 2
PICTURE = "editorial:picture"
PUBLIC_NAMESPACES = {"stories", "research", "reading", "embeds"}
#: Joined on the way from an edition to its clearance, by its id alone, which neither changes nor goes away.
JOINED_BY_ID = "editorial_piece"
FOLDERS = {"story": "stories", "summary": "research", "statistic": "statistics", "source": "sources"}
LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


@dataclass(frozen=True)
class Visit:
    path: str
    view: str
    response: HttpResponseBase
    body: str
    queries: list[str]


@dataclass(frozen=True)
class Walk:
    """What was seen, and what stood in the database meanwhile."""

    visits: list[Visit]
    pieces: set[str]
    secrets: set[str]


def visit(reader: Client, path: str) -> Visit:
    with CaptureQueriesContext(connection) as captured:
        response = reader.get(path)
    view = resolve(urlsplit(path).path).view_name
    # Pictures are no text, and lead nowhere.
    body = response.content.decode(errors="replace") if view != PICTURE else ""
    return Visit(path, view, response, body, [query["sql"] for query in captured])


def links(seen: Visit) -> Iterator[str]:
    """Every address of this site that a page leads to, without its fragment."""
    here = f"{settings.SITE_URL}{seen.path}"
    for link in (*LINK.findall(seen.body), seen.response.headers.get("Location", "")):
        target = urlsplit(urljoin(here, link))._replace(fragment="")
        if target.geturl().startswith(settings.SITE_URL) and not target.path.startswith(("/static/", "/admin/")):
            yield target._replace(scheme="", netloc="").geturl()


def wander(first: list[str]) -> list[Visit]:
    """Every address that can be reached from the first ones, visited once."""
    reader = Client(headers={"host": "localhost"})
    waiting, seen = list(first), dict[str, Visit]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = visit(reader, path)
            waiting.extend(links(seen[path]))
    return list(seen.values())


def secrets_now() -> set[str]:
    """Keys, digests and codes, which are ours alone."""
    found = {str(pk) for pk in Tag.objects.values_list("pk", flat=True)}
    found |= set(Narrator.objects.values_list("code", flat=True))
    for columns in Piece.objects.values_list("digest", "digest_key"):
        found |= set(columns)
    return found


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """One walk over the demonstration, which is gone again before the first test."""
    plain: dict[str, Any] = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    base, private = tmp_path_factory.mktemp("walk"), "editorial.pictures.private_files.PrivateFiles"
    for name in ("originals", "renditions"):
        plain[name] = {"BACKEND": private, "OPTIONS": {"location": str(base / name)}}
    storages = override_settings(STORAGES=settings.STORAGES | plain)
    with django_db_blocker.unblock(), storages, transaction.atomic():
        seeding.seed(lambda _text: None)
        editions = Edition.objects.filter(kind__in=FOLDERS).order_by("kind", "pk")
        pieces = {f"/{one.language}/{FOLDERS[one.kind]}/{one.slug}/" for one in editions}
        number = editions.filter(kind="statistic")[0]
        found = wander(["/", "/en/", "/ko/", f"/en/statistics/{number.slug}/editions/1/"])
        walked = Walk(found, pieces, secrets_now())
        transaction.set_rollback(True)
    return walked


def test_walk_reaches_every_piece(walk: Walk) -> None:
    assert len(walk.pieces) == 53
    assert walk.pieces <= {urlsplit(seen.path).path for seen in walk.visits}


def routes() -> set[str]:
    """Every public view, by namespace and name."""
    return {
        f"{resolver.namespace}:{part.name}"
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and resolver.namespace in PUBLIC_NAMESPACES
        for part in resolver.url_patterns
        if isinstance(part, URLPattern)
    }


def test_walk_visits_every_public_view(walk: Walk) -> None:
    assert routes() | {PICTURE} == {seen.view for seen in walk.visits}


def test_every_address_answers(walk: Walk) -> None:
    failed = {seen.path for seen in walk.visits if seen.response.status_code not in {200, 301, 302}}

    assert failed == set()


def test_nothing_is_set_on_or_asked_of_the_reader(walk: Walk) -> None:
    for seen in walk.visits:
        assert not seen.response.cookies, seen.path
        assert seen.response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding", seen.path
        assert "<script" not in seen.body, seen.path
        assert "csrfmiddlewaretoken" not in seen.body, seen.path


def test_no_page_costs_more_queries_than_its_budget(walk: Walk) -> None:
    costs = {
        seen.path: (
            len(seen.queries),
            BUDGETS.get(seen.view, OTHER_BUDGET) + FOR_PICTURES * ("<picture" in seen.body),
        )
        for seen in walk.visits
    }

    assert {path: cost for path, cost in costs.items() if cost[0] > cost[1]} == {}


def test_every_table_that_a_page_reads_is_watched_by_triggers(walk: Walk) -> None:
    tables = connection.introspection.table_names()
    queries = {sql for seen in walk.visits for sql in seen.queries}
    # Our own statements may stand without quotation marks.
    read = {table for sql in queries for table in tables if re.search(rf"\b{table}\b", sql)}

    assert read - {JOINED_BY_ID} <= PUBLIC_TABLES.keys()
    assert len(read) > 4


def test_piece_is_read_for_nothing_but_its_id(walk: Walk) -> None:
    column = re.compile(rf'\b{JOINED_BY_ID}"?\."?(\w+)')

    assert {name for seen in walk.visits for sql in seen.queries for name in column.findall(sql)} <= {"id"}


def test_public_pages_write_nothing(walk: Walk) -> None:
    assert {sql.split()[0].strip("(") for seen in walk.visits for sql in seen.queries} == {"SELECT"}


def test_no_page_tells_what_is_ours_alone(walk: Walk) -> None:
    told = {(seen.path, secret) for seen in walk.visits for secret in walk.secrets if secret in seen.body}

    assert walk.secrets
    assert told == set()


def test_no_page_counts_in_running_numbers(walk: Walk) -> None:
    """Addresses hold words, dates and public ids; long numbers would be keys of the database."""
    long_number = re.compile(r"(?<![\w-])\d{8,}(?![\w-])")
    elsewhere = re.compile(r'(?:d|transform|viewBox)="[^"]*"|https?://[^"<\s]+')

    for seen in walk.visits:
        assert not long_number.search(seen.path), seen.path
        assert not long_number.search(elsewhere.sub("", seen.body)), seen.path

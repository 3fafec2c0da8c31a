"""A walk over every public address of the demonstration, by its links: what each answers, costs, reads and tells.

Which tables the walk reads is the proof that the triggers are complete (DESIGN §5): what a page reads and no trigger
watches could change under a kept page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, resolve
from pytest_django import DjangoDbBlocker

from editorial.models import Edition, Piece, Tag
from editorial.triggers import PUBLIC_TABLES
from reading import seeding
from stories.models import Narrator

#: More than this many queries means that a page asks for each of its rows.
BUDGETS = {"stories:story": 4, "stories:list": 5, "research:list": 5, "research:statistics": 5}
OTHER_BUDGET = 6
PUBLIC_NAMESPACES = {"stories", "research", "reading", "embeds"}
#: Joined on the way from an edition to its clearance, by its id alone, which neither changes nor goes away.
JOINED_BY_ID = "editorial_piece"
LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


@dataclass(frozen=True)
class Visit:
    path: str
    view: str
    response: HttpResponseBase
    body: str
    queries: list[str]


def visit(reader: Client, path: str) -> Visit:
    with CaptureQueriesContext(connection) as captured:
        response = reader.get(path)
    view = resolve(urlsplit(path).path).view_name
    return Visit(path, view, response, response.content.decode(), [query["sql"] for query in captured])


def links(seen: Visit) -> Iterator[str]:
    """Every address of this site that a page leads to, without its fragment."""
    here = f"{settings.SITE_URL}{seen.path}"
    for link in (*LINK.findall(seen.body), seen.response.headers.get("Location", "")):
        target = urlsplit(urljoin(here, link))._replace(fragment="")
        if target.geturl().startswith(settings.SITE_URL) and not target.path.startswith(("/static/", "/admin/")):
            yield target._replace(scheme="", netloc="").geturl()


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Visit]]:
    """Every address that can be reached from the first pages, visited once. The demonstration goes again afterwards."""
    reader = Client(headers={"host": "localhost"})
    storages = settings.STORAGES
    with django_db_blocker.unblock(), transaction.atomic():
        seeding.seed(lambda _text: None)
        number = Edition.objects.filter(kind="statistic").order_by("pk")[0]
        waiting = ["/", "/en/", "/ko/", f"/en/statistics/{number.slug}/editions/1/"]
        seen: dict[str, Visit] = {}
        settings.STORAGES = storages | {
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        }
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen[path] = visit(reader, path)
                waiting.extend(links(seen[path]))
        yield list(seen.values())
        settings.STORAGES = storages
        transaction.set_rollback(True)


def test_walk_reaches_every_piece(walk: list[Visit]) -> None:
    paths = {urlsplit(seen.path).path for seen in walk}

    assert len(walk) > 100
    for kind, folder in (
        ("story", "stories"),
        ("summary", "research"),
        ("statistic", "statistics"),
        ("source", "sources"),
    ):
        slugs = Edition.objects.filter(kind=kind).values_list("language", "slug")
        assert {f"/{language}/{folder}/{slug}/" for language, slug in slugs} <= paths


def routes() -> set[str]:
    """Every public view, by namespace and name."""
    found = set()
    for resolver in get_resolver().url_patterns:
        for part in getattr(resolver, "url_patterns", []):
            namespace = getattr(resolver, "namespace", "")
            if isinstance(part, URLPattern) and namespace in PUBLIC_NAMESPACES:
                found.add(f"{namespace}:{part.name}")
    return found


def test_walk_visits_every_public_view(walk: list[Visit]) -> None:
    assert routes() == {seen.view for seen in walk}


def test_every_address_answers(walk: list[Visit]) -> None:
    assert {
        seen.path: seen.response.status_code for seen in walk if seen.response.status_code not in {200, 301, 302}
    } == {}


def test_nothing_is_set_on_or_asked_of_the_reader(walk: list[Visit]) -> None:
    for seen in walk:
        assert not seen.response.cookies, seen.path
        assert seen.response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding", seen.path
        assert "<script" not in seen.body, seen.path
        assert "csrfmiddlewaretoken" not in seen.body, seen.path


def test_no_page_costs_more_queries_than_its_budget(walk: list[Visit]) -> None:
    over = {seen.path: len(seen.queries) for seen in walk if len(seen.queries) > BUDGETS.get(seen.view, OTHER_BUDGET)}

    assert over == {}


def tables_of(sql: str, tables: list[str]) -> set[str]:
    return {table for table in tables if f'"{table}"' in sql}


def test_every_table_that_a_page_reads_is_watched_by_triggers(walk: list[Visit]) -> None:
    tables = connection.introspection.table_names()
    queries = {sql for seen in walk for sql in seen.queries}
    read = {table for sql in queries for table in tables_of(sql, tables)}

    assert read - {JOINED_BY_ID} <= PUBLIC_TABLES.keys()
    assert len(read) > 4


def test_piece_is_read_for_nothing_but_its_id(walk: list[Visit]) -> None:
    columns = {name for seen in walk for sql in seen.queries for name in re.findall(rf'"{JOINED_BY_ID}"\."(\w+)"', sql)}

    assert columns <= {"id"}


def test_public_pages_write_nothing(walk: list[Visit]) -> None:
    assert {sql.split()[0] for seen in walk for sql in seen.queries} <= {"SELECT", "(SELECT"}


def test_no_page_tells_what_is_ours_alone(walk: list[Visit]) -> None:
    secrets = {str(pk) for pk in Tag.objects.values_list("pk", flat=True)}
    secrets |= set(Narrator.objects.values_list("code", flat=True))
    for columns in Piece.objects.values_list("digest", "digest_key"):
        secrets |= set(columns)
    for columns in Edition.objects.values_list("digest", "approval__note"):
        secrets |= set(columns)

    told = {(seen.path, secret) for seen in walk for secret in secrets - {""} if secret in seen.body}

    assert told == set()


def test_no_page_counts_in_running_numbers(walk: list[Visit]) -> None:
    """Addresses hold words, dates and public ids; long numbers would be keys of the database."""
    long_number = re.compile(r"(?<![\w-])\d{8,}(?![\w-])")

    for seen in walk:
        assert not long_number.search(seen.path), seen.path
        assert not long_number.search(re.sub(r'(?:d|transform|viewBox)="[^"]*"|https?://[^"<\s]+', "", seen.body)), (
            seen.path
        )

"""Lists that are continued by a key: each piece once, none left out, and as many queries for many as for few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import workflow
from editorial.listing import key_of, stretch
from editorial.models import Channel, Edition, Tag
from editorial.models.edition import EditionQuerySet
from tests.makers import Staff, make_statistic, make_tag, publish

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def door() -> EditionQuerySet:
    return Edition.objects.public(Channel.WEBSITE, NOON + timedelta(days=1))


def publish_some(staff: Staff, count: int, *, apart: timedelta) -> list[str]:
    """The public ids of new pieces, the newest first as a list has them."""
    made = []
    for number in range(count):
        with time_machine.travel(NOON + apart * number, tick=False):
            edition = publish(make_statistic(staff), staff)
        made.append((edition.publish_at, edition.public_id))
    return [public_id for _start, public_id in sorted(made, reverse=True)]


def walk(size: int) -> list[list[str]]:
    """Every stretch of the list, by its keys."""
    stretches, after = [], ""
    while True:
        listed = stretch(door(), after=after, size=size)
        stretches.append([edition.public_id for edition in listed.editions])
        if not listed.older:
            return stretches
        after = listed.older


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(microseconds=1), timedelta(days=1) / 100])
def test_stretches_are_disjoint_and_complete(staff: Staff, apart: timedelta) -> None:
    newest_first = publish_some(staff, 5, apart=apart)

    assert walk(2) == [newest_first[0:2], newest_first[2:4], newest_first[4:5]]


def test_last_stretch_that_is_just_full_has_no_older_one(staff: Staff) -> None:
    publish_some(staff, 4, apart=timedelta(seconds=1))

    assert [len(one) for one in walk(2)] == [2, 2]


def test_piece_published_meanwhile_moves_nothing(staff: Staff) -> None:
    newest_first = publish_some(staff, 4, apart=timedelta(seconds=1))
    older = stretch(door(), size=2).older
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        publish(make_statistic(staff), staff)

    assert [edition.public_id for edition in stretch(door(), after=older, size=2).editions] == newest_first[2:]


def test_key_of_a_piece_that_is_gone_still_leads_on(staff: Staff) -> None:
    newest_first = publish_some(staff, 3, apart=timedelta(seconds=1))
    first = Edition.objects.get(public_id=newest_first[0])
    key = key_of(first)
    others = door().exclude(pk=first.pk)

    assert [edition.public_id for edition in stretch(others, after=key).editions] == newest_first[1:]


@pytest.mark.parametrize("key", ["newest", "-", "-abc", "12.5-abc", "9" * 20, "-" + "9" * 19, "1e9-abc", "0x10-abc"])
def test_key_that_is_none_is_not_found(key: str) -> None:
    with pytest.raises(Http404):
        stretch(Edition.objects.public(Channel.WEBSITE, timezone.now()), after=key)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/stories/", "/en/research/", "/en/statistics/"])
def test_bad_key_in_an_address_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(path, {"after": "newest"}).status_code == 404


def queries(reader: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(path).status_code == 200
    return len(captured)


def publish_tagged(staff: Staff, tag: Tag, count: int) -> None:
    for _number in range(count):
        statistic = make_statistic(staff)
        statistic.piece_tags.create(tag=tag)
        workflow.save(statistic.pk, by=staff.contributor)
        statistic.refresh_from_db()
        publish(statistic, staff)


def test_long_list_costs_as_many_queries_as_a_short_one(staff: Staff, reader: Client) -> None:
    tag = make_tag()
    paths = ["/en/statistics/", "/en/", "/en/topics/", f"/en/topics/{tag.slug}/"]
    publish_tagged(staff, tag, 3)
    few = [queries(reader, path) for path in paths]

    publish_tagged(staff, tag, 27)

    assert [queries(reader, path) for path in paths] == few


def test_pager_leads_through_the_whole_list(staff: Staff, reader: Client) -> None:
    slugs = {f"number-{number}" for number in range(26)}
    for slug in slugs:
        publish(make_statistic(staff, slug=slug), staff)

    first = reader.get("/en/statistics/").content.decode()
    older = first.partition('" rel="next"')[0].rpartition('href="')[2]
    second = reader.get(older).content.decode()

    seen = [{slug for slug in slugs if f"/en/statistics/{slug}/" in page} for page in (first, second)]
    assert (len(seen[0]), len(seen[1])) == (24, 2)
    assert seen[0] | seen[1] == slugs
    assert "Back to the newest" in second

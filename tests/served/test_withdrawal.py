"""A served site under many clients: after a story was taken back by its code, nobody who asks gets it, nor a 304."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from bench.hammering import Hammer, Reader, Sample, Target, measured, withdraw_by_code
from tests.served.conftest import ROOT, Site

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("served")]

MAKE = """
from stories import codes
from tests import pictures
number = time.time_ns()
tag = makers.make_tag(f"Hammered {number}")
title = f"A story under the hammer {number}"
story = makers.make_story(staff, slug=f"hammered-{number}", title=title, tags=[tag])
makers.make_consent(story, by=staff.consent_officer, scopes=("website", "partners", "portrait"))
picture = pictures.make_picture(staff, portrait_of=story)
pictures.use(story, picture, staff, is_lead=True)
makers.publish(story, staff)
makers.publish(makers.make_collection(staff, slug=f"hammered-{number}", any_of=[tag]), staff)
words = codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")
file = pictures.path_of(picture)
made = {"slug": story.slug, "topic": tag.slug, "title": story.title, "words": words, "picture": file}
"""
#: Clients, and how often each surface is asked for before the withdrawal and, besides what was asked already, after.
CLIENTS, ENOUGH = 20, 20


def targets(made: dict[str, str]) -> list[Target]:
    path = f"/en/stories/{made['slug']}/"
    traces = (path, made["title"])
    return [
        Target("story page", path, traces),
        Target("list", "/en/stories/", traces),
        Target("home", "/en/", traces),
        Target("topic", f"/en/topics/{made['topic']}/", traces),
        Target("topics", "/en/topics/", (f"/en/topics/{made['topic']}/",)),
        Target("collection", f"/en/collections/{made['slug']}/", traces),
        Target("frame", f"/embed/v1/c/{made['slug']}", traces),
        Target("picture", made["picture"]),
    ]


def test_nobody_who_asks_after_the_answer_gets_it(site: Site) -> None:
    made = site.make(MAKE)
    hammer = Hammer(site.url, targets(made), CLIENTS)
    assert hammer.warm() == []
    hammer.start()
    hammer.wait(ENOUGH)
    _sent, answered = withdraw_by_code(site.url, made["words"])
    hammer.wait(ENOUGH + CLIENTS)
    hammer.stop()

    rows = measured(hammer.samples, answered)
    assert {row.surface: row.not_modified + row.with_bytes for row in rows} == {
        one.surface: 0 for one in hammer.targets
    }
    assert all(row.answers_before and row.answers_after and not row.failed for row in rows), rows


def test_story_that_stays_would_be_seen_as_stale(site: Site) -> None:
    """The control: the check above does notice a 304 and the bytes."""
    made = site.make(MAKE)
    hammer = Hammer(site.url, targets(made), 4)
    hammer.warm()
    answered = time.monotonic()
    hammer.start()
    hammer.wait(ENOUGH)
    hammer.stop()

    rows = measured(hammer.samples, answered)
    assert sum(row.not_modified for row in rows)
    assert sum(row.with_bytes for row in rows)


def test_old_address_and_its_parts_are_refused(site: Site) -> None:
    made = site.make(MAKE)
    path = f"/en/stories/{made['slug']}/"
    reader = Reader(site.url.removeprefix("http://"))
    _status, _body, tag = reader.get(path)

    withdraw_by_code(site.url, made["words"])

    asked: list[dict[str, str]] = [{}, {"If-None-Match": tag}, {"If-None-Match": "*"}, {"Range": "bytes=0-9"}]
    answers: list[Any] = [reader.get(path, **headers) for headers in asked]
    reader.close()
    assert [status for status, _body, _tag in answers] == [410] * 4
    assert not [1 for _status, body, _tag in answers if made["title"].encode() in body]


def test_part_of_a_page_counts_as_stale() -> None:
    assert Sample("story page", 0, 1, 206, shows_it=False).is_stale


APPROVED = """
made = []
for number in range(8):
    story = makers.make_story(staff, slug=f"raced-{time.time_ns()}")
    makers.publish(story, staff)
    type(story).objects.filter(pk=story.pk).update(title=f"Raced {number}")
    makers.workflow.save(story.pk, by=staff.contributor)
    makers.approve(story, staff)
    made.append(story.pk)
"""
#: Two processes that begin at the same instant.
RACER = """
import json, sys, time, django
django.setup()
from editorial import workflow
from editorial.blockers import Refused
from editorial.models import User
from stories import withdrawing
publisher = User.objects.get(username="publisher")
act, start, ids = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])
while time.time() < start: pass
for pk in ids:
    try:
        if act == "publish":
            workflow.publish(pk, by=publisher)
        else:
            withdrawing.withdraw(pk, by=None, source="code")
    except Refused:
        pass
"""
LEFT = """
from django.utils import timezone
from editorial.models import Channel, Edition
ids = json.loads('IDS')
now = timezone.now()
left = [channel for channel in Channel if Edition.objects.public(channel, now).filter(piece_id__in=ids).exists()]
made = [left, Edition.objects.filter(piece_id__in=ids, ends_at__gt=now).count()]
"""


def test_publishing_at_the_same_moment_brings_nothing_back(site: Site) -> None:
    ids = json.dumps(site.make(APPROVED))
    start = str(time.time() + 6)
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, act, start, ids], cwd=ROOT, env=site.environment)
        for act in ("publish", "withdraw")
    ]

    assert [racer.wait(timeout=120) for racer in racers] == [0, 0]
    assert site.make(LEFT.replace("IDS", ids)) == [[], 0]

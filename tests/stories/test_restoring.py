"""The drill: a copy of the database from before a withdrawal is put back, the server starts, and the story is gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="copies the file of the database")

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.makers import make_collection, make_staff, make_story, make_tag, publish
staff, tag = make_staff(), make_tag("Learning")
for slug in ("classroom", "partly"):
    publish(make_story(staff, slug=slug, title=f"Title of {slug}", tags=[tag]), staff)
publish(make_collection(staff, slug="lessons", any_of=[tag]), staff)
"""
WITHDRAW = """
import django; django.setup()
from stories import withdrawing
from stories.models import Story
for slug, scopes in (("classroom", ()), ("partly", ("partners",))):
    withdrawing.withdraw(Story.objects.get(slug=slug).pk, by=None, source="code", scopes=scopes)
"""
START = """
import json, sys
from django.conf import settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
from config.wsgi import application
from editorial.answering import answer
found = {path: [answer(path).status, [s for s in ("classroom", "partly") if f"Title of {s}" in answer(path).text]]
         for path in sys.argv[1:]}
print(json.dumps(found))
"""
VERIFY = """
import json, django; django.setup()
from editorial import events
print(json.dumps(events.first_fault()))
"""
PATHS = (
    "/en/stories/classroom/", "/en/stories/partly/", "/en/stories/", "/en/", "/en/topics/learning/",
    "/en/collections/lessons/", "/embed/v1/c/lessons",
)  # fmt: skip


class Site:
    """A database, a ledger and an anchor of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "firsthand.sqlite3"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "VAR_DIR": str(folder),
            "SITE_URL": "http://localhost",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FIRSTHAND_MODE": "development",
        }

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def said(self, program: str, *arguments: str) -> Any:
        done = self.run(program, *arguments)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Backed up, withdrawn, restored; not started yet."""
    site = Site(tmp_path_factory.mktemp("restored"))
    site.said(PREPARE)
    before = site.said(START, *PATHS)
    assert before["/en/stories/classroom/"] == [200, ["classroom"]]
    assert before["/embed/v1/c/lessons"] == [200, ["classroom", "partly"]]
    shutil.copy(site.database, site.folder / "backup.sqlite3")
    site.said(WITHDRAW)
    shutil.copy(site.folder / "backup.sqlite3", site.database)
    return site


def test_restored_backup_shows_nothing_that_was_taken_back(drilled: Site) -> None:
    found = drilled.said(START, *PATHS)

    assert found["/en/stories/classroom/"][0] == 410
    assert [path for path, (_status, titles) in found.items() if "classroom" in titles] == []
    assert found["/en/stories/partly/"] == [200, ["partly"]]
    assert found["/embed/v1/c/lessons"] == [200, []]


def test_restored_backup_is_found_out_by_the_record(drilled: Site) -> None:
    assert "a backup from before was restored" in drilled.said(VERIFY)


def test_server_does_not_start_without_the_ledger(drilled: Site) -> None:
    drilled.said(START, *PATHS)
    ledger = drilled.folder / "ledger" / "withdrawals.jsonl"
    ledger.rename(ledger.with_name("elsewhere"))
    done = drilled.run(START, *PATHS)
    ledger.with_name("elsewhere").rename(ledger)

    assert done.returncode != 0
    assert "--accept-new-ledger" in done.stderr

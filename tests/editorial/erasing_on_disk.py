"""Erases a story in a database of its own that lies on the disk, and looks for it in the bytes of its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import sys, pathlib, django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from editorial import cleaning, workflow
from editorial.models import Erasure
from tests.editorial.test_erasing import told_of
from tests.makers import make_staff

def found():
    connection.close()
    folder = pathlib.Path(sys.argv[1])
    names = ("firsthand.sqlite3", "firsthand.sqlite3-wal", "firsthand.sqlite3-journal")
    files = [folder / name for name in names if (folder / name).exists()]
    return {file.name: file.read_bytes().count(sys.argv[2].encode()) for file in files}

staff = make_staff()
story = told_of(staff)
workflow.withdraw(story.pk, by=staff.publisher)
print(sum(found().values()))
workflow.erase(story.pk, by=staff.publisher)
workflow.erase(story.pk, by=staff.consent_officer)
cleaning.clean_storage.call(Erasure.objects.get().pk)
import json; print(json.dumps({name: count for name, count in found().items() if count}))
"""


def erased_on_disk(folder: Path, canary: str) -> tuple[int, dict[str, int]]:
    """How often the canary stood in the files before, and in which of them, how often, it does after."""
    environment = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FIRSTHAND_MODE": "development",
    }
    environment.pop("DATABASE_URL")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), canary],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.strip().splitlines()[-2:]
    return int(before), json.loads(after)

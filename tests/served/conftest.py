"""A real server with the demonstration, started as `make demo` starts it, for tests that need processes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0


@dataclass(frozen=True)
class Site:
    """Where the demonstration runs, and how to log in."""

    url: str
    passwords: dict[str, str]
    environment: dict[str, str]

    def manage(self, code: str) -> str:
        """Run Python in a process of its own, with Django set up; what it printed."""
        prelude = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + code],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def served_database() -> Iterator[str]:
    """A database of its own beside the one of the tests; empty text means SQLite in the folder of the site."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        yield ""
        return
    import psycopg

    name = f"firsthand_served_{os.getpid()}"
    where = {"host": database["HOST"], "port": database["PORT"] or 5432, "user": database["USER"]}
    with psycopg.connect(dbname="postgres", password=database["PASSWORD"], autocommit=True, **where) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield "postgres://{user}:{password}@{host}:{port}/{name}".format(
            **where, password=database["PASSWORD"], name=name
        )
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, served_database: str) -> Iterator[Site]:
    port = free_port()
    folder = tmp_path_factory.mktemp("site")
    environment = {
        **os.environ,
        "FIRSTHAND_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder),
        "SITE_URL": f"http://localhost:{port}",
        "DATABASE_URL": served_database or f"sqlite:///{folder / 'firsthand.sqlite3'}",
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + PATIENCE
        while "Firsthand is running" not in log.read_text() and time.monotonic() < end and process.poll() is None:
            time.sleep(0.1)
        said = log.read_text()
        assert "Firsthand is running" in said, said
        passwords = dict(re.findall(r"^    (\w+) +(\S+)$", said, re.MULTILINE))
        yield Site(f"http://localhost:{port}", passwords, environment)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"No Chromium at {CHROMIUM}. Install Debian's package, or name another in CHROMIUM.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()

"""A real server with the demonstration, started as `make demo` starts it, for tests that need processes."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0
#: What the makers of tests/makers.py need.
MAKING = """
import itertools, json, time
from editorial.models import User
from tests import makers
makers._numbers = itertools.count(time.time_ns())  # slugs that no earlier process took
person = {user.username: user for user in User.objects.all()}
staff = makers.Staff(*(person[name] for name in ("contributor", "editor", "reviewer", "publisher", "consent")))
"""


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

    def make(self, code: str) -> Any:
        """Run code that puts what a test works on into the database; what it calls `made`."""
        return json.loads(self.manage(f"{MAKING}\n{code}\nprint(json.dumps(made))"))


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


def close_page(page: Page) -> None:
    """Close a page once it has loaded: closed in the middle of a navigation, this Chromium at times never answers."""
    if not page.is_closed():
        page.wait_for_load_state("load")
        page.close()


class People:
    """Browsers of the people at the desk: each logs in once, and keeps what it loaded for the tests that follow."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.known: dict[str, BrowserContext] = {}

    def browser_of(self, username: str, **options: Any) -> BrowserContext:
        """The one of this person with these options; without a name that of a visitor."""
        key = f"{username} {options}"
        if key not in self.known:
            self.known[key] = self.browser.new_context(base_url=self.site.url, **options)
            if username and options:
                self.known[key].add_cookies(self.browser_of(username).cookies())  # type: ignore[arg-type]  # the same
            elif username:
                self.log_in(self.known[key], username)
            # One window stays open: to start the process behind it takes longer than to load a page.
            self.known[key].new_page().goto("/admin/me/" if username else "/en/")
        return self.known[key]

    def new_browser(self, username: str = "") -> BrowserContext:
        """One for a test that logs in or ends a log-in; the caller closes it."""
        context = self.browser.new_context(base_url=self.site.url)
        if username:
            self.log_in(context, username)
        return context

    def log_in(self, context: BrowserContext, username: str) -> None:
        page = context.new_page()
        page.goto("/admin/")
        page.fill("#id_username", username)
        page.fill("#id_password", self.site.passwords[username])
        page.click("[type=submit]")
        close_page(page)


class Windows:
    """Windows that are open together, and what their consoles say as an error.

    What the policy of the page blocks is such a word too; an answer that refuses (401, 409, 422) is not.
    """

    def __init__(self, people: People) -> None:
        self.people = people
        self.pages: list[Page] = []
        self.said: list[str] = []

    def open(self, username: str = "", address: str = "", **options: Any) -> Page:
        return self.open_in(self.people.browser_of(username, **options), address)

    def open_in(self, context: BrowserContext, address: str = "") -> Page:
        page = context.new_page()
        self.pages.append(page)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        if address:
            page.goto(address)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not re.search(r"status of (401|409|422)", message.text):
            self.said.append(message.text)

    def close(self) -> None:
        for page in self.pages:
            close_page(page)


@pytest.fixture(scope="session")
def people(browser: Browser, site: Site) -> Iterator[People]:
    found = People(browser, site)
    yield found
    for context in found.known.values():
        context.close()


@pytest.fixture
def windows(people: People) -> Iterator[Windows]:
    opened = Windows(people)
    yield opened
    opened.close()
    assert opened.said == []


def serious_findings(page: Page, within: str | None = None) -> list[str]:
    """What axe finds that is serious or critical, but in frames: the rule, and where it was found."""
    # A page behind another window may be put to sleep, and would never answer.
    page.bring_to_front()
    options = {"resultTypes": ["violations"], "iframes": False}
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]

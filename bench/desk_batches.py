"""What each of the two processes of `bench.desk` does: ask its own site for pages, and say what each one cost.

Needs Django alone, because it runs in both virtual environments. Orders come as lines of JSON, answers go out so.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

#: Not reads or writes but the brackets around them.
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
COUNTED = re.compile(r"This is version \d+ of the text")


@dataclass(frozen=True)
class Site:
    """One site that is ready to be asked: by whom, where, and how to count what was saved."""

    name: str
    editor: Any
    edit_url: str
    list_url: str
    form_id: str
    #: The button that saves a draft.
    button: dict[str, str]
    revisions: Callable[[], int]


class FormReader(HTMLParser):
    """Reads what a browser would post from one form of a page, found by its id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.posted: list[tuple[str, str]] = []
        self.is_inside = False
        self.select, self.textarea = "", ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = found.get("id") == self.form_id
        elif tag == "option" and self.select and "selected" in found:
            self.posted.append((self.select, found.get("value", "")))
        elif not self._is_sent(found):
            return
        elif tag == "input":
            self._read_input(found)
        elif tag == "select":
            self.select = found["name"]
        elif tag == "textarea":
            self.textarea, self.text = found["name"], []

    def _is_sent(self, found: dict[str, str]) -> bool:
        is_ours = found["form"] == self.form_id if "form" in found else self.is_inside
        return is_ours and bool(found.get("name")) and "disabled" not in found

    def _read_input(self, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if kind in {"submit", "button", "image", "file", "reset"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in found:
                self.posted.append((found["name"], found.get("value", "on")))
            return
        self.posted.append((found["name"], found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.textarea:
            self.posted.append((self.textarea, "".join(self.text).removeprefix("\n")))
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text.append(data)


class Asker:
    """Asks one site, as one person who has logged in, through all of its middleware."""

    def __init__(self, site: Site) -> None:
        from django.test import Client

        self.site = site
        self.saves = 0
        self.client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        self.client.force_login(site.editor)

    def once(self, page: str) -> float:
        """Seconds of CPU that one request of this page, or one save, takes."""
        return self._save() if page == "save" else self._get(self._url(page))

    def _url(self, page: str) -> str:
        return {"edit": self.site.edit_url, "list": self.site.list_url}[page]

    def _save(self) -> float:
        """One change of the rich text, saved as a draft; to fetch the form is not part of the cost."""
        form = self._form()
        start = time.process_time()
        response = self.client.post(self.site.edit_url, form)
        took = time.process_time() - start
        assert response.status_code == 302, f"{self.site.name} did not save: {response.status_code}"
        return took

    def _get(self, url: str) -> float:
        start = time.process_time()
        response = self.client.get(url)
        took = time.process_time() - start
        assert response.status_code == 200, f"{self.site.name} answered {response.status_code} at {url}"
        return took

    def _form(self) -> dict[str, list[str]]:
        page = self.client.get(self.site.edit_url).content.decode()
        reader = FormReader(self.site.form_id)
        reader.feed(page)
        self.saves += 1
        form: dict[str, list[str]] = {name: [value] for name, value in self.site.button.items()}
        changed = 0
        for name, value in reader.posted:
            text, times = COUNTED.subn(f"This is version {self.saves + 100} of the text", value)
            changed += times
            form.setdefault(name, []).append(text)
        assert changed == 1, f"The form of {self.site.name} holds the text {changed} times"
        return form

    # --- What the other process may order -------------------------------------------------------------------------
    def about(self) -> str:
        """What answers here, and on what it runs."""
        import sqlite3

        import django

        python = ".".join(str(part) for part in sys.version_info[:3])
        return f"Python {python}, Django {django.get_version()}, SQLite {sqlite3.sqlite_version}"

    def batch(self, page: str, times: int) -> list[float]:
        """Milliseconds of CPU of each request."""
        before = self.site.revisions()
        gc.collect()
        taken = [self.once(page) * 1000 for _ in range(times)]
        made = self.site.revisions() - before
        assert made == (times if page == "save" else 0), f"{self.site.name} made {made} revisions in {times} × {page}"
        return taken

    def queries(self, page: str) -> int:
        """How many queries one request makes, without the brackets of transactions."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        if page == "save":
            form = self._form()
            with CaptureQueriesContext(connection) as found:
                self.client.post(self.site.edit_url, form)
        else:
            with CaptureQueriesContext(connection) as found:
                self.once(page)
        return sum(not query["sql"].startswith(BRACKETS) for query in found.captured_queries)

    def size(self, page: str) -> int:
        """Bytes of HTML, uncompressed; a save answers with a redirect and has none."""
        return 0 if page == "save" else len(self.client.get(self._url(page)).content)


def answer(prepare: Callable[[], Site]) -> None:
    """Makes the site ready, then does what the lines on standard input order, until there are no more."""
    # What a site prints itself must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asker = Asker(prepare())
    print(json.dumps(asker.site.name), file=answers)
    for line in sys.stdin:
        verb, *rest = json.loads(line)
        print(json.dumps(getattr(asker, verb)(*rest)), file=answers)

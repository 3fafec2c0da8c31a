"""Every page of the desk: no serious finding of axe, nothing that its own policy blocks, no sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.served.conftest import People, Site, Windows, serious_findings

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

MADE = """
from django.utils import timezone
from editorial import comments, sharing, workflow
from editorial.models import Tag
tags = [makers.make_tag("Learning"), makers.make_tag("Work")]
draft = makers.make_story(staff, title="A draft with faults", tags=tags, consented=False)
comments.add(draft.pk, by=staff.reviewer, body="Whose bell? @contributor", field="body", quote="The bell rang twice.")
comments.add(draft.pk, by=staff.contributor, body="Resolved soon.")
said = comments.add(draft.pk, by=staff.reviewer, body="Done.")
comments.resolve(draft.pk, said.pk, by=staff.reviewer)
draft.body = '<h3>Before</h3><p>The bell rang three times. Read it <a href="https://example.org/">here</a>.</p>'
draft.save()
workflow.save(draft.pk, by=staff.contributor)
review = makers.make_story(staff, title="A story in review", tags=tags)
workflow.submit(review.pk, by=staff.contributor)
live = makers.make_story(staff, title="A story that readers see")
makers.publish(live, staff)
live.standfirst = "How one lesson changed an evening."
live.save()
workflow.save(live.pk, by=staff.contributor)
race = makers.make_story(staff, title="A story by two")
page = makers.make_page(staff, slug="shared-with-a-reader")
link = sharing.make(page.pk, by=staff.contributor, for_whom="An outside reader")
made = {"draft": draft.pk, "review": review.pk, "live": live.pk, "race": race.pk, "page": page.pk, "tag": tags[0].pk}
made |= {"other_tag": tags[1].pk, "shared": sharing.address_of(link)}
"""
#: Who looks at which page; the addresses are filled in from what was made.
PAGES = {
    "log-in": ("", "/admin/login/"),
    "my work": ("contributor", "/admin/"),
    "my work of a reviewer": ("reviewer", "/admin/"),
    "a group of my work": ("contributor", "/admin/work/drafts/"),
    "list": ("editor", "/admin/stories/story/"),
    "add a story": ("contributor", "/admin/stories/story/add/"),
    "add a summary": ("contributor", "/admin/research/summary/add/"),
    "add a collection": ("contributor", "/admin/reading/collection/add/"),
    "add a consent": ("consent", "/admin/stories/consent/add/"),
    "draft": ("contributor", "/admin/stories/story/{draft}/change/"),
    "in review": ("reviewer", "/admin/stories/story/{review}/change/"),
    "live with a change": ("publisher", "/admin/stories/story/{live}/change/"),
    "merge": ("editor", ""),
    "history": ("contributor", "/admin/stories/story/{draft}/history/"),
    "compare": ("contributor", "/admin/stories/story/{draft}/compare/?from=revision-1&to=now&all=1"),
    "revision": ("contributor", "/admin/stories/story/{draft}/revision/?number=1"),
    "preview": ("contributor", "/admin/stories/story/{live}/look/"),
    "preview on a phone": ("contributor", "/admin/stories/story/{live}/look/?width=phone&as=social"),
    "preview alone": ("contributor", "/admin/stories/story/{live}/preview/"),
    "share": ("contributor", "/admin/reading/page/{page}/share/"),
    "shared": ("", "{shared}"),
    "comments": ("contributor", "/admin/stories/story/{draft}/comments/"),
    "where it is used": ("editor", "/admin/stories/story/{live}/used/"),
    "bulk": ("editor", "/admin/stories/story/bulk/submit/?ids={draft},{live}"),
    "bulk, done": ("editor", "/admin/stories/story/bulk/submit/?ids={draft}"),
    "find": ("contributor", "/admin/find/?q=bell"),
    "tags": ("editor", "/admin/editorial/tag/"),
    "tag": ("editor", "/admin/editorial/tag/{tag}/change/"),
    "rename a tag": ("editor", "/admin/editorial/tag/{tag}/rename/?name=Lessons&slug=lessons"),
    "merge a tag": ("editor", "/admin/editorial/tag/{tag}/merge/?into={other_tag}"),
    "import": ("contributor", "/admin/stories/story/import/"),
    "my settings": ("contributor", "/admin/me/"),
}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 720}
ON_A_PHONE_IN_THE_DARK = ("my work", "draft", "compare")
#: What sticks out of the window, from the outside in.
WIDE = """() => {
  const { scrollWidth } = document.documentElement;
  if (scrollWidth <= innerWidth) return [];
  const isWide = (part) => part.getBoundingClientRect().right > innerWidth + 1;
  return [...document.querySelectorAll("body *")].filter(isWide).slice(0, 8).map((part) => part.outerHTML.slice(0, 99));
}"""


@dataclass(frozen=True)
class Seen:
    """What one look at a page shows."""

    findings: list[str]
    #: What the console said: errors of scripts, and what the policy blocked.
    said: list[str]
    wide: list[str]


class Tour:
    """Looks at each page once, for all tests of this module; one window for each person."""

    def __init__(self, windows: Windows, made: dict[str, Any]) -> None:
        self.windows, self.made = windows, made
        self.pages: dict[str, Page] = {}
        self.seen: dict[str, Seen] = {}

    def at(self, name: str, **options: Any) -> Page:
        username, address = PAGES[name]
        key = f"{username} {options}"
        if key not in self.pages:
            self.pages[key] = self.windows.open(username, **options)
        page = self.pages[key]
        if name == "merge":
            self._lose_a_race(page)
        else:
            answer = page.goto(address.format(**self.made))
            assert answer is not None
            assert (answer.status, page.url.endswith(address.format(**self.made))) == (200, True), page.url
        if name == "bulk, done":
            page.get_by_role("button", name="Submit for review").click()
        for waiting in page.locator("select.select2-hidden-accessible, [data-autocomplete-light-function]").all()[:1]:
            waiting.locator("xpath=following-sibling::*[contains(@class, 'select2')]").wait_for()
        return page

    def _lose_a_race(self, page: Page) -> None:
        address = f"/admin/stories/story/{self.made['race']}/change/"
        page.goto(address)
        first = self.windows.open("contributor", address)
        first.fill("#id_standfirst", "What the contributor wrote.")
        first.click("[name=_save]")
        page.fill("#id_standfirst", "What the editor wrote.")
        page.click("[name=_save]")
        page.get_by_role("button", name="Save with these choices").wait_for()

    def look(self, name: str) -> Seen:
        if name not in self.seen:
            self.windows.said.clear()
            page = self.at(name)
            findings = serious_findings(page)
            page.set_viewport_size(PHONE)
            wide = page.evaluate(WIDE)
            page.set_viewport_size(DESKTOP)
            self.seen[name] = Seen(findings, list(self.windows.said), wide)
        return self.seen[name]


@pytest.fixture(scope="module")
def tour(people: People, site: Site) -> Iterator[Tour]:
    windows = Windows(people)
    yield Tour(windows, site.make(MADE))
    windows.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_serious_finding(tour: Tour, name: str) -> None:
    assert tour.look(name).findings == []


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_to_its_policy_and_its_scripts_run(tour: Tour, name: str) -> None:
    assert tour.look(name).said == []


@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_scroll_sideways_on_a_phone(tour: Tour, name: str) -> None:
    assert tour.look(name).wide == []


@pytest.mark.parametrize("name", ON_A_PHONE_IN_THE_DARK)
def test_page_has_no_serious_finding_on_a_phone_in_the_dark(tour: Tour, name: str) -> None:
    page = tour.at(name, color_scheme="dark", viewport=PHONE)

    assert serious_findings(page) == []

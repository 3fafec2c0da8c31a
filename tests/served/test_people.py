"""What people do, in a browser: a visitor reads, each role does its part, a partner embeds."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.served.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

STORY = "/en/stories/learning-to-think/"
LogIn = Callable[[str], Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[[], Page]]:
    """New windows, each with cookies of its own; a word on the console that is an error fails the test.

    An answer that is gone (410), or that shows two texts to choose from (409), is such a word and none.
    """
    contexts, said = [], []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not re.search(r"status of (409|410)", message.text):
            said.append(message.text)

    def make() -> Page:
        context = browser.new_context(base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def log_in(open_page: Callable[[], Page], site: Site) -> LogIn:
    def make(username: str) -> Page:
        page = open_page()
        page.goto("/admin/")
        page.fill("#id_username", username)
        page.fill("#id_password", site.passwords[username])
        page.click("[type=submit]")
        return page

    return make


def status_of(site: Site, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def open_piece(page: Page, kind: str, title: str) -> None:
    page.goto(f"/admin/{kind}/")
    page.get_by_role("link", name=title, exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def open_more(page: Page) -> None:
    page.locator(".desk details.more > summary").click()


def told(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def test_visitor_follows_a_story_to_a_number_and_its_source(open_page: Callable[[], Page]) -> None:
    page = open_page()
    page.goto("/en/")
    page.get_by_role("link", name="Learning to think, one classroom at a time").first.click()
    expect(page.locator("article")).to_contain_text("Yukyung Lim")
    page.get_by_role("link", name="Resettlement").first.click()
    page.get_by_role("link", name="Why most refugees from North Korea are women").click()
    page.get_by_role("link", name="more than 33,000").first.click()
    expect(page.locator("h1")).to_have_text("North Korean refugees who reached South Korea")
    page.get_by_role("link", name="About this source").first.click()
    expect(page.locator("h1")).to_contain_text("Most North Korean Refugees Are Women")


def test_story_goes_through_three_people_before_readers_see_the_change(
    site: Site, log_in: LogIn, open_page: Callable[[], Page]
) -> None:
    new = "Men and women from North Korea in South Korea, compared"
    writer = log_in("contributor")
    writer.goto("/admin/research/summary/")
    writer.locator("#result_list a", has_text="Men and women from North Korea").click()
    address = writer.url
    old = writer.input_value("#id_title")
    writer.fill("#id_title", new)
    writer.click("input[name=_save]")
    told(writer, "What readers see has not changed")
    reader = open_page()
    reader.goto("/en/research/gender-and-assimilation/")
    expect(reader.locator("h1")).to_have_text(old)

    press(writer, "Save and submit for review")
    told(writer, "Submitted for review")
    expect(writer.get_by_role("button", name="Approve")).to_have_count(0)
    refused = writer.locator(".desk > details", has_text="What cannot be done now, and why")
    expect(refused.locator("li", has_text="Approve").first).to_contain_text("You changed this text yourself")

    reviewer = log_in("reviewer")
    reviewer.goto(address)
    press(reviewer, "Approve")
    told(reviewer, "Approved")

    publisher = log_in("publisher")
    publisher.goto(address)
    press(publisher, "Publish now")
    told(publisher, "Readers see it now")
    reader.reload()
    expect(reader.locator("h1")).to_have_text(new)


def test_scheduled_edition_is_announced_on_the_desk(log_in: LogIn) -> None:
    writer = log_in("contributor")
    open_piece(writer, "reading/page", "About Firsthand")
    address = writer.url
    writer.fill("#id_standfirst", "Stories with the research behind them.")
    press(writer, "Save and submit for review")
    told(writer, "Submitted for review")
    reviewer = log_in("reviewer")
    reviewer.goto(address)
    press(reviewer, "Approve")
    told(reviewer, "Approved")
    publisher = log_in("publisher")
    publisher.goto(address)
    later = timezone.localtime() + timedelta(hours=2)
    schedule = publisher.locator(".desk form.verb", has=publisher.get_by_role("button", name="Schedule", exact=True))
    schedule.locator("input[name=at]").fill(later.strftime("%Y-%m-%dT%H:%M"))
    press(publisher, "Schedule")
    expect(publisher.locator(".desk .state")).to_contain_text("Edition 2 appears at")

    open_more(publisher)
    press(publisher, "Cancel the schedule")
    expect(publisher.locator(".desk .state")).not_to_contain_text("appears at")


def test_two_people_saving_lose_nothing(log_in: LogIn) -> None:
    first, second = log_in("contributor"), log_in("editor")
    for page in (first, second):
        open_piece(page, "reading/page", "How we work")
    first.fill("#id_standfirst", "What the contributor wrote.")
    second.fill("#id_standfirst", "What the editor wrote.")
    second.fill("#id_title", "How we work here")
    first.click("input[name=_save]")
    told(first, "Saved")
    second.click("input[name=_save]")

    expect(second.locator(".merge .lead")).to_contain_text("Demo contributor changed this piece")
    conflict = second.get_by_role("group", name="Standfirst")
    expect(conflict).to_contain_text("What the contributor wrote.")
    expect(conflict).to_contain_text("What the editor wrote.")
    expect(conflict.get_by_label("What you typed")).to_be_checked()
    press(second, "Save with these choices")
    told(second, "Saved")
    assert second.input_value("#id_standfirst") == "What the editor wrote."
    assert second.input_value("#id_title") == "How we work here"


def test_partner_pastes_the_frame_into_a_file(open_page: Callable[[], Page], tmp_path: Path) -> None:
    page = open_page()
    page.goto("/en/collections/learning/")
    page.click("summary:has-text('Embed')")
    code = page.input_value("#embed-code")
    file = tmp_path / "partner.html"
    file.write_text(f"<!doctype html><title>Partner</title><h1>Our partner page</h1>{code}")

    page.goto(file.as_uri())

    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Learning")
    expect(frame.get_by_role("link", name="Learning to think, one classroom at a time")).to_be_visible()
    assert frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/ko/",
        STORY,
        "/en/research/why-most-refugees-are-women/",
        "/en/statistics/",
        "/en/statistics/traders-at-entry/",
        "/en/topics/",
        "/en/collections/women/",
        "/embed/v1/c/women",
    ],
)
def test_page_has_no_serious_finding(open_page: Callable[[], Page], browser: Browser, site: Site, path: str) -> None:
    # Axe puts its own script into the page, which the policy of the site forbids.
    context = browser.new_context(base_url=site.url, bypass_csp=True)
    page = context.new_page()
    page.goto(path)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


def test_ended_story_is_gone_everywhere(site: Site, log_in: LogIn, open_page: Callable[[], Page]) -> None:
    # Last: nothing brings it back.
    reader = open_page()
    reader.goto(STORY)
    publisher = log_in("publisher")
    open_piece(publisher, "stories/story", "Learning to think, one classroom at a time")
    open_more(publisher)
    publisher.locator(".desk details.end summary").click()
    press(publisher, "End it now")
    told(publisher, "Ended")

    reader.reload()
    expect(reader.locator("h1")).to_have_text("This page is no longer here.")
    assert status_of(site, STORY) == 410
    for path in ("/en/", "/ko/", "/en/stories/", "/en/topics/", "/en/collections/learning/"):
        reader.goto(path)
        assert "Yukyung" not in reader.content()
    reader.goto("/embed/v1/c/learning")
    assert "Learning to think" not in reader.content()

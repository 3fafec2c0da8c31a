"""The desk in a browser that runs no script: every step of the work is a plain form or link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.served.conftest import Site, Windows

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

MADE = """
names = ("work", "compare", "comment", "race")
made = {name: makers.make_story(staff, title=f"A plain lesson ({name})").pk for name in names}
"""
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def made(site: Site) -> Any:
    return site.make(MADE)


@pytest.fixture
def plain(windows: Windows, made: Any) -> Open:
    """A page about the story of that name, for that person, without script."""

    def opened(username: str, name: str = "", page: str = "change/") -> Page:
        address = f"/admin/stories/story/{made[name]}/{page}" if name else page
        return windows.open(username, address, java_script_enabled=False)

    return opened


def told(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_text_is_saved_submitted_approved_and_published(plain: Open) -> None:
    writer = plain("contributor", "work")
    writer.get_by_label("Text:", exact=True).fill("<p>The bell rang <em>once</em>.</p>")
    button(writer, "Save")
    told(writer, "Saved.")
    assert writer.input_value("#id_body") == "<p>The bell rang <em>once</em>.</p>"
    button(writer, "Save and submit for review")
    told(writer, "Submitted for review.")

    reviewer = plain("reviewer", page="/admin/")
    reviewer.get_by_role("link", name="Review “A plain lesson (work)”").click()
    button(reviewer, "Approve")
    told(reviewer, "Approved.")

    publisher = plain("publisher", page="/admin/")
    publisher.get_by_role("link", name="Publish or schedule “A plain lesson (work)”").click()
    button(publisher, "Publish now")
    told(publisher, "Readers see it now.")


def test_new_piece_is_begun(plain: Open) -> None:
    page = plain("contributor", page="/admin/reading/page/add/")
    page.get_by_label("Title:").fill("Begun without script")
    page.get_by_label("Slug:").fill("begun-without-script")
    page.get_by_label("Text:", exact=True).fill("<p>Only this.</p>")
    button(page, "Save")

    expect(page.locator("h1")).to_have_text("Begun without script")


def test_comment_is_said_answered_and_resolved(plain: Open) -> None:
    page = plain("reviewer", "comment")
    page.locator("#comment-field").select_option("Text")
    page.locator("#comment-body").fill("Which bell?")
    button(page, "Comment")
    told(page, "Your comment stands.")
    writer = plain("contributor", "comment")
    writer.locator(".comment summary").click()
    writer.get_by_label("Your answer").fill("The one of the school.")
    button(writer, "Send")
    expect(writer.locator(".comment-answer")).to_contain_text("The one of the school.")
    button(writer, "Resolve")

    expect(writer.locator(".comments-resolved summary")).to_have_text("1 resolved comment")


def test_preview_shows_the_draft_in_its_frame(plain: Open) -> None:
    page = plain("contributor", "compare")
    page.get_by_role("link", name="Preview").click()

    expect(page.frame_locator("iframe").locator("h1")).to_have_text("A plain lesson (compare)")
    page.get_by_label("Shared link").check()
    button(page, "Show")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("A plain lesson (compare)")


def test_history_compares_and_brings_an_earlier_text_back(plain: Open) -> None:
    page = plain("contributor", "compare")
    page.get_by_label("Standfirst:").fill("Another afternoon.")
    button(page, "Save")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="What it changed").first.click()
    expect(page.locator(".difference del")).to_contain_text("How one lesson changed an")
    expect(page.locator(".difference ins")).to_contain_text("Another")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Revision 1", exact=True).click()
    button(page, "Bring this text back as a draft")
    told(page, "The earlier text is back as a draft.")

    assert page.input_value("#id_standfirst") == "How one lesson changed an afternoon."


def test_two_who_save_at_once_choose(plain: Open) -> None:
    first, second = plain("contributor", "race"), plain("editor", "race")
    first.get_by_label("Standfirst:").fill("What the first wrote.")
    second.get_by_label("Standfirst:").fill("What the second wrote.")
    button(first, "Save")
    button(second, "Save")
    expect(second.get_by_role("group", name="Standfirst")).to_contain_text("What the first wrote.")
    button(second, "Save with these choices")

    assert second.input_value("#id_standfirst") == "What the second wrote."


def test_find_answers_on_a_page_of_its_own(plain: Open) -> None:
    page = plain("contributor", page="/admin/")
    page.get_by_role("searchbox").fill("plain lesson compare")
    button(page, "Find")
    page.get_by_role("link", name="A plain lesson (compare)").click()

    expect(page.locator("h1")).to_have_text("A plain lesson (compare)")

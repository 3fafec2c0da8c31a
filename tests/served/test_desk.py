"""The desk by keyboard alone: a story from the first letter to its public page, and the box that finds anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.served.conftest import People, Site, Windows, serious_findings
from tests.served.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

TITLE = "The evening class above the bakery"
SLUG = "the-evening-class-above-the-bakery"
#: The consent officer records whose story it is, and that she agrees.
CONSENT = f"""
from stories.models import Narrator, Story, StoryNarrator
from editorial import workflow
story = Story.objects.get(slug="{SLUG}")
StoryNarrator.objects.create(story=story, narrator=Narrator.objects.create(risk_level=0))
makers.make_consent(story, by=staff.consent_officer)
workflow.reclear(story.pk, by=staff.consent_officer)
made = story.pk
"""


def by_keyboard(windows: Windows, username: str) -> Keyboard:
    keys = Keyboard(windows.open(username))
    keys.page.goto("/admin/")
    return keys


@pytest.fixture
def new_keyboard(people: People, windows: Windows) -> Iterator[Keyboard]:
    """That of somebody who has not logged in."""
    context = people.new_browser()
    yield Keyboard(windows.open_in(context))
    context.close()


def told(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def write_the_story(keys: Keyboard) -> None:
    page = keys.page
    expect(page.locator(".ProseMirror[contenteditable=true]")).to_be_visible()
    keys.fill("Title", TITLE)
    keys.fill("Standfirst", "Why twelve people climb the stairs on Mondays.")
    keys.fill("Byline", "A chosen name")
    keys.tab_to("Text", "DIV")
    keys.type("The bread was ready at six. ")
    keys.press("Control+b")
    keys.type("So were we.")
    keys.press("Enter")
    keys.type("The lamp was lit.")
    keys.fill("Tags", "family")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Family")
    keys.press("Enter")
    expect(page.locator(".select2-selection__choice")).to_have_count(1)


def test_story_is_written_reviewed_and_published_without_a_pointer(
    site: Site, windows: Windows, new_keyboard: Keyboard
) -> None:
    writer = new_keyboard
    writer.page.goto("/admin/")
    writer.fill("Username", "contributor")
    writer.fill("Password", site.passwords["contributor"])
    writer.follow("Log in")
    writer.follow("new (Stories)")
    write_the_story(writer)
    writer.follow("Save", "INPUT")
    told(writer.page, "Saved.")
    assert writer.page.input_value("#id_slug") == SLUG
    assert writer.page.input_value("#id_body") == (
        "<p>The bread was ready at six. <strong>So were we.</strong></p><p><strong>The lamp was lit.</strong></p>"
    )
    site.make(CONSENT)
    writer.follow("Save and submit for review")
    told(writer.page, "Submitted for review.")

    reviewer = by_keyboard(windows, "reviewer")
    reviewer.follow(f"Review “{TITLE}”")
    reviewer.follow("Approve", "BUTTON")
    told(reviewer.page, "Approved.")

    publisher = by_keyboard(windows, "publisher")
    publisher.follow(f"Publish or schedule “{TITLE}”")
    publisher.follow("Publish now", "BUTTON")
    told(publisher.page, "Readers see it now.")

    reader = windows.open(address=f"/en/stories/{SLUG}/")
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator("article")).to_contain_text("The bread was ready at six.")


# --- Find anything --------------------------------------------------------------------------------------------------
def ask(keys: Keyboard, words: str) -> None:
    keys.press("/")
    expect(keys.page.locator("#find-text")).to_be_focused()
    keys.type(words)
    expect(keys.page.get_by_role("option").first).to_be_visible()


def test_slash_leads_to_the_box_and_enter_opens_what_the_arrows_chose(windows: Windows) -> None:
    keys = by_keyboard(windows, "contributor")
    ask(keys, "about firsthand")
    keys.press("ArrowDown")
    expect(keys.page.get_by_role("option", selected=True)).to_contain_text("About Firsthand")
    with keys.page.expect_navigation():
        keys.press("Enter")

    expect(keys.page.locator("h1")).to_have_text("About Firsthand")


def test_escape_closes_the_answers_and_leads_back(windows: Windows) -> None:
    keys = by_keyboard(windows, "contributor")
    keys.tab_to("see the site")
    ask(keys, "learning")
    keys.press("Escape")
    expect(keys.page.get_by_role("listbox")).to_have_count(0)
    keys.press("Escape", "Escape")

    assert keys.focus["name"] == "see the site"


def test_answers_have_no_serious_finding(windows: Windows) -> None:
    keys = by_keyboard(windows, "editor")
    ask(keys, "learning")
    keys.press("ArrowDown")

    assert serious_findings(keys.page, within="#find") == []

"""Nothing that somebody typed is lost: not to a colleague, a crash, an ended log-in or a comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.served.conftest import People, Site, Windows

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

MADE = """
names = ("presence", "autosave", "crash", "logged_out", "tab", "race", "fitting", "checks", "comment")
made = {name: makers.make_story(staff, title=f"A lesson ({name})").pk for name in names}
"""
#: What waits for seconds waits for a moment: signs of life, keeping, checking.
HURRY = """
for (const name of ["setTimeout", "setInterval"]) {
  const wait = window[name];
  window[name] = (act, time, ...rest) => wait(act, time >= 1000 ? 300 : time, ...rest);
}
"""
Address = Callable[[str], str]
Open = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def form(site: Site) -> Address:
    """The address of the form of the story of that name."""
    made = site.make(MADE)
    return lambda name: f"/admin/stories/story/{made[name]}/change/"


@pytest.fixture
def opened(windows: Windows) -> Open:
    """A window of this person at this address, whose scripts wait less."""

    def open_at(username: str, address: str) -> Page:
        page = windows.open(username)
        page.add_init_script(HURRY)
        page.goto(address)
        return page

    return open_at


def type_standfirst(page: Page, text: str) -> None:
    page.locator("#id_standfirst").fill("")
    page.locator("#id_standfirst").press_sequentially(text)


def kept(page: Page) -> None:
    expect(page.locator("#kept-at")).to_contain_text("for you alone; not saved yet")


def test_second_person_sees_who_else_is_here_and_that_they_leave(opened: Open, form: Address) -> None:
    first = opened("contributor", form("presence"))
    second = opened("editor", form("presence"))
    here = second.locator("#presence")
    expect(here).to_have_text("Demo contributor is reading this.")
    type_standfirst(first, "Two of us.")
    expect(here).to_have_text("Demo contributor is writing in this.")
    first.goto("/admin/")

    expect(here).to_be_empty()


def test_notice_tells_that_somebody_saved_meanwhile(opened: Open, form: Address) -> None:
    first = opened("contributor", form("presence"))
    second = opened("editor", form("presence"))
    type_standfirst(first, "Saved by the first.")
    first.click("[name=_save]")

    expect(second.locator("#presence")).to_contain_text("Demo contributor changed this piece after you opened it.")


def test_what_is_typed_is_kept_and_told_so(opened: Open, form: Address) -> None:
    writer = opened("contributor", form("autosave"))
    type_standfirst(writer, "Kept while I type.")

    expect(writer.locator("#kept-at")).to_have_text(re.compile(r"^Kept at .+, for you alone; not saved yet\.$"))


def test_text_is_offered_after_a_closed_tab_and_comes_back(opened: Open, form: Address) -> None:
    before = opened("contributor", form("crash"))
    before.locator(".ProseMirror").click()
    before.keyboard.press("Control+End")
    before.keyboard.type(" And a third time.")
    kept(before)
    before.close()
    after = opened("contributor", form("crash"))
    expect(after.locator(".unsaved")).to_contain_text("You were typing here")
    expect(after.locator(".ProseMirror")).not_to_contain_text("third time")
    after.get_by_role("link", name="Bring it back").click()
    expect(after.locator(".ProseMirror")).to_have_text("The bell rang twice. And a third time.")
    after.click("[name=_save]")
    expect(after.locator(".messagelist")).to_contain_text("Saved.")

    assert after.input_value("#id_body") == "<p>The bell rang twice. And a third time.</p>"


def test_new_piece_is_offered_after_a_closed_tab(opened: Open) -> None:
    before = opened("contributor", "/admin/reading/page/add/")
    before.fill("#id_title", "Never saved")
    kept(before)
    before.close()
    after = opened("contributor", "/admin/reading/page/add/")
    after.get_by_role("link", name="Bring it back").click()
    expect(after.locator("#id_title")).to_have_value("Never saved")
    after.goto("/admin/reading/page/add/")
    after.get_by_role("button", name="Throw it away").click()

    expect(after.locator(".unsaved")).to_have_count(0)


def type_in(page: Page, site: Site) -> None:
    page.fill("#id_username", "contributor")
    page.fill("#id_password", site.passwords["contributor"])
    page.click("[type=submit]")
    # Whoever goes on in another window needs the cookie that the answer brings.
    expect(page.locator("#id_password")).to_have_count(0)


@pytest.fixture
def ending(people: People, windows: Windows) -> Iterator[Page]:
    """A window whose log-in the test may end."""
    context = people.new_browser("contributor")
    page = windows.open_in(context)
    page.add_init_script(HURRY)
    yield page
    # Signs of life, with what an ended log-in had given the page.
    windows.said = [word for word in windows.said if "status of 403" not in word]
    context.close()


def test_text_comes_back_over_a_log_in_that_ended(ending: Page, site: Site, form: Address) -> None:
    ending.goto(form("logged_out"))
    ending.fill("#id_title", "A lesson, typed on")
    ending.context.clear_cookies(name="sessionid")
    ending.click("[name=_save]")
    expect(ending.locator(".kept")).to_contain_text("what you typed is kept and comes back")
    type_in(ending, site)
    expect(ending.locator("#id_title")).to_have_value("A lesson, typed on")
    ending.click("[name=_save]")

    expect(ending.locator("h1")).to_have_text("A lesson, typed on")


def test_form_goes_on_after_a_log_in_in_a_second_tab(ending: Page, site: Site, form: Address) -> None:
    ending.goto(form("tab"))
    ending.context.clear_cookies()
    type_standfirst(ending, "Typed without a log-in.")
    expect(ending.locator("#kept-at")).to_contain_text("Log in again in a second tab")
    second = ending.context.new_page()
    second.goto("/admin/")
    type_in(second, site)
    ending.click("[name=_save]")

    expect(ending.locator("#id_standfirst")).to_have_value("Typed without a log-in.")


def saved_by_both(opened: Open, address: str, first: dict[str, str], second: dict[str, str]) -> Page:
    """Both open the form, then both save; the page of the second."""
    pages = [opened(username, address) for username in ("contributor", "editor")]
    for page, fields in zip(pages, (first, second), strict=True):
        for name, text in fields.items():
            page.fill(f"#id_{name}", text)
    for page in pages:
        page.click("[name=_save]")
    return pages[1]


def values(page: Page, *names: str) -> list[Any]:
    return [page.input_value(f"#id_{name}") for name in names]


def test_two_who_save_the_same_field_choose_and_lose_nothing(opened: Open, form: Address) -> None:
    mine = {"standfirst": "What the editor wrote.", "title": "The editor’s title"}
    page = saved_by_both(opened, form("race"), {"standfirst": "What the contributor wrote."}, mine)
    conflict = page.get_by_role("group", name="Standfirst")
    expect(conflict).to_contain_text("What the contributor wrote.")
    expect(conflict).to_contain_text("What the editor wrote.")
    conflict.get_by_label("What Demo contributor saved").check()
    page.get_by_role("button", name="Save with these choices").click()
    expect(page.locator(".messagelist")).to_contain_text("Saved, with what you chose of both texts.")

    assert values(page, "title", "standfirst") == ["The editor’s title", "What the contributor wrote."]


def test_two_who_save_different_fields_keep_both(opened: Open, form: Address) -> None:
    page = saved_by_both(opened, form("fitting"), {"byline": "Another name"}, {"title": "Another title"})
    expect(page.locator(".lead")).to_contain_text("You changed different fields, so both fit together.")
    page.get_by_role("button", name="Save with these choices").click()
    expect(page.locator(".messagelist")).to_contain_text("Saved")

    assert values(page, "title", "byline") == ["Another title", "Another name"]


def test_checks_follow_the_typing_and_lead_to_the_field(opened: Open, form: Address) -> None:
    writer = opened("contributor", form("checks"))
    expect(writer.locator("#checks")).to_contain_text("Of what was saved last.")
    writer.fill("#id_byline", "")
    item = writer.locator('#checks a[href="#id_byline"]')
    expect(item).to_be_visible()
    item.click()
    expect(writer.locator("#id_byline")).to_be_focused()
    writer.keyboard.type("A chosen name")

    expect(item).to_have_count(0)


def test_passage_is_commented_on_without_losing_what_is_typed(opened: Open, form: Address) -> None:
    writer = opened("contributor", form("comment"))
    writer.fill("#id_title", "Typed and not saved")
    writer.locator(".ProseMirror").click()
    writer.keyboard.press("Control+End")
    writer.keyboard.press("Shift+Control+ArrowLeft")
    writer.keyboard.press("Shift+Control+ArrowLeft")
    writer.get_by_role("button", name="Comment on this passage").click()
    expect(writer.locator("#comment-body")).to_be_focused()
    writer.keyboard.type("Once, or more often?")
    writer.locator("#comments").get_by_role("button", name="Comment", exact=True).click()

    said = writer.locator(".comments-list .comment")
    expect(said.locator(".comment-quote")).to_have_text("twice.")
    expect(said.locator(".comment-body")).to_have_text("Once, or more often?")
    expect(said.locator(".comment-about")).to_have_text("About: Text")
    assert writer.input_value("#id_title") == "Typed and not saved"

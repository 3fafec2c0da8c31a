"""The prose editor in a browser: clean pasting, numbers and sources picked by keyboard, a document imported.

A word on the console that is an error or a warning, such as one about the policy of the page, fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.docx import docx, item, paragraph, picture
from tests.served.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

CLIPBOARDS = Path(__file__).parent.parent / "editorial" / "clipboards"
PASTE = """(element, html) => {
  const held = new DataTransfer();
  held.setData("text/html", html);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
Open = Callable[[str], Page]


@pytest.fixture
def open_as_writer(browser: Browser, site: Site) -> Iterator[Open]:
    """A page of the desk, open for a contributor."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/admin/")
    page.fill("#id_username", "contributor")
    page.fill("#id_password", site.passwords["contributor"])
    page.click("[type=submit]")

    def make(address: str) -> Page:
        page.goto(address)
        expect(page.locator(".ProseMirror[contenteditable=true]").first).to_be_visible()
        return page

    yield make
    context.close()
    assert said == []


def text_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=False).and_(page.locator(".ProseMirror")).first


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").first.get_by_role("button", name=name, exact=True)


def save_new_page(page: Page, slug: str) -> str:
    """Save it and read what the form holds then: what the server made of the text."""
    page.fill("#id_title", slug)
    page.fill("#id_slug", slug)
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Saved")
    return page.input_value("#id_body")


REPORT = '<a href="https://example.org/report{}" rel="noopener noreferrer">'
FROM_WORD = (
    "<h2>What lessons do</h2><h2>Before</h2><p>The <strong>bell</strong> rang <em>twice</em> in Seoul, and then once."
    "</p><p>New words.</p><ul><li><p>A book</p><ul><li><p>its cover</p></li></ul></li><li><p><strong>A pen</strong></p>"
    "</li></ul><h3>After</h3><ol><li><p>First</p></li><li><p>Second</p></li></ol><p>Left</p><p>Right</p>"
    f"<p>{REPORT.format('')}The report</a> and notes.</p>"
)
FROM_GOOGLE_DOCS = (
    "<h2>What lessons do</h2><p>The <strong>bell</strong> rang <em>twice</em>. 종이 울렸다. See "
    f"{REPORT.format('?a=b')}the report</a>.</p><h3>After</h3><ul><li><p>A book</p><ul><li><p>its cover</p></li></ul>"
    "</li><li><p>A pen</p></li></ul>"
)


@pytest.mark.parametrize(("name", "comes_out"), [("word", FROM_WORD), ("google_docs", FROM_GOOGLE_DOCS)])
def test_paste_comes_out_clean(open_as_writer: Open, name: str, comes_out: str) -> None:
    page = open_as_writer("/admin/reading/page/add/")

    text_field(page).evaluate(PASTE, (CLIPBOARDS / f"{name}.html").read_text())

    assert save_new_page(page, f"pasted-{name.replace('_', '-')}") == comes_out


def test_paste_of_a_phrase_stays_in_its_paragraph(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    text_field(page).click()
    page.keyboard.type("Before ")

    text_field(page).evaluate(
        PASTE,
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><span>a phrase</span></b>',
    )

    assert page.input_value("#id_body") == "<p>Before a phrase</p>"


PASTE_PICTURE = """(element) => {
  const held = new DataTransfer();
  held.items.add(new File(["x"], "picture.png", { type: "image/png" }));
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
NO_PICTURES = "Pictures are not taken from the clipboard; add them under Pictures."


def test_pasted_picture_is_not_dropped_in_silence(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    status = page.locator(".prose-editor").first.locator(".prose-status")
    text_field(page).evaluate(PASTE_PICTURE)
    expect(status).to_have_text(NO_PICTURES)
    text_field(page).click()
    page.keyboard.type("Typed on.")
    expect(status).to_be_empty()
    text_field(page).evaluate(PASTE, '<p>Words <img src="https://example.org/picture.png" alt=""></p>')
    expect(status).to_have_text(NO_PICTURES)

    assert "<img" not in page.input_value("#id_body")


#: What has no name at the moment in which it comes into the page.
NAMELESS = """
window.nameless = [];
new MutationObserver(() => {
  for (const editor of document.querySelectorAll(".ProseMirror")) {
    if (!document.getElementById(editor.getAttribute("aria-labelledby"))) window.nameless.push(editor.outerHTML);
  }
}).observe(document, { childList: true, subtree: true });
"""


def test_editor_is_named_from_its_first_moment(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    page.add_init_script(NAMELESS)
    page.reload()
    expect(page.locator(".ProseMirror[contenteditable=true]").first).to_be_visible()

    assert page.evaluate("window.nameless") == []


def test_every_tool_has_a_name_and_a_sign(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/research/summary/add/")
    tools = page.get_by_role("toolbar", name="Text tools").first.get_by_role("button")

    expect(tools).to_have_count(16)
    for tool in tools.all():
        assert tool.get_attribute("aria-label")
        box = tool.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    expect(button(page, "Paragraph")).to_have_attribute("aria-pressed", "true")


def test_story_offers_no_numbers(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/stories/story/add/")

    expect(button(page, "Pull quote")).to_be_visible()
    expect(button(page, "Number")).to_have_count(0)


def test_number_and_source_are_picked_by_keyboard_and_show_what_they_print(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    text_field(page).focus()
    page.keyboard.type("In all ")
    button(page, "Number").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Choose a number")
    expect(dialog.get_by_label("Search by title")).to_be_focused()
    page.keyboard.type("reached South Korea")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(dialog.get_by_text("Prints: more than 33,000")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(text_field(page)).to_contain_text("In all more than 33,000")
    page.keyboard.type(" came.")
    button(page, "Source").click()
    dialog = page.get_by_role("dialog", name="Choose a source")
    dialog.get_by_label("Search by title").fill("Most North Korean Refugees")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("status")).to_have_text("Choose one from the list first.")
    dialog.get_by_role("radio").check()
    dialog.get_by_label("Place in the work").fill("213-20")
    dialog.get_by_role("button", name="Insert").click()
    expect(text_field(page)).to_contain_text("Liberty in North Korea. pp. 213-20")

    stored = save_new_page(page, "with-a-number")

    assert '<p>In all <data value="statistic:' in stored
    assert '#page=213-20"></data></p>' in stored
    assert "33,000" not in stored
    expect(text_field(page)).to_contain_text("In all more than 33,000 came.")
    page.select_option("#id_language", "ko")
    expect(text_field(page)).to_contain_text("In all 3만 3천여 명 came.")


def test_mention_is_changed_to_one_edition_for_ever(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    text_field(page).click()
    button(page, "Number").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Insert").click()
    page.locator(".desk-mention").click()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Choose a number")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_label("Which value").select_option(index=1)
    dialog.get_by_role("button", name="Insert").click()
    expect(page.locator(".desk-mention[data-state=pinned]")).to_be_visible()

    assert "@" in page.input_value("#id_body")


def test_passages_set_apart_and_links_are_made_from_the_toolbar(open_as_writer: Open) -> None:
    page = open_as_writer("/admin/reading/page/add/")
    text_field(page).click()
    page.keyboard.type("What follows speaks of hunger.")
    button(page, "Content note").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("the report")
    page.keyboard.press("Shift+Home")
    button(page, "Link").click()
    dialog = page.get_by_role("dialog", name="Link")
    dialog.get_by_role("textbox").fill("javascript:alert(1)")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give an address")
    dialog.get_by_role("textbox").fill("https://example.org/report")
    dialog.get_by_role("button", name="Insert").click()

    assert save_new_page(page, "set-apart") == (
        '<aside class="content-note"><p>What follows speaks of hunger.</p></aside>'
        '<p><a href="https://example.org/report" rel="noopener noreferrer">the report</a></p>'
    )


def test_document_is_imported_as_a_draft(open_as_writer: Open, tmp_path: Path) -> None:
    document = tmp_path / "Lessons.docx"
    document.write_bytes(
        docx(paragraph("What lessons do", style="Title"), paragraph("The bell rang.", inside=picture()), item("A book"))
    )
    page = open_as_writer("/admin/stories/story/add/")
    page.goto("/admin/stories/story/")
    page.get_by_role("link", name="Import a document").click()
    page.get_by_label("Document").set_input_files(document)
    page.get_by_role("button", name="Import as a draft").click()

    expect(page.locator(".messagelist")).to_contain_text("Left out: 1 picture.")
    expect(text_field(page)).to_contain_text("The bell rang.")
    assert page.input_value("#id_title") == "What lessons do"


def test_editor_and_dialog_have_no_serious_finding(browser: Browser, site: Site) -> None:
    # Axe puts its own script into the page, which the policy of the site forbids.
    context = browser.new_context(base_url=site.url, bypass_csp=True)
    page = context.new_page()
    page.goto("/admin/")
    page.fill("#id_username", "contributor")
    page.fill("#id_password", site.passwords["contributor"])
    page.click("[type=submit]")
    for address in ("/admin/reading/page/add/", "/admin/reading/page/import/"):
        page.goto(address)
        if "add" in address:
            button(page, "Source").click()
            expect(page.get_by_role("radio").first).to_be_visible()
        found = Axe().run(page).response["violations"]
        # What is around the editor is judged elsewhere.
        ours = ("prose", "desk-dialog", "ProseMirror") if "add" in address else ("",)
        serious = [
            (one["id"], node["html"])
            for one in found
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
            if any(part in node["html"] for part in ours)
        ]
        assert serious == []
    context.close()

"""Pictures in a browser: uploaded, covered by mouse, finger and keys, and without a script; then seen by readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from editorial.pictures.example import hills
from tests.served.conftest import Site, Windows, serious_findings

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("served")]

LIST = "/admin/editorial/picture/"
MADE = """
from editorial.pictures import keeping
from editorial.pictures.example import hills
names = ("mouse", "keys", "touch", "plain", "numbers", "form")
made = {name: keeping.upload(hills(), by=staff.contributor, label=name).pk for name in names}
"""
STATE = """
from editorial.models import Picture
made = Picture.objects.values_list("recipe", flat=True).get(pk=%d)
"""


@pytest.fixture(scope="module")
def made(site: Site) -> dict[str, int]:
    found: dict[str, int] = site.make(MADE)
    return found


def drawing(windows: Windows, pk: int, **options: Any) -> Page:
    page = windows.open("contributor", f"{LIST}{pk}/change/?draw=1", **options)
    page.wait_for_load_state("networkidle")
    return page


def shapes(site: Site, pk: int) -> list[dict[str, Any]]:
    """What was saved, in whole per cent."""
    recipe = site.make(STATE % pk)
    return [
        {name: value if name == "kind" else round(value * 100) for name, value in shape.items()}
        for shape in recipe["shapes"]
    ]


def place(page: Page, across: float, down: float) -> tuple[float, float]:
    """A point of the picture on the screen."""
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=4)
    page.mouse.up()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save what is covered").click()
    page.wait_for_load_state()


def tick_all(page: Page) -> None:
    for one in page.locator(".ticks fieldset").all():
        one.get_by_label("not in it").check()


# --- Upload -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    good, bad = tmp_path / "hills.png", tmp_path / "notes.txt"
    good.write_bytes(hills())
    bad.write_text("no picture")
    return [str(good), str(bad)]


def test_files_go_up_one_by_one_and_a_refused_one_says_why(windows: Windows, files: list[str]) -> None:
    page = windows.open("contributor", f"{LIST}add/")
    page.set_input_files("#files", files)
    page.get_by_role("button", name="Upload").click()

    expect(page.locator(".uploads .done")).to_contain_text("hills.png")
    expect(page.locator(".uploads .refused")).to_contain_text("This is a text and no picture")
    page.get_by_role("link", name="Cover and check it").click()
    expect(page.locator("[data-canvas]")).to_be_visible()


def test_files_go_up_without_a_script(windows: Windows, files: list[str]) -> None:
    page = windows.open("contributor", f"{LIST}add/", java_script_enabled=False)
    page.set_input_files("#files", files)
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_role("alert")).to_contain_text("notes.txt: This is a text and no picture")
    expect(page.locator(".messagelist")).to_contain_text("1 picture uploaded.")


# --- Drawing ----------------------------------------------------------------------------------------------------------
def test_box_and_ellipse_are_drawn_moved_and_sized_with_the_mouse(
    windows: Windows, site: Site, made: dict[str, int]
) -> None:
    page = drawing(windows, made["mouse"])
    drag(page, (0.1, 0.1), (0.3, 0.3))
    page.get_by_role("button", name="Ellipse", exact=True).click()
    drag(page, (0.6, 0.4), (0.8, 0.7))
    drag(page, (0.2, 0.2), (0.3, 0.4))
    drag(page, (0.8, 0.7), (0.9, 0.8))
    page.get_by_role("button", name="Focal point", exact=True).click()
    page.mouse.click(*place(page, 0.25, 0.75))
    tick_all(page)
    save(page)

    expect(page.locator(".messagelist")).to_contain_text("Saved.")
    assert shapes(site, made["mouse"]) == [
        {"kind": "box", "x": 20, "y": 30, "width": 20, "height": 20},
        {"kind": "ellipse", "x": 60, "y": 40, "width": 30, "height": 40},
    ]
    assert round(site.make(STATE % made["mouse"])["focal_x"], 2) == 0.25


def test_shapes_are_made_moved_sized_removed_and_brought_back_by_keys(
    windows: Windows, site: Site, made: dict[str, int]
) -> None:
    page = drawing(windows, made["keys"])
    page.get_by_role("button", name="Add in the middle").press("Enter")
    shape = page.get_by_role("button", name="Box 1")
    expect(shape).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Delete")
    expect(shape).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(shape).to_have_count(1)
    save(page)

    assert shapes(site, made["keys"]) == [{"kind": "box", "x": 42, "y": 39, "width": 21, "height": 22}]


def test_shape_is_drawn_with_a_finger(windows: Windows, site: Site, made: dict[str, int]) -> None:
    page = drawing(windows, made["touch"], viewport={"width": 390, "height": 844}, has_touch=True)
    (left, top), (right, bottom) = place(page, 0.2, 0.2), place(page, 0.6, 0.5)
    finger = page.context.new_cdp_session(page)
    for kind, x, y in (("touchStart", left, top), ("touchMove", right, bottom)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_role("button", name="Box 1")).to_have_count(1)
    save(page)

    (shape,) = shapes(site, made["touch"])
    assert shape == {"kind": "box", "x": 20, "y": 20, "width": 40, "height": 30}


def test_undo_takes_one_step_back_at_a_time(windows: Windows, made: dict[str, int]) -> None:
    page = drawing(windows, made["numbers"])
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    drag(page, (0.1, 0.1), (0.3, 0.3))
    drag(page, (0.5, 0.5), (0.7, 0.7))
    undo.click()
    expect(page.locator("[data-shape]")).to_have_count(2)  # one shape and the focal point
    undo.click()

    expect(page.locator("[data-shape]")).to_have_count(1)
    expect(undo).to_be_disabled()
    page.evaluate("document.querySelector('[data-cover]').requestSubmit()")
    page.wait_for_load_state()


def test_keys_undo_step_by_step_and_the_focus_stays(windows: Windows, made: dict[str, int]) -> None:
    """Control and Z work again and again: the focus stays on the drawing, whose shapes are drawn anew each time."""
    page = drawing(windows, made["numbers"])
    drag(page, (0.1, 0.1), (0.3, 0.3))
    drag(page, (0.6, 0.6), (0.8, 0.8))
    page.keyboard.press("Delete")
    for left in (3, 2, 1):  # with the focal point
        page.keyboard.press("Control+z")
        expect(page.locator("[data-shape]")).to_have_count(left)
        assert page.evaluate("document.querySelector('[data-canvas]').contains(document.activeElement)")
    page.evaluate("document.querySelector('[data-cover]').requestSubmit()")
    page.wait_for_load_state()


def test_remove_says_what_to_do_where_nothing_is_chosen(windows: Windows, made: dict[str, int]) -> None:
    page = drawing(windows, made["numbers"])
    page.get_by_role("button", name="Remove").click()

    expect(page.locator("[data-told]")).to_have_text("Choose a shape first: click on it, or go to it with the Tab key.")


def test_preview_shows_what_readers_would_get(windows: Windows, made: dict[str, int]) -> None:
    page = drawing(windows, made["numbers"])
    drag(page, (0.0, 0.0), (1.0, 1.0))
    page.get_by_role("button", name="Show what readers will get").click()
    picture = page.locator("[data-preview-place] img")
    expect(picture).to_be_visible()
    middle = picture.evaluate(
        """async (image) => {
          await image.decode();
          const canvas = new OffscreenCanvas(1, 1).getContext("2d");
          canvas.drawImage(image, image.naturalWidth / 2, image.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        }"""
    )

    assert all(abs(a - b) < 6 for a, b in zip(middle[:3], (138, 134, 128), strict=True))
    drag(page, (0.5, 0.5), (0.4, 0.4))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-preview-words]")).to_contain_text("older than what is drawn")
    page.get_by_role("button", name="Undo").click()
    page.evaluate("document.querySelector('[data-cover]').requestSubmit()")
    page.wait_for_load_state()


def test_places_are_covered_without_a_script(windows: Windows, site: Site, made: dict[str, int]) -> None:
    page = drawing(windows, made["plain"], java_script_enabled=False)
    row = page.locator("[data-rows] tr").first
    row.locator("[name=kind]").select_option("ellipse")
    for name, value in (("x", "10"), ("y", "20"), ("width", "30"), ("height", "40")):
        row.locator(f"[name={name}]").fill(value)
    tick_all(page)
    page.locator("fieldset", has_text="A face").get_by_label("covered", exact=True).check()
    save(page)

    expect(page.get_by_text("Ellipse: 10 % to 40 % across, 20 % to 60 % down")).to_be_visible()
    assert shapes(site, made["plain"]) == [{"kind": "ellipse", "x": 10, "y": 20, "width": 30, "height": 40}]


@pytest.mark.parametrize("path", ["", "add/"])
def test_library_and_upload_have_no_serious_fault(windows: Windows, made: dict[str, int], path: str) -> None:
    page = windows.open("contributor", f"{LIST}{path}")

    assert serious_findings(page, "#content") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_page_of_a_picture_has_no_serious_fault(windows: Windows, made: dict[str, int], width: int) -> None:
    page = drawing(windows, made["form"], viewport={"width": width, "height": 900})

    assert serious_findings(page, "#content") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- Readers ----------------------------------------------------------------------------------------------------------
def test_reader_gets_the_picture_in_the_best_format(windows: Windows) -> None:
    page = windows.open("", "/en/collections/learning/")
    image = page.locator("figure.picture img")
    expect(image).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert image.evaluate("image => image.naturalWidth") > 0
    assert image.evaluate("image => image.currentSrc").endswith(".avif")
    assert serious_findings(page, "main") == []


FRAMED = """
from tests.pictures import make_picture, use
tag = makers.make_tag("Framed")
story = makers.make_story(staff, tags=[tag])
use(story, make_picture(staff), staff, is_lead=True)
makers.publish(story, staff)
made = makers.publish(makers.make_collection(staff, any_of=[tag]), staff).slug
"""


def test_frame_on_another_site_shows_pictures_inside_its_sandbox(windows: Windows, site: Site) -> None:
    slug = site.make(FRAMED)
    page = windows.open()
    page.set_content(f'<iframe src="{site.url}/embed/v1/c/{slug}" width="600" height="400"></iframe>')
    picture = page.frame_locator("iframe").locator("picture img")
    expect(picture).to_be_visible()

    expect(picture).not_to_have_js_property("naturalWidth", 0)

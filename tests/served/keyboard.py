"""A person who drives a page by keys alone, and sees at every stop where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

#: Stops of the Tab key on the longest page of the desk, and some more.
MOST_STOPS = 150
#: Keys that press a button make a click without a pointer; anything else is a word on the console, so it fails.
NO_POINTER = """
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"]) {
  addEventListener(kind, () => console.error(`a pointer was used: ${kind}`), true);
}
"""
#: Where the focus is: what a screen reader calls it, whether a ring is drawn, whether nothing lies over it.
FOCUS = r"""() => {
  const one = document.activeElement;
  if (!one || one === document.body) return { name: "", tag: "BODY", isRinged: true, isInSight: true };
  const texts = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const name = one.getAttribute("aria-label") || texts(one.getAttribute("aria-labelledby") ?? "")
    || [...(one.labels ?? [])].map((label) => label.textContent).join(" ")
    || (one.tagName === "INPUT" && one.value) || one.textContent;
  const isDrawn = (part) => part !== null && getComputedStyle(part).outlineStyle !== "none"
    && parseFloat(getComputedStyle(part).outlineWidth) >= 2;
  const box = one.getBoundingClientRect();
  const along = (start, length) => [0.05, 0.5, 0.95].map((part) => start + length * part);
  const isHit = (x, y) => one.contains(document.elementFromPoint(x, y));
  return {
    name: name.replace(/\s+/g, " ").trim(),
    tag: one.tagName,
    isRinged: isDrawn(one) || isDrawn(one.closest(".select2-selection")),
    isInSight: along(box.left, box.width).some((x) => along(box.top, box.height).some((y) => isHit(x, y))),
  };
}"""


@dataclass
class Keyboard:
    """One page under the hands of one person."""

    page: Page

    def __post_init__(self) -> None:
        self.page.add_init_script(NO_POINTER)

    @property
    def focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, name: str, tag: str = "") -> None:
        """Press Tab until the focus is on what has this name. Fails where the focus is out of sight on the way."""
        passed = []
        for _stop in range(MOST_STOPS):
            here = self.focus
            assert here["isRinged"], f"no ring around {here}"
            assert here["isInSight"], f"something lies over {here}"
            if here["name"].startswith(name) and here["tag"] == (tag or here["tag"]):
                return
            passed.append(here["name"])
            self.page.keyboard.press("Tab")
        msg = f"The Tab key never comes to {name!r}, only to {passed}"
        raise AssertionError(msg)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def fill(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.type(text)

    def follow(self, name: str, tag: str = "") -> None:
        """Come to a link or button of this name and press Enter; a new page follows."""
        self.tab_to(name, tag)
        with self.page.expect_navigation():
            self.press("Enter")

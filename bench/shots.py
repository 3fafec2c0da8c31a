"""Takes screenshots of every kind of page of a running demo, to be looked at: var/shots/*.png.

Usage: python -m bench.shots [--port 8000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM

PAGES = {
    "home": "/en/",
    "stories": "/en/stories/",
    "story": "/en/stories/learning-to-think/",
    "research": "/en/research/",
    "summary": "/en/research/why-most-refugees-are-women/",
    "statistics": "/en/statistics/",
    "statistic": "/en/statistics/traders-at-entry/",
    "source": "/en/sources/jeon-2008-trauma/",
    "topics": "/en/topics/",
    "topic": "/en/topics/women/",
    "collection": "/en/collections/women/",
    "about": "/en/about/",
    "embed": "/embed/v1/c/women",
    "missing": "/en/no-such-page/",
}
LOOKS: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1280, "height": 900}},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    site = f"http://localhost:{parser.parse_args().port}"
    folder = Path("var/shots")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for look, options in LOOKS.items():
            page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
            for name, path in PAGES.items():
                address = path.replace("/en/", "/ko/", 1) if look == "korean" else path
                page.goto(site + address)
                page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
        browser.close()
    print(f"{len(PAGES) * len(LOOKS)} pictures in {folder}")


if __name__ == "__main__":
    main()

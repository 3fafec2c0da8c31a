"""The story that both sites of the comparison hold: the demonstration's own. Standard library alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TAGS = 8
#: Short drafts beside the story, so that a list page has a list to show, and how many tags each has.
OTHERS, TAGS_OF_OTHERS = 24, 3
#: What the rich text of a revision ends with; each save writes another number there.
COUNTED = "<p>This is version {number} of the text.</p>"


def story() -> dict[str, Any]:
    """The entry of the fixture, with as many tags as are compared."""
    entry = entries("stories/fixtures/stories.toml", "story")[0]
    return entry | {"tags": entry["tags"][:TAGS]}


def source() -> dict[str, Any]:
    """The work that the story is credited to."""
    wanted = story()["credit_source"]
    return next(entry for entry in entries("research/fixtures/sources.toml", "source") if entry["slug"] == wanted)


def entries(path: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((ROOT / path).read_text())[name]
    return found


def body(number: int) -> str:
    """The text of one revision."""
    return f"{story()['body']}{COUNTED.format(number=number)}"

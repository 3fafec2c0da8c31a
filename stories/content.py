"""What an edition of a story says, typed; the only reader of its stored form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class StoryContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    byline: str = ""
    names_narrator: bool = False
    is_name_changed: bool = False
    descriptors: str = ""
    how_made: str = ""
    content_note: str = ""
    body: str = ""
    takeaway: str = ""
    credit_line: str = ""
    credit: int | None = None

    @classmethod
    def read(cls, content: dict[str, Any]) -> Self:
        """From the content of an edition; fields that are not there have their defaults."""
        return cls(**{name: content[name] for name in cls.__dataclass_fields__ if name in content})

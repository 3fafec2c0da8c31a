"""What editions of collections and pages say, typed; the only readers of their stored form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class ClauseContent:
    """One condition of a collection: pieces have all, any or none of these tags."""

    rule: str
    tags: list[int]


@dataclass(frozen=True)
class CollectionContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    intro: str = ""
    clauses: list[ClauseContent] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    order: str = "newest"
    limit: int = 24
    pins: list[int] = field(default_factory=list)
    exclusions: list[int] = field(default_factory=list)
    has_quick_exit: bool = False

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        fields = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        fields["clauses"] = [ClauseContent(one["rule"], one["tags"]) for one in stored.get("clauses", [])]
        return cls(**fields)


@dataclass(frozen=True)
class PageContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    body: str = ""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})

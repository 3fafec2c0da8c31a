"""What editions of the research kinds say, typed; the only readers of their stored form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from research.citations import Work, formatted
from research.figures import Figure, Language, words


def known(cls: type, stored: dict[str, Any]) -> dict[str, Any]:
    """The stored fields that the reader knows."""
    return {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class CitationContent:
    """One use of a work; `source` is the id of its piece, or none where the note is missing."""

    source: int | None = None
    locator: str = ""
    locator_label: str = "page"
    note_number: int | None = None
    intent: str = "supports"
    check: str = "unchecked"
    is_missing: bool = False
    as_printed: str = ""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        return cls(**known(cls, stored))


@dataclass(frozen=True)
class FindingContent:
    heading: str = ""
    text: str = ""
    strength: str = ""
    strength_note: str = ""
    statistics: list[int] = field(default_factory=list)
    citations: list[CitationContent] = field(default_factory=list)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        fields = known(cls, stored)
        fields["citations"] = [CitationContent.read(one) for one in stored.get("citations", [])]
        return cls(**fields)


@dataclass(frozen=True)
class SummaryContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    question: str = ""
    answer: str = ""
    method: str = ""
    limits: str = ""
    body: str = ""
    authors: list[str] = field(default_factory=list)
    author_role: str = ""
    summarises: int | None = None
    period: str = ""
    findings: list[FindingContent] = field(default_factory=list)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        fields = known(cls, stored)
        fields["findings"] = [FindingContent.read(one) for one in stored.get("findings", [])]
        return cls(**fields)


@dataclass(frozen=True)
class StatisticContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    value: str = ""
    low: str = ""
    high: str = ""
    bound: str = "exact"
    unit: str = "none"
    stat_type: str = "count"
    population: str = ""
    group: str = ""
    compared_with: str = ""
    denominator: str = ""
    period: str = ""
    period_kind: str = ""
    sample_size: int | None = None
    method: str = ""
    caveat: str = ""
    as_printed: str = ""
    source_missing: bool = False
    reader_note: str = ""
    citations: list[CitationContent] = field(default_factory=list)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        fields = known(cls, stored)
        fields["citations"] = [CitationContent.read(one) for one in stored.get("citations", [])]
        return cls(**fields)

    @property
    def figure(self) -> Figure:
        return Figure(self.value, self.low, self.high, self.bound, self.unit)


@dataclass(frozen=True)
class SourceContent:
    title: str
    slug: str
    language: str
    standfirst: str = ""
    csl_type: str = ""
    container_title: str = ""
    publisher: str = ""
    publisher_place: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    issued: str = ""
    url: str = ""
    evidence_kind: str = ""
    note: str = ""
    contributors: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        return cls(**known(cls, stored))

    @property
    def authors(self) -> list[str]:
        """Names as they are printed: family name first, or the literal name of an institution."""
        return [
            one.get("literal") or ", ".join(part for part in (one.get("family"), one.get("given")) if part)
            for one in self.contributors
        ]

    @property
    def formatted(self) -> str:
        work = {name: getattr(self, name) for name in Work.__dataclass_fields__ if name != "authors"}
        return formatted(Work(**work, authors=self.authors))


def figure_words(stored: dict[str, Any], language: str) -> str:
    """The number of a statistic in words, for cards and references."""
    spoken: Language = "ko" if language == "ko" else "en"
    return words(StatisticContent.read(stored).figure, spoken)

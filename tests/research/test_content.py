"""The readers of what research editions say: they take older and newer content than their own."""

from __future__ import annotations

from typing import Any

import pytest

from research.content import (
    CitationContent,
    FindingContent,
    SourceContent,
    StatisticContent,
    SummaryContent,
    figure_words,
)

SMALLEST: dict[str, Any] = {"title": "Lessons", "slug": "lessons", "language": "en"}


@pytest.mark.parametrize("reader", [StatisticContent, SummaryContent, SourceContent])
def test_reader_fills_defaults_and_ignores_what_it_does_not_know(reader: type[Any]) -> None:
    smallest = reader.read(SMALLEST)

    assert reader.read(SMALLEST | {"a_field_of_next_year": 1, "tags": [1]}) == smallest
    assert (smallest.title, smallest.standfirst) == ("Lessons", "")


def test_statistic_reads_its_citations() -> None:
    content = StatisticContent.read(SMALLEST | {"citations": [{"source": 7, "locator": "37", "colour": "red"}]})

    assert content.citations == [CitationContent(source=7, locator="37")]


def test_summary_reads_findings_with_their_citations() -> None:
    stored = {"heading": "They help", "statistics": [3], "citations": [{"is_missing": True}], "colour": "red"}

    content = SummaryContent.read(SMALLEST | {"findings": [stored]})

    missing = CitationContent(is_missing=True)
    assert content.findings == [FindingContent(heading="They help", statistics=[3], citations=[missing])]


def test_names_of_contributors_stand_as_printed() -> None:
    contributors = [{"family": "Suh", "given": "Jae-jean"}, {"literal": "Ministry of Lessons"}, {"family": "Kim"}]

    content = SourceContent.read(SMALLEST | {"contributors": contributors, "csl_type": "book"})

    assert content.authors == ["Suh, Jae-jean", "Ministry of Lessons", "Kim"]
    assert content.formatted == "Suh, Jae-jean, Ministry of Lessons, and Kim. Lessons."


def test_figure_words_come_from_the_stored_content() -> None:
    stored = SMALLEST | {"value": "33000", "bound": "more_than", "unit": "people"}

    assert figure_words(stored, "en") == "more than 33,000"
    assert figure_words(stored, "ko") == "3만 3천여 명"

"""Works cited, as text."""

from __future__ import annotations

import pytest

from research.citations import Work, formatted, located, names

ARTICLE = Work(
    title="Lessons after arrival",
    csl_type="article-journal",
    container_title="Journal of Lessons",
    volume="12",
    issue="3",
    pages="213-20",
    issued="2008",
    authors=["Suh, Jae-jean"],
)


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        ([], ""),
        (["Suh, Jae-jean"], "Suh, Jae-jean"),
        (["Suh, Jae-jean", "Kim, B."], "Suh, Jae-jean, and Kim, B."),
        (["A", "B", "C"], "A, B, and C"),
    ],
)
def test_names_stand_as_printed(authors: list[str], text: str) -> None:
    assert names(authors) == text


def test_article_in_one_line() -> None:
    assert formatted(ARTICLE) == ("Suh, Jae-jean. “Lessons after arrival”. Journal of Lessons 12.3. 2008. pp. 213-20.")


def test_book_title_stands_without_quotation_marks() -> None:
    book = Work(title="한국어 교실", csl_type="book", publisher="Press", publisher_place="Seoul", issued="1997")

    assert formatted(book) == "한국어 교실. Seoul: Press. 1997."


def test_title_in_brackets_is_not_quoted() -> None:
    assert formatted(Work(title="[Untitled paper]", csl_type="manuscript")) == "[Untitled paper]."


def test_part_that_ends_with_a_point_has_one_point() -> None:
    assert formatted(Work(title="Lessons.", csl_type="book", authors=["Kim, B."])) == "Kim, B. Lessons."


def test_work_without_anything_is_an_empty_line() -> None:
    assert formatted(Work(title="")) == ""


@pytest.mark.parametrize(
    ("locator", "label", "text"),
    [
        ("37", "page", "p. 37"),
        ("213-20", "page", "pp. 213-20"),
        ("213–20", "page", "pp. 213–20"),
        ("4", "chapter", "ch. 4"),
        ("2", "section", "§ 2"),
        ("5", "table", "table 5"),
        ("", "page", ""),
    ],
)
def test_locator_with_its_label(locator: str, label: str, text: str) -> None:
    assert located(locator, label) == text

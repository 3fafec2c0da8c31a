"""Numbers in words: every bound and every unit, in English and Korean."""

from __future__ import annotations

import pytest

from research.figures import (
    UNITS_EN,
    UNITS_KO,
    Figure,
    Language,
    grouped,
    in_myriads,
    is_number,
    without_separators,
    words,
)

BOUNDS = [
    (Figure("607", unit="people"), "607", "607명"),
    (Figure("33000", bound="exact", unit="people"), "33,000", "3만 3천 명"),
    (Figure("33000", bound="more_than", unit="people"), "more than 33,000", "3만 3천여 명"),
    (Figure("33", bound="more_than", unit="people"), "more than 33", "33명 초과"),
    (Figure("50", bound="more_than", unit="percent"), "more than 50%", "50% 초과"),
    (Figure("200", bound="at_least", unit="people"), "at least 200", "200명 이상"),
    (Figure("10", bound="at_most", unit="years"), "at most 10 years", "10년 이하"),
    (Figure("500000", bound="about", unit="people"), "about 500,000", "약 50만 명"),
    (Figure(low="4", high="5", bound="range", unit="years"), "4 to 5 years", "4~5년"),
    (Figure(low="240000", high="420000", bound="range", unit="people"), "240,000 to 420,000", "24만~42만 명"),
    (Figure("3", bound="multiple", unit="times"), "three times", "3배"),
    (Figure(bound="majority", unit="percent"), "a majority", "과반"),
    (Figure("56.4", bound="majority", unit="percent"), "a majority, 56.4%", "과반, 56.4%"),
    (Figure("1000", bound="order_of_magnitude", unit="people"), "thousands", "수천 명"),
    (Figure("10000", bound="order_of_magnitude", unit="people"), "tens of thousands", "수만 명"),
    (Figure(bound="null_finding", unit="percent"), "no difference found", "차이가 확인되지 않음"),
    (Figure(unit="people"), "not stated", "명시되지 않음"),
]

UNITS = [
    (Figure("36", unit="percent"), "36%", "36%"),
    (Figure("56.4", unit="percent"), "56.4%", "56.4%"),
    (Figure("4.2", unit="percentage_points"), "4.2 percentage points", "4.2%포인트"),
    (Figure("2.5", unit="times"), "2.5 times", "2.5배"),
    (Figure("12", unit="times"), "12 times", "12배"),
    (Figure("1", unit="years"), "1 year", "1년"),
    (Figure("18", unit="months"), "18 months", "18개월"),
    (Figure("7", unit="programmes"), "seven programmes", "7개 프로그램"),
    (Figure("1", unit="programmes"), "one programme", "1개 프로그램"),
    (Figure("2", unit="periods"), "two periods", "2개 시기"),
    (Figure("0", unit="periods"), "no periods", "0개 시기"),
    (Figure("3.75", unit="none"), "3.75", "3.75"),
]


@pytest.mark.parametrize(("figure", "english", "korean"), BOUNDS + UNITS)
def test_figure_in_both_languages(figure: Figure, english: str, korean: str) -> None:
    assert words(figure, "en") == english
    assert words(figure, "ko") == korean


def test_every_unit_has_words_in_both_languages() -> None:
    tested = {figure.unit for figure, _english, _korean in UNITS} | {"people"}

    assert tested == UNITS_EN.keys() == UNITS_KO.keys()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_low_and_high_without_a_value_read_as_a_range(language: Language) -> None:
    spelled = Figure(low="4", high="5", bound="about", unit="months")

    assert words(spelled, language) == words(Figure(low="4", high="5", bound="range", unit="months"), language)


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("9999", "9,999"),
        ("10000", "1만"),
        ("12345", "1만 2,345"),
        ("33000", "3만 3천"),
        ("500000", "50만"),
        ("12340000", "1,234만"),
        ("100000000", "1억"),
        ("123450000", "1억 2,345만"),
        ("100003000", "1억 3천"),
        ("25778816", "2,577만 8,816"),
    ],
)
def test_large_korean_numbers_step_by_ten_thousand(digits: str, text: str) -> None:
    assert in_myriads(digits) == text


@pytest.mark.parametrize(
    ("digits", "text"), [("36", "36"), ("36.0", "36.0"), ("56.40", "56.40"), ("1234567.5", "1,234,567.5"), ("-4", "-4")]
)
def test_grouped_keeps_the_digits_that_were_recorded(digits: str, text: str) -> None:
    assert grouped(digits) == text


@pytest.mark.parametrize("digits", ["0", "36", "56.4", "-4", "33000", "0.1"])
def test_plain_decimals_are_numbers(digits: str) -> None:
    assert is_number(digits)


@pytest.mark.parametrize(
    "digits", ["", " ", "many", "1e5", "1E5", "NaN", "Infinity", "-inf", "1,000", "4-5", "5%", "1.2.3"]
)
def test_odd_texts_are_no_numbers(digits: str) -> None:
    assert not is_number(digits)


@pytest.mark.parametrize(("typed", "stored"), [("33,000", "33000"), ("5,4", "5,4"), ("56,4", "56,4"), (" 607 ", "607")])
def test_comma_is_taken_out_only_where_it_sets_thousands_apart(typed: str, stored: str) -> None:
    assert without_separators(typed) == stored

"""Periods in EDTF, as a reader reads them."""

from __future__ import annotations

import pytest

from research import periods
from research.periods import moment, words


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("2014", "2014", "2014년"),
        ("2014-07", "July 2014", "2014년 7월"),
        ("2014-07-31", "31 July 2014", "2014년 7월 31일"),
        ("1997~", "about 1997", "1997년경"),
        ("2007-09~", "about September 2007", "2007년 9월경"),
    ],
)
def test_moment_in_both_languages(text: str, english: str, korean: str) -> None:
    assert moment(text, "en") == english
    assert moment(text, "ko") == korean


@pytest.mark.parametrize(
    ("period", "english", "korean"),
    [
        ("1953/1989", "1953 to 1989", "1953년~1989년"),
        ("2007-09/2007-10", "September 2007 to October 2007", "2007년 9월~2007년 10월"),
        ("2010/..", "from 2010", "2010년부터"),
        ("2010/", "from 2010", "2010년부터"),
        ("../1989", "until 1989", "1989년까지"),
        ("/1989", "until 1989", "1989년까지"),
        ("1995~/1998~", "about 1995 to about 1998", "1995년경~1998년경"),
        ("2014-07-31", "31 July 2014", "2014년 7월 31일"),
        ("", "", ""),
    ],
)
def test_period_in_both_languages(period: str, english: str, korean: str) -> None:
    assert words(period, "en") == english
    assert words(period, "ko") == korean


@pytest.mark.parametrize("text", ["the famine years", "199x", "2014?", "14-07-31", "2014-7"])
def test_text_that_is_not_understood_stays(text: str) -> None:
    assert moment(text, "en") == moment(text, "ko") == text


@pytest.mark.parametrize("text", ["2007", "2007-09-30", "1997~", "1953/1989", "2007-09/2007-10", "1991/..", "../1953"])
def test_period_that_can_be(text: str) -> None:
    assert periods.is_period(text)


@pytest.mark.parametrize("text", ["", "2007-13", "2007-00", "2010/1991", "2007-10/2007-09", "/", "../..", "soon"])
def test_period_that_cannot_be(text: str) -> None:
    assert not periods.is_period(text)

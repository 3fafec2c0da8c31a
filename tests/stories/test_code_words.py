"""Withdrawal codes: four words that can be said, written and typed in many ways."""

from __future__ import annotations

import secrets
import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories import code_words
from stories.code_words import new_code, normalised, suggestion, words

type Shape = Literal["NFC", "NFD", "NFKD"]

LANGUAGES = ["en", "ko"]
shapes: st.SearchStrategy[Shape] = st.sampled_from(["NFC", "NFD", "NFKD"])
#: A code as it is drawn, in either language.
codes = st.sampled_from(LANGUAGES).flatmap(
    lambda language: st.lists(st.sampled_from(words(language)), min_size=4, max_size=4)
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_has_2048_different_words(language: str) -> None:
    assert len(set(words(language))) == 2048


def test_bits_are_those_of_four_words() -> None:
    assert len(words("en")) ** code_words.WORDS == 2**code_words.BITS


def test_korean_words_are_stored_composed_and_none_begins_another() -> None:
    listed = sorted(words("ko"))
    assert all(unicodedata.is_normalized("NFC", word) for word in listed)
    assert not any(after.startswith(before) for before, after in pairwise(listed))


@pytest.mark.parametrize("language", ["en", "ko", "ko-KR", "fr"])
def test_new_code_is_normalised_and_needs_no_mending(language: str) -> None:
    code = new_code(language)
    assert normalised(code) == code
    assert suggestion(code, language) == ""


def test_new_code_asks_the_source_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", lambda listed: listed[0])
    assert new_code("en") == "abandon abandon abandon abandon"


@given(
    codes,
    st.sampled_from([" ", "  ", ", ", "-", "\n", " · ", ". ", "\u3000", "/"]),
    shapes,
)
def test_code_is_the_same_however_it_is_parted_and_encoded(code: list[str], gap: str, shape: Shape) -> None:
    typed = unicodedata.normalize(shape, f" {gap.join(code).upper()} ")
    assert normalised(typed) == " ".join(code)


@given(st.lists(st.sampled_from(words("ko")), min_size=4, max_size=4))
def test_korean_code_without_spaces_is_read(code: list[str]) -> None:
    assert normalised("".join(code)) == " ".join(code)


def test_korean_code_with_spaces_in_the_wrong_places_is_read() -> None:
    first, second, third, fourth = words("ko")[:4]
    assert normalised(f"{first}{second[0]} {second[1:]}{third} {fourth}") == f"{first} {second} {third} {fourth}"


def test_english_code_that_can_be_parted_in_two_ways_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_words, "_known", lambda _language: frozenset({"a", "ab", "b", "c", "bc"}))
    assert normalised("abcabc") == "abcabc"


@given(st.text(max_size=300))
def test_any_text_is_normalised_once_and_for_all(typed: str) -> None:
    assert normalised(normalised(typed)) == normalised(typed)
    suggestion(typed, "en")


def test_mistyped_word_is_named_with_the_nearest_one() -> None:
    assert suggestion("abandon zebrra tree zone", "en") == "“zebrra” is not one of the words. Is it “zebra”?"


def test_word_like_none_of_the_list_is_named() -> None:
    assert suggestion("abandon qqqq zebra zone", "en").startswith("“qqqq” is not one of the words.")


def test_mistyped_korean_word_is_named_with_the_nearest_one() -> None:
    assert "“희망”" in suggestion("가격 가끔 가난 희먕", "ko")


@pytest.mark.parametrize(("typed", "count"), [("tree", "this is 1"), ("tree zone zoo", "these are 3")])
def test_number_of_words_is_said(typed: str, count: str) -> None:
    assert count in suggestion(typed, "en")


def test_nothing_typed_asks_for_the_words() -> None:
    assert suggestion(" , ", "ko") == "Type the four words of your code."


def test_long_text_is_not_said_back() -> None:
    assert len(suggestion("x" * 100_000, "en")) < 120

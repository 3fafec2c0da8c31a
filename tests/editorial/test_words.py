"""The one table of tokens: what a text is found by, and what a query looks for."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial import words
from editorial.words import LONGEST_LINE, LONGEST_TOKEN, MOST_TERMS, Part, Term

#: Each text with the tokens that it is found by.
TABLE = {
    "": [],
    "Learning to THINK": ["learning", "to", "think"],
    "북한이탈주민은": ["북한", "한이", "이탈", "탈주", "주민", "민은"],
    "북한 이탈": ["북한", "이탈"],
    "물": ["물"],
    "2024년 3월": ["2024", "년", "3", "월"],
    "MBC뉴스를": ["mbc", "뉴스", "스를"],
    "33,834 people": ["33834", "people"],
    "1,2 and 12,34": ["1", "2", "and", "12", "34"],
    "56.4%": ["56", "4"],
    "don’t re-education don't": ["don", "t", "re", "education", "don", "t"],
    "Straße ΣΟΦΟΣ Émigré": ["strasse", "σοφοσ", "émigré"],
    "refu\u00adgee ref\u200dugee": ["refugee", "refugee"],
    "right\u202eto\u202cleft": ["right", "to", "left"],
    "हिन्दी ภาษาไทย": ["हिन्दी", "ภาษาไทย"],
    "北韓(북한)": ["北韓", "북한"],
    "snake_case slug-of-it": ["snake", "case", "slug", "of", "it"],
    '\x00\ud800 🎓 "*^:()-': [],
    "a" * 60: ["a" * LONGEST_TOKEN],
}
#: Each query with the text that it has to find.
FOUND = [
    ("북한이탈주민", "북한이탈주민은 학교에 갔다"),
    ("학교", "학교에서"),
    ("학", "학교에서"),
    ("북한ㅇ", "북한에서"),
    ("lear", "Learning to think"),
    ("the classr", "the classroom"),
    ("bell r", "The bell rang"),
    ("33834", "33,834 people"),
    ("33,834", "a value of 33834"),
    ("뉴스", "MBC뉴스를"),
    ("https://example.org/en/stories/learning-to-think/?a=1#top", "learning-to-think"),
    ("/ko/topics/%EB%B0%B0%EC%9B%80/", "배움"),
]
#: Each query with a text that it must not find.
MISSED = [
    ("lear ", "Learning to think"),
    ("ear", "Learning to think"),
    ("수용소", "용소에서 수용"),
    ("t", "Learning then"),
    ("the classr", "another classroom"),
]


def finds(query: str, text: str) -> bool:
    line = words.line([text])
    return all(words.hits(line, term) for term in words.asked(query).terms)


@pytest.mark.parametrize("text", TABLE)
def test_tokens_are_those_of_the_table(text: str) -> None:
    assert words.tokens(text) == TABLE[text]


@pytest.mark.parametrize(("query", "text"), FOUND)
def test_query_finds(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(("query", "text"), MISSED)
def test_query_does_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_tokens_are_the_same_composed_or_not(text: str) -> None:
    assert words.tokens(unicodedata.normalize("NFC", text)) == words.tokens(unicodedata.normalize("NFD", text))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_tokens_of_tokens_are_themselves(text: str) -> None:
    once = words.tokens(text)
    assert words.tokens(" ".join(once)) == once


@settings(deadline=None)
@given(st.text(max_size=60))
def test_token_holds_nothing_that_a_database_reads_as_a_sign(text: str) -> None:
    assert not any(sign in token for token in words.tokens(text) for sign in " \t\n\"'\\*:^()&|!<>-\x00")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_query_is_taken(text: str) -> None:
    query = words.asked(text)
    words.marked(text, query.terms)
    words.snippet(text, query.terms)
    assert len(query.terms) <= MOST_TERMS
    query.text.encode()


def test_line_is_cut_between_two_tokens_where_it_is_too_long() -> None:
    line = words.line(["배움" * 200_000])

    assert len(line.encode()) <= LONGEST_LINE
    assert line.endswith(("배움", "움배"))


def test_only_the_last_word_may_be_a_beginning() -> None:
    assert words.asked("the lear").terms == (Term("the", ("the",)), Term("lear", ("lear",), is_begun=True))


def test_same_word_twice_is_looked_for_once() -> None:
    assert len(words.asked("bell bell ").terms) == 1


def test_nul_and_halves_of_a_pair_are_taken_out_of_a_query() -> None:
    assert words.asked("be\x00ll \ud800").text == "be ll"


def test_marks_are_parts_and_no_markup() -> None:
    parts = words.marked("<b>Bell</b> & bells", words.asked("bell").terms)

    assert parts == (Part("<b>"), Part("Bell", is_hit=True), Part("</b> & "), Part("bell", is_hit=True), Part("s"))


def test_marks_of_a_noun_leave_its_particle_out() -> None:
    assert words.marked("학교에서", words.asked("학교").terms) == (Part("학교", is_hit=True), Part("에서"))


def test_number_is_marked_with_its_commas() -> None:
    assert Part("33,834", is_hit=True) in words.marked("In all 33,834 people.", words.asked("33834").terms)


def test_what_turns_a_line_around_is_not_shown() -> None:
    assert words.marked("a\u202ebc\u2066d", ()) == (Part("a bc d"),)


def test_snippet_is_the_surroundings_of_the_first_hit() -> None:
    text = "one two three " * 20 + "the bell rang " + "four five six " * 20

    shown = "".join(part.text for part in words.snippet(text, words.asked("bell ").terms))

    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "the bell rang" in shown
    assert len(shown) < 200


def test_snippet_of_a_text_without_a_hit_is_nothing() -> None:
    assert words.snippet("The bell rang.", words.asked("drum").terms) == ()


def test_words_know_no_django() -> None:
    assert "django" not in Path(words.__file__).read_text().replace("No Django", "")

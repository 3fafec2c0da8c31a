"""Private terms are found however they are spelled, spaced or encoded, and nowhere else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.lexicon import Lexicon, Term, check_term
from stories.naming import forms, ways

NAMES = ["김철수", "리영희", "남궁민아", "정룡철", "Chulsoo Kim", "Maria Petrova", "최은정", "金哲洙"]


def held(text: str, *terms: str, is_name: bool = False, is_given_alone: bool = False) -> list[str]:
    """The places of the terms in a text."""
    numbered = enumerate(terms, 1)
    lexicon = Lexicon(Term(number, term, is_name, is_given_alone) for number, term in numbered)
    return [text[found.start : found.end] for found in lexicon.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "김철수",
            "김 철수",
            "김-철-수",
            "김·철수",
            "김\u200b철\u2060수",
            "김\n철수",
            "ㄱㅣㅁㅊㅓㄹㅅㅜ",
            "김\u00ad철수",
            "김\u3164철수",
        ),
        unicodedata.normalize("NFD", "김철수"),
        unicodedata.normalize("NFKD", "김철수"),
    ],
)
def test_hangul_name_is_found_in_every_disguise(text: str) -> None:
    assert held(f"그날 {text}는 왔다", "김철수") == [text]


@pytest.mark.parametrize(
    "text",
    [
        *("Kim Chul-soo", "KIM CHULSOO", "kim chul soo", "Kim, Chul-soo", "Kim.Chul.Soo", "kim_chulsoo", "KimChulsoo"),
        *(
            "Ｋｉｍ Ｃｈｕｌｓｏｏ",
            "Kim Chul\u2010soo",
            "Ki\u200bm Chul\u00adsoo",
            "\u202eKim Chulsoo",
            "Kím Chulsóo",
            "K i m Chul soo",
        ),
    ],
)
def test_latin_name_is_found_in_every_disguise(text: str) -> None:
    assert held(f"then {text} came", "Kim Chul-soo") == [text.lstrip("\u202e")]


def test_apostrophes_within_a_name_are_looked_past() -> None:
    assert held("Kim Ch'ol-su’s house", "Kim Ch’ŏlsu") == ["Kim Ch'ol-su"]


@pytest.mark.parametrize("text", ["Kimberley", "Chul Kimball", "akim", "skimming"])
def test_latin_term_is_not_found_within_a_word(text: str) -> None:
    assert held(text, "Kim") == []


def test_digits_beside_a_name_do_not_hide_it() -> None:
    assert held("chulsookim1990@", "Chulsoo Kim") == ["chulsookim"]


@pytest.mark.parametrize("text", ["김철순", "김처수", "긴철수", "김철"])
def test_hangul_name_is_not_found_where_a_syllable_differs(text: str) -> None:
    assert held(text, "김철수") == []


def test_hangul_name_is_found_within_a_longer_run() -> None:
    assert held("큰김철수네", "김철수") == ["김철수"]


def test_given_name_alone_needs_a_beginning_before_it() -> None:
    assert held("우리 철수는 박철수가 아니다", "철수", is_name=True, is_given_alone=True) == ["철수"]


def test_given_name_alone_does_not_loosen_a_full_name_with_the_same_letters() -> None:
    lexicon = Lexicon([Term(1, "철수", True, is_given_alone=True), Term(1, "철수", False)])
    assert [found.start for found in lexicon.find("박철수")] == [1]


def test_brackets_and_quotation_marks_part_terms() -> None:
    assert held("Kim (Chulsoo) “Kim” Chulsoo", "Kim Chulsoo") == []


def test_spelling_that_is_not_listed_is_found_by_its_sound() -> None:
    text = "Then Kihm Cheulsuh left."
    (found,) = Lexicon([Term(7, "Kim Chul-soo", is_name=True)]).find(text)
    assert (text[found.start : found.end], found.term_id, found.is_by_sound) == ("Kihm Cheulsuh", 7, True)


def test_sound_is_for_names_alone() -> None:
    assert held("Then Kihm Cheulsuh left.", "Kim Chul-soo") == []


def test_sound_needs_capital_letters() -> None:
    assert held("then kihm cheulsuh left", "Kim Chul-soo", is_name=True) == []


def test_what_letters_find_is_not_said_again_by_sound() -> None:
    assert held("Kim Chul-soo", "Kim Chul-soo", is_name=True) == ["Kim Chul-soo"]


def test_places_are_those_of_the_text_as_given() -> None:
    text = unicodedata.normalize("NFD", "가나다 Zoë 김철수")
    (found,) = Lexicon([Term(1, "김철수", is_name=True)]).find(text)
    assert unicodedata.normalize("NFC", text[found.start : found.end]) == "김철수"


def test_mark_on_the_last_letter_belongs_to_the_place() -> None:
    assert held("Zoe\u0308 x", "Zoë") == ["Zoe\u0308"]


def test_term_does_not_show_itself() -> None:
    assert "Kim" not in repr(Term(1, "Kim Chul-soo", is_name=True))


@pytest.mark.parametrize("text", ["", " - ", "A", "김", "\u200b", "a.", "…"])
def test_short_term_is_refused_with_a_next_step(text: str) -> None:
    assert "Type" in check_term(text)


@pytest.mark.parametrize("text", ["김산", "Al", "4관", "붉은 대문"])
def test_term_of_two_letters_is_taken(text: str) -> None:
    assert check_term(text) == ""


def test_refused_term_is_never_looked_for() -> None:
    assert held("김 a 김", "김", "a") == []


FORMS = [(name, form) for name in NAMES for form in sorted(forms(name).full)]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FORMS),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.data(),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_every_way_of_every_form_is_found(
    named: tuple[str, str], shape: str, data: st.DataObject, case: object
) -> None:
    name, form = named
    assert callable(case)
    text = unicodedata.normalize(shape, case(data.draw(st.sampled_from(ways(form)))))  # type: ignore[arg-type]
    lexicon = Lexicon(Term(1, one, is_name=True) for one in forms(name).full)
    found = lexicon.find(f"“{text}” 는")
    assert any(one.end - one.start >= len(text.strip()) for one in found)


@given(st.text(max_size=200))
def test_places_lie_within_any_text(text: str) -> None:
    for found in Lexicon([Term(1, "ab", False), Term(2, "가나", True), Term(3, "12", False)]).find(text):
        assert 0 <= found.start < found.end <= len(text)

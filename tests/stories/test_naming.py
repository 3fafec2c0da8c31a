"""The ways in which a name is written, and pseudonyms that would give one away."""

from __future__ import annotations

import unicodedata

import pytest

from stories.naming import forms, reuses, ways
from stories.sounds import sound


@pytest.mark.parametrize(
    "form",
    ["Gim Cheolsu", "Kim Ch’ŏlsu", "Kim Cholsu", "Kim Chul-soo", "Gim Cheol-su", "Chul-soo Kim", "김철수", "철수 김"],
)
def test_hangul_name_has_official_northern_and_customary_forms_in_both_orders(form: str) -> None:
    assert form in forms("김철수").full


def test_name_typed_in_another_unicode_form_or_spacing_is_the_same_name() -> None:
    assert forms(unicodedata.normalize("NFD", "김철수")) == forms("김 철수") == forms("김철수")


@pytest.mark.parametrize(
    ("family", "spellings"),
    [
        ("이", {"Lee", "Yi", "Ri", "Rhee", "I", "리"}),
        ("박", {"Park", "Pak", "Bak"}),
        ("최", {"Choi", "Choe", "Choy"}),
        ("정", {"Jung", "Chung", "Jeong", "Chong"}),
        ("노", {"Ro", "Roh", "Noh", "No", "로"}),
        ("류", {"Ryu", "Yoo", "Yu", "Ryoo", "유"}),
        ("임", {"Rim", "Lim", "Im", "Yim", "림"}),
        ("량", {"Ryang", "Yang", "양"}),
        ("김", {"Kim", "Gim"}),
    ],
)
def test_family_name_has_its_customary_spellings(family: str, spellings: set[str]) -> None:
    assert spellings <= forms(f"{family}장미").family


def test_initial_rule_works_both_ways_in_the_given_name() -> None:
    assert "정용철" in forms("정룡철").full
    assert "정룡철" in forms("정용철").full


def test_two_syllable_family_name_is_known() -> None:
    assert {"남궁", "Namgung"} <= forms("남궁민아").family
    assert "민아" in forms("남궁민아").given


def test_name_that_splits_in_two_ways_is_read_in_both() -> None:
    read = forms("황보라미")
    assert {"황", "황보"} <= read.family
    assert {"보라미", "라미"} <= read.given


def test_given_name_of_one_syllable_is_not_looked_for_alone() -> None:
    assert forms("박산").given == frozenset()


def test_latin_name_is_read_in_both_orders_with_every_spelling_of_the_family() -> None:
    full = forms("Chulsoo Pak").full
    assert {"Park Chulsoo", "Chulsoo Park", "Bak Chulsoo"} <= full


def test_capitals_and_commas_say_which_name_is_the_family() -> None:
    assert "Jung" in forms("JUNG Ha").family
    assert "Ha" not in forms("JUNG Ha").family
    assert "Petrova" in forms("Petrova, Maria").family


def test_hanja_family_name_is_read_aloud() -> None:
    read = forms("金哲洙")
    assert {"김", "Kim"} <= read.family
    assert "金哲洙" in read.full


def test_several_names_on_one_line_are_all_read() -> None:
    assert {"김철수", "Maria Petrova"} <= forms("김철수 (Maria Petrova)").full


@pytest.mark.parametrize("typed", ["", " ", "()", "123", "\u200b", "-", ",", "가", "A", "ㅋㅋ", "\ud800"])
def test_text_that_is_no_name_breaks_nothing(typed: str) -> None:
    forms(typed)


def test_ways_write_a_form_out() -> None:
    assert ways("Kim Chul-soo") == [
        *("Kim Chul-soo", "Kim Chul soo", "Kim Chulsoo", "KimChulsoo", "Kim, Chul-soo", "Kim, Chul soo"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("Chulsoo", "Cheolsu", "Chol-su", "Ch’ŏlsu", "CHULSU"),
        ("Park", "Pak", "Bak", "Bahk"),
        ("Younghee", "Yonghui", "Yeong-heui", "Yunghi"),
        ("Hyun", "Hyeon", "Hyon"),
        ("Jung", "Chung", "Jeong", "Chong"),
        ("Kwon", "Gweon"),
        ("Choi", "Choe", "Choy"),
        ("Lee", "Ri", "Rhee"),
        ("Tae", "Dae", "Dai"),
    ],
)
def test_spellings_of_one_name_sound_alike(words: tuple[str, ...]) -> None:
    assert len({sound(word) for word in words}) == 1


@pytest.mark.parametrize(("one", "other"), [("Kim", "Cho"), ("Minsu", "Minsung"), ("Yuna", "Mina"), ("Hana", "Han")])
def test_different_names_sound_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    "pseudonym", ["김장미", "김 할머니", "Ms. Kim", "Rose Gim", "金장미", unicodedata.normalize("NFD", "김장미"), "KIM"]
)
def test_pseudonym_with_the_real_family_name_is_refused_in_any_script(pseudonym: str) -> None:
    assert reuses(pseudonym, ["김철수"]) == "family"


@pytest.mark.parametrize("pseudonym", ["Rhee", "이장미", "리 씨", "Lee Jang-mi", "Yi"])
def test_pseudonym_with_another_form_of_the_family_name_is_refused(pseudonym: str) -> None:
    assert reuses(pseudonym, ["Ri Sol-ju"]) == "family"


@pytest.mark.parametrize("pseudonym", ["철수", "박철수", "Chul Soo", "Mr Cheolsu", "Park Ch’ŏl-su", "Chulsu Han"])
def test_pseudonym_with_the_real_given_name_is_refused_in_any_script(pseudonym: str) -> None:
    assert reuses(pseudonym, ["김철수"]) == "given"


def test_pseudonym_in_hangul_is_heard_against_a_real_name_in_latin_letters() -> None:
    assert reuses("박철수", ["Kim Chul-soo"]) == "given"


@pytest.mark.parametrize("pseudonym", ["장미", "한 여사", "Ms. Han", "Rose", "", "N-4X7Q"])
def test_pseudonym_that_reuses_nothing_is_free(pseudonym: str) -> None:
    assert reuses(pseudonym, ["김철수", "Kim Chul-soo", "金哲洙"]) is None


def test_every_name_on_file_counts() -> None:
    assert reuses("Maria", ["김철수", "Petrova, Maria"]) == "given"

"""Details that could point to a person are found in planted texts, most of them, and not everywhere else."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stories.details import DetailClass, Proposal, propose

PLANTED = Path(__file__).parent / "planted"
LANGUAGES = ["en", "ko"]


@dataclass(frozen=True)
class Planted:
    start: int
    end: int
    quote: str
    cls: str

    def is_met_by(self, proposal: Proposal) -> bool:
        """Whether a proposal has its class and at least half of its letters."""
        shared = min(self.end, proposal.end) - max(self.start, proposal.start)
        return proposal.cls == self.cls and 2 * shared >= self.end - self.start

    def touches(self, proposal: Proposal) -> bool:
        return proposal.cls == self.cls and proposal.start < self.end and self.start < proposal.end


def planted(language: str) -> Iterator[tuple[str, list[Planted]]]:
    """The texts with their details, which stand in the file in the order of the text."""
    for entry in tomllib.loads((PLANTED / f"{language}.toml").read_text(encoding="utf-8"))["texts"]:
        text, details, at = entry["text"], [], 0
        for detail in entry["details"]:
            at = text.index(detail["quote"], at)
            details.append(Planted(at, at + len(detail["quote"]), detail["quote"], detail["class"]))
            at += len(detail["quote"])
        yield text, details


@pytest.mark.parametrize("language", LANGUAGES)
def test_planted_texts_are_many_and_of_every_class(language: str) -> None:
    texts = list(planted(language))
    assert sum(bool(details) for _text, details in texts) >= 50
    assert {detail.cls for _text, details in texts for detail in details} == set(DetailClass.values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_planted_details_are_found(language: str) -> None:
    missed, count = [], 0
    for text, details in planted(language):
        proposals = propose(text, language)
        count += len(details)
        missed += [detail for detail in details if not any(map(detail.is_met_by, proposals))]
    for detail in missed:
        print(f"missed {detail.cls}: {detail.quote}")  # noqa: T201  (the misses are what this test is read for)
    recall = 1 - len(missed) / count
    print(f"recall in {language}: {recall:.3f} of {count}")  # noqa: T201
    assert recall >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_of_five_proposals_are_planted(language: str) -> None:
    right, count = 0, 0
    for text, details in planted(language):
        for proposal in propose(text, language):
            count += 1
            right += any(detail.touches(proposal) for detail in details)
    assert right / count >= 0.6


@pytest.mark.parametrize(
    ("text", "cls", "quote", "is_specific"),
    [
        ("It was in 2010.", "year", "2010", True),
        ("It was the early 2010s.", "year", "the early 2010s", False),
        ("2010년에 떠났다", "year", "2010년", True),
        ("2010년대 초에 떠났다", "year", "2010년대 초", False),
        ("He lived in Musan county.", "place", "Musan county", True),
        ("It is a northern province.", "place", "a northern province", False),
        ("She lived in the north.", "place", "the north", False),
        ("무산군에 살았다", "place", "무산군", True),
        ("북부 지방에 살았다", "place", "북부 지방", False),
        ("He was in the 5th Corps.", "unit", "5th Corps", True),
        ("5군단에 있었다", "unit", "5군단", True),
        ("in her forties", "age", "in her forties", False),
        ("사십대에 배웠다", "age", "사십대", False),
        ("We left in the spring.", "season", "spring", False),
        ("We left in the spring of 2010.", "season", "spring", True),
        ("on 12 March 2009", "season", "12 March", True),
    ],
)
def test_exact_and_coarse_details_are_told_apart(text: str, cls: str, quote: str, is_specific: bool) -> None:
    found = {
        proposal.quote: proposal.is_specific
        for lang in LANGUAGES
        for proposal in propose(text, lang)
        if proposal.cls == cls
    }
    assert found.get(quote) is is_specific


def test_place_is_known_as_north_and_south_write_it() -> None:
    quotes = [proposal.quote for proposal in propose("라진과 나진, 룡천과 용천", "ko") if proposal.cls == "place"]
    assert quotes == ["라진", "나진", "룡천", "용천"]


@pytest.mark.parametrize("place", ["Chongjin", "Ch’ŏngjin", "Cheongjin", "Hoeryong", "Hyesan"])
def test_place_is_known_in_each_romanisation(place: str) -> None:
    assert [proposal.quote for proposal in propose(f"They met in {place}.", "en") if proposal.cls == "place"] == [place]


@pytest.mark.parametrize("text", ["계획이 무산되었다.", "개성 있는 사람이었다.", "안주를 시켰다.", "전화 통화를 했다."])
def test_everyday_words_are_no_places(text: str) -> None:
    assert [proposal.quote for proposal in propose(text, "ko") if proposal.cls == "place"] == []


def test_places_of_quotes_are_those_of_the_text_as_given() -> None:
    text = unicodedata.normalize("NFD", "저는 무산에서 여덟 살까지 살았다.")
    found = propose(text, "ko")
    assert [unicodedata.normalize("NFC", text[one.start : one.end]) for one in found] == ["무산", "여덟 살"]
    assert all(one.quote == text[one.start : one.end] for one in found)


def test_details_of_one_class_do_not_overlap() -> None:
    for language in LANGUAGES:
        for text, _details in planted(language):
            ends: dict[str, int] = {}
            for proposal in propose(text, language):
                assert proposal.start >= ends.get(proposal.cls, 0)
                ends[proposal.cls] = proposal.end


def test_other_languages_are_read_with_both_sets_of_rules() -> None:
    assert {proposal.quote for proposal in propose("1994 두만강", "de")} >= {"1994", "두만강"}


@pytest.mark.parametrize("text", ["", " ", "\u1161", "\ud800", "가" * 5000, "1 " * 5000])
def test_strange_texts_break_nothing(text: str) -> None:
    for language in LANGUAGES:
        propose(text, language)

"""Which words of a story could point to a person: a place, a year, a unit, a rare event. Proposals for an editor.

Found by rules (stories/words/details.en.toml and details.ko.toml), for English and Korean. A rule misses what it was
not written for: a text without proposals is not a safe text. tests/stories/test_details.py measures how much is found.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from stories import gazetteer

LANGUAGES = ("en", "ko")
FOLDER = Path(__file__).parent / "words"

_NAMED = re.compile("<([A-Z_]+)>")
_FOLD = re.compile(r"(?:\A|\n)  ")


class DetailClass(TextChoices):
    """Kinds of detail by which somebody who knows the person may know them again."""

    PLACE = "place", _("Place")
    YEAR = "year", _("Year")
    SEASON = "season", _("Season or date")
    AGE = "age", _("Age")
    OCCUPATION = "occupation", _("Occupation")
    UNIT = "unit", _("Unit, rank or service")
    FAMILY = "family", _("Family")
    ROUTE = "route", _("Route")
    ILLNESS = "illness", _("Illness")
    EVENT = "event", _("Rare event")
    SCHOOL = "school", _("School or workplace")
    OTHER = "other", _("Other")


@dataclass(frozen=True)
class Proposal:
    """A detail at `text[start:end]`, which is `quote`. Coarse ones, such as “early 2010s”, are not specific."""

    start: int
    end: int
    quote: str
    cls: DetailClass
    is_specific: bool


def propose(text: str, language: str) -> list[Proposal]:
    """Details in the order of the text. Those of one class do not overlap; those of two may.

    `language` is en or ko, with a region or without; for any other both sets of rules are tried.
    """
    composed, places = _composed(text)
    found = [proposal for cls in DetailClass for proposal in _of_class(composed, cls, language)]
    if places:
        found = [_placed(proposal, text, places) for proposal in found]
    return sorted(found, key=lambda proposal: (proposal.start, proposal.end, proposal.cls))


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    is_specific: bool


def _rules(cls: DetailClass, language: str) -> list[_Rule]:
    spoken = language.partition("-")[0]
    return [rule for one in ([spoken] if spoken in LANGUAGES else LANGUAGES) for rule in _read(one)[cls]]


@cache
def _read(language: str) -> dict[DetailClass, list[_Rule]]:
    """The rules of a language. An entry may name others that stand before it."""
    stored = tomllib.loads((FOLDER / f"details.{language}.toml").read_text(encoding="utf-8"))
    words = gazetteer.patterns()
    for name, entry in stored["words"].items():
        words[name] = _filled(entry, words)
    return {
        cls: [
            _Rule(
                re.compile(_filled(rule["pattern"], words), 0 if rule.get("minds_case") else re.IGNORECASE),
                is_specific=not rule.get("is_coarse"),
            )
            for rule in stored[cls.value]
        ]
        for cls in DetailClass
    }


def _filled(entry: str, words: dict[str, str]) -> str:
    return _NAMED.sub(lambda match: words[match[1]], _FOLD.sub("", entry))


def _of_class(text: str, cls: DetailClass, language: str) -> Iterator[Proposal]:
    """Longest first, so that “the early 2010s” leaves no “2010” behind."""
    found = [
        Proposal(match.start("q"), match.end("q"), match["q"], cls, rule.is_specific)
        for rule in _rules(cls, language)
        for match in rule.pattern.finditer(text)
    ]
    taken = bytearray(len(text))
    for one in sorted(found, key=lambda proposal: (proposal.start - proposal.end, proposal.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = bytes([1]) * (one.end - one.start)
            yield one


def _composed(text: str) -> tuple[str, list[int]]:
    """The text in composed form and where each letter of it began; no places if it was so already."""
    if unicodedata.is_normalized("NFC", text):
        return text, []
    pieces, places = [], []
    edges = [at for at in range(len(text)) if not at or not _belongs(text[at])]
    for start, end in pairwise([*edges, len(text)]):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        places += [start] * len(piece)
    return "".join(pieces), [*places, len(text)]


def _belongs(letter: str) -> bool:
    """Whether a character belongs to the one before it."""
    return bool(unicodedata.combining(letter)) or "\u1160" <= letter <= "\u11ff"


def _placed(proposal: Proposal, text: str, places: list[int]) -> Proposal:
    start, end = places[proposal.start], places[proposal.end]
    return Proposal(start, end, text[start:end], proposal.cls, proposal.is_specific)

"""Canaries: words that stand in one field of one row and nowhere else in the world, so that whoever sings is known.

Each is written in three ways, a Latin word, a Hangul word and a number, and found again by its form alone, whatever
stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_CONSONANTS, _VOWELS = "bdfghjklmnprstvw", "aeio"
_SYLLABLES = [a + b for a in _CONSONANTS for b in _VOWELS]
_BLOCKS = [chr(0xAC00 + 11 * place) for place in range(1000)]
LATIN = re.compile("zx(?:[bdfghjklmnprstvw][aeio]){4}")
HANGUL = re.compile("뙓[가-힣]{3}")
NUMBER = re.compile(r"(?<![\d.])73\d{7}(?![\d])")
#: Anything that could be one of our keys, codes and digests.
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{5,}|[NW]-[2-9A-Z]{4,6}(?![A-Za-z0-9])")

#: Where an answer comes from, as far as readers are concerned.
WEBSITE, PARTNERS = "website", "partners"


def latin(number: int) -> str:
    """Ten letters that survive a slug, a change of case and every search index."""
    spread, found = number * 7_654_321 % len(_SYLLABLES) ** 4, ""
    for _place in range(4):
        spread, rest = divmod(spread, len(_SYLLABLES))
        found += _SYLLABLES[rest]
    return f"zx{found}"


def hangul(number: int) -> str:
    spread, found = number * 7_654_321 % 10**9, ""
    for _place in range(3):
        spread, rest = divmod(spread, 1000)
        found += _BLOCKS[rest]
    return f"뙓{found}"


def digits(number: int) -> int:
    return 730_000_000 + number * 7_654_321 % 10**7


@dataclass
class Canary:
    """Where it was planted and who may see it. `surfaces` are those of readers; `roles` names groups of the staff."""

    key: str  # app_label.model.field, as in the registry of classes
    row: str
    surfaces: frozenset[str] = frozenset()
    #: Where it has to be found, so that hiding too much is noticed as well.
    must: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    #: Of the staff the one person who may see it, beside the roles.
    person: str = ""
    #: Share links, by their key, that show it to whoever holds the address.
    links: frozenset[str] = frozenset()
    #: A key that opens something: not even an address in a log may repeat it.
    opens: bool = False
    number: int = 0
    literal: str = ""

    def __str__(self) -> str:
        return f"{self.key} of {self.row}"


@dataclass
class Nest:
    """All canaries of a world, and how to find them in a text."""

    canaries: list[Canary] = field(default_factory=list)
    by_word: dict[str, Canary] = field(default_factory=dict)
    #: Secrets of several ordinary words.
    phrases: set[str] = field(default_factory=set)

    def plant(self, canary: Canary) -> Canary:
        """Give it its words."""
        canary.number = len(self.canaries) + 1
        self.canaries.append(canary)
        for word in (latin(canary.number), hangul(canary.number), str(digits(canary.number))):
            assert word not in self.by_word
            self.by_word[word] = canary
        return canary

    def mark(self, canary: Canary) -> Canary:
        """A value of the product's own that says where it comes from: a key, a code, a digest."""
        found = self.by_word.get(canary.literal)
        if found is not None:
            return found
        self.canaries.append(canary)
        self.by_word[canary.literal] = canary
        if " " in canary.literal:
            self.phrases.add(canary.literal)
        return canary

    def heard_in(self, text: str) -> set[str]:
        """The words of canaries in a text that was decoded already."""
        found = {match.group() for match in LATIN.finditer(text.lower())}
        found |= {match.group() for match in HANGUL.finditer(text)}
        found |= {match.group() for match in NUMBER.finditer(text)}
        found.update(TOKEN.findall(text))
        found.update(phrase for phrase in self.phrases if phrase in text)
        return found & self.by_word.keys()

    def __iter__(self) -> Iterator[Canary]:
        return iter(self.canaries)


def said(canary: Canary, room: int = 1_000) -> str:
    """Its three words, or the Latin one alone where there is little room."""
    words = f"{latin(canary.number)} {hangul(canary.number)} {digits(canary.number)}"
    return words if len(words) <= room else latin(canary.number)


def of(canaries: Iterable[Canary], key: str) -> list[Canary]:
    return [canary for canary in canaries if canary.key == key]

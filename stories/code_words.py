"""Withdrawal codes: four words in the narrator's language, easy to say, to write down and to type.

Each word is one of 2048 and is drawn by itself, so there are 2048⁴ = 2⁴⁴ codes, about 17.6 million million. Where a
thousand codes are in force, one guess in 17.6 thousand million hits one of them; what a guesser may try in an hour is
for the page to limit. The lists are public (BIP 39): a word that is on a list says nothing about any code.
"""

from __future__ import annotations

import difflib
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WORDS = 4
#: The guess space is two to this power.
BITS = 44
LISTS = {"en": "english", "ko": "korean"}
FOLDER = Path(__file__).parent / "words"
#: Letters of what was typed that are looked at; four words need 40 at most.
LONGEST_TYPED = 200
#: Letters of a mistyped word that are said back.
LONGEST_SAID = 20
#: How alike a word must be to be offered in place of a mistyped one, 1 being the same.
ALIKE = 0.74


@cache
def words(language: str) -> tuple[str, ...]:
    """The 2048 words of a language, in composed form. A language without a list has the English one."""
    name = LISTS.get(language.partition("-")[0], LISTS["en"])
    return tuple((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())


@cache
def _known(language: str) -> frozenset[str]:
    return frozenset(words(language))


def new_code(language: str) -> str:
    """Four words with single spaces, from the system's source of randomness. It is already `normalised`."""
    return " ".join(secrets.choice(words(language)) for _number in range(WORDS))


def normalised(typed: str) -> str:
    """The one form of a code: composed, lower case, single spaces, whatever stood between the words.

    Words that were run together or parted in the wrong place are put right where that can be done in one way only. No
    Korean word of the list begins another, so there it always can. Takes any text; what is no code stays none.
    """
    seen = "".join(letter for letter in typed[:LONGEST_TYPED] if unicodedata.category(letter) != "Cf")
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", seen).casefold())
    parts = "".join(letter if letter.isalpha() else " " for letter in lower).split()
    known = _known(_language_of(lower))
    if len(parts) != WORDS or not known.issuperset(parts):
        ways = _ways("".join(parts), WORDS, known)
        if len(ways) == 1:
            parts = ways[0]
    return " ".join(parts)


def suggestion(typed: str, language: str) -> str:
    """What to mend in a code as it was typed, one sentence or two; empty if it is four words of the list.

    Judges by the public lists alone and knows nothing of the codes in force, so it is the same for every code.
    """
    parts = normalised(typed).split()
    if not parts:
        return _("Type the four words of your code.")
    spoken = _language_of(typed) if _has_hangul(typed) else language
    strange = next((part for part in parts if part not in _known("en") and part not in _known("ko")), None)
    if strange is not None:
        return _not_a_word(strange, _language_of(strange) if _has_hangul(strange) else spoken)
    if len(parts) != WORDS:
        return ngettext(
            "A code has four words, and this is %(count)s. Type all four with spaces between them.",
            "A code has four words, and these are %(count)s. Type all four with spaces between them.",
            len(parts),
        ) % {"count": len(parts)}
    return ""


def _not_a_word(part: str, language: str) -> str:
    said = part if len(part) <= LONGEST_SAID else f"{part[:LONGEST_SAID]}…"
    near = _nearest(part, language)
    if near:
        return _("“%(word)s” is not one of the words. Is it “%(near)s”?") % {"word": said, "near": near}
    return _("“%(word)s” is not one of the words. Look at how it is spelled.") % {"word": said}


def _nearest(part: str, language: str) -> str:
    """The word of the list that is most like it, letter by letter, also within a syllable; empty if none is."""
    taken_apart = {unicodedata.normalize("NFD", word): word for word in words(language)}
    wanted = unicodedata.normalize("NFD", part[:LONGEST_SAID])
    found = difflib.get_close_matches(wanted, taken_apart, n=1, cutoff=ALIKE)
    return taken_apart[found[0]] if found else ""


def _has_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in unicodedata.normalize("NFKC", text))


def _language_of(text: str) -> str:
    return "ko" if _has_hangul(text) else "en"


def _ways(letters: str, count: int, known: frozenset[str]) -> list[list[str]]:
    """Every way to read the letters as so many words of the list."""
    if not count:
        return [[]] if not letters else []
    found = []
    for end in range(1, min(len(letters), 8) + 1):
        if letters[:end] in known:
            found += [[letters[:end], *rest] for rest in _ways(letters[end:], count - 1, known)]
    return found

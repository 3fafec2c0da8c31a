"""Hangul taken apart and written in Latin letters: Revised Romanisation and McCune–Reischauer. No Django here.

Both are done syllable by syllable with the sound changes between syllables that names and places show: voicing,
ㄹ and ㄴ beside each other, a closing letter that moves to an open vowel. Changes that dictionaries list word by word
are not done.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST, LAST = 0xAC00, 0xD7A3
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

#: What a closing letter is heard as.
HEARD = dict.fromkeys("ㄱㄲㄳㄺㅋ", "ㄱ") | dict.fromkeys("ㄴㄵㄶ", "ㄴ") | dict.fromkeys("ㄷㅅㅆㅈㅊㅌㅎ", "ㄷ")
HEARD |= (
    dict.fromkeys("ㄹㄼㄽㄾㅀ", "ㄹ")
    | dict.fromkeys("ㅁㄻ", "ㅁ")
    | dict.fromkeys("ㅂㅄㄿㅍ", "ㅂ")
    | {"ㅇ": "ㅇ", "": ""}
)
#: A closing letter before ㄴ, ㅁ or ㄹ.
NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}

_LATIN_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_LATIN_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h"
REVISED_VOWELS = dict(zip(VOWELS, _LATIN_VOWELS.split(), strict=True))
REVISED_INITIALS = dict(zip(INITIALS, _LATIN_INITIALS.replace("-", "").split(" "), strict=True))
REVISED_FINALS = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ng"}
_OLD_VOWELS = "a ae ya yae ŏ e yŏ ye o wa wae oe yo u wŏ we wi yu ŭ ŭi i"
_OLD_INITIALS = "k kk n t tt r m p pp s ss - ch tch ch’ k’ t’ p’ h"
OLD_VOWELS = dict(zip(VOWELS, _OLD_VOWELS.split(), strict=True))
OLD_INITIALS = dict(zip(INITIALS, _OLD_INITIALS.replace("-", "").split(" "), strict=True))
OLD_VOICED = {"ㄱ": "g", "ㄷ": "d", "ㅂ": "b", "ㅈ": "j"}


@dataclass(frozen=True)
class Syllable:
    initial: str
    vowel: str
    final: str

    def __str__(self) -> str:
        """Put together again."""
        at = INITIALS.index(self.initial) * len(VOWELS) + VOWELS.index(self.vowel)
        return chr(FIRST + at * len(FINALS) + FINALS.index(self.final))


def is_syllable(letter: str) -> bool:
    """Whether it is one composed syllable of Hangul."""
    return len(letter) == 1 and FIRST <= ord(letter) <= LAST


def is_hangul(text: str) -> bool:
    """Whether a text is composed syllables and nothing else."""
    return bool(text) and all(map(is_syllable, text))


def taken_apart(text: str) -> list[Syllable]:
    """The syllables of a text in composed Hangul. Raises ValueError for anything else."""
    if not all(map(is_syllable, text)):
        msg = "Only composed syllables of Hangul can be taken apart."
        raise ValueError(msg)
    places = [ord(letter) - FIRST for letter in text]
    size = len(FINALS)
    return [
        Syllable(INITIALS[at // size // len(VOWELS)], VOWELS[at // size % len(VOWELS)], FINALS[at % size])
        for at in places
    ]


def linked(text: str) -> list[Syllable]:
    """The syllables as they are heard beside each other."""
    heard = taken_apart(text)
    for at in range(len(heard)):
        one = heard[at]
        if at + 1 == len(heard):
            heard[at] = Syllable(one.initial, one.vowel, HEARD[one.final])
            continue
        heard[at], heard[at + 1] = _beside(one, heard[at + 1])
    return heard


def _beside(one: Syllable, other: Syllable) -> tuple[Syllable, Syllable]:
    final, initial = one.final, other.initial
    if initial == "ㅇ" and final in INITIALS and final not in {"", "ㅇ"}:
        final, initial = "", final  # a closing letter moves to the open vowel
    else:
        final = HEARD[final]
        if initial == "ㄹ" and final not in {"", "ㄴ", "ㄹ"}:
            initial = "ㄴ"
        if initial in {"ㄴ", "ㅁ"}:
            final = NASAL.get(final, final)
        if {final, initial} == {"ㄴ", "ㄹ"}:
            final = initial = "ㄹ"
    return Syllable(one.initial, one.vowel, final), Syllable(initial, other.vowel, other.final)


def revised(text: str) -> str:
    """Revised Romanisation (2000) of composed Hangul, lower case, with sound changes: 압록 is amnok."""
    syllables = linked(text)
    written = []
    before = ""
    for one in syllables:
        initial = "l" if one.initial == "ㄹ" and before == "ㄹ" else REVISED_INITIALS[one.initial]
        written.append(initial + REVISED_VOWELS[one.vowel] + REVISED_FINALS[one.final])
        before = one.final
    return "".join(written)


def revised_apart(text: str) -> list[str]:
    """Revised Romanisation of each syllable by itself, as given names are written: 한복남 is Han, Bok, Nam."""
    return [
        REVISED_INITIALS[one.initial] + REVISED_VOWELS[one.vowel] + REVISED_FINALS[HEARD[one.final]]
        for one in taken_apart(text)
    ]


def mccune(text: str) -> str:
    """McCune–Reischauer (1939) of composed Hangul, lower case, with its breves and apostrophes: 청진 is ch’ŏngjin."""
    written = []
    before = "-"  # a word begins unvoiced
    for one in linked(text):
        initial = OLD_INITIALS[one.initial]
        if before in {"", "ㄴ", "ㄹ", "ㅁ", "ㅇ"}:
            initial = OLD_VOICED.get(one.initial, initial)
        if one.initial == "ㄹ" and before == "ㄹ":
            initial = "l"
        if one.initial == "ㅅ" and one.vowel == "ㅟ":
            initial = "sh"
        written.append(initial + OLD_VOWELS[one.vowel] + REVISED_FINALS[one.final])
        before = one.final
    return "".join(written)


def plain(text: str) -> str:
    """A McCune–Reischauer form without its marks, as the North writes it: Ch’ŏngjin is Chongjin."""
    return text.replace("ŏ", "o").replace("ŭ", "u").replace("Ŏ", "O").replace("Ŭ", "U").replace("’", "")

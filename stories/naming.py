"""All the ways in which a name, Korean above all, may be written; whether a pseudonym gives it away. No Django here.

Covered. A name typed in Hangul, in either Unicode form: every Hangul form of its family name and of syllables that
begin with ㄹ in the North and without it in the South (리/이, 로/노, 류/유, 룡/용); the usual spellings of its family
name; Revised Romanisation; McCune–Reischauer with its marks and without, as the North writes it; customary spellings
of each syllable of the given name in every combination; family name first and last. Names of two-syllable families.
A name typed in Latin letters: both orders, all spellings of its family name, and by `sound` those of the given name.
Several names in one line, parted by brackets, slashes, semicolons or lines, or by a change of script.

Not covered. How Hanja of a given name are read: type its Hangul too. The Hangul of a given name that is typed in Latin
letters alone: type it too. Kana, Cyrillic, Chinese pinyin: they are found as they are typed, in both orders, and no
other way. Nicknames, initials, titles, misspellings in Hangul. A given name of one syllable by itself: it would be
found in every second sentence.

Forms differ in their letters only. Case, spaces, hyphens, apostrophes, commas and marks are for the reader of the forms
to look past, as stories/lexicon.py does; `ways` writes them out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Literal

from stories import hangul
from stories.family_names import HANGUL_FORMS, READINGS, SPELLINGS
from stories.sounds import sound

#: Letters of a name that are looked at.
LONGEST_NAME = 200
#: A form with fewer letters would be found in too many other words.
SHORTEST_HANGUL, SHORTEST_LATIN, SHORTEST_FULL = 2, 3, 4
#: Fewer letters of a key of sound are too little to tell names apart.
SHORTEST_SOUND = 3
#: Customary spellings beside the official ones, of each letter of a syllable, the usual first.
INITIALS = {"ㄱ": ["k", "g"], "ㄷ": ["d", "t"], "ㅂ": ["b", "p"], "ㅈ": ["j", "ch"], "ㄹ": ["r", "l"]}
_VOWELS = "ㅓ eo u o/ㅕ yeo you yu yo/ㅜ u oo/ㅡ eu u/ㅐ ae ai/ㅣ i ee/ㅢ ui ee i/ㅚ oe oi/ㅝ wo weo/ㅟ wi ui/ㅠ yu yoo"
VOWELS = {words[0]: words[1:] for words in map(str.split, _VOWELS.split("/"))}
FINALS = {"ㄱ": ["k", "g"], "ㅂ": ["p", "b"]}
#: Spellings of whole syllables that no rule gives.
_WHOLE = """
희 hee hui hi heui / 영 young yeong yong yung / 숙 sook suk / 국 kook guk kuk gook / 우 woo u wu / 식 sik shik
신 shin sin / 심 shim sim / 실 sil shil / 필 pil phil / 아 a ah / 의 ui eui / 위 wi ui / 이 i yi lee / 유 yu yoo you
"""
SYLLABLES = {words[0]: words[1:] for words in (part.split() for part in re.split("[/\n]", _WHOLE.strip()))}
#: Syllables of Hanja that lose or change their ㄹ at a beginning, as the South writes them and as the North does.
_INITIAL_RULE = """
용룡 연련 이리 임림 인린 영령 염렴 유류 윤륜 율률 열렬 여려 예례 양량 요료 육륙
노로 녹록 난란 낙락 남람 낭랑 내래 누루 농롱 능릉
"""
SOUTH_AND_NORTH = {pair[0]: pair[1] for pair in _INITIAL_RULE.split()}
NORTH_AND_SOUTH = {north: south for south, north in SOUTH_AND_NORTH.items()}

_PARTS = re.compile(r"[()\[\]{}<>/;|\n\r「」『』]+")
_SPACES = re.compile(r"[\s.·・•_]+")
_BETWEEN = re.compile(r"[\s\-‐-―.·・•_]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Forms:
    """What a name may look like: whole in either order, the given name alone, the family name alone."""

    full: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()


@dataclass
class _Read:
    """One way to read a typed name. A form of a given name is its syllables or words, in Latin letters or another."""

    family: list[str] = field(default_factory=list)
    given: list[tuple[str, ...]] = field(default_factory=list)
    #: Whether the given name is one syllable of Hangul, and so stands for nobody by itself.
    is_short: bool = False


def forms(name: str) -> Forms:
    """Every form of a typed name; each has the letters of one spelling, written in the usual way: Kim Chul-soo."""
    full: set[str] = set()
    given: set[str] = set()
    family: set[str] = set()
    for read in _readings(name):
        alone = {_written(words) for words in read.given}
        full |= {form for one in read.family or [""] for other in alone for form in _together(one, other)}
        given |= {_written(words) for words in read.given if not read.is_short and _may_stand_alone(words)}
        family |= set(read.family)
    return Forms(frozenset(full), frozenset(given), frozenset(family))


def ways(form: str) -> list[str]:
    """How one form is written: as it is, with a comma, and its given name hyphenated, spaced and joined."""
    words = form.split(" ")
    written = [form, " ".join(words).replace("-", " "), form.replace("-", ""), form.replace("-", "").replace(" ", "")]
    if len(words) > 1:
        first, rest = words[0], " ".join(words[1:])
        written += [f"{first}, {rest}", f"{first}, {rest.replace('-', ' ')}"]
    return list(dict.fromkeys(written))


def letters(text: str) -> str:
    """A text without case, marks, spaces and all else that is no letter: what makes two spellings the same."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return _NO_LETTERS.sub("", unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c))))


# --- Pseudonyms -----------------------------------------------------------------------------------------------------
def reuses(pseudonym: str, names: Iterable[str]) -> Literal["family", "given"] | None:
    """Which real name a pseudonym reuses, in any form and script; None if it is safe. Never says the name itself.

    However common it is, a family name is refused. So is one that merely sounds the same in Latin letters, and a word
    of Hangul that begins with the family name: 김 of 김장미 and of 김 할머니.
    """
    words = [word for word in _NO_LETTERS.split(_composed(pseudonym)) if word]
    reads = [read for name in names for read in _readings(name)]
    if any(_is_family(words, read.family) for read in reads):
        return "family"
    if any(_is_given(words, read.given) for read in reads):
        return "given"
    return None


def _is_family(words: list[str], family: list[str]) -> bool:
    known = {letters(one) for one in family}
    sounds = {sound(one) for one in family if len(sound(one)) >= SHORTEST_SOUND}
    for word in words:
        heard = next((read + word[len(hanja) :] for hanja, read in READINGS.items() if word.startswith(hanja)), word)
        if any(heard.startswith(one) or word.startswith(one) for one in known if not one.isascii()):
            return True
        if len(word) > 1 and (letters(word) in known or sound(word) in sounds):
            return True
    return False


def _is_given(words: list[str], given: list[tuple[str, ...]]) -> bool:
    known = {letters("".join(one)) for one in given}
    sounds = {sound("".join(one)) for one in given if len(sound("".join(one))) >= SHORTEST_SOUND}
    runs = ["".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    for run in runs:
        if letters(run) in known or sound(run) in sounds:
            return True
        if not run.isascii() and any(one in run for one in known if not one.isascii() and len(one) > 1):
            return True
        heard = (run[start:] for start in range(len(run) - 1))
        if hangul.is_hangul(run) and any(sound("".join(hangul.revised_apart(part))) in sounds for part in heard):
            return True
    return False


# --- Reading what was typed -----------------------------------------------------------------------------------------
def _composed(text: str) -> str:
    seen = "".join(letter for letter in text[:LONGEST_NAME] if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", seen)


def _readings(name: str) -> Iterator[_Read]:
    for part in _PARTS.split(_composed(name)):
        words = {"hangul": "", "hanja": "", "other": ""}
        for letter in part:
            kind = "hangul" if hangul.is_syllable(letter) else "hanja" if _is_hanja(letter) else "other"
            for other in words:
                words[other] += letter if other == kind or not letter.isalpha() else " "
        for kind, read in (("hangul", _of_hangul), ("hanja", _of_hanja), ("other", _of_words)):
            typed = words[kind].strip(" ,.-")
            if any(letter.isalpha() for letter in typed):
                yield from read(typed)


def _is_hanja(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or "\U00020000" <= letter <= "\U0003ffff"


def _of_hangul(typed: str) -> Iterator[_Read]:
    words = [word for word in _NO_LETTERS.split(typed) if word]
    for family, given in _splits(words):
        yield _Read(_families(family), [*_northern(given), *_spelled(given)] if given else [], is_short=len(given) == 1)


def _splits(words: list[str]) -> Iterator[tuple[str, str]]:
    """Family and given name. Spaces decide, where they are; else a family name of two syllables may also be one."""
    joined = "".join(words)
    if len(words) > 1 and words[0] not in HANGUL_FORMS and words[-1] in HANGUL_FORMS:
        yield words[-1], "".join(words[:-1])
    elif len(words) > 1 and (words[0] in HANGUL_FORMS or len(words[0]) == 1):
        yield words[0], "".join(words[1:])
    else:
        if joined[:2] in HANGUL_FORMS and len(joined) > 2:
            yield joined[:2], joined[2:]
        yield joined[:1], joined[1:]


def _of_hanja(typed: str) -> Iterator[_Read]:
    joined = _NO_LETTERS.sub("", typed)
    size = 2 if joined[:2] in READINGS and len(joined) > 2 else 1
    family, given = joined[:size], joined[size:]
    read = READINGS.get(family)
    yield _Read([family], [(given,)] if given else [])
    if read:
        yield _Read(_families(read))


def _of_words(typed: str) -> Iterator[_Read]:
    """A name in Latin letters, or in any other script with words."""
    first, comma, rest = typed.partition(",")
    if comma and first.strip() and rest.strip():
        pairs = [(first, rest)] if _spelling_of(first) or not _spelling_of(rest) else [(rest, first)]
    else:
        pairs = list(_orders(_words(typed)))
    for family, given in pairs:
        alike = [form for one in _spelling_of(family) for form in _families(one)]
        words = tuple(word for word in _BETWEEN.split(given.strip()) if word)
        yield _Read([family.strip(), *alike] if family else [], [words] if words else [])


def _words(typed: str) -> list[str]:
    """The words; a name that was typed as Kim-Chul-soo or KimChulsoo is parted at its hyphens or capitals."""
    words = [word.strip(",'’‘") for word in _SPACES.split(typed) if any(letter.isalpha() for letter in word)]
    if len(words) == 1:
        words = [word for word in _BETWEEN.split(words[0]) if word]
    if len(words) == 1 and not words[0].isupper():
        words = re.findall(r"[^\W\d_][^A-Z]*", words[0])
    return words


def _orders(words: list[str]) -> Iterator[tuple[str, str]]:
    """Family name and given name, in each way in which the words can be read."""
    if len(words) == 1:
        yield "", words[0]
        return
    loud = [word.isupper() and len(word) > 1 for word in words]
    is_first, is_last = bool(_spelling_of(words[0])), bool(_spelling_of(words[-1]))
    if loud[0] != loud[-1]:
        is_first, is_last = loud[0], loud[-1]
    if is_first:
        yield words[0], " ".join(words[1:])
    if is_last or not is_first:
        yield words[-1], " ".join(words[:-1])


def _spelling_of(word: str) -> list[str]:
    """The Hangul family names that a Latin word may be."""
    return _by_spelling().get(letters(word), [])


@cache
def _by_spelling() -> dict[str, list[str]]:
    """From a spelling to the family names that it may be. A table of the language, with nobody's name in it."""
    found: dict[str, list[str]] = {}
    for name in SPELLINGS:
        for key in {letters(one) for one in _latin(name)}:
            found.setdefault(key, []).append(name)
    return found


# --- Writing it in every way ----------------------------------------------------------------------------------------
def _latin(family: str) -> list[str]:
    official = (hangul.revised(family), hangul.mccune(family), hangul.plain(hangul.mccune(family)))
    return [*SPELLINGS.get(family, ()), *(one.capitalize() for one in official)]


def _families(family: str) -> list[str]:
    """A Hangul family name in every form of Hangul and of Latin letters."""
    names = HANGUL_FORMS.get(family, (family,))
    return list(dict.fromkeys([*names, *(form for name in names for form in _latin(name))]))


def _northern(given: str) -> list[tuple[str, ...]]:
    """A Hangul given name as the South and as the North write it."""
    options = [
        tuple(dict.fromkeys((one, SOUTH_AND_NORTH.get(one, one), NORTH_AND_SOUTH.get(one, one)))) for one in given
    ]
    return [("".join(way),) for way in product(*options)]


def _spelled(given: str) -> list[tuple[str, ...]]:
    """A Hangul given name in Latin letters: official forms as one word, customary ones by syllables."""
    found: dict[tuple[str, ...], None] = {}
    for (name,) in _northern(given):
        old = hangul.mccune(name)
        found |= dict.fromkeys([(hangul.revised(name),), (old,), (hangul.plain(old),)])
        found |= dict.fromkeys(product(*map(_syllable, name)))
    return list(found)


def _syllable(letter: str) -> list[str]:
    """The spellings of one syllable of Hangul."""
    (one,) = hangul.taken_apart(letter)
    final = hangul.HEARD[one.final]
    initials = INITIALS.get(one.initial, [hangul.REVISED_INITIALS[one.initial]])
    vowels = VOWELS.get(one.vowel, [hangul.REVISED_VOWELS[one.vowel]])
    finals = FINALS.get(final, [hangul.REVISED_FINALS[final]])
    usual = SYLLABLES.get(letter, [])
    official = [*hangul.revised_apart(letter), hangul.mccune(letter)]
    ruled = [] if usual else ["".join(way) for way in product(initials, vowels, finals)]
    return list(dict.fromkeys([*usual, *official, *ruled]))


def _written(words: tuple[str, ...]) -> str:
    """A given name of several syllables with hyphens, the first with a capital letter."""
    joined = "-".join(words)
    return joined if joined[:1].isupper() else joined[:1].upper() + joined[1:]


def _together(family: str, given: str) -> Iterator[str]:
    """Both names in both orders, each in one script."""
    if not family:
        yield given
    elif hangul.is_hangul(family) == hangul.is_hangul(given) and _is_hanja(family[0]) == _is_hanja(given[0]):
        gap = "" if hangul.is_hangul(family) or _is_hanja(family[0]) else " "
        if gap and len(letters(family + given)) < SHORTEST_FULL:
            return
        yield f"{family}{gap}{given}"
        yield f"{given} {family}"


def _may_stand_alone(words: tuple[str, ...]) -> bool:
    joined = letters("".join(words))
    is_short = hangul.is_hangul(joined) or (bool(joined) and _is_hanja(joined[0]))
    return len(joined) >= (SHORTEST_HANGUL if is_short else SHORTEST_LATIN)

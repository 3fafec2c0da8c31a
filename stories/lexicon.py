"""Where a text holds a private term, however it is spelled, spaced or encoded. No Django but for one sentence.

Looked past: Unicode form (NFC, NFD, compatibility letters, full width, letters of Hangul typed singly), case, marks on
letters; spaces, line ends, hyphens, dots, commas, middle dots, apostrophes and underscores between words or letters;
characters that are not seen (zero width, direction, soft hyphen, fillers). HTML is for the caller to take off.

Words of Latin and other letters are found whole: Kim is not found in Kimberley, but kim_chulsoo and KimChulsoo hold
Kim Chul-soo. Hangul, Hanja, kana and the scripts of Thailand, Laos, Cambodia and Burma are found anywhere, because
particles follow without a space: 김철수 is found in 김철수는, and also where a longer unrelated run happens to hold it.
A given name alone needs the beginning of a run of Hangul before it; what follows is free.

Names are also found by how they sound (stories/sounds.py), so that spellings which nobody listed are: only in Latin
letters, only where each word begins with a capital letter, only if the key is long enough. `Found.is_by_sound` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext as _

from stories.hangul import FINALS, FIRST, INITIALS, LAST, VOWELS
from stories.sounds import sound

#: Letters (or syllables) of a term; a shorter one would be found in every text.
SHORTEST_TERM = 2
#: Fewer letters of a key of sound are too little to tell a name from a word.
SHORTEST_SOUND, SHORTEST_GIVEN_SOUND = 5, 5
#: Words of a name in Latin letters.
MOST_WORDS = 5
#: What may stand between the words of a term, or between its letters.
JOINTS = set(".,'’‘`´ʼʻ′·・‧•∙⋅･﹒﹐，．、。ㆍᆞ_~\u2019\u02bc")
UNSEEN = set("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b\u180c\u180d\u180f\ufe0e\ufe0f")
#: Letters of Hangul that stand singly, closing ones as if they were first ones: the order says what they are.
_CONJOINING = dict(zip(map(chr, range(0x1100, 0x1113)), INITIALS, strict=True))
_CONJOINING |= dict(zip(map(chr, range(0x1161, 0x1176)), VOWELS, strict=True))
_PAIRS = "ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅄㅂㅅ"
_CLUSTERS = {pair[0]: pair[1:] for pair in _PAIRS.split()}
_CONJOINING |= {chr(0x11A7 + at): _CLUSTERS.get(final, final) for at, final in enumerate(FINALS) if at}
_VOWELS = frozenset(VOWELS)
_HANGUL = frozenset(INITIALS + VOWELS)
#: Scripts without spaces between words, each letter of which can begin or end a term.
_RUNNING = re.compile(
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
_LATIN_WORD = re.compile(
    "(?:[A-Za-z\u00c0-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a][\u0300-\u036f\xad\u200b-\u200f]*)+"
)


@dataclass(frozen=True)
class Term:
    """One private term; `id` is the caller's, and several forms of one name may share it."""

    id: int
    text: str = field(repr=False)
    is_name: bool
    is_given_alone: bool = False


@dataclass(frozen=True)
class Found:
    """A place in the text as it was given, `text[start:end]`, and the term that it holds."""

    start: int
    end: int
    term_id: int
    is_by_sound: bool = False


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    letters: str


@dataclass
class _Run:
    """Folded letters that only joints part, with the place of each in the text, and where words begin and end."""

    letters: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    #: Before which letters something stands that is not looked at, such as a space.
    gaps: set[int] = field(default_factory=set)


def check_term(text: str) -> str:
    """A sentence with the next step if a term cannot be watched for; empty if it can."""
    size = _size(text)
    if size == 0:
        return _("Type letters or digits: nothing else is looked for.")
    if size < SHORTEST_TERM:
        return _("One letter or syllable would be found in every text. Type the whole word or name.")
    return ""


def folded(text: str) -> str:
    """The letters by which terms are the same; Hangul as single letters. Only for comparing."""
    return "".join(letter for run in _runs(text) for letter in run.letters)


class Lexicon:
    """Finds many terms in one reading of a text. Terms that `check_term` refuses are left out."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._keys: dict[str, dict[int, bool]] = {}
        self._sounds: dict[str, set[int]] = {}
        for term in terms:
            key = folded(term.text)
            if _size_of(key) < SHORTEST_TERM:
                continue
            ids = self._keys.setdefault(key, {})
            ids[term.id] = ids.get(term.id, True) and term.is_given_alone
            if term.is_name:
                self._add_sound(term)
        sizes: dict[str, set[int]] = {}
        for key in self._keys:
            sizes.setdefault(key[:2], set()).add(len(key))
        self._sizes = {start: sorted(found) for start, found in sizes.items()}

    def _add_sound(self, term: Term) -> None:
        key = sound(term.text)
        if len(key) >= (SHORTEST_GIVEN_SOUND if term.is_given_alone else SHORTEST_SOUND):
            self._sounds.setdefault(key, set()).add(term.id)

    def find(self, text: str) -> list[Found]:
        """Every place of every term, in the order of the text. What letters find is not said again by sound."""
        found: dict[tuple[int, int, int], bool] = {}
        for run in _runs(text):
            letters = "".join(run.letters)
            begins, ends = _edges(letters, run)
            for place in self._by_letters(run, letters, begins, ends):
                found[place] = False
        if self._sounds:
            for place in self._by_sound(text):
                found.setdefault(place, True)
        return [Found(*place, is_by_sound=heard) for place, heard in sorted(found.items())]

    def _by_letters(self, run: _Run, letters: str, begins: list[int], ends: set[int]) -> Iterator[tuple[int, int, int]]:
        for start in begins:
            for size in self._sizes.get(letters[start : start + 2], ()):
                end = start + size
                if end not in ends:
                    continue
                for term_id, is_alone in self._keys.get(letters[start:end], {}).items():
                    if is_alone and not _is_run_start(run, letters, start):
                        continue
                    yield run.starts[start], run.ends[end - 1], term_id

    def _by_sound(self, text: str) -> Iterator[tuple[int, int, int]]:
        longest = max(map(len, self._sounds))
        words = [_Word(match.start(), match.end(), match[0]) for match in _LATIN_WORD.finditer(text)]
        for at, first in enumerate(words):
            if not first.letters[0].isupper():
                continue
            joined, last = first.letters, first
            for word in [*words[at + 1 : at + MOST_WORDS], None]:
                key = sound(joined)
                for term_id in self._sounds.get(key, ()):
                    yield first.start, last.end, term_id
                if word is None or len(key) > longest or not _continues(text[last.end : word.start], word.letters):
                    break
                joined, last = joined + word.letters, word


def _continues(between: str, word: str) -> bool:
    """Whether a word may belong to the name before it: after a hyphen any, after a space one with a capital letter."""
    is_joint = all(part == " " for letter in between for part in _fold(letter))
    return is_joint and (word[0].isupper() or not between[-1:].isspace())


# --- Folding a text, letter by letter -------------------------------------------------------------------------------
@cache
def _fold(letter: str) -> tuple[str, ...]:
    """What one character counts as: letters, a space for a joint, nothing if unseen, a bar if it parts terms."""
    if letter in UNSEEN or unicodedata.category(letter) == "Cf":
        return ()
    if letter.isspace() or letter in JOINTS or unicodedata.category(letter) == "Pd":
        return (" ",)
    if FIRST <= ord(letter) <= LAST or letter in _CONJOINING or letter in _HANGUL:
        return tuple("".join(_CONJOINING.get(part, part) for part in unicodedata.normalize("NFD", letter)))
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    known = "".join(_CONJOINING.get(part, part) for part in apart)
    kept = tuple(part for part in known if part.isalnum() or unicodedata.category(part) == "Mc" or part in _HANGUL)
    if kept:
        return kept
    return () if unicodedata.category(letter) == "Mn" else ("|",)


def _runs(text: str) -> Iterator[_Run]:
    run = _Run()
    for at, letter in enumerate(text):
        parts = _fold(letter)
        if not parts and run.ends and unicodedata.combining(letter):
            run.ends[-1] = at + 1  # a mark belongs to the letter that it stands on
        for part in parts:
            if part == "|":
                if run.letters:
                    yield run
                run = _Run()
            elif part == " ":
                run.gaps.add(len(run.letters))
            else:
                run.letters.append(part)
                run.starts.append(at)
                run.ends.append(at + 1)
    if run.letters:
        yield run


def _edges(letters: str, run: _Run) -> tuple[list[int], set[int]]:
    """The places at which a term may begin, in order, and those at which it may end."""
    edges = [at for at in range(len(letters)) if _is_edge(letters, at, run.gaps)]
    return edges, {*edges, len(letters)}


def _is_edge(letters: str, at: int, gaps: set[int]) -> bool:
    if at == 0:
        return True
    before, letter = letters[at - 1], letters[at]
    if letter in _HANGUL:
        # A syllable begins with a letter that a vowel follows.
        return before not in _HANGUL or (letter not in _VOWELS and letters[at + 1 : at + 2] in _VOWELS)
    return at in gaps or _kind(before) != _kind(letter) or _kind(letter) == "running"


@cache
def _kind(letter: str) -> str:
    if letter in _HANGUL:
        return "hangul"
    if _RUNNING.match(letter):
        return "running"
    return "digit" if letter.isdigit() else "word"


def _is_run_start(run: _Run, letters: str, start: int) -> bool:
    """Whether no Hangul stands right before. Other scripts begin at a word by themselves."""
    return letters[start] not in _HANGUL or start == 0 or start in run.gaps or letters[start - 1] not in _HANGUL


def _size(text: str) -> int:
    return _size_of(folded(text))


def _size_of(key: str) -> int:
    """How many letters or syllables a folded text has."""
    syllables = sum(letter in _VOWELS for letter in key)
    return syllables + sum(letter not in _HANGUL for letter in key)

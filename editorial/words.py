"""From a text to the tokens by which it is found, and from a query to the terms that look for them. No Django here.

One table for both databases and for every language (DESIGN §10): NFC, lower case, words of Latin and other letters and
numbers whole, runs of Hangul as overlapping pairs of syllables. So 북한이탈주민 finds 북한이탈주민은, which a parser
that splits at spaces does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

#: Letters of a token; a longer word is found by as many of its first letters.
LONGEST_TOKEN = 40
#: Bytes of a line of tokens. A vector of PostgreSQL holds a megabyte at most; the longest text makes less than this.
LONGEST_LINE = 800_000
#: Letters of a query that are looked at, and words.
LONGEST_QUERY = 200
MOST_TERMS = 12
#: Fewer letters of a word are no beginning to look for: too many words have it.
SHORTEST_BEGINNING = 2

HANGUL = "\u1100-\u11ff\u3131-\u3163\u3165-\u318e\ua960-\ua97f\uac00-\ud7a3\ud7b0-\ud7ff"
#: Letters and digits of every script but Hangul.
OTHER = rf"[^\W_{HANGUL}]"
#: What stands within a word and is not seen: soft hyphen, joiners, marks of direction, selectors of a variant.
UNSEEN = re.compile(
    "[\xad\u034f\u061c\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
#: What could turn the line around on which a text is shown, or is no character at all.
UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
#: A syllable that is still being typed ends in a letter that stands alone.
UNFINISHED = re.compile("(?<=[\uac00-\ud7a3])[\u3131-\u318e]+$")


@dataclass(frozen=True)
class Term:
    """One word that is looked for. Its tokens follow one another in what it finds."""

    word: str
    tokens: tuple[str, ...]
    #: Whether the last token may be the beginning of a longer one.
    is_begun: bool = False


@dataclass(frozen=True)
class Query:
    """What somebody typed, without what cannot be shown or stored, and its terms, all of which must be there."""

    text: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Part:
    """A piece of a text that is shown, and whether it is what was looked for."""

    text: str
    is_hit: bool = False


@cache
def _word() -> re.Pattern[str]:
    """A run of Hangul, or a run of other letters and digits with the marks that belong to them."""
    marks = "".join(
        chr(point) for point in range(0x300, 0x1F000) if unicodedata.category(chr(point)) in {"Mn", "Mc", "Me"}
    )
    return re.compile(rf"([{HANGUL}]+)|({OTHER}+(?:[{marks}]+{OTHER}*)*)")


def folded(text: str) -> str:
    """The one form by which texts are the same word: canonical, without case, without what is not seen."""
    seen = UNSEEN.sub("", UNSHOWN.sub(" ", text))
    # Taken apart first: folding a composed letter can leave marks in another order (Unicode 3.13, D145).
    lower = unicodedata.normalize("NFD", seen).casefold()
    return THOUSANDS.sub("", unicodedata.normalize("NFC", lower))


def _pairs(run: str) -> Iterator[str]:
    """The overlapping pairs of a run of Hangul; a syllable alone stays alone."""
    if len(run) == 1:
        yield run
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def _found(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a folded text, each with whether it is Hangul."""
    for match in _word().finditer(text):
        hangul, other = match.groups()
        yield (hangul, True) if hangul else (other[:LONGEST_TOKEN], False)


def tokens(text: str) -> list[str]:
    """The tokens of a text in its order. Take markup off first. None holds a space or a quotation mark."""
    made: list[str] = []
    for word, is_hangul in _found(folded(text[:LONGEST_LINE])):
        made.extend(_pairs(word) if is_hangul else (word,))
    return made


def line(texts: Iterable[str]) -> str:
    """The tokens of several texts on one line with single spaces, cut where it would become too long to be indexed."""
    joined = " ".join(token for text in texts for token in tokens(text))
    stored = joined.encode()
    if len(stored) <= LONGEST_LINE:
        return joined
    return stored[:LONGEST_LINE].decode(errors="ignore").rpartition(" ")[0]


# --- Looking --------------------------------------------------------------------------------------------------------
def asked(text: str) -> Query:
    """What a typed text looks for. The last word may be a beginning, unless a space ends it. Takes any text."""
    shown = unicodedata.normalize("NFC", UNSHOWN.sub(" ", text))[:LONGEST_QUERY]
    wanted = UNFINISHED.sub("", folded(_last_of_address(shown)))
    found = list(_found(wanted))[:MOST_TERMS]
    is_open = bool(wanted) and not wanted[-1].isspace()
    if is_open and len(found) > 1 and len(found[-1][0]) < SHORTEST_BEGINNING and not found[-1][1]:
        found.pop()  # a word of which one letter is typed would make what is found so far vanish
        is_open = False
    terms = []
    for number, (word, is_hangul) in enumerate(found, 1):
        if is_hangul:
            # A pair finds longer words by itself; only a syllable alone has to be a beginning.
            terms.append(Term(word, tuple(_pairs(word)), is_begun=len(word) == 1))
        else:
            is_last = number == len(found) and is_open
            terms.append(Term(word, (word,), is_begun=is_last and len(word) >= SHORTEST_BEGINNING))
    return Query(" ".join(shown.split()), tuple(dict.fromkeys(terms)))


def _last_of_address(text: str) -> str:
    """Of a pasted address its last part, which is a slug; any other text as it is."""
    address = text.strip()
    if " " in address or not ("://" in address or address.startswith("/")):
        return text
    path = re.split("[?#]", address, maxsplit=1)[0].partition("://")[2] or address
    return unquote(path.rstrip("/").rpartition("/")[2])


def hits(line: str, term: Term) -> int:
    """How often a line of tokens holds a term."""
    return f" {line} ".count(f" {' '.join(term.tokens)}" + ("" if term.is_begun else " "))


def _pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """Finds the terms in a text as people read it."""
    return re.compile("|".join(_shape(term) for term in terms), re.IGNORECASE) if terms else None


def _shape(term: Term) -> str:
    letters = ",?".join(term.word) if term.word.isascii() and term.word.isdigit() else re.escape(term.word)
    if re.match(f"[{HANGUL}]", term.word):
        return letters
    return f"(?<!{OTHER}){letters}" + ("" if term.is_begun else f"(?!{OTHER})")


def held(text: str, terms: Sequence[Term]) -> int:
    """How many of the terms stand in a text as people read it."""
    return sum(re.search(_shape(term), text, re.IGNORECASE) is not None for term in terms)


def shown(text: str) -> str:
    """A text on one line, as it can be shown among others."""
    return " ".join(UNSHOWN.sub(" ", unicodedata.normalize("NFC", text)).split())


def marked(text: str, terms: Sequence[Term]) -> tuple[Part, ...]:
    """The whole text on one line, in parts that are a hit or not."""
    return tuple(_parts(shown(text), _pattern(terms)))


def _parts(text: str, pattern: re.Pattern[str] | None) -> Iterator[Part]:
    at = 0
    for match in pattern.finditer(text) if pattern else ():
        if match.start() > at:
            yield Part(text[at : match.start()])
        yield Part(match.group(), is_hit=True)
        at = match.end()
    if at < len(text):
        yield Part(text[at:])


def snippet(text: str, terms: Sequence[Term], *, before: int = 50, after: int = 110) -> tuple[Part, ...]:
    """The surroundings of the first hit, cut between words; nothing when there is none."""
    pattern, whole = _pattern(terms), shown(text)
    first = pattern.search(whole) if pattern else None
    if first is None:
        return ()
    start, end = max(0, first.start() - before), min(len(whole), first.end() + after)
    if start > 0:
        start = whole.find(" ", start, first.start()) + 1 or start
    if end < len(whole):
        end = max(whole.rfind(" ", first.end(), end), 0) or end
    lead = [Part("… ")] if start > 0 else []
    trail = [Part(" …")] if end < len(whole) else []
    return (*lead, *_parts(whole[start:end], pattern), *trail)


def beginning(text: str, *, length: int = 160) -> tuple[Part, ...]:
    """The first words of a text, for where nothing in it is a hit."""
    whole = shown(text)
    if len(whole) <= length:
        return (Part(whole),) if whole else ()
    return (Part(whole[: whole.rfind(" ", 0, length) + 1 or length].rstrip() + " …"),)

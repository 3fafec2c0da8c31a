"""How a name in Latin letters sounds to a Korean ear: one key for the spellings that families use. No Django here."""

from __future__ import annotations

import re
import unicodedata

#: Spellings of one sound, by its key. The longest that fits is taken, from the left.
SOUNDS = {
    "k": "k kk g gg kh gh ck q c",
    "t": "t tt d dd th dh",
    "p": "p pp b bb ph bh f v",
    "c": "ch j jj tch cch z zz jh",
    "s": "s ss sh x",
    "r": "r rr l ll rh lh",
    "m": "m mm",
    "n": "n nn",
    "h": "h hh",
    "hw": "wh",
    "a": "a aa",
    "e": "e ae ai ay ea",
    "i": "i ii ee ie y yi yee ui eui uy wi wee wie",
    "u": "u o eo eu oo ou ow uo wo weo woo wu",
    "we": "we wae oe oi oy",
    "wa": "wa",
    "ya": "ya",
    "ye": "ye yae yay",
    "yu": "yu yo yeo you yoo yeu yeou",
    "": "w",
}
KEYS = {spelling: key for key, spellings in SOUNDS.items() for spelling in spellings.split()}
SPELLING = re.compile("|".join(sorted(KEYS, key=len, reverse=True)))
NO_LETTER = re.compile("[^a-z]")
#: What only marks a vowel and is not spoken itself: the h of Ahn, the r of Park.
UNSPOKEN = re.compile("(?<=[aeiou])[hr](?![aeiouyhrw])")
TWICE = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """The key of a word, or of several written together: spellings of one name have the same.

    Folds k/g, t/d, p/b, ch/j, s/sh, l/r; u/oo/o/eo/eu; i/ee/yi/ui; ae/ai/e; oe/oi/we; doubled letters; all marks, case
    and what stands between words. Distinct names may share a key: it is made to miss little. Empty without Latin
    letters. Not folded: ㄹ and ㄴ at the beginning (Ri, Yi), which stories/family_names.py lists.
    """
    letters = NO_LETTER.sub("", unicodedata.normalize("NFKD", word).casefold())
    return TWICE.sub(r"\1", SPELLING.sub(lambda match: KEYS[match[0]], UNSPOKEN.sub("", letters)))

"""Two passages as HTML with what differs between them marked. Only the marks are ours; all else is escaped.

What is taken out or put in is told by its element, by a line through or under it, and by a word for screen readers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.aligning import Same, Work, same_runs
from editorial.passages import BREAK, LINK, MENTION, Passage, is_word

Side = Literal["del", "ins"]
KINDS = {
    "": gettext_lazy("Paragraph"),
    "h2": gettext_lazy("Heading"),
    "h3": gettext_lazy("Smaller heading"),
    "quote": gettext_lazy("Quotation"),
    "item": gettext_lazy("Item of a list"),
    "number": gettext_lazy("Item of a numbered list"),
    "pull-quote": gettext_lazy("Pull quote"),
    "content-note": gettext_lazy("Content note"),
}
#: With less in common than this share, two passages are shown as one taken out and another put in.
IN_COMMON = 0.25
#: So few words that stay between longer changes make a text harder to read than one longer change.
FEW, LONG = 2, 6
#: A changed word whose beginning stays is marked as a whole, and what differs in it once more.
STEM = 2


@dataclass(frozen=True)
class Marked:
    """Both sides, and how many words were taken out and put in."""

    before: SafeString
    after: SafeString
    removed: int
    added: int


@dataclass
class _Marks:
    """Of one side: which words changed, and at which letter of a word its change begins."""

    changed: list[bool]
    tails: dict[int, int] = field(default_factory=dict)


@dataclass
class Marker:
    """Marks passages, as long as there is work left; `say` has the words for a mention of another piece."""

    work: Work
    say: Callable[[str], str]

    def marked(self, before: Passage, after: Passage) -> Marked:
        """Word by word."""
        runs = _readable(before, after, same_runs(before.words, after.words, self.work))
        old, new = _Marks([True] * len(before.words)), _Marks([True] * len(after.words))
        for a, b, length in runs:
            old.changed[a : a + length] = new.changed[b : b + length] = [False] * length
        for a, b in _replaced_words(before, after, runs):
            stem = _stem(before.words[a][0], after.words[b][0])
            if stem >= STEM:
                old.tails[a] = new.tails[b] = stem
        is_other_kind = before.kind != after.kind
        return Marked(
            self._passage(before, "del", old, is_other_kind=is_other_kind),
            self._passage(after, "ins", new, is_other_kind=is_other_kind),
            _count(before, old),
            _count(after, new),
        )

    def taken_out(self, passage: Passage) -> Marked:
        marks = _Marks([True] * len(passage.words))
        return Marked(self._passage(passage, "del", marks), SafeString(), _count(passage, marks), 0)

    def put_in(self, passage: Passage) -> Marked:
        marks = _Marks([True] * len(passage.words))
        return Marked(SafeString(), self._passage(passage, "ins", marks), 0, _count(passage, marks))

    def unmarked(self, passage: Passage) -> SafeString:
        return self._passage(passage, "del", _Marks([False] * len(passage.words)))

    def _passage(self, passage: Passage, side: Side, marks: _Marks, *, is_other_kind: bool = False) -> SafeString:
        parts: list[str] = []
        if is_other_kind:
            name = format_html('<span class="kind">{}:</span>', KINDS[passage.kind])
            parts += [mark(side, name), " "]
        for is_changed, group in groupby(range(len(passage.words)), key=marks.changed.__getitem__):
            places = list(group)
            inner = self._words(passage, places, marks.tails, is_changed=is_changed)
            if passage.spaces[places[0]]:
                parts.append(" ")
            parts.append(mark(side, inner) if is_changed else inner)
        text = mark_safe("".join(parts))  # noqa: S308  (each part was escaped or is a mark of ours)
        return format_html('<p class="passage {}">{}</p>', passage.kind or "plain", text)

    def _words(self, passage: Passage, places: list[int], tails: dict[int, int], *, is_changed: bool) -> SafeString:
        parts: list[str] = []
        for marks, group in groupby(places, key=lambda place: passage.words[place][1]):
            stretch = list(group)
            text = "".join(self._word(passage, place, tails, stretch[0]) for place in stretch)
            if passage.spaces[stretch[0]] and stretch[0] != places[0]:
                parts.append(" ")
            parts.append(_dressed(mark_safe(text), marks, is_changed=is_changed))  # noqa: S308  (_word escapes)
        return mark_safe("".join(parts))  # noqa: S308  (each part was escaped)

    def _word(self, passage: Passage, place: int, tails: dict[int, int], first: int) -> str:
        text, marks = passage.words[place]
        space = " " if passage.spaces[place] and place != first else ""
        if text == BREAK:
            return f"{space}{BREAK}<br>"
        if MENTION in marks:
            return space + format_html('<span class="mention">{}</span>', visible(self.say(text)))
        if place in tails:
            stem, tail = text[: tails[place]], text[tails[place] :]
            return space + visible(stem) + (format_html("<b>{}</b>", visible(tail)) if tail else "")
        return space + visible(text)


def _dressed(text: SafeString, marks: tuple[str, ...], *, is_changed: bool) -> SafeString:
    for one in marks:
        if one == "strong":
            text = format_html("<strong>{}</strong>", text)
        elif one == "em":
            text = format_html("<em>{}</em>", text)
        elif one.startswith(LINK):
            target = format_html(' <span class="target">({})</span>', visible(one.removeprefix(LINK)))
            text = format_html('<span class="link">{}</span>{}', text, target if is_changed else "")
    return text


def mark(side: Side, inner: SafeString) -> SafeString:
    """A stretch that was taken out or put in."""
    if side == "del":
        return format_html('<del><span class="visually-hidden">{} </span>{}</del>', _("[taken out:]"), inner)
    return format_html('<ins><span class="visually-hidden">{} </span>{}</ins>', _("[put in:]"), inner)


def visible(text: str) -> SafeString:
    """Escaped, with what could not be seen, or would turn the direction of the text, named by its number."""
    if text.isascii() or not any(unicodedata.category(sign) in {"Cf", "Co", "Cn"} for sign in text):
        return escape(text)
    hidden = {"Cf", "Co", "Cn"}
    return escape("".join(f"[U+{ord(s):04X}]" if unicodedata.category(s) in hidden else s for s in text))


# --- What counts as changed -----------------------------------------------------------------------------------------
def _readable(before: Passage, after: Passage, runs: list[Same]) -> list[Same]:
    """Without the words that two texts share by chance."""
    common = sum(is_word(before.words[a + k]) for a, _b, length in runs for k in range(length))
    words = sum(map(is_word, before.words)) + sum(map(is_word, after.words))
    if 2 * common < IN_COMMON * words:
        return []
    kept: list[Same] = []
    for index, run in enumerate(runs):
        a, b, length = run
        old, new = (kept[-1].before + kept[-1].length, kept[-1].after + kept[-1].length) if kept else (0, 0)
        following = runs[index + 1] if index + 1 < len(runs) else Same(len(before.words), len(after.words), 0)
        lead = (a - old) + (b - new)
        tail = (following.before - a - length) + (following.after - b - length)
        is_few = length <= FEW and lead >= LONG and tail >= LONG
        is_sign = lead and tail and not any(is_word(word) for word in before.words[a : a + length])
        if not is_few and not is_sign:
            kept.append(run)
    return kept


def _replaced_words(before: Passage, after: Passage, runs: Sequence[Same]) -> Iterable[tuple[int, int]]:
    """Where one word stands in the place of one other."""
    old = new = 0
    for a, b, length in [*runs, Same(len(before.words), len(after.words), 0)]:
        if (a - old, b - new) == (1, 1) and MENTION not in before.words[old][1] + after.words[new][1]:
            yield old, new
        old, new = a + length, b + length


def _stem(before: str, after: str) -> int:
    """How many letters two words have in common at their beginning; none when they are numbers."""
    if before.isdecimal() or after.isdecimal() or not (before[0].isalpha() and after[0].isalpha()):
        return 0
    length = 0
    while length < min(len(before), len(after)) and before[length] == after[length]:
        length += 1
    return length


def _count(passage: Passage, marks: _Marks) -> int:
    return sum(is_changed and is_word(word) for word, is_changed in zip(passage.words, marks.changed, strict=True))

"""Texts as passages of words, so that two of them can be compared. Pure: nothing that is read here is ever trusted.

Prose is taken apart with its markup: a word that became bold, or a link that leads elsewhere, is another word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: A number, a word (a hyphen or an apostrophe does not part it), or one sign.
WORD = re.compile(r"\d+(?:[.,:]\d+)+(?!\w)|\w+(?:[-‐‑’']\w+)*|[^\w\s]")
#: What stands alone on its lines, and what such a passage is.
PASSAGES = {"p": "", "h2": "h2", "h3": "h3", "blockquote": "quote", "li": "item"}
#: Holds passages, says nothing itself.
AROUND = {"ul", "ol", "div", "section", "aside", "figure", "figcaption"}
#: Which kind a passage has that is inside of two.
FIRST = ("item", "content-note", "pull-quote", "quote", "h2", "h3")
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
#: Attributes that are shown in another way, or that the cleaner sets.
SAID = {("a", "href"), ("a", "rel"), ("data", "value"), ("aside", "class"), ("figure", "data-picture")}
LINK = "link "
#: On a word that stands for another piece, as prose_nodes.Mention writes it, or for the place of a picture.
MENTION = "mention"
BREAK = "↵"

#: The text, and the marks that it has: strong, em, mention, or LINK and an address.
Word = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading, an item of a list: its words, and before which of them white space stands."""

    kind: str
    words: tuple[Word, ...]
    spaces: tuple[bool, ...] = field(compare=False)


def is_word(word: Word) -> bool:
    """Whether it counts when words are counted; signs do not."""
    return any(sign.isalnum() for sign in word[0])


def passages_of_prose(html: str) -> list[Passage]:
    """What the markup holds, passage by passage. Markup that is not known is kept as a word that names it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return reader.passages


def passages_of_text(text: str) -> list[Passage]:
    """The lines of a plain text."""
    found = []
    for line in text.splitlines():
        reader = _Reader()
        reader.handle_data(line)
        reader.end_passage()
        found += reader.passages
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self._open: list[str] = []
        self._kinds: list[str] = []
        self._marks: list[tuple[str, str]] = []
        self._words: list[Word] = []
        self._spaces: list[bool] = []
        self._was_space = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in PASSAGES or tag in AROUND:
            self.end_passage()
            self._open.append(tag)
            self._kinds.append(dict(attrs).get("class") or "" if tag == "aside" else PASSAGES.get(tag, ""))
            if tag == "figure":
                self._add(f"picture:{dict(attrs).get('data-picture') or '?'}", MENTION)
        elif tag in MARKS:
            self._marks.append((tag, MARKS[tag]))
        elif tag == "a":
            self._marks.append((tag, LINK + (dict(attrs).get("href") or "")))
        elif tag == "br":
            self._add(BREAK)
        elif tag == "data":
            self._add(dict(attrs).get("value") or "?", MENTION)
        # What is said in attributes alone must not change unseen.
        said = " ".join(f"{name}={value}" for name, value in attrs if (tag, name) not in SAID)
        if said:
            self._add(f"[{tag} {said}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in PASSAGES or tag in AROUND:
            self.end_passage()
            if tag in self._open:
                place = len(self._open) - 1 - self._open[::-1].index(tag)
                del self._open[place:], self._kinds[place:]
            return
        for index in range(len(self._marks) - 1, -1, -1):
            if self._marks[index][0] == tag:
                del self._marks[index]
                return

    def handle_data(self, data: str) -> None:
        end = 0
        for match in WORD.finditer(data):
            self._was_space = self._was_space or match.start() > end
            self._add(match.group())
            end = match.end()
        self._was_space = self._was_space or end < len(data)

    def _add(self, text: str, *marks: str) -> None:
        self._words.append((text, tuple(sorted({mark for _tag, mark in self._marks} | {*marks}))))
        self._spaces.append(self._was_space)
        self._was_space = False

    def end_passage(self) -> None:
        if self._words:
            kind = next((one for one in FIRST if one in self._kinds), "")
            kind = "number" if kind == "item" and self._is_numbered() else kind
            self.passages.append(Passage(kind, tuple(self._words), tuple(self._spaces)))
        self._words, self._spaces, self._was_space = [], [], False

    def _is_numbered(self) -> bool:
        lists = [tag for tag in self._open if tag in {"ul", "ol"}]
        return bool(lists) and lists[-1] == "ol"

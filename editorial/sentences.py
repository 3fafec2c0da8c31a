"""How a text reads: its blocks, its links, its sentences, and how long they are. Pure, for English and Korean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

#: Each starts a block of its own.
BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "aside", "figure", "figcaption", "div"),
    *("td", "th", "dt", "dd", "pre"),
}
#: Hold blocks and say nothing themselves.
FRAMES = {"ul", "ol", "dl", "table", "thead", "tbody", "tr"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BOLD = {"strong", "b"}
#: Marks on words. What else stands inside a line prints something of its own, such as a number.
MARKS = {*BOLD, "em", "i", "a", "span"}
#: Stands for what a node prints, so that the words around it do not run together.
NODE = "\ufffc"

HANGUL = re.compile("[\uac00-\ud7a3]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
END = re.compile(r"[.!?…。？！]+[\"'”’»)\]]*(?=\s|$)")
LAST_WORD = re.compile(r"([\w.]+)\.[\"'”’»)\]]*$")
#: A full stop behind these does not end a sentence.
SHORT_FORMS = {
    *("mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "no", "nos", "vol", "pp", "p", "fig", "cf", "vs", "etc"),
    *("e.g", "i.e", "u.s", "u.k", "u.n", "ph.d", "approx", "ed", "eds", "trans", "jan", "feb", "mar", "apr", "aug"),
    *("sept", "oct", "nov", "dec"),
}
EXCERPT = 60


@dataclass(frozen=True)
class Link:
    text: str
    href: str


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or item. `inside` names the blocks around it, outermost first."""

    tag: str
    text: str
    links: tuple[Link, ...] = ()
    is_bold: bool = False
    inside: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """Of a heading; 0 for all else."""
        return HEADINGS.get(self.tag, 0)


class _Reader(HTMLParser):
    """Cuts prose into blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self.stack: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.opened: list[tuple[str, int]] = []
        self.bold = self.plain = 0

    def _end_block(self) -> None:
        """What was gathered is a block of the innermost tag. Only a heading counts when it says nothing."""
        tag, text = self.stack[-1] if self.stack else "p", "".join(self.parts).strip()
        if text or tag in HEADINGS:
            is_bold = bool(self.bold) and not self.plain
            self.found.append(Block(tag, text, tuple(self.links), is_bold, tuple(self.stack[:-1])))
        self._begin()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            if "".join(self.parts).strip():
                self._end_block()
            self._begin()
            self.stack.append(tag)
        elif tag == "br":
            self.parts.append("\n")
        elif tag in MARKS:
            self.opened.append((tag, len(self.parts)))
            if tag == "a":
                self.links.append(Link("", dict(attrs).get("href") or ""))
        elif tag not in FRAMES:
            self.parts.append(NODE)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag in self.stack:
            while self.stack[-1] != tag:
                self._end_block()
                self.stack.pop()
            self._end_block()
            self.stack.pop()
        elif self.opened and self.opened[-1][0] == tag:
            _tag, start = self.opened.pop()
            if start == len(self.parts):
                self.parts.append(NODE)
            if tag == "a":
                self.links[-1] = Link("".join(self.parts[start:]).strip(), self.links[-1].href)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        if data.strip():
            if any(tag in BOLD for tag, _start in self.opened):
                self.bold += 1
            else:
                self.plain += 1

    def close(self) -> None:
        super().close()
        self._end_block()


def blocks_of(html: str) -> list[Block]:
    """The blocks of a prose field, in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def lines_of(text: str) -> list[Block]:
    """The paragraphs of a text without markup."""
    return [Block("p", line.strip()) for line in text.splitlines() if line.strip()]


def sentences_of(text: str) -> list[str]:
    """The sentences of a block. A line break ends one, as in a poem; “Dr.” and initials do not."""
    found = []
    for line in text.split("\n"):
        start = 0
        for end in END.finditer(line):
            if _ends_here(line[start : end.end()], line[end.end() :]):
                found.append(line[start : end.end()].strip())
                start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends_here(before: str, after: str) -> bool:
    following = after.lstrip(" \u00a0\"'“‘«([")
    if following and following[0].islower():
        return False
    word = LAST_WORD.search(before)
    if word is None:
        return True
    last = word.group(1).casefold()
    is_initial = len(last) == 1 and last.isalpha() and not HANGUL.match(last)
    return not is_initial and last not in SHORT_FORMS


def is_korean(text: str) -> bool:
    """Whether a text is written in Korean, foreign names in it or not."""
    return len(HANGUL.findall(text)) * 2 > len(LATIN.findall(text))


def length_of(text: str) -> int:
    """Words; of a Korean text its letters, because Korean joins words as it likes."""
    return len("".join(text.split())) if is_korean(text) else len(text.split())


def start_of(text: str) -> str:
    """How a text begins, word for word, so that it can be found."""
    first = next((part.strip() for part in re.split(f"[{NODE}\n]", text) if part.strip()), "")
    if len(first) <= EXCERPT:
        return first
    return first[: EXCERPT + 1].rpartition(" ")[0] or first[:EXCERPT]


def around(text: str, start: int, end: int) -> str:
    """The words before and behind a place, word for word."""
    before = text[:start].rpartition("\n")[2][-EXCERPT // 2 :]
    behind = text[end:].partition("\n")[0][: EXCERPT // 2]
    if start > len(before):
        before = before.partition(" ")[2]
    if len(text) - end > len(behind):
        behind = behind.rpartition(" ")[0]
    return (before + text[start:end] + behind).strip(f" {NODE}")

"""Foreign prose made as our own editor would write it: passages in blocks, nothing empty, no spaces that make room.

Pure. Expects HTML as the cleaner writes it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {"p", "h2", "h3"}
HOLDERS = {"ul", "ol", "li", "blockquote", "aside"}
HEADING = re.compile(r"<(/?)h([1-6])\b[^<>]*>", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
#: How deep empty passages may stand in one another.
DEEPEST = 12
EMPTY = re.compile(r"<(p|h2|h3|li|ul|ol|blockquote|strong|em|a)(?: [^>]*)?>(?:[ \xa0]|<br>)*</\1>")


def with_our_headings(html: str) -> str:
    """The highest level becomes a heading, those below it smaller headings; the title stands in a field of its own."""
    has_first = any(match[2] == "1" for match in HEADING.finditer(html))

    def ours(match: re.Match[str]) -> str:
        level = int(match[2])
        return f"<{match[1]}h{2 if level == 1 or (level == 2 and not has_first) else 3}>"

    return HEADING.sub(ours, html)


def _one_space(match: re.Match[str]) -> str:
    """One that holds two words together stays."""
    return "\xa0" if match[0] == "\xa0" else " "


def tidied(html: str) -> str:
    """Bare words in paragraphs, runs of spaces as one, no empty passages."""
    writer = _Tidy()
    writer.feed(html.replace("&nbsp;", "\xa0"))
    writer.close()
    writer.end_implied()
    text = re.sub(r" +(?=</(?:p|h2|h3)>)|(?<=<p>) +|(?<=<h2>) +|(?<=<h3>) +|(?<=<br>) +", "", "".join(writer.written))
    for _level in range(DEEPEST):
        text, found = EMPTY.subn("", text)
        if not found:
            break
    return text


class _Tidy(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        #: Whether a block is open in which words may stand, and whether it is one that we opened.
        self._in_block = self._is_implied = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag in HOLDERS:
            self.end_implied()
            self._in_block = tag in BLOCKS
        elif tag == "br" and not self._in_block:
            return
        else:
            self._open()
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS or tag in HOLDERS:
            self.end_implied()
            self._in_block = False
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = SPACES.sub(_one_space, data)
        if words.strip(" \xa0"):
            self._open()
        if self._in_block:
            self.written.append(words)

    def handle_entityref(self, name: str) -> None:
        self._open()
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._open()
        self.written.append(f"&#{name};")

    def _open(self) -> None:
        if not self._in_block:
            self.written.append("<p>")
            self._in_block = self._is_implied = True

    def end_implied(self) -> None:
        if self._is_implied:
            self.written.append("</p>")
            self._in_block = self._is_implied = False

"""The nodes of ours inside prose: passages set apart, places of pictures, and mentions of other pieces.

Pictures and mentions hold ids and never values.

Pure. Expects HTML as the cleaner writes it, with every attribute quoted and every element closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Self

from editorial.models.reference import Referring
from editorial.prose_table import WITH_MENTIONS, asides, mentioned_kinds

PARTS = ("page", "chapter", "section")
LONGEST_LOCATOR = 40
#: statistic:41, statistic:41@7 (that edition for ever), source:8, source:8#page=213-20
VALUE = re.compile(
    r"(?P<kind>[a-z]{1,20}):(?P<piece>[1-9][0-9]{0,17})"
    r"(?:@(?P<edition>[1-9][0-9]{0,17})"
    rf"|#(?P<part>{'|'.join(PARTS)})=(?P<locator>[\w .,:;()/*§–-]{{1,{LONGEST_LOCATOR}}}))?"
)


@dataclass(frozen=True)
class Mention:
    """One use of a piece inside a text: its id, and either one of its editions or a place in it."""

    kind: str
    piece: int
    edition: int | None = None
    part: str = ""
    locator: str = ""

    def __str__(self) -> str:
        """As it is stored, and as the editor sends it."""
        if self.edition is not None:
            return f"{self.kind}:{self.piece}@{self.edition}"
        place = f"#{self.part}={self.locator}" if self.locator else ""
        return f"{self.kind}:{self.piece}{place}"

    @property
    def html(self) -> str:
        return f'<data value="{escape(str(self))}"></data>'

    @classmethod
    def read(cls, value: str) -> Self | None:
        """What a stored value says; none where it is not one."""
        match = VALUE.fullmatch(value)
        if match is None:
            return None
        said = match.groupdict()
        locator = (said["locator"] or "").strip()
        if said["locator"] and not locator:
            return None
        edition = int(said["edition"]) if said["edition"] else None
        return cls(said["kind"], int(said["piece"]), edition, said["part"] or "", locator)


#: The id of a picture, as its place in a text names it.
PICTURE = re.compile(r"[1-9][0-9]{0,17}")

Show = Callable[[Mention], str]
Open = Callable[[str], str]
Slot = Callable[[int], str]


def as_stored(mention: Mention) -> str:
    return mention.html


def plain_aside(css_class: str) -> str:
    return f'<aside class="{css_class}">'


def plain_slot(picture: int) -> str:
    return f'<figure data-picture="{picture}"></figure>'


def walked(
    html: str,
    names: Collection[str],
    *,
    show: Show = as_stored,
    open_aside: Open = plain_aside,
    slot: Slot = plain_slot,
) -> str:
    """The HTML with each mention as `show` has it, and each place of a picture as `slot` has it.

    Of nodes that are not among these elements only the words stay.
    """
    if "<data" not in html and "<aside" not in html and "<figure" not in html:
        return html
    walker = _Walker(asides(names), mentioned_kinds(names), show, open_aside, slot if "Picture" in names else None)
    walker.feed(html)
    walker.close()
    return "".join(walker.written)


def mentions_in(*texts: str) -> list[Mention]:
    """Every mention in these texts, in their order, each once."""
    found: dict[Mention, None] = {}

    def note(mention: Mention) -> str:
        found[mention] = None
        return ""

    for text in texts:
        walked(text, WITH_MENTIONS, show=note)
    return list(found)


def slots_in(*texts: str) -> list[int]:
    """The ids of the pictures that have a place in these texts, in their order, each once."""
    found: dict[int, None] = {}

    def note(picture: int) -> str:
        found[picture] = None
        return ""

    for text in texts:
        if "<figure" in text:
            walked(text, WITH_MENTIONS, slot=note)
    return list(found)


def referring_in(*texts: str) -> list[Referring]:
    """The references that these texts make."""
    return [Referring(mention.piece, mention.kind, mention.edition) for mention in mentions_in(*texts)]


def one_each(found: Iterable[Referring]) -> list[Referring]:
    """One reference for each piece and role: a live use before pinned ones, the newest pinned one before older ones."""
    kept: dict[tuple[str, int], Referring] = {}
    for one in found:
        other = kept.setdefault((one.role, one.target), one)
        if one.pinned is None or (other.pinned is not None and one.pinned > other.pinned):
            kept[one.role, one.target] = one
    return list(kept.values())


class _Walker(HTMLParser):
    """Writes the HTML as it is read, except for the nodes."""

    def __init__(
        self, classes: frozenset[str], kinds: frozenset[str], show: Show, open_aside: Open, slot: Slot | None
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._slot = slot
        self._classes, self._kinds, self._show, self._open_aside = classes, kinds, show, open_aside
        self._asides: list[bool] = []
        #: Words right inside a mention are dropped: they would be its value.
        self._in_mention = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_mention = False
        said = dict(attrs)
        if tag == "data":
            mention = Mention.read(said.get("value") or "")
            if mention is not None and mention.kind in self._kinds:
                self.written.append(self._show(mention))
                self._in_mention = True
        elif tag == "aside":
            css_class = said.get("class") or ""
            self._asides.append(css_class in self._classes)
            if self._asides[-1]:
                self.written.append(self._open_aside(css_class))
        elif tag == "figure":
            picture = said.get("data-picture") or ""
            if self._slot is not None and PICTURE.fullmatch(picture):
                self.written.append(self._slot(int(picture)))
        else:
            self.written.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._in_mention = False
        if tag == "aside":
            if self._asides and self._asides.pop():
                self.written.append("</aside>")
        elif tag not in {"data", "figure"}:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._in_mention:
            self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

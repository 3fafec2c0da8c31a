"""Endnotes of a page: the same use of a work has one note, with a link back to each place that calls for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from editorial import kinds
from editorial.mentions import Call
from editorial.models import Edition
from editorial.prose_nodes import Mention
from research.citations import located
from research.content import CitationContent, SourceContent


class BackLink(NamedTuple):
    href: str
    label: str


@dataclass
class Note:
    """One endnote as a reader sees it."""

    number: int
    text: str
    url: str = ""
    locator: str = ""
    original: str = ""
    is_missing: bool = False
    check_label: str = ""
    intent: str = "supports"
    back_links: list[BackLink] = field(default_factory=list)


class Notes:
    """Numbers notes in the order in which a page calls for them."""

    def __init__(self, sources: Mapping[int, Edition]) -> None:
        self._sources = sources
        self._numbers: dict[CitationContent, Note] = {}
        self._calls = 0

    @property
    def all(self) -> list[Note]:
        return list(self._numbers.values())

    def cite(self, citations: Iterable[CitationContent], place: str = "") -> list[int]:
        """The numbers of the notes that a place calls for; without a place nothing leads back."""
        numbers = []
        for citation in citations:
            note = self._numbers.get(citation)
            if note is None:
                note = self._numbers[citation] = self._note(citation, len(self._numbers) + 1)
            if place:
                label = _("Back to place {number}").format(number=len(note.back_links) + 1)
                note.back_links.append(BackLink(f"#{place}-note-{note.number}", label))
            numbers.append(note.number)
        return numbers

    def call(self, mention: Mention) -> Call:
        """The note that a mention in running text calls for; the same place in a work has one note."""
        self._calls += 1
        where = (mention.piece, mention.locator, mention.part or "page")
        citation = CitationContent(*where, check="not_said")
        known = (one for one in self._numbers if (one.source, one.locator, one.locator_label) == where)
        place = f"mention-{self._calls}"
        (number,) = self.cite([next(known, citation)], place)
        return Call(number, f"{place}-note-{number}")

    def _note(self, citation: CitationContent, number: int) -> Note:
        edition = self._sources.get(citation.source or 0)
        original = (
            _("note {number} in the original").format(number=citation.note_number) if citation.note_number else ""
        )
        if citation.is_missing:
            text = _("The original has a marker here, but the note itself is missing.")
            return Note(number, text, original=original, is_missing=True)
        if edition is None:
            return Note(number, _("This source cannot be shown at present."), original=original)
        source: SourceContent = kinds.named("source").read(edition.content)
        return Note(
            number,
            source.formatted,
            url=kinds.address(edition),
            locator=located(citation.locator, citation.locator_label),
            original=original,
            check_label=check_label(citation.check),
            intent=citation.intent,
        )


def check_label(check: str) -> str:
    """What an editor found when looking the citation up, in words; nothing where nobody says whether they did."""
    return {
        "not_said": "",
        "page_seen": _("looked up by an editor"),
        "contradicted": _("the source says something else"),
        "not_found": _("not found in the source"),
    }.get(check, _("not checked against the source yet"))

"""What the mentions in the prose of a page print: a number in words, a work cited. Values in, trusted HTML out."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.kinds import Printed
from editorial.linked import Linked
from editorial.models import Edition
from editorial.prose_nodes import Mention


class Call(NamedTuple):
    """A place in the text that calls for a note: the number of the note, and the id that leads back."""

    number: int
    place: str


class Endnotes(Protocol):
    """The notes at the end of a page."""

    def call(self, mention: Mention) -> Call: ...


class Shown:
    """Prints mentions from the editions that the one query of the page has fetched; asks the database nothing."""

    def __init__(self, linked: Linked, language: str, notes: Endnotes | None = None) -> None:
        self._linked, self._language, self._notes = linked, language, notes
        self._live = {edition.piece_id: edition for edition in linked}

    def __call__(self, mention: Mention) -> SafeString:
        is_noted = kinds.named(mention.kind).is_noted
        if self._notes is not None and is_noted:
            number, place = self._notes.call(mention)
            return format_html(
                '<sup><a role="doc-noteref" id="{}" href="#note-{}" aria-label="{}">{}</a></sup>',
                place,
                number,
                _("Note {note}").format(note=number),
                number,
            )
        printed = self.printed(mention)
        inside = format_html('<a href="{}">{}</a>', printed.url, printed.words) if printed.url else printed.words
        state = " withdrawn" if printed.is_withdrawn else ""
        # Where a page has no notes, a work is named in brackets.
        form = ' <span class="mention {}{}">({})</span>' if is_noted else '<span class="mention {}{}">{}</span>'
        return format_html(form, mention.kind, state, inside)

    def printed(self, mention: Mention) -> Printed:
        """The words and where they lead; of what readers cannot see, words that hold no value."""
        inline = kinds.named(mention.kind).inline
        assert inline is not None  # the table of prose names only kinds that have it
        return inline(self._edition(mention), mention, self._language)

    def _edition(self, mention: Mention) -> Edition | None:
        pin = mention.edition
        found = self._live.get(mention.piece) if pin is None else self._linked.pinned.get(pin)
        # An id that belongs to another kind or piece must never show what that one says.
        is_meant = found is not None and (found.kind, found.piece_id) == (mention.kind, mention.piece)
        return found if is_meant else None

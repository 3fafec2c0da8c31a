"""Endnotes: numbered in the order of their calls, one for one use, with a way back to each place."""

from __future__ import annotations

import pytest

from editorial.models import Edition
from research.content import CitationContent
from research.models import Source
from research.notes import BackLink, Notes, check_label
from tests.makers import Staff, make_source, publish


@pytest.fixture
def book(staff: Staff) -> Edition:
    return publish(make_source(staff, title="A survey of lessons"), staff)


def test_same_use_has_one_note_with_two_ways_back(book: Edition) -> None:
    use = CitationContent(source=book.piece_id, locator="37")
    notes = Notes({book.piece_id: book})

    assert notes.cite([use], "finding-1") == [1]
    assert notes.cite([use], "finding-2") == [1]

    (note,) = notes.all
    assert note.back_links == [
        BackLink("#finding-1-note-1", "Back to place 1"),
        BackLink("#finding-2-note-1", "Back to place 2"),
    ]


def test_notes_are_numbered_as_they_are_called(book: Edition) -> None:
    uses = [CitationContent(source=book.piece_id, locator=page) for page in ("9", "1", "9")]
    notes = Notes({book.piece_id: book})

    assert notes.cite(uses, "finding-1") == [1, 2, 1]
    assert [note.locator for note in notes.all] == ["p. 9", "p. 1"]


def test_note_names_its_source_and_leads_to_it(book: Edition) -> None:
    notes = Notes({book.piece_id: book})

    notes.cite([CitationContent(source=book.piece_id, note_number=12, check="page_seen")])

    (note,) = notes.all
    assert note.text == "A survey of lessons."
    assert note.url == f"/en/sources/{Source.objects.get(pk=book.piece_id).slug}/"
    assert note.original == "note 12 in the original"
    assert note.check_label == "looked up by an editor"
    assert note.back_links == []


def test_missing_note_is_shown_as_missing() -> None:
    notes = Notes({})

    notes.cite([CitationContent(is_missing=True, note_number=4)])

    (note,) = notes.all
    assert note.is_missing
    assert (note.url, note.original) == ("", "note 4 in the original")


def test_source_that_cannot_be_shown_is_not_named() -> None:
    notes = Notes({})

    notes.cite([CitationContent(source=7, locator="37")])

    (note,) = notes.all
    assert (note.text, note.url, note.locator) == ("This source cannot be shown at present.", "", "")


@pytest.mark.parametrize("check", ["unchecked", "", "something new"])
def test_unknown_check_counts_as_not_checked(check: str) -> None:
    assert check_label(check) == "not checked against the source yet"

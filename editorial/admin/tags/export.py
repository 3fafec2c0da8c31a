"""The vocabulary as a table for a spreadsheet, as partners ask for it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from editorial.vocabulary import usage

#: A spreadsheet would compute a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LANGUAGES = [code for code, _label in settings.LANGUAGES]
HEADINGS = (
    *("name", "facet", *(f"name_{code}" for code in LANGUAGES), "other_words", "part_of"),
    *("address", "former_addresses", "merged_into", "pieces_that_readers_see"),
)


def plain_cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def rows(tags: list[Any]) -> Iterator[tuple[str, ...]]:
    """One row for each tag, with its related rows fetched along. No ids and nothing about drafts."""
    counted = usage.counts([tag.pk for tag in tags])
    for tag in tags:
        aliases = list(tag.aliases.all())
        own = tag.canonical_id == tag.pk
        yield (
            *(tag.name, tag.facet, *(tag.label(code) for code in LANGUAGES)),
            "; ".join(alias.name for alias in aliases if alias.slug is None),
            tag.parent.name if tag.parent else "",
            tag.slug,
            "; ".join(alias.slug for alias in aliases if alias.slug is not None),
            "" if own else tag.canonical.name,
            str(sum(count.public for count in counted.get(tag.pk, []))),
        )


def as_csv(tags: Iterable[Any]) -> HttpResponse:
    """A file to keep, in UTF-8 with the mark by which spreadsheets know it, or Korean would be spoilt."""
    day = timezone.localdate().isoformat()
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="vocabulary-{day}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(HEADINGS)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows(list(tags)))
    return response

"""What could be better in a story: details that may tell who somebody is, and that nobody has looked at yet."""

from __future__ import annotations

from django.utils.translation import ngettext

from editorial.advice import Advice, Draft
from stories.coarsening import FIELDS
from stories.details import propose
from stories.searchable import texts_in


def on_details(draft: Draft) -> list[Advice]:
    """One item with the first of them; the page “Care” lists all."""
    if draft.kind != "story":
        return []
    language = draft.text("language")
    found: dict[str, str] = {}
    for name in FIELDS:
        for text in texts_in(draft.content.get(name)):
            for one in propose(text, language):
                if one.is_specific and not any(one.quote in quote or quote in one.quote for quote in draft.settled):
                    found.setdefault(one.quote, name)
    if not found:
        return []
    quote, field = next(iter(found.items()))
    sentence = ngettext(
        "%(n)d detail may tell who somebody is. Judge it on the page “Care”.",
        "%(n)d details may tell who somebody is. Judge them on the page “Care”.",
        len(found),
    ) % {"n": len(found)}
    return [Advice("details_unmarked", sentence, field, quote)]

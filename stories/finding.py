"""Finding narrators at the desk, by their codes, for those whose role it is to know them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import words
from editorial.finding import Finder, Found
from editorial.words import Query
from stories.models import Narrator


def find_narrators(query: Query, limit: int) -> list[Found]:
    """Narrators by part of their code."""
    return [
        Found(
            group=_("Narrators"),
            kind=_("Narrator"),
            title=words.marked(narrator.code, query.terms),
            url=reverse("admin:stories_narrator_change", args=[narrator.pk]),
            state=_("Risk level %(level)s") % {"level": narrator.risk_level},
        )
        for narrator in Narrator.objects.filter(code__icontains=query.text).order_by("code")[:limit]
    ]


NARRATORS = Finder("narrator", "stories.view_narrator", find_narrators)

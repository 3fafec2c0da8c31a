"""Which collections ask for a tag: in what is being written, and in what was published."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial.models import Edition
from editorial.vocabulary import Use
from reading.models import Clause, Collection


def collections_asking(tags: frozenset[int]) -> list[Use]:
    """Every collection with one of these tags in a condition; three queries."""
    working: dict[int, set[int]] = {}
    links = Clause.tags.through.objects.filter(tag_id__in=tags)
    for collection, tag in links.values_list("clause__collection_id", "tag_id"):
        working.setdefault(collection, set()).add(tag)
    published = _published(tags)
    languages = dict(settings.LANGUAGES)
    found = Collection.objects.filter(pk__in={*working, *published}, erased_at__isnull=True)
    return [
        Use(
            tags=frozenset(working.get(pk, set()) | published.get(pk, set())),
            label=_("Collection “{title}” ({language})").format(title=title, language=languages[language]),
            url=reverse("admin:reading_collection_change", args=[pk]),
            is_published=pk in published,
        )
        for pk, title, language in found.order_by("title", "pk").values_list("pk", "title", "language")
    ]


def _published(tags: frozenset[int]) -> dict[int, set[int]]:
    """By collection the tags that its live or waiting edition asks for."""
    found: dict[int, set[int]] = {}
    editions = Edition.objects.filter(kind="collection", ends_at__gt=timezone.now(), erased_at__isnull=True)
    for collection, content in editions.values_list("piece_id", "content"):
        asked = {tag for clause in content.get("clauses", []) for tag in clause["tags"]} & tags
        if asked:
            found.setdefault(collection, set()).update(asked)
    return found

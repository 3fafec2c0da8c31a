"""Looks through home, topics and collections for what was taken back, as readers see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.answering import answer
from editorial.models import Channel, Edition, EditionTag, Tag
from stories.surface_checks import Traces, in_pages, of_pages
from stories.surfaces import Finding, Surface, Taken

#: The newest so many collections are looked through.
MOST_COLLECTIONS = 200
CODES = [code for code, _name in settings.LANGUAGES]


def home(taken: Taken, now: datetime) -> Finding:
    paths = (reverse("reading:home", args=[code]) for code in CODES)
    return of_pages(paths, taken, Channel.WEBSITE, now)


def topics(taken: Taken, now: datetime) -> Finding:
    """The pages of its topics, and the one with the numbers: a topic that nothing else has is not there any more."""
    slugs = _slugs(taken)
    emptied = [slug for slug in slugs if not _has_others(slug, taken, now)]
    looked = wrong = 0
    for code in CODES:
        index = answer(reverse("reading:topics", args=[code])).text
        leading = [reverse("reading:topic", args=[code, slug]) for slug in emptied]
        looked += 1
        wrong += any(f'href="{path}"' in index for path in leading)
    traces = Traces(taken, Channel.WEBSITE, now)
    for path in (reverse("reading:topic", args=[code, slug]) for code in CODES for slug in slugs):
        looked += 1
        wrong += traces.are_in(answer(path).text)
    return in_pages(looked, wrong)


def _slugs(taken: Taken) -> list[str]:
    editions = [*(edition.pk for edition in taken.editions(Channel.WEBSITE)), *taken.with_portraits()]
    tags = EditionTag.objects.filter(content_object_id__in=editions).order_by().values("tag__canonical_id").distinct()
    return list(Tag.objects.filter(pk__in=tags).order_by("pk").values_list("slug", flat=True))


def _has_others(slug: str, taken: Taken, now: datetime) -> bool:
    others = Edition.objects.public(Channel.WEBSITE, now).filter(tags__canonical__slug=slug)
    return others.exclude(piece_id__in=taken.gone(Channel.WEBSITE)).exists()


def collections(taken: Taken, now: datetime) -> Finding:
    return of_pages(_collection_pages(now), taken, Channel.WEBSITE, now)


def _collection_pages(now: datetime) -> Iterator[str]:
    public = Edition.objects.public(Channel.WEBSITE, now).filter(kind="collection").defer("content")
    return (kinds.address(edition) for edition in public.order_by("-publish_at")[:MOST_COLLECTIONS])


SURFACES = (
    Surface("home", _("First pages"), home),
    Surface("topics", _("Topics and their numbers"), topics),
    Surface("collections", _("Collections"), collections),
)

"""Looks through the frames on partner sites for what was taken back, as partners show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from editorial.models import Channel, Edition
from stories.surface_checks import of_pages
from stories.surfaces import Finding, Surface, Taken

#: The newest so many collections are looked through.
MOST_COLLECTIONS = 200


def frames(taken: Taken, now: datetime) -> Finding:
    return of_pages(_frames(now), taken, Channel.PARTNERS, now)


def _frames(now: datetime) -> Iterator[str]:
    public = Edition.objects.public(Channel.PARTNERS, now).filter(kind="collection").order_by("-publish_at")
    for slug, language in public.values_list("slug", "language")[:MOST_COLLECTIONS]:
        path = reverse("embeds:collection", args=[slug])
        yield from (path, f"{path}?lang={language}")


FRAMES = Surface("frames", _("Frames on partner sites"), frames, channel=Channel.PARTNERS)

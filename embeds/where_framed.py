"""Which frames on partner sites show a piece at an instant."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from editorial.models import Channel, Edition, Piece
from editorial.where_used import Found, Use
from reading.where_shown import collections_showing

IN_A_FRAME = _("shows it on partner sites, in the frame {path}")
IS_A_FRAME = _("is shown on partner sites itself, in the frame {path}")


def on_partner_sites(piece: Piece, now: datetime) -> Found:
    """The frames of collections that hold the piece; for a collection its own frame."""
    editions, notes = collections_showing(piece, Channel.PARTNERS, now)
    uses = [_use(edition, str(IN_A_FRAME)) for edition in editions]
    if piece.kind == "collection":
        own = Edition.objects.public(Channel.PARTNERS, now).filter(piece_id=piece.pk)
        uses += [_use(edition, str(IS_A_FRAME)) for edition in own]
    return Found(uses, notes)


def _use(edition: Edition, role: str) -> Use:
    path = reverse("embeds:collection", args=[edition.slug])
    if edition.language != settings.LANGUAGE_CODE:
        path += f"?lang={edition.language}"
    return Use(edition.piece_id, "collection", edition.title, role.format(path=path), is_public=True)

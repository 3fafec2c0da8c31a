"""Which pictures somebody without an account sees in a draft that was shared with them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from editorial.models import Piece, PiecePicture, Rendition
from editorial.pictures.belonging import subjects_in
from editorial.pictures.blocking import portrait_is_granted


def showable(piece: Piece, now: datetime | None = None) -> set[str]:
    """The names of the public files of its pictures as they are now, without portraits that are not granted."""
    now = now or timezone.now()
    uses = PiecePicture.objects.filter(piece_id=piece.pk, picture__erased_at__isnull=True).select_related("picture")
    pictures = {use.picture_id: use.picture for use in uses}
    subjects = subjects_in(piece, list(pictures.values()))
    shown = {
        pk: picture.recipe_digest
        for pk, picture in pictures.items()
        if pk not in subjects or (piece.original_id in subjects[pk] and portrait_is_granted(piece, subjects[pk], now))
    }
    rows = Rendition.objects.filter(picture_id__in=shown, removed_at__isnull=True, purpose="page")
    return {
        name
        for name, picture, digest in rows.values_list("name", "picture_id", "recipe_digest")
        if shown[picture] == digest
    }

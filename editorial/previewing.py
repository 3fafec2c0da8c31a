"""The working copy as it would be published: the public page itself, with an edition that is never stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from editorial import kinds
from editorial.freezing import working_edition
from editorial.models import Piece


def preview(request: HttpRequest, piece: Piece) -> HttpResponse:
    """The page of the kind, in the language of the piece."""
    now = timezone.now()
    request.now = now  # type: ignore[attr-defined]  # as door.public_page does for readers
    request.is_preview = True  # type: ignore[attr-defined]  # the layout says so
    with translation.override(piece.language):
        return kinds.named(piece.kind).show(request, working_edition(piece, now))

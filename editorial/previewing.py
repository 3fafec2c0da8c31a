"""The working copy as it would be published: the public page itself, with an edition that is never stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from editorial import kinds
from editorial.models import Edition, Piece


def working_edition(piece: Piece, now: Any) -> Edition:
    """An unsaved edition with what the working copy says now."""
    content = piece.content()
    return Edition(
        piece_id=piece.pk,
        number=Edition.objects.filter(piece_id=piece.pk).next_number(),
        kind=piece.kind,
        language=piece.language,
        slug=piece.slug,
        title=piece.title,
        standfirst=piece.standfirst,
        public_id=piece.public_id,
        original_id=piece.original_id,
        content=content,
        schema_version=piece.schema_version,
        publish_at=now,
    )


def preview(request: HttpRequest, piece: Piece) -> HttpResponse:
    """The page of the kind, in the language of the piece."""
    now = timezone.now()
    request.now = now  # type: ignore[attr-defined]  # as door.public_page does for readers
    request.is_preview = True  # type: ignore[attr-defined]  # the layout says so
    with translation.override(piece.language):
        return kinds.named(piece.kind).show(request, working_edition(piece, now))

"""The working copy as it would be published: the public page itself, with an edition that is never stored."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from editorial import kinds
from editorial.freezing import working_edition
from editorial.models import Channel, Clearance, Edition, Piece

Renderer = Callable[[HttpRequest, Edition], HttpResponse]
#: How else than as a page an edition can be shown, and which pieces can; the floors above add theirs in ready().
_forms: dict[str, tuple[Renderer, Callable[[Piece], bool]]] = {}


def register(form: str, renderer: Renderer, has_it: Callable[[Piece], bool]) -> None:
    """Add a form, such as the card that partners embed."""
    _forms[form] = (renderer, has_it)


def has_form(form: str, piece: Piece) -> bool:
    return form in _forms and _forms[form][1](piece)


def preview(request: HttpRequest, piece: Piece, *, edition: Edition | None = None, form: str = "page") -> HttpResponse:
    """The page of the kind, in the language of the piece; of the working copy, unless an edition is given."""
    now = timezone.now()
    request.now = now  # type: ignore[attr-defined]  # as door.public_page does for readers
    request.is_preview = edition is None  # type: ignore[attr-defined]  # the layout says so
    with translation.override(piece.language):
        shown = edition or working_edition(piece, now)
        if form == "social":
            return _as_shared(shown)
        if has_form(form, piece):
            return _forms[form][0](request, shown)
        return kinds.named(piece.kind).show(request, shown)


def _as_shared(edition: Edition) -> HttpResponse:
    """What messengers and networks show of a link: they read title and description of the page."""
    from editorial.cards import cover

    allowed = Clearance.objects.filter(piece_id=edition.piece_id, channel=Channel.SOCIAL, held=False)
    now = timezone.now()
    context = {
        "language": edition.language,
        "edition": edition,
        "art": cover(edition),
        "may_be_posted": allowed.filter(allowed_from__lte=now, allowed_until__gt=now).exists(),
    }
    return HttpResponse(render_to_string("editorial/shared_link.html", context))

"""How a text will look: the page itself, beside what is live, as a card in an embed and where a link is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from editorial import previewing
from editorial.admin.page import PiecePage
from editorial.admin_site import POLICY as DESK
from editorial.models import Edition, Piece

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

#: As visitors' pages have it, but our own desk may show it in a frame.
POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "object-src": [CSP.NONE],
}
#: The desk's own, and frames of the desk in it.
SHELL = DESK | {"frame-src": [CSP.SELF]}
WIDTHS = ("phone", "desktop")
FORMS = ("page", "embed", "social")


@dataclass(frozen=True)
class Frame:
    """One frame of the preview."""

    title: str
    url: str


@xframe_options_sameorigin
@csp_override(POLICY)
def _shown(request: HttpRequest, piece: Piece, edition: Edition | None, form: str) -> HttpResponseBase:
    return previewing.preview(request, piece, edition=edition, form=form)


def preview_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponseBase:
    """The working copy, or with `?edition=3` that edition, as readers see it; `?as=embed` and `?as=social` as cards."""
    form = request.GET.get("as", "page")
    number = request.GET.get("edition", "")
    if form not in FORMS or (number and not (number.isascii() and number.isdigit() and len(number) < 9)):
        raise Http404
    edition = piece.editions.filter(number=int(number), erased_at__isnull=True).first() if number else None
    if number and edition is None:
        raise Http404
    response: HttpResponseBase = _shown(request, piece, edition, form)
    return response


@csp_override(SHELL)
def look_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """The frames side by side, with a choice of width, form and language."""
    width = request.GET.get("width", "desktop")
    form = request.GET.get("as", "page")
    beside = request.GET.get("beside", "live")
    if width not in WIDTHS or form not in FORMS:
        raise Http404
    live = piece.live_edition(timezone.now())
    own = admin.page_url("preview", piece.pk)
    frames = [Frame(_("The text as it stands here"), f"{own}?as={form}")]
    others = _in_other_languages(admin, piece)
    chosen = next((other for other in others if beside == str(other.pk)), None)
    if chosen is not None:
        url = f"{admin.page_url('preview', chosen.pk)}?as={form}"
        frames.append(Frame(_("The same in {language}").format(language=chosen.get_language_display()), url))
    elif live is not None and beside != "nothing":
        label = _("What is live: edition {number}").format(number=live.number)
        frames.append(Frame(label, f"{own}?as={form}&edition={live.number}"))
    context = {
        **admin.admin_site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("How it will look"),
        "subtitle": piece.title,
        "piece": piece,
        "opts": admin.opts,
        "form_url": admin.form_url(piece.pk),
        "frames": frames,
        "width": width,
        "form": form,
        "beside": beside,
        "others": others,
        "has_live": live is not None,
        "is_listed": previewing.has_form("embed", piece),
        "look_url": reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_look", args=[piece.pk]),
    }
    return TemplateResponse(request, "admin/piece/look.html", context)


def _in_other_languages(admin: PieceAdmin, piece: Piece) -> list[Piece]:
    """The original and its translations, without this one; of the same kind, so this desk may show them."""
    found = Piece.objects.filter(kind=piece.kind, erased_at__isnull=True)
    of_it = found.filter(pk=piece.original_id) | found.filter(translation_of_id=piece.original_id)
    return list(of_it.exclude(pk=piece.pk).order_by("language"))


PAGES = (
    PiecePage("preview/", "preview", preview_view),
    PiecePage("look/", "look", look_view),
)

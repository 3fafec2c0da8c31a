"""The page on which a second person looks once more before a text is erased for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from editorial import guards
from editorial.admin.page import PiecePage
from editorial.models import Piece, User
from editorial.pictures import keeping
from editorial.standing import Standing

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin


def agree_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """What will be gone, who asked, and the two buttons. Looking at it erases nothing."""
    by = request.user
    assert isinstance(by, User)
    if not by.has_perm("editorial.erase_piece"):
        raise PermissionDenied
    standing = Standing(piece)
    asked = standing.erasure
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Erase it for good?"),
        "subtitle": piece.title,
        "piece": piece,
        "form_url": admin.form_url(piece.pk),
        "verb_url": f"admin:{admin.opts.app_label}_{admin.opts.model_name}_verb",
        "asked": asked,
        "asked_by": str(asked.asked_by.get_full_name() or asked.asked_by) if asked else "",
        "reasons": guards.to_erase(standing, by),
        "editions": len(standing.editions),
        "comments": piece.comments.count(),
        "pictures": len(keeping.shown_alone_by({piece.pk})),
        "is_nav_sidebar_enabled": False,
    }
    return render(request, "admin/piece/erase.html", context)


PAGES = (PiecePage("erase/", "erase", agree_view),)

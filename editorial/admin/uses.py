"""The page that says where a piece is used, before it is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from editorial.admin.page import PiecePage
from editorial.models import Piece, User
from editorial.where_used import where_used

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin


def uses_page(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponseBase:
    assert isinstance(request.user, User)
    context = admin.admin_site.each_context(request) | {
        "title": _("Where it is used"),
        "subtitle": piece.title,
        "opts": admin.opts,
        "piece": piece,
        "used": where_used(piece, by=request.user),
    }
    return render(request, "admin/piece/where_used_page.html", context)


PAGES = (PiecePage("used/", "used", uses_page),)

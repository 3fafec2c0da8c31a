"""The admin under our own policy: nothing inline but what carries the nonce of the answer."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}


class FirsthandAdminSite(AdminSite):
    site_header = _("Firsthand")
    site_title = _("Firsthand")
    index_title = _("Editors’ desk")
    enable_nav_sidebar = True

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_override(POLICY)(super().admin_view(view, cacheable))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from editorial.admin.choosing import ChoosePiece, ChooseTag

        choosing: list[URLPattern | URLResolver] = [
            path("choose/tag/", self.admin_view(ChooseTag.as_view()), name="choose_tag"),
            path("choose/piece/<str:names>/", self.admin_view(ChoosePiece.as_view()), name="choose_piece"),
        ]
        return choosing + super().get_urls()

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return csp_override(POLICY)(super().login)(request, extra_context)

"""The admin under our own policy: nothing inline but what carries the nonce of the answer."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
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
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and not self.has_permission(request):
                from editorial.admin.going_on import ask_to_log_in

                return ask_to_log_in(self, request)
            response = guarded(request, *args, **kwargs)
            if not hasattr(response, "_csp_config"):
                # Unless the view has said otherwise, as a preview in a frame does.
                response._csp_config = POLICY
            return response

        return inner

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from editorial.admin import mentioning
        from editorial.admin.choosing import ChoosePiece, ChooseTag
        from editorial.admin.piece_pictures import ChoosePicture

        choosing: list[URLPattern | URLResolver] = [
            path("choose/tag/", self.admin_view(ChooseTag.as_view()), name="choose_tag"),
            path("choose/piece/<str:names>/", self.admin_view(ChoosePiece.as_view()), name="choose_piece"),
            path("choose/picture/", self.admin_view(ChoosePicture.as_view()), name="choose_picture"),
            path("prose/choose/<slug:kind>/", self.admin_view(mentioning.choose), name="prose_choose"),
            path("prose/printed/", self.admin_view(mentioning.printed), name="prose_printed"),
        ]
        from editorial.admin import finding, working

        own: list[URLPattern | URLResolver] = [
            path("find/", self._own(finding.find_view), name="find"),
            path("find/answers/", self._own(finding.answers_view), name="find_answers"),
            path("work/<slug:group>/", self._own(working.group_view), name="work"),
            path("me/", self._own(working.me_view), name="me"),
            path("token/", self._own(working.token_view), name="token"),
        ]
        return own + choosing + super().get_urls()

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of the work: what is told, what it rests on, what gathers it, what describes it."""
        found = super().get_app_list(request, app_label)
        order = {label: place for place, label in enumerate(("stories", "research", "reading", "embeds", "editorial"))}
        return sorted(found, key=lambda app: order.get(app["app_label"], len(order)))

    def _own(self, view: Any) -> Any:
        """A view of the desk itself, for everybody who may log in."""

        @wraps(view)
        def inner(request: HttpRequest, **kwargs: Any) -> Any:
            return view(self, request, **kwargs)

        return self.admin_view(inner)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits for the person, instead of a list of tables."""
        from editorial.admin.working import front_view

        return front_view(self, request, extra_context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The log-in page; a text that somebody was typing when their log-in ended is carried over it."""
        context = {"kept": request.POST.get("kept", "")} | (extra_context or {})
        response: HttpResponse = csp_override(POLICY)(super().login)(request, context)
        if request.method == "POST" and context["kept"] and response.status_code == 302:
            from editorial.admin.going_on import carried_over

            return carried_over(self, request) or response
        return response

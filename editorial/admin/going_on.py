"""A log-in that ended while somebody typed: the text is carried over the log-in page into their slot, then shown again.

Nothing is saved on the way: what comes back is a form to look at (editorial/autosaving.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from editorial import autosaving, kinds
from editorial.models import User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin
    from editorial.admin_site import FirsthandAdminSite

#: Requests of our own scripts carry this header; they want an answer that a script understands.
SCRIPTED = "X-Desk"


def ask_to_log_in(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse:
    """The log-in page with the text of the form in it."""
    if request.headers.get(SCRIPTED):
        return JsonResponse(
            {"sentence": _("Your log-in ended. Log in again in a second tab, then go on here.")}, status=401
        )
    # The log-in form is a new request: this one was refused and its text only passes through.
    path = request.get_full_path()
    # Only the form of a piece has a slot; of others, with passphrases in them, nothing is carried.
    has_slot = _form_at(site, request.path)[0] is not None
    kept = json.dumps(autosaving.texts_of(request.POST), ensure_ascii=False) if has_slot else ""
    request.method = "GET"
    request.GET = QueryDict(urlencode({"next": path}))
    return site.login(request, {"kept": kept, "app_path": f"{reverse('admin:login')}"})


def carried_over(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse | None:
    """After the log-in: the text into the person's slot, and back to the form."""
    path = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    try:
        fields = json.loads(request.POST.get("kept", ""))
    except (ValueError, RecursionError):
        return None
    return _into_slot(site, request, path, fields) if _is_form(fields) else None


def stale_token(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse | None:
    """A form of our own page whose token is older than the log-in: nothing is done, nothing is lost.

    Only when the browser itself says that the form stood on our own page.
    """
    origin = f"{request.scheme}://{request.get_host()}"
    if not request.path.startswith(reverse("admin:index")) or request.headers.get("Origin") != origin:
        return None
    if not site.has_permission(request):
        return ask_to_log_in(site, request)
    return _into_slot(site, request, request.path, autosaving.texts_of(request.POST))


def _is_form(fields: Any) -> bool:
    return isinstance(fields, dict) and all(
        isinstance(values, list) and all(isinstance(one, str) for one in values) for values in fields.values()
    )


def _into_slot(
    site: FirsthandAdminSite, request: HttpRequest, path: str, fields: dict[str, list[str]]
) -> HttpResponse | None:
    admin, pk = _form_at(site, urlsplit(path).path)
    by = request.user
    if admin is None or not isinstance(by, User):
        return None
    piece = kinds.load(pk) if pk and admin.model.objects.filter(pk=pk).exists() else None
    may = admin.has_change_permission(request, piece) if piece else admin.has_add_permission(request)
    if (pk and piece is None) or not may:
        return None
    if autosaving.keep(by=by, kind=admin.model.kind_name(), piece=piece, fields=fields) is None:
        return None
    return HttpResponseRedirect(f"{admin.form_url(pk or None)}?recover=1")


def _form_at(site: FirsthandAdminSite, path: str) -> tuple[PieceAdmin | None, int]:
    """The desk of the kind whose form stands at this path, with the number of the piece, 0 for a new one."""
    from editorial.admin.piece import PieceAdmin

    try:
        match = resolve(path)
    except Resolver404:
        return None, 0
    for admin in site._registry.values():
        if not isinstance(admin, PieceAdmin):
            continue
        name = f"{admin.opts.app_label}_{admin.opts.model_name}"
        if match.url_name == f"{name}_add":
            return admin, 0
        number = str(match.kwargs.get("object_id", ""))
        if match.url_name == f"{name}_change" and number.isascii() and number.isdigit() and len(number) < 19:
            return admin, int(number)
    return None, 0

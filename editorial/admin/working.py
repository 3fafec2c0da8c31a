"""The front page of the desk: what waits for you. And its settings: your language, your time, your mail."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from editorial import remembering
from editorial.models import User
from editorial.my_work import headings, my_work

if TYPE_CHECKING:
    from editorial.admin_site import FirsthandAdminSite


def front_view(site: FirsthandAdminSite, request: HttpRequest, extra: dict[str, Any] | None = None) -> TemplateResponse:
    """My work."""
    assert isinstance(request.user, User)
    context = {
        **site.each_context(request),
        "title": _("My work"),
        "subtitle": None,
        "work": my_work(request.user),
        "trouble": remembering.trouble_at_hand() if request.user.has_perm("editorial.withdraw_piece") else "",
        "app_list": site.get_app_list(request),
        **(extra or {}),
    }
    request.current_app = site.name  # as AdminSite.index does
    return TemplateResponse(request, "admin/my_work.html", context)


def group_view(site: FirsthandAdminSite, request: HttpRequest, group: str) -> HttpResponse:
    """One group of my work at length."""
    assert isinstance(request.user, User)
    heading = next((one for one in headings() if one.name == group), None)
    if heading is None:
        raise Http404
    work = my_work(request.user, only=group)
    context = {**site.each_context(request), "title": heading.label, "work": work, "is_alone": True}
    return TemplateResponse(request, "admin/my_work.html", context)


def zones() -> list[tuple[str, Any]]:
    """The time zones that have a place in their name; the others are for machines."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("", gettext_lazy("That of the site")), *((name, name.replace("_", " ")) for name in names)]


class OwnSettings(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones,
        required=False,
        help_text=gettext_lazy("In which times are shown to you and typed by you. Readers’ pages do not change."),
    )

    class Meta:
        model = User
        fields = ("language", "time_zone", "wants_mail")


def me_view(site: FirsthandAdminSite, request: HttpRequest) -> HttpResponse:
    """What concerns only the person who is logged in."""
    assert isinstance(request.user, User)
    form = OwnSettings(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language or None):
            messages.success(request, _("Saved. The desk speaks to you this way from now on."))
        return HttpResponseRedirect(reverse("admin:me"))
    context = {**site.each_context(request), "title": _("My settings"), "form": form}
    return TemplateResponse(request, "admin/me.html", context)


def token_view(site: FirsthandAdminSite, request: HttpRequest) -> JsonResponse:
    """For a page that stayed open over a new log-in: what its forms have to carry from now on."""
    return JsonResponse({"token": get_token(request)})

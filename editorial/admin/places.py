"""Every list and page of the desk that a person may open, each with the name by which it is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from editorial import kinds
from editorial.importing import may_import
from editorial.models import User
from editorial.my_work import HEADINGS

if TYPE_CHECKING:
    from editorial.admin_site import FirsthandAdminSite


@dataclass(frozen=True)
class Place:
    """A page of the desk."""

    label: str | Promise
    url: str


#: For everybody who may log in.
OWN = {
    "index": gettext_lazy("My work"),
    "me": gettext_lazy("My settings"),
    "password_change": gettext_lazy("Change the passphrase"),
}


CALENDAR = gettext_lazy("Calendar: what appears and ends")


def places(site: FirsthandAdminSite, request: HttpRequest) -> list[Place]:
    """The pages of one's own, the lists and the forms for what is new, the imports, the groups of what waits."""
    assert isinstance(request.user, User)
    return [
        *(Place(label, reverse(f"admin:{name}")) for name, label in OWN.items()),
        Place(CALENDAR, f"{reverse('admin:index')}#calendar"),
        *_lists(site, request),
        *_imports(request.user),
        *(Place(heading.label, reverse("admin:work", args=[heading.name])) for heading in HEADINGS),
    ]


def _lists(site: FirsthandAdminSite, request: HttpRequest) -> Iterator[Place]:
    """What the admin lists for this person."""
    for app in site.get_app_list(request):
        for one in app["models"]:
            opts = one["model"]._meta
            if one["admin_url"]:
                yield Place(opts.verbose_name_plural, one["admin_url"])
            if one["add_url"] and one["perms"].get("add"):
                yield Place(format_lazy(gettext_lazy("New {kind}"), kind=opts.verbose_name), one["add_url"])


def _imports(user: User) -> Iterator[Place]:
    for kind in kinds.every():
        opts = kind.model._meta
        if may_import(kind.model, user):
            label = format_lazy(gettext_lazy("Import a document as a draft ({kind})"), kind=opts.verbose_name)
            yield Place(label, reverse(f"admin:{opts.app_label}_{opts.model_name}_import"))

"""Where private terms stand in a piece of any kind: for the consent role, who may say that somebody else is meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import kinds
from editorial.admin.acting import is_id
from editorial.admin.choosing import PieceField
from editorial.blockers import Refused
from editorial.models import Piece, User
from editorial.sealing import CannotOpen
from stories import namesakes
from stories.models import Narrator
from stories.person import may_read

if TYPE_CHECKING:
    from stories.admin.narrator import NarratorAdmin
    from stories.private_terms import Place


@dataclass(frozen=True)
class Row:
    """One place as the consent role sees it."""

    place: Place = field(repr=False)
    label: str
    code: str
    narrator: int | None

    @property
    def what(self) -> str:
        words = {
            "name": _("a name"),
            "given": _("a given name"),
            "term": _("a private word"),
            "third_party": _("the name of a third party"),
        }
        return words[self.place.owner.what]

    @property
    def may_be_somebody_else(self) -> bool:
        return self.narrator is not None and self.place.owner.what == "name"


def rows_of(piece: Piece, by: User) -> list[Row]:
    """Recorded. Raises Refused and sealing.CannotOpen."""
    found = namesakes.read_places(piece, by=by)
    codes = dict(Narrator.objects.filter(pk__in={one.owner.narrator for one in found}).values_list("pk", "code"))
    labels = {one.name: str(one.title()) for one in piece.content_fields()}
    return [
        Row(one, labels.get(one.name, one.name), codes.get(one.owner.narrator or 0, ""), one.owner.narrator)
        for one in found
    ]


class Which(forms.Form):
    piece = PieceField(label=gettext_lazy("Piece"))


def terms_view(admin: NarratorAdmin, request: HttpRequest) -> HttpResponse:
    """A piece is chosen; what of it is private is shown with a few words around."""
    assert isinstance(request.user, User)
    by = request.user
    if not may_read(by):
        raise PermissionDenied
    if request.method == "POST":
        return _somebody_else(request, by)
    form = Which(request.GET if "piece" in request.GET else None)
    chosen = form.cleaned_data["piece"] if form.is_bound and form.is_valid() else None
    piece, rows, closed = (kinds.load(chosen.pk) if chosen else None), [], ""
    if piece is not None:
        try:
            rows = rows_of(piece, by)
        except CannotOpen as reason:
            closed = str(reason)
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Private names and words in a text"),
        "form": form,
        "media": admin.media + form.media,
        "piece": piece,
        "rows": rows,
        "closed": closed,
        "piece_url": _form_of(piece) if piece else "",
    }
    return TemplateResponse(request, "admin/stories/narrator/terms.html", context)


def _form_of(piece: Piece) -> str:
    opts = piece._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[piece.pk])


def _somebody_else(request: HttpRequest, by: User) -> HttpResponse:
    numbers = [request.POST.get(name, "") for name in ("piece", "narrator")]
    piece, narrator = (int(number) if is_id(number) else 0 for number in numbers)
    try:
        namesakes.note(narrator, piece, request.POST.get("words", ""), by=by)
        messages.success(request, _("Noted: in this piece these words mean somebody else."))
    except Refused as refusal:
        for blocker in refusal.blockers:
            messages.error(request, str(blocker.sentence))
    except CannotOpen as closed:
        messages.error(request, str(closed))
    back = reverse("admin:stories_narrator_terms")
    return HttpResponseRedirect(f"{back}?piece={piece}" if piece else back)

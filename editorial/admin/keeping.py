"""What the form of a piece tells the desk while somebody types: signs of life, and the text that is not saved yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editorial import autosaving, presence, tasks
from editorial.admin.page import PiecePage
from editorial.models import Piece, User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def present_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> JsonResponse:
    """A sign of life. Answers who else is here, and whether somebody saved since the form was opened."""
    by = person(request)
    if request.POST.get("leaving"):
        presence.leave(piece, by)
        return JsonResponse({"others": []})
    presence.beat(piece, by, is_writing=request.POST.get("writing") == "1")
    known = request.POST.get("version", "")
    is_newer = known.isdigit() and len(known) < 12 and int(known) < piece.lock_version
    notice = ""
    if is_newer:
        last = piece.revisions.select_related("made_by").only("made_by").first()
        who = (last.made_by.get_full_name() or last.made_by.get_username()) if last else _("Somebody")
        notice = _("{who} changed this piece after you opened it. When you save, both texts are shown.").format(who=who)
    return JsonResponse({"others": [one.sentence for one in presence.others(piece, by)], "notice": notice})


def autosave_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> JsonResponse:
    return keep_typed(request, admin.model.kind_name(), piece)


def keep_typed(request: HttpRequest, kind: str, piece: Piece | None) -> JsonResponse:
    """Keep what is typed in the slot, or throw the slot away. Answers with what to tell the person."""
    by = person(request)
    with transaction.atomic():
        slot = autosaving.keep(by=by, kind=kind, piece=piece, fields=autosaving.texts_of(request.POST))
        tasks.forget_unsaved_later()
    if slot is None:
        sentence = _("The text is too long to be kept while you type. Save it.")
        return JsonResponse({"sentence": sentence}, status=413)
    when = date_format(timezone.localtime(slot.saved_at), "TIME_FORMAT")
    return JsonResponse({"sentence": _("Kept at {time}, for you alone; not saved yet.").format(time=when)})


def forget_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponseRedirect:
    """Throw away what was typed and not saved."""
    autosaving.forget(by=person(request), kind=admin.model.kind_name(), piece=piece)
    return HttpResponseRedirect(admin.form_url(piece.pk))


def recovering(request: HttpRequest, kind: str, pk: int | None) -> bool:
    """Turn a request for the form with `?recover=1` into what the person had typed, to be looked at and never saved.

    The form refuses itself (PieceForm.clean), so it comes back with the text, and with conflicts if there are any.
    """
    if request.method != "GET" or request.GET.get("recover") != "1":
        return False
    piece = Piece.objects.filter(pk=pk).first() if pk else None
    slot = autosaving.slot_of(by=person(request), kind=kind, piece=piece)
    if slot is None or (pk and piece is None):
        return False
    request.FILES  # noqa: B018  (read while it is a GET: afterwards that would empty the fields of all rows)
    request.method = "POST"
    request.POST = autosaving.as_sent(slot.fields)  # type: ignore[assignment]  # mutable, as a request's own is not
    request.is_recovering = True  # type: ignore[attr-defined]
    # It came as a GET, and nothing of it is written.
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return True


def unsaved(request: HttpRequest, kind: str) -> datetime | None:
    """When something was typed into the form of a new piece and not saved."""
    slot = autosaving.slot_of(by=person(request), kind=kind, piece=None) if request.method == "GET" else None
    return slot.saved_at if slot else None


PAGES = (
    PiecePage("present/", "present", present_view, needs="view", methods=("POST",)),
    PiecePage("autosave/", "autosave", autosave_view, needs="change", methods=("POST",)),
    PiecePage("autosave/forget/", "autosave_forget", forget_view, needs="change", methods=("POST",)),
)

"""One verb on many pieces: each in a transaction of its own, through the same guards, with a list of what became of it.

Approving is not among them: a text is approved by somebody who has read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import guards, kinds, seeing, where_used, workflow
from editorial.admin.acting import do, is_id
from editorial.admin.piece_list import state_in_words, with_standing
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import Piece, PieceTag, Tag, User
from editorial.standing import Standing

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

MOST = 200
PUBLISHING = {"publish", "schedule"}
Text = str | Promise


@dataclass(frozen=True)
class Bulk:
    """A verb as it is offered over a list."""

    name: str
    label: Text
    #: Which inputs the page before it has, as in the small forms of the desk.
    asks: tuple[str, ...] = ()
    #: Shows first where each piece is used.
    takes_away: bool = False
    #: Offered to those alone whose role it is; the verb asks again.
    permission: str = ""


BULKS = (
    Bulk("submit", gettext_lazy("Submit for review"), ("review",), permission="editorial.submit_piece"),
    Bulk("assign", gettext_lazy("Ask a colleague for the review"), ("review",), permission="editorial.review_piece"),
    Bulk("recall", gettext_lazy("Recall from review"), permission="editorial.submit_piece"),
    Bulk("publish", gettext_lazy("Publish now"), permission="editorial.publish_piece"),
    Bulk("schedule", gettext_lazy("Schedule"), ("at", "expires_at"), permission="editorial.publish_piece"),
    Bulk("add_tag", gettext_lazy("Add a tag"), ("tag",), permission="editorial.submit_piece"),
    Bulk("remove_tag", gettext_lazy("Take a tag away"), ("tag",), permission="editorial.submit_piece"),
    Bulk("look_again", gettext_lazy("Remind us to look at them again"), ("on",), permission="editorial.edit_any_piece"),
    Bulk(
        "hold",
        gettext_lazy("Hold back at once"),
        ("reason",),
        takes_away=True,
        permission="editorial.hold_piece",
    ),
    Bulk("end", gettext_lazy("End: take them down for good"), takes_away=True, permission="editorial.end_piece"),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one piece: done, or every reason why not."""

    title: str
    url: str
    said: str = ""
    reasons: list[Text] = field(default_factory=list)


def named(name: str) -> Bulk:
    found = next((bulk for bulk in BULKS if bulk.name == name), None)
    if found is None:
        raise Http404
    return found


def action(bulk: Bulk) -> Callable[..., HttpResponse | None]:
    """The entry in the list's menu: it only leads to the page that asks."""

    @admin.action(description=bulk.label)  # type: ignore[arg-type]  # a lazy text is one
    def chosen(admin_of: PieceAdmin, request: HttpRequest, pieces: QuerySet[Any]) -> HttpResponse | None:
        ids = list(pieces.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(ids) > MOST:
            sentence = _("These are more than {most}. Narrow the list, then choose again.").format(most=MOST)
            messages.error(request, sentence)
            return None
        url = reverse(f"admin:{admin_of.opts.app_label}_{admin_of.opts.model_name}_bulk", args=[bulk.name])
        return HttpResponseRedirect(f"{url}?{urlencode({'ids': ','.join(str(pk) for pk in ids)})}")

    chosen.__name__ = f"bulk_{bulk.name}"
    return chosen


ACTIONS = tuple(action(bulk) for bulk in BULKS)


def names_for(by: User) -> set[str]:
    """The names of those that this person's roles include."""
    return {f"bulk_{bulk.name}" for bulk in BULKS if by.has_perm(bulk.permission)}


def bulk_view(admin_of: PieceAdmin, request: HttpRequest, verb: str) -> HttpResponse:
    """GET asks, with the pieces and what the verb needs; POST does it and lists what became of each."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    if not admin_of.has_view_or_change_permission(request):
        raise Http404
    bulk = named(verb)
    pieces = _chosen(admin_of, request)
    by = request.user
    assert isinstance(by, User)
    outcomes = [_one(admin_of, bulk, piece, by, request.POST) for piece in pieces] if request.method == "POST" else []
    context = {
        **admin_of.admin_site.each_context(request),
        "title": bulk.label,
        "opts": admin_of.opts,
        "bulk": bulk,
        "verb": bulk,
        "pieces": pieces,
        "standing": [(piece, _stands(bulk, piece)) for piece in pieces],
        "ids": ",".join(str(piece.pk) for piece in pieces),
        "list_url": reverse(f"admin:{admin_of.opts.app_label}_{admin_of.opts.model_name}_changelist"),
        "done": [outcome for outcome in outcomes if not outcome.reasons],
        "refused": [outcome for outcome in outcomes if outcome.reasons],
        "is_done": bool(outcomes),
        "desk": _Asked(),
        "typed": request.POST,
        "tags": Tag.objects.filter(canonical=F("pk")).order_by("name") if "tag" in bulk.asks else [],
        "used": _used(pieces, by) if bulk.takes_away and not outcomes else [],
    }
    return TemplateResponse(request, "admin/piece/bulk.html", context)


class _Asked:
    """What the inputs of the desk ask of it, for many pieces: nobody and nothing in particular."""

    piece = None

    @property
    def reviewers(self) -> list[User]:
        return list(seeing.holders("editorial.review_piece").order_by("first_name", "username"))


def _chosen(admin_of: PieceAdmin, request: HttpRequest) -> list[Piece]:
    given = request.POST.get("ids") or request.GET.get("ids", "")
    ids = [int(pk) for pk in given.split(",") if is_id(pk)][:MOST]
    pieces = with_standing(Piece.objects.filter(pk__in=ids, kind=admin_of.model.kind_name()))
    return list(pieces.order_by("title", "pk"))


def _stands(bulk: Bulk, piece: Any) -> Text:
    """How a piece stands, in words; with what there is to do, where that is nothing."""
    if not (piece.is_unchanged and piece.is_seen):
        return state_in_words(piece)
    return _("Live, unchanged: nothing to publish") if bulk.name in PUBLISHING else _("Live, unchanged")


def _used(pieces: Sequence[Piece], by: User) -> list[tuple[Piece, int]]:
    """The pieces that others use, with how many uses, before they are taken away."""
    counted = [(piece, len(where_used.where_used(kinds.load(piece.pk), by=by).uses)) for piece in pieces[:20]]
    return [(piece, number) for piece, number in counted if number]


def _one(admin_of: PieceAdmin, bulk: Bulk, piece: Piece, by: User, data: Any) -> Outcome:
    """One piece in a transaction of its own, so that a refusal of one touches no other."""
    url = admin_of.form_url(piece.pk)
    try:
        if bulk.name in {"add_tag", "remove_tag"}:
            _change_tag(piece.pk, by=by, tag_id=data.get("tag", ""), adds=bulk.name == "add_tag")
            return Outcome(piece.title, url, _("Saved as a draft."))
        return Outcome(piece.title, url, do(bulk.name, kinds.load(piece.pk), by, data))
    except Refused as refusal:
        return Outcome(piece.title, url, reasons=[blocker.sentence for blocker in refusal.blockers])


@transaction.atomic
def _change_tag(piece_id: int, *, by: User, tag_id: str, adds: bool) -> None:
    """A tag more or less in the working copy: content like any other, so it has to be reviewed."""
    (piece,) = workflow.lock([piece_id])
    refuse_if(guards.to_edit(Standing(piece), by))
    tag = Tag.objects.filter(pk=int(tag_id)).first() if is_id(tag_id) else None
    if tag is None:
        raise Refused([Blocker("no_tag", gettext_lazy("Choose a tag."), "tag")])
    held = PieceTag.objects.filter(content_object_id=piece.pk, tag=tag)
    if adds == held.exists():
        sentence = gettext_lazy("It has this tag already.") if adds else gettext_lazy("It does not have this tag.")
        raise Refused([Blocker("nothing_changed", sentence)])
    if adds:
        PieceTag.objects.create(content_object_id=piece.pk, tag=tag)
    else:
        held.delete()
    workflow.save(piece.pk, by=by)

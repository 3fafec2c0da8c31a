"""Two texts and one piece: what to take from each, field by field. For two people who typed at once, and for a
scheduled edition that was replaced before its time. Neither text is ever written over silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from editorial import autosaving, kinds, workflow
from editorial.admin.acting import number
from editorial.admin.page import PiecePage
from editorial.blockers import Refused
from editorial.comparing import Choice, FieldDifference, merged, three_way
from editorial.models import Edition, Piece, Revision, State, User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

SALT = "firsthand.merge"
#: How long the page with both texts may stay open.
OPEN_FOR = 24 * 60 * 60


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@dataclass(frozen=True)
class Shown:
    """A choice as the page shows it: what each side did to the field."""

    choice: Choice

    @property
    def mine_only(self) -> list[FieldDifference]:
        return [self.choice.to_mine]

    @property
    def theirs_only(self) -> list[FieldDifference]:
        return [self.choice.to_theirs]


# --- Two people at once ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Late:
    """A text that came second: what would have been saved, and the revision that it was made from."""

    piece_id: int
    mine: dict[str, Any]
    base_number: int


def late_text(admin: PieceAdmin, request: HttpRequest, pk: int) -> Late:
    """What the form would have saved; nothing is."""
    from editorial.admin.checking import content_if_saved

    return Late(pk, content_if_saved(admin, request, pk), number(request.POST.get("revision", "")))


@dataclass(frozen=True)
class Texts:
    """All three texts of one moment; `version` says which moment."""

    piece: Piece
    version: int
    base: dict[str, Any]
    seen: Revision | None
    choices: list[Choice]


def _texts(late: Late) -> Texts:
    """Read and compared outside of any lock; who writes then asks whether the moment is still the same."""
    piece = kinds.load(late.piece_id)
    seen = piece.revisions.filter(number=late.base_number, erased_at__isnull=True).first()
    # Without the text that both started from, every difference is one to choose.
    base = seen.content if seen else {}
    return Texts(piece, piece.lock_version, base, seen, three_way(base, late.mine, piece.content(), piece))


def merge_page(admin: PieceAdmin, request: HttpRequest, late: Late) -> HttpResponse:
    """Both texts. What was typed travels with the page, sealed."""
    texts = _texts(late)
    piece = texts.piece
    last = piece.revisions.select_related("made_by").defer("content").first()
    sealed = signing.dumps(
        {"mine": late.mine, "base": late.base_number, "piece": piece.pk, "by": person(request).pk},
        salt=SALT,
        compress=True,
    )
    return _page(
        admin,
        request,
        piece,
        texts.choices,
        title=_("Two people changed this piece"),
        is_race=True,
        only_state_moved=texts.seen is not None and texts.seen.digest == piece.digest,
        who=(last.made_by.get_full_name() or last.made_by.get_username()) if last else _("Somebody"),
        state=State(piece.state).label,
        sealed=sealed,
        action=admin.page_url("merge", piece.pk),
    )


def merge_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """Save what was chosen, in the knowledge of both texts; a third text meanwhile shows the page again."""
    by = person(request)
    try:
        carried = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        carried = {}
    if (carried.get("piece"), carried.get("by")) != (piece.pk, by.pk):
        messages.error(request, _("The page with both texts is too old. Open the piece and look at it again."))
        return HttpResponseRedirect(admin.form_url(piece.pk))
    late = Late(piece.pk, carried["mine"], carried["base"])
    texts = _texts(late)
    try:
        is_saved = request.POST.get("version") == str(texts.version) and _save_merged(request, texts, by=by)
    except Refused as refusal:
        for blocker in refusal.blockers:
            messages.error(request, str(blocker.sentence))
        return HttpResponseRedirect(admin.form_url(piece.pk))
    except (DatabaseError, ValidationError):
        messages.error(request, _("These choices do not go together. Choose again, so that the numbers fit."))
        return merge_page(admin, request, late)
    if not is_saved:
        messages.warning(request, _("The piece changed once more. Here are both texts again."))
        return merge_page(admin, request, late)
    messages.success(request, _("Saved, with what you chose of both texts. What readers see has not changed."))
    return HttpResponseRedirect(admin.form_url(piece.pk))


@transaction.atomic
def _save_merged(request: HttpRequest, texts: Texts, *, by: User) -> bool:
    """A new revision of what was chosen; false when the piece is not any more what was compared."""
    (piece,) = workflow.lock([texts.piece.pk])
    if piece.lock_version != texts.version:
        return False
    piece.load_content(merged(texts.base or piece.content(), texts.choices, _picks(request, texts.choices)))
    workflow.save(piece.pk, by=by, verb="merge")
    autosaving.forget(by=by, kind=piece.kind, piece=piece)
    return True


def _picks(request: HttpRequest, choices: list[Choice]) -> dict[str, str]:
    picks = {choice.name: request.POST.get(f"take_{choice.name}", choice.suggestion) for choice in choices}
    return {name: pick for name, pick in picks.items() if pick in {"mine", "theirs", "both"}}


# --- A scheduled edition that was replaced --------------------------------------------------------------------------
def rebase_view(admin: PieceAdmin, request: HttpRequest, piece: Piece, edition: int) -> HttpResponse:
    """What a replaced scheduled edition would have changed, to take over field by field into the working copy."""
    filed = piece.editions.filter(number=edition, is_filed=True, erased_at__isnull=True).first()
    if filed is None:
        raise Http404
    choices = three_way(_before(filed), piece.content(), filed.content, piece)
    if request.method == "POST":
        take = [name for name, pick in _picks(request, choices).items() if pick == "theirs"]
        try:
            with transaction.atomic():
                if request.POST.get("drop"):
                    workflow.drop_filed(piece.pk, by=person(request), edition_number=edition)
                else:
                    workflow.rebase(piece.pk, by=person(request), edition_number=edition, take=take)
        except Refused as refusal:
            for blocker in refusal.blockers:
                messages.error(request, str(blocker.sentence))
        except (DatabaseError, ValidationError):
            messages.error(request, _("These choices do not go together. Choose again, so that the numbers fit."))
            return HttpResponseRedirect(request.path)
        else:
            messages.success(request, _("Done. It is a draft now; submit it as usual."))
        return HttpResponseRedirect(admin.form_url(piece.pk))
    return _page(
        admin,
        request,
        piece,
        choices,
        title=_("Take over what was scheduled"),
        is_race=False,
        filed=filed,
        action=request.path,
    )


def _before(filed: Edition) -> dict[str, Any]:
    """The text that the replaced edition was made from: the one that went before it and was ever live."""
    earlier = Edition.objects.filter(piece_id=filed.piece_id, number__lt=filed.number, ends_at__gt=F("publish_at"))
    found = earlier.order_by("-number").values_list("content", flat=True).first()
    return found or {}


def _page(admin: PieceAdmin, request: HttpRequest, piece: Piece, choices: list[Choice], **context: Any) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/piece/merge.html",
        {
            **admin.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,
            "opts": admin.opts,
            "piece": piece,
            "subtitle": piece.title,
            "form_url": admin.form_url(piece.pk),
            "conflicts": [Shown(one) for one in choices if one.is_conflict],
            "only_mine": [Shown(one) for one in choices if one.to_mine.is_changed and not one.is_conflict],
            "only_theirs": [Shown(one) for one in choices if not one.to_mine.is_changed],
            **context,
        },
        status=409 if context["is_race"] else 200,
    )


PAGES = (
    PiecePage("merge/", "merge", merge_view, needs="change", methods=("POST",)),
    PiecePage("rebase/<int:edition>/", "rebase", rebase_view, needs="change", methods=("GET", "HEAD", "POST")),
)

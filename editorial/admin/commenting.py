"""Comments at the desk: the rail beside the form, and the page that takes what is posted there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial import comments, seeing
from editorial.admin.acting import is_id
from editorial.admin.page import PiecePage
from editorial.blockers import Blocker, Refused
from editorial.comments import Talk
from editorial.models import Piece, User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

#: How many colleagues the list behind an @ offers.
MOST_COLLEAGUES = 200
#: A script asks with this header, and gets the rail alone.
BY_SCRIPT = "X-Rail"


@dataclass(frozen=True)
class Rail:
    """What templates/admin/piece/comments.html shows."""

    talk: Talk
    fields: dict[str, str]
    url: str
    people_url: str
    form_url: str
    #: What was typed into the form that was refused, and why.
    typed: dict[str, str] = field(default_factory=dict)
    reasons: list[Blocker] = field(default_factory=list)
    said: str = ""

    longest_body = comments.LONGEST_BODY
    longest_quote = comments.LONGEST_QUOTE

    @property
    def answered(self) -> int | None:
        """The comment whose answer was refused."""
        number = self.typed.get("comment", "")
        return int(number) if self.typed.get("do") == "reply" and is_id(number) else None


def comments_for(piece: Piece, by: User, **shown: Any) -> Rail:
    """The rail for the context of a page about a piece. Two queries at most, whatever the number of comments."""
    return Rail(
        talk=comments.talk_about(piece, by, now=timezone.now()),
        fields=comments.fields_of(type(piece)),
        url=_url(piece, "comments"),
        people_url=_url(piece, "colleagues"),
        form_url=_url(piece, "change"),
        **shown,
    )


def _url(piece: Piece, name: str) -> str:
    opts = piece._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[piece.pk])


def comments_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """The comments on a page of their own; for a script the rail alone. A POST says, answers, resolves or reopens."""
    assert isinstance(request.user, User)
    shown: dict[str, Any] = {}
    if request.method == "POST":
        try:
            shown["said"] = act(piece, request.user, request.POST)
        except Refused as refusal:
            shown = {"typed": request.POST.dict(), "reasons": refusal.blockers}
        if not shown.get("reasons") and BY_SCRIPT not in request.headers:
            messages.success(request, shown["said"])
            return HttpResponseRedirect(f"{_url(piece, 'change')}#comments")
    rail = comments_for(piece, request.user, **shown)
    status = 422 if rail.reasons else 200
    if BY_SCRIPT in request.headers:
        return render(request, "admin/piece/comments.html", {"comments": rail}, status=status)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Comments"),
        "subtitle": piece.title,
        "piece": piece,
        "comments": rail,
        "is_page": True,
    }
    return render(request, "admin/piece/comments_page.html", context, status=status)


def act(piece: Piece, by: User, data: QueryDict) -> str:
    """Do what the posted form says; what became of it, in words. Raises Refused."""
    do, number = data.get("do", ""), data.get("comment", "")
    comment = int(number) if is_id(number) else 0
    if do == "resolve":
        comments.resolve(piece.pk, comment, by=by)
        return _("Resolved.")
    if do == "reopen":
        comments.reopen(piece.pk, comment, by=by)
        return _("Open again.")
    body = data.get("body", "")
    if do == "reply":
        comments.add(piece.pk, by=by, body=body, reply_to=comment)
    else:
        comments.add(piece.pk, by=by, body=body, field=data.get("field", ""), quote=data.get("quote", ""))
    return said(piece, body)


def said(piece: Piece, body: str) -> str:
    """That it stands; and whom it called, because a mistyped name calls nobody."""
    if not comments.MENTION.search(body):
        return _("Your comment stands.")
    names = ", ".join(comments.named(user) for user in comments.mentioned(body, piece))
    if names:
        return _("Your comment stands. Mentioned: %(names)s.") % {"names": names}
    return _("Your comment stands, but it mentions nobody: no colleague who sees this piece has such a log-in name.")


def colleagues_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> JsonResponse:
    """Whom one can mention: those who see the piece, by log-in name."""
    people = seeing.who_see(piece).order_by("username")[:MOST_COLLEAGUES]
    return JsonResponse({"people": [{"login": one.get_username(), "name": one.get_full_name()} for one in people]})


PAGES = (
    PiecePage("comments/", "comments", comments_view, methods=("GET", "HEAD", "POST")),
    PiecePage("comments/colleagues/", "colleagues", colleagues_view),
)

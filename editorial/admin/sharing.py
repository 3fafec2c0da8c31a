"""The page at the desk on which a draft is shared with somebody outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editorial import sharing
from editorial.admin.acting import is_id
from editorial.admin.page import PiecePage
from editorial.blockers import Blocker, Refused
from editorial.comments import named
from editorial.models import Piece, ShareLink, User
from editorial.sharing import Fate, Ground

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

#: The newest that are listed.
MOST_LISTED = 100


@dataclass(frozen=True)
class Row:
    """One link as this person sees it now."""

    link: ShareLink
    words: str
    is_open: bool
    is_waiting: bool
    made_by: str
    leave_by: str
    #: Only for those who may share: whoever has the address reads the draft.
    address: str
    may_revoke: bool
    may_allow: bool
    why_not_allow: list[Blocker]


def rows_of(piece: Piece, by: User, now: datetime, *, may_share: bool) -> list[Row]:
    """The links of the piece, newest first; the same number of queries for any number of them."""
    ground = sharing.ground_of(piece, now)
    links = piece.share_links.select_related("made_by", "leave_by", "revoked_by")[:MOST_LISTED]
    return [row_of(link, ground, by, now, may_share=may_share) for link in links]


def row_of(link: ShareLink, ground: Ground, by: User, now: datetime, *, may_share: bool) -> Row:
    fate = sharing.fate_of(link, ground, now)
    # The others will not open again.
    is_living = fate not in {Fate.REVOKED, Fate.EXPIRED, Fate.MOVED_ON, Fate.ERASED}
    against = sharing.to_allow(link, ground, by, now) if fate is Fate.WAITING else []
    is_officer = by.has_perm("editorial.allow_sharing")
    return Row(
        link=link,
        words=words_for(link, fate),
        is_open=fate is Fate.OPEN,
        is_waiting=fate is Fate.WAITING,
        made_by=named(link.made_by),
        leave_by=named(link.leave_by) if link.leave_by else "",
        address=sharing.address_of(link) if fate is Fate.OPEN and may_share else "",
        may_revoke=is_living and not sharing.to_revoke(link, by),
        may_allow=fate is Fate.WAITING and not against,
        why_not_allow=against if is_officer else [],
    )


def words_for(link: ShareLink, fate: Fate) -> str:
    """The state of a link in a sentence."""
    if fate is Fate.REVOKED:
        return revoked_words(link)
    until = {"until": moment(link.expires_at)}
    return {
        Fate.OPEN: _("Open until %(until)s") % until,
        Fate.WAITING: _("Waits for a consent officer’s leave; would be open until %(until)s") % until,
        Fate.EXPIRED: _("Expired on %(until)s") % until,
        Fate.MOVED_ON: _("Closed: something was published, scheduled or ended after it was made"),
        Fate.HELD: _("Closed while the piece is held back"),
        Fate.REFUSED: _("Closed: a narrator said no, or a consent has ended, since it was made"),
        Fate.MAKER_LEFT: _("Closed: whoever made it no longer works here"),
        Fate.ERASED: _("Closed: the piece was erased"),
    }[fate]


def revoked_words(link: ShareLink) -> str:
    assert link.revoked_by is not None  # the database holds both or neither
    assert link.revoked_at is not None
    words = {
        sharing.BY_HAND: _("Revoked by %(who)s on %(when)s"),
        "published": _("Closed on %(when)s, when %(who)s published or scheduled the piece"),
        "held": _("Closed on %(when)s, when %(who)s held the piece back"),
        "ended": _("Closed on %(when)s, when %(who)s ended the piece"),
    }
    sentence = words.get(link.revoked_why, _("Closed by %(who)s on %(when)s"))
    return sentence % {"who": named(link.revoked_by), "when": moment(link.revoked_at)}


def moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def share_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """The list of links, and a form for a new one. A POST makes, allows or revokes one."""
    assert isinstance(request.user, User)
    now = timezone.now()
    reasons: list[Blocker] = []
    if request.method == "POST":
        try:
            messages.success(request, act(piece, request.user, request.POST))
            opts = admin.opts
            return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_share", args=[piece.pk]))
        except Refused as refusal:
            reasons = refusal.blockers
    against = sharing.to_share(piece, request.user)
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Share this draft"),
        "subtitle": piece.title,
        "piece": piece,
        "form_url": reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change", args=[piece.pk]),
        "rows": rows_of(piece, request.user, now, may_share=not against),
        "against": against,
        "reasons": reasons,
        "typed": request.POST if request.POST.get("do") == "make" else {"days": sharing.DAYS, "may_comment": "1"},
        "most_days": sharing.MOST_DAYS,
        "needs_leave": piece.sharing_needs_leave,
    }
    return render(request, "admin/piece/share.html", context, status=422 if reasons else 200)


def act(piece: Piece, by: User, data: QueryDict) -> str:
    """Do what the posted form says; what became of it, in words. Raises Refused."""
    do, number = data.get("do", ""), data.get("link", "")
    if do in {"allow", "revoke"}:
        link_id = int(number) if is_id(number) else 0
        if not piece.share_links.filter(pk=link_id).exists():
            raise Refused([Blocker("no_such_link", _("There is no such link on this piece. Reload the page."))])
        if do == "allow":
            sharing.allow(link_id, by=by)
            return _("Allowed. The link is open now.")
        sharing.revoke(link_id, by=by)
        return _("Revoked. The address opens nothing any more.")
    days = data.get("days", "")
    link = sharing.make(
        piece.pk,
        by=by,
        for_whom=data.get("for_whom", ""),
        days=int(days) if is_id(days) else 0,
        may_comment="may_comment" in data,
    )
    if link.needs_leave:
        return _("Noted. The consent officers are asked; the address is shown here once one of them agrees.")
    return _("The link is open. Copy its address from the list, and send it in a safe way.")


PAGES = (PiecePage("share/", "share", share_view, methods=("GET", "HEAD", "POST")),)

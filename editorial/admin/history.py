"""The pages about the past of a piece: its history, one revision to read, and any two of its texts side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, JSONField, OuterRef, Q, Subquery, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editorial import wording
from editorial.admin.page import PiecePage
from editorial.comparing import rows
from editorial.history import Only, changed_in_words, history
from editorial.models import Approval, Edition, Piece, Revision, User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

#: So many revisions can be chosen from the list; older ones are compared from the history.
RECENT = 30
KEY = re.compile(r"now|live|(?P<what>revision|edition)-(?P<number>[1-9][0-9]{0,8})")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Text:
    """One text of a piece: a revision or an edition. Its content is read where it was asked for."""

    #: "revision-4", "edition-3": how an address names it.
    key: str
    name: str
    #: Who and when.
    about: str
    content: dict[str, Any] = field(default_factory=dict, repr=False)
    is_erased: bool = False
    #: The number of the revision, or of the edition.
    revision: int | None = None
    edition: int | None = None


@dataclass(frozen=True)
class Texts:
    """What can be compared, newest first, and what "now" and "live" stand for."""

    revisions: Sequence[Text]
    editions: Sequence[Text]
    now: Text | None
    live: Text | None
    #: Otherwise it was live last, or nothing was ever published and it is the text before the last change.
    is_live: bool

    def named(self, key: str) -> Text | None:
        if key in {"now", "live"}:
            return self.now if key == "now" else self.live
        return next((text for text in [*self.revisions, *self.editions] if text.key == key), None)


def page(admin: PieceAdmin, request: HttpRequest, piece: Piece, template: str, **context: Any) -> HttpResponse:
    """A page of the desk about one piece."""
    request.current_app = admin.admin_site.name  # where Django's admin looks for it
    common = {**admin.admin_site.each_context(request), "piece": piece, "opts": admin.opts, "subtitle": piece.title}
    return render(request, f"admin/piece/{template}", common | context)


# --- The history ----------------------------------------------------------------------------------------------------
def history_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """`?only=text` or `?only=decisions`, continued with `?after=`."""
    assert isinstance(request.user, User)
    only: dict[str, Only] = {"": "", "text": "text", "decisions": "decisions"}
    chosen = request.GET.get("only", "")
    if chosen not in only:
        raise Http404
    after = request.GET.get("after", "")
    sees_events = request.user.has_perm("editorial.view_event")
    found = history(piece, only=only[chosen], after=after, sees_events=sees_events)
    return page(
        admin,
        request,
        piece,
        "history.html",
        title=_("History"),
        history=found,
        only=chosen,
        is_continued=bool(after),
        filters=[("", _("Everything")), ("text", _("Changes of the text")), ("decisions", _("Decisions"))],
    )


# --- One revision ---------------------------------------------------------------------------------------------------
def revision_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """`?number=4`: what it said, and a button that brings it back as a draft."""
    number = request.GET.get("number", "")
    if NUMBER.fullmatch(number) is None:
        raise Http404
    newest = Revision.objects.filter(piece_id=piece.pk).order_by("-number").values("number")[:1]
    found = piece.revisions.select_related("made_by").annotate(newest=Subquery(newest)).filter(number=int(number))
    revision = found.first()
    if revision is None:
        raise Http404
    fields = wording.with_unknown(piece.content_fields(), revision.content)
    filled = [one for one in fields if not wording.says_nothing(one.of(revision.content))]
    names = wording.names_in(filled, revision.content)
    is_newest = revision.number == revision.newest
    return page(
        admin,
        request,
        piece,
        "revision.html",
        title=_("Revision {number}").format(number=revision.number),
        revision=revision,
        who=_name(revision.made_by),
        fields=[(one.title(), wording.shown(one, one.of(revision.content), names)) for one in filled],
        is_newest=is_newest,
        before=revision.number - 1,
        after=None if is_newest else revision.number + 1,
        may_restore=not is_newest and revision.erased_at is None and admin.has_change_permission(request, piece),
    )


# --- Two texts ------------------------------------------------------------------------------------------------------
def compare_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """`?from=live&to=now`, by default; also "revision-4" and "edition-3". `?all=1` shows what did not change too."""
    by = request.user
    assert isinstance(by, User)
    left, right = request.GET.get("from", "live"), request.GET.get("to", "now")
    texts = texts_of(piece, {left, right}, timezone.now())
    before, after = texts.named(left), texts.named(right)
    if after is None or (before is None and left != "live"):
        raise Http404
    with_unchanged = request.GET.get("all") == "1"
    differences = []
    can_compare = before is not None and not before.is_erased and not after.is_erased
    if before is not None and can_compare:
        differences = rows(before.content, after.content, piece, with_unchanged=with_unchanged)
    changed = [one for one in differences if one.is_changed]
    return page(
        admin,
        request,
        piece,
        "compare.html",
        title=_("What changed"),
        texts=texts,
        before=before,
        after=after,
        left=left,
        right=right,
        can_compare=can_compare,
        differences=differences,
        changed=changed,
        with_unchanged=with_unchanged,
        steps=_steps(before, after, texts.now),
        mine=_last_of(piece, by, texts.now),
    )


def _steps(before: Text | None, after: Text, newest: Text | None) -> dict[str, tuple[int, int]]:
    """The changes before and after this one, where two revisions that follow each other are compared."""
    if before is None or newest is None or not before.revision or after.revision != before.revision + 1:
        return {}
    steps = {}
    if before.revision > 1:
        steps["earlier"] = (before.revision - 1, before.revision)
    if newest.revision and after.revision < newest.revision:
        steps["later"] = (after.revision, after.revision + 1)
    return steps


def _last_of(piece: Piece, by: User, newest: Text | None) -> int | None:
    """The revision that this person saved or decided on last; none where nothing was changed since. One query.

    Nobody keeps what people read, but who decided on a text had read it.
    """
    decided = Approval.objects.filter(piece_id=piece.pk, by=by, digest=OuterRef("digest"), at__gte=OuterRef("made_at"))
    mine = piece.revisions.filter(Q(made_by=by) | Exists(decided), erased_at__isnull=True)
    number = mine.order_by("-number").values_list("number", flat=True).first()
    return number if newest is not None and number != newest.revision else None


def texts_of(piece: Piece, wanted: set[str], now: datetime) -> Texts:
    """What can be compared, in two queries; the contents of the wanted ones alone. Raises Http404 for no key."""
    numbers: dict[str, set[int]] = {"revision": set(), "edition": set()}
    for key in wanted:
        match = KEY.fullmatch(key)
        if match is None:
            raise Http404
        if match["what"]:
            numbers[match["what"]].add(int(match["number"]))
    revisions = _revisions(piece, numbers["revision"], is_now_wanted="now" in wanted)
    editions = _editions(piece, numbers["edition"], now, is_live_wanted="live" in wanted)
    live = next((text for text, edition in editions if edition.is_live(now)), None)
    is_live = live is not None
    if live is None:
        live = next((text for text, edition in editions if not edition.was_never_live()), None)
    if live is None and "live" in wanted:
        live = _before_the_newest(piece)
    return Texts(revisions, [text for text, _edition in editions], revisions[0] if revisions else None, live, is_live)


def _revisions(piece: Piece, numbers: set[int], *, is_now_wanted: bool) -> list[Text]:
    """The newest ones and those that are asked for. The newest says what the working copy says."""
    newest = Subquery(Revision.objects.filter(piece_id=piece.pk).order_by("-number").values("number")[:1])
    is_wanted = Q(number__in=numbers) | (Q(number=newest) if is_now_wanted else Q(pk__in=[]))
    found = (
        piece.revisions.filter(Q(number__gt=newest - RECENT) | Q(number__in=numbers))
        .defer("content", "writers")
        .select_related("made_by")
        .annotate(wanted=Case(When(is_wanted, then=F("content")), output_field=JSONField()))
        .order_by("-number")
    )
    fields = piece.content_fields()
    return [_revision(one, changed_in_words(one.changed, fields)) for one in found]


def _revision(revision: Revision, what: str) -> Text:
    number, when = revision.number, _moment(revision.made_at)
    return Text(
        f"revision-{number}",
        _("Revision {number}").format(number=number),
        f"{when}, {_name(revision.made_by)}: {what}" if revision.number > 1 else f"{when}, {_name(revision.made_by)}",
        getattr(revision, "wanted", None) or {},
        revision.erased_at is not None,
        number,
    )


def _editions(piece: Piece, numbers: set[int], now: datetime, *, is_live_wanted: bool) -> list[tuple[Text, Edition]]:
    is_wanted = Q(number__in=numbers)
    if is_live_wanted:
        # Where nothing is live, the newest that was.
        newest = piece.editions.filter(publish_at__lte=now, ends_at__gt=F("publish_at")).order_by("-number")
        is_wanted |= Q(publish_at__lte=now, ends_at__gt=now) | Q(pk=Subquery(newest.values("pk")[:1]))
    found = (
        piece.editions.defer("content")
        .select_related("published_by")
        .annotate(wanted=Case(When(is_wanted, then=F("content")), output_field=JSONField()))
        .order_by("-number")
    )
    return [(_edition(one, now), one) for one in found]


def _edition(edition: Edition, now: datetime) -> Text:
    words = {
        "live": _("live since {when}"),
        "waiting": _("appears {when}"),
        "called_off": _("never appeared"),
        "past": _("was live from {when}"),
    }
    if edition.was_never_live():
        state = "called_off"
    elif edition.publish_at > now:
        state = "waiting"
    else:
        state = "live" if edition.is_live(now) else "past"
    return Text(
        f"edition-{edition.number}",
        _("Edition {number}").format(number=edition.number),
        f"{words[state].format(when=_moment(edition.publish_at))}, {_name(edition.published_by)}",
        getattr(edition, "wanted", None) or {},
        edition.erased_at is not None,
        edition=edition.number,
    )


def _before_the_newest(piece: Piece) -> Text | None:
    """For a piece that was never published: what it said before its last change."""
    found = piece.revisions.select_related("made_by").order_by("-number")[1:2]
    revision = found[0] if found else None
    if revision is None:
        return None
    revision.wanted = revision.content  # type: ignore[attr-defined]  # as _revisions() annotates it
    return _revision(revision, "")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


PAGES = (
    PiecePage("history/", "history", history_view),
    PiecePage("compare/", "compare", compare_view),
    PiecePage("revision/", "revision", revision_view),
)

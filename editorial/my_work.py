"""What waits for a person, on one page: three queries whatever the volume (DESIGN §2, "my work" is one over all kinds).

Each group is cut to its first rows in the database, with the number of all of them beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editorial import kinds, seeing, unanswered
from editorial.instants import FOREVER
from editorial.models import Approval, Edition, Erasure, Hold, Piece, PieceWriter, ShareLink, State, User

SHOWN = 6
#: How many rows the page of one group shows.
MOST = 200
#: How far ahead ends and reminders are told.
AHEAD = timedelta(days=30)
REMIND = timedelta(days=7)
WEEKS = 4

Text = str | Promise


@dataclass(frozen=True)
class Heading:
    """A group: what it is called, what is said when it is empty, and the word on its links."""

    name: str
    label: Text
    act: Text


HEADINGS = (
    Heading("urgent", gettext_lazy("Urgent editions to confirm"), gettext_lazy("Read and confirm")),
    Heading("sent_back", gettext_lazy("Sent back to you"), gettext_lazy("Change it")),
    Heading("talk", gettext_lazy("Comments for you to answer"), gettext_lazy("Answer")),
    Heading("to_review", gettext_lazy("Waiting for your review"), gettext_lazy("Review")),
    Heading("to_publish", gettext_lazy("Approved, waiting for a publisher"), gettext_lazy("Publish or schedule")),
    Heading("erase_asked", gettext_lazy("To be erased for good, if you agree"), gettext_lazy("Look and decide")),
    Heading("lift_asked", gettext_lazy("Holds to be lifted, if you agree"), gettext_lazy("Look and decide")),
    Heading("leave", gettext_lazy("Asking whether a draft may be shared"), gettext_lazy("Decide")),
    Heading("filed", gettext_lazy("Replaced while scheduled: changes to take over"), gettext_lazy("Choose")),
    Heading("drafts", gettext_lazy("Your drafts"), gettext_lazy("Go on writing")),
    Heading("with_others", gettext_lazy("Yours, with somebody else"), gettext_lazy("Look")),
    Heading("look_again", gettext_lazy("Due to be looked at again"), gettext_lazy("Look")),
    Heading("ending", gettext_lazy("Ending within 30 days"), gettext_lazy("Look")),
    Heading("scheduled", gettext_lazy("Scheduled"), gettext_lazy("Look")),
    Heading("outdated", gettext_lazy("Translations behind their original"), gettext_lazy("Compare")),
    Heading("untranslated", gettext_lazy("Translations begun, not published"), gettext_lazy("Go on")),
)


@dataclass(frozen=True)
class Item:
    """One thing to do."""

    title: str
    kind: str
    language: str
    words: str
    url: str
    is_late: bool = False
    when: datetime | None = None
    #: Which part of the page it leads to.
    part: str = "desk"


@dataclass
class Group:
    """Items under a heading; `total` counts all, also those that are not listed."""

    heading: Heading
    items: list[Item] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.items)


@dataclass(frozen=True)
class Day:
    """One day of the calendar."""

    day: date
    is_today: bool
    is_past: bool
    items: list[Item]


@dataclass(frozen=True)
class Work:
    groups: list[Group]
    weeks: list[list[Day]]

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def has_dates(self) -> bool:
        return any(day.items for week in self.weeks for day in week)


@dataclass(frozen=True)
class Source:
    """Groups that an app above adds for those whose role they are. Its rows are asked once for each page."""

    headings: tuple[Heading, ...]
    #: Of a person, at an instant, so many of each group: the group, the number of all in it, and one item.
    rows: Callable[[User, datetime, int], Iterable[tuple[str, int, Item]]]


_sources: list[Source] = []
#: Behind so many of our own headings stand those of the sources.
BEFORE_SOURCES = 5


def register_source(source: Source) -> None:
    """Called in ready() of the app that adds it; again is harmless."""
    if source not in _sources:
        _sources.append(source)


def headings() -> list[Heading]:
    """Every heading in the order of the page."""
    added = [heading for source in _sources for heading in source.headings]
    return [*HEADINGS[:BEFORE_SOURCES], *added, *HEADINGS[BEFORE_SOURCES:]]


def my_work(by: User, *, now: datetime | None = None, only: str = "") -> Work:
    """Everything that waits for this person; with `only`, one group at length."""
    now = now or timezone.now()
    seen = seeing.kinds_seen_by(by)
    groups = {heading.name: Group(heading) for heading in headings()}
    dated: list[Item] = []
    most = MOST if only else SHOWN
    for name, total, item in _working_copies(by, seen, most=most):
        _into(groups, name, total, item)
    for name, total, item in _editions(by, seen, now):
        if name in {"scheduled", "ending"}:
            dated.append(item)
        if len(groups[name].items) < most:
            _into(groups, name, total, item)
    for name, total, item in _around(by, seen, now, most=most):
        _into(groups, name, total, item)
    for source in _sources:
        for name, total, item in source.rows(by, now, most):
            _into(groups, name, total, item)
    wanted = [group for group in groups.values() if group.items and only in {"", group.heading.name}]
    return Work(wanted, _weeks(dated, now))


def _into(groups: dict[str, Group], name: str, total: int, item: Item) -> None:
    groups[name].items.append(item)
    groups[name].total = total


def grouped(rows: QuerySet[Any], group: Case, *order: Any, most: int) -> QuerySet[Any]:
    """The first rows of each group, each with the number of all rows of its group."""
    in_groups = rows.annotate(group=group).filter(group__isnull=False)
    found: QuerySet[Any] = in_groups.annotate(
        place=Window(RowNumber(), partition_by=F("group"), order_by=[*order]),
        total=Window(Count("*"), partition_by=F("group")),
    )
    return found.filter(place__lte=most).order_by("group", "place")


def _when(condition: Q, name: str) -> When:
    return When(condition, then=Value(name))


def _mine(by: User) -> Q:
    """Pieces that this person began or writes in."""
    return Q(pk__in=PieceWriter.objects.filter(user=by).values("piece_id")) | Q(created_by=by)


# --- Working copies -------------------------------------------------------------------------------------------------
def _working_copies(by: User, seen: list[str], *, most: int) -> Iterable[tuple[str, int, Item]]:
    """By the state of the working copy: what I write, and what others wait for me to do."""
    mine = _mine(by)
    writes = Exists(PieceWriter.objects.filter(piece_id=OuterRef("pk"), user=by))
    approved_once = Exists(
        Approval.objects.filter(
            piece_id=OuterRef("pk"),
            by=by,
            kind=Approval.Kind.REVIEW,
            decision=Approval.Decision.APPROVED,
            digest=OuterRef("digest"),
            at__gte=OuterRef("submitted_at"),
        )
    )
    cases = [_when(Q(state=State.CHANGES_REQUESTED) & mine, "sent_back")]
    if by.has_perm("editorial.review_piece"):
        others = ~Q(submitted_by=by) & Q(writes=False) & Q(approved_once=False)
        cases.append(_when(Q(state=State.IN_REVIEW) & others, "to_review"))
    if by.has_perm("editorial.publish_piece"):
        cases.append(_when(Q(state=State.APPROVED, writes=False), "to_publish"))
    cases.append(_when(Q(state__in=[State.IN_REVIEW, State.APPROVED]) & (mine | Q(submitted_by=by)), "with_others"))
    # Begun and never published, or changed since: a draft that says what is published is no work.
    unsaid = Q(base_edition__isnull=True) | ~Q(base_edition__digest=F("digest"))
    # What was ended is done with, until somebody writes in it again.
    unsaid &= ~Q(base_edition__ended_at__lt=FOREVER, changed_at__lte=F("base_edition__ended_at"))
    cases.append(_when(Q(state=State.DRAFT) & mine & unsaid, "drafts"))
    rows = Piece.objects.filter(Q(kind__in=seen), Q(erased_at__isnull=True), ~Q(state=State.DRAFT) | mine)
    rows = rows.annotate(writes=writes, approved_once=approved_once)
    to_me_first = Case(When(reviewer=by, then=Value(0)), default=Value(1))
    group = Case(*cases, default=None, output_field=CharField(null=True))
    order = (to_me_first.asc(), F("review_due").asc(nulls_last=True), F("changed_at").desc())
    for piece in grouped(rows.select_related("submitted_by"), group, *order, most=most):
        words, is_late = _of_copy(piece, by)
        yield piece.group, piece.total, item_of(piece, words, is_late=is_late)


def _of_copy(piece: Any, by: User) -> tuple[str, bool]:
    """What to say of a working copy, and whether it is late."""
    is_late = bool(piece.review_due and piece.review_due < timezone.localdate())
    if piece.group == "to_review":
        parts = [_("submitted {when} by {who}").format(when=_on(piece.submitted_at), who=_name(piece.submitted_by))]
        if piece.reviewer_id == by.pk:
            parts.append(_("you were asked"))
        if piece.review_due:
            parts.append(_("due {day}").format(day=date_format(piece.review_due, "MONTH_DAY_FORMAT")))
        if piece.is_sensitive:
            parts.append(_("needs two reviewers"))
        if piece.reviewer_id == by.pk and piece.assignment_note:
            parts.append(f"“{piece.assignment_note}”")
        return ", ".join(parts), is_late
    if piece.group == "with_others":
        return str(State(piece.state).label), False
    return _("changed {when}").format(when=_on(piece.changed_at)), False


# --- Editions -------------------------------------------------------------------------------------------------------
def _editions(by: User, seen: list[str], now: datetime) -> Iterable[tuple[str, int, Item]]:
    """What is scheduled, ends, was published urgently, or was replaced before its time."""
    waits = Q(publish_at__gt=now, ends_at__gt=F("publish_at"))
    ends = Q(expires_at__gt=now, expires_at__lte=now + AHEAD, ends_at=F("expires_at"), publish_at__lte=now)
    cases = [_when(waits, "scheduled"), _when(ends, "ending")]
    wanted = waits | ends
    if by.has_perm("editorial.review_piece"):
        urgent = Q(is_urgent=True, confirmed_at__isnull=True, ends_at__gt=now)
        cases.insert(0, _when(urgent & ~Q(published_by=by), "urgent"))
        wanted |= urgent
    if by.has_perm("editorial.edit_any_piece") or by.has_perm("editorial.submit_piece"):
        cases.insert(0, _when(Q(is_filed=True), "filed"))
        wanted |= Q(is_filed=True)
    rows = Edition.objects.filter(wanted, kind__in=seen, erased_at__isnull=True).defer("content")
    group = Case(*cases, default=None, output_field=CharField(null=True))
    found = grouped(rows.select_related("piece", "published_by"), group, F("publish_at").asc(), most=MOST)
    for edition in found:
        is_end = edition.group == "ending"
        when = edition.expires_at if is_end else edition.publish_at
        yield edition.group, edition.total, item_of(edition.piece, _of_edition(edition), title=edition.title, when=when)


def _of_edition(edition: Any) -> str:
    if edition.group == "scheduled":
        words = _("edition {number} appears {when}").format(number=edition.number, when=_at(edition.publish_at))
        if edition.expires_at < FOREVER:
            words += _(", ends {when}").format(when=_at(edition.expires_at))
        return words
    if edition.group == "ending":
        return _("ends {when}, in {time}").format(when=_at(edition.expires_at), time=timeuntil(edition.expires_at))
    if edition.group == "urgent":
        who = _name(edition.published_by)
        return _("{who} published it {when}: {why}").format(
            who=who, when=_on(edition.publish_at), why=edition.urgent_reason
        )
    return _("edition {number} was to appear {when}").format(number=edition.number, when=_at(edition.publish_at))


# --- What surrounds the work ----------------------------------------------------------------------------------------
def _around(by: User, seen: list[str], now: datetime, *, most: int) -> Iterable[tuple[str, int, Item]]:
    """Comments, reminders, translations, leaves asked of the consent role."""
    newer = Edition.objects.live(now).filter(
        piece_id=OuterRef("translation_of_id"), number__gt=OuterRef("translated_from__number")
    )
    asked = ShareLink.objects.filter(
        piece_id=OuterRef("pk"), needs_leave=True, leave_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    )
    may_write = by.has_perm("editorial.edit_any_piece") or by.has_perm("editorial.submit_piece")
    soon = Q(look_again_on__isnull=False, look_again_on__lte=timezone.localdate() + REMIND)
    is_translation = Q(translation_of__isnull=False)
    cases, wanted = [], Q(pk__in=[])
    for permission, name, second in _second_persons(by):
        if by.has_perm(permission):
            ids = second.values("piece_id")
            cases.append(_when(Q(pk__in=ids), name))
            wanted |= Q(pk__in=ids)
    if by.has_perm("editorial.allow_sharing"):
        cases.append(_when(Q(is_asked=True), "leave"))
        wanted |= Q(pk__in=ShareLink.objects.filter(needs_leave=True, leave_at__isnull=True).values("piece_id"))
    if may_write or by.has_perm("editorial.publish_piece"):
        cases.append(_when(soon, "look_again"))
        wanted |= soon
    if may_write:
        cases += [
            _when(is_translation & Q(is_behind=True), "outdated"),
            _when(is_translation & Q(base_edition__isnull=True), "untranslated"),
        ]
        wanted |= is_translation
    rows = Piece.objects.filter(wanted, kind__in=seen, erased_at__isnull=True)
    rows = rows.annotate(is_behind=Exists(newer), is_asked=Exists(asked), waiting=Value(0), asked_at=_asked_at())
    group = Case(*cases, default=None, output_field=CharField(null=True))
    order = (F("look_again_on").asc(nulls_last=True), F("changed_at").desc())
    parts = [_talked_about(by, seen, most=most)]
    if cases:
        parts.append(grouped(rows.select_related("translation_of"), group, *order, most=most).order_by())
    # A piece may stand in two of these groups, so it is one query of two parts.
    found = parts[0].union(*parts[1:], all=True)
    for piece in sorted(found, key=lambda piece: (piece.group, piece.place)):
        part = "comments" if piece.group == "talk" else "desk"
        yield piece.group, piece.total, item_of(piece, _of_rest(piece), is_late=_is_late(piece), part=part)


def _second_persons(by: User) -> list[tuple[str, str, QuerySet[Any]]]:
    """What somebody else asked for and takes a second person: the permission, the group, and the rows that ask."""
    erasures = Erasure.objects.filter(agreed_at__isnull=True).exclude(asked_by=by)
    holds = Hold.objects.filter(lifted_at__isnull=True, lift_asked_by__isnull=False).exclude(lift_asked_by=by)
    return [
        ("editorial.erase_piece", "erase_asked", erasures),
        ("editorial.lift_hold", "lift_asked", holds),
    ]


def _asked_at() -> Coalesce:
    erasures = Erasure.objects.filter(piece_id=OuterRef("pk"), agreed_at__isnull=True)
    holds = Hold.objects.filter(piece_id=OuterRef("pk"), lifted_at__isnull=True)
    return Coalesce(Subquery(erasures.values("asked_at")[:1]), Subquery(holds.values("lift_asked_at")[:1]))


def _talked_about(by: User, seen: list[str], *, most: int) -> QuerySet[Any]:
    """Pieces with comments that wait for this person's answer."""
    concerning = unanswered.waiting_for(by)
    count = concerning.filter(piece_id=OuterRef("pk")).order_by().values("piece_id").annotate(all=Count("pk"))
    rows = Piece.objects.filter(pk__in=concerning.order_by().values("piece_id"), kind__in=seen, erased_at__isnull=True)
    no, never = Value(False, output_field=BooleanField()), Cast(Value(None), DateTimeField())
    waiting = Subquery(count.values("all"), output_field=IntegerField())
    rows = rows.annotate(is_behind=no, is_asked=no, waiting=waiting, asked_at=never)
    group = Case(_when(Q(pk__isnull=False), "talk"), output_field=CharField(null=True))
    return grouped(rows.select_related("translation_of"), group, F("changed_at").desc(), most=most).order_by()


def _is_late(piece: Any) -> bool:
    return bool(piece.group == "look_again" and piece.look_again_on < timezone.localdate())


def _of_rest(piece: Any) -> str:
    if piece.group == "look_again":
        return _("on {day}").format(day=date_format(piece.look_again_on, "DATE_FORMAT"))
    if piece.group in {"erase_asked", "lift_asked"}:
        return _("asked {when}; a second person has to agree").format(when=_on(piece.asked_at))
    if piece.group in {"outdated", "untranslated"}:
        return _("of “{title}”").format(title=piece.translation_of.title)
    if piece.group == "talk":
        return ngettext(
            "%(count)d comment waits for an answer", "%(count)d comments wait for an answer", piece.waiting
        ) % {"count": piece.waiting}
    return _("changed {when}").format(when=_on(piece.changed_at))


# --- In words -------------------------------------------------------------------------------------------------------
def item_of(
    piece: Piece,
    words: str,
    *,
    title: str = "",
    is_late: bool = False,
    when: datetime | None = None,
    part: str = "desk",
) -> Item:
    kind = kinds.named(piece.kind)
    opts = kind.model._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[piece.pk])
    label = str(kind.label)
    language = piece.get_language_display()
    return Item(title or piece.title, label, language, words, url, is_late=is_late, when=when, part=part)


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else "—"


def _on(moment: datetime) -> str:
    """A past day as people say it."""
    day, today = timezone.localdate(moment), timezone.localdate()
    if day == today:
        return _("today at {time}").format(time=date_format(timezone.localtime(moment), "TIME_FORMAT"))
    if day == today - timedelta(days=1):
        return _("yesterday")
    return date_format(day, "DATE_FORMAT" if day.year != today.year else "MONTH_DAY_FORMAT")


def _at(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _weeks(dated: list[Item], now: datetime) -> list[list[Day]]:
    """Four weeks from the Monday of this one, each day with what appears or ends on it."""
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    by_day: dict[date, list[Item]] = {}
    for item in sorted(dated, key=lambda item: item.when or now):
        if item.when:
            by_day.setdefault(timezone.localdate(item.when), []).append(item)
    days = [monday + timedelta(days=number) for number in range(7 * WEEKS)]
    cells = [Day(day, day == today, day < today, by_day.get(day, [])) for day in days]
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]

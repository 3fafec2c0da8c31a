"""What became of a piece: its revisions and events in one list, newest first, each named by what it did.

Contents are never read here, but for the ids of tags where they changed: a piece with a thousand revisions opens as
fast as a new one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editorial.models import Approval, Edition, Event, Piece, Revision, User
from editorial.wording import ContentField

PAGE_SIZE = 50
#: So many changed fields are named; the others are counted.
NAMED = 3

Only = Literal["", "text", "decisions"]
KEY = re.compile(r"(\d{0,18})-(\d{0,18})")

#: Verbs that make a revision but are more than a change of fields.
REVISIONS: dict[str, str | Promise] = {
    "create": gettext_lazy("Created"),
    "discard": gettext_lazy("Changes discarded: back to the newest edition"),
    "start_fix": gettext_lazy("Urgent fix begun: back to the live edition"),
    "rebase": gettext_lazy("Changes of a replaced edition taken over"),
}
EVENTS: dict[str, str | Promise] = {
    "submit": gettext_lazy("Submitted for review"),
    "recall": gettext_lazy("Recalled from review"),
    "assign": gettext_lazy("Review assigned"),
    "unassign": gettext_lazy("Review no longer assigned"),
    "mark_sensitive": gettext_lazy("Marked as sensitive: two reviewers have to approve it"),
    "unmark_sensitive": gettext_lazy("No longer marked as sensitive"),
    "look_again": gettext_lazy("Reminder to look at it again changed"),
    "request_changes": gettext_lazy("Sent back"),
    "ask_unmark_sensitive": gettext_lazy("One reviewer asked for, a second has to agree"),
    "approve_first": gettext_lazy("Approved by the first of two reviewers"),
    "approve": gettext_lazy("Approved"),
    "publish": gettext_lazy("Published as edition {number}"),
    "schedule": gettext_lazy("Scheduled as edition {number} for {when}"),
    "publish_urgently": gettext_lazy("Published urgently as edition {number}"),
    "confirm": gettext_lazy("Urgent edition {number} confirmed"),
    "cancel_schedule": gettext_lazy("Schedule of edition {number} cancelled"),
    "rebase": gettext_lazy("Replaced edition {number} gone through; nothing was taken over"),
    "drop_filed": gettext_lazy("Changes of the replaced edition {number} dropped"),
    "hold": gettext_lazy("Held back"),
    "ask_lift_hold": gettext_lazy("Asked to lift the hold"),
    "lift_hold": gettext_lazy("Hold lifted"),
    "end": gettext_lazy("Ended: taken down for good"),
    "withdraw": gettext_lazy("Withdrawn"),
    "ask_erase": gettext_lazy("Asked to erase it for good"),
    "keep": gettext_lazy("Not to be erased after all"),
    "erase": gettext_lazy("Erased"),
    "share": gettext_lazy("Link to the draft made"),
    "revoke_share": gettext_lazy("Link to the draft revoked"),
}
#: Verbs whose reason says more than the verb, and the reason that says no more than its verb.
REASONED = {"end", "withdraw", "erase"}
PLAIN_END = "ended"
REASONS: dict[str, str | Promise] = {
    "ledger": gettext_lazy("from the ledger, after a backup was restored"),
}
#: Only for those who may read the record of events, like any verb that is not known here.
CONSENT_EVENTS: dict[str, str | Promise] = {
    "narrators_yes": gettext_lazy("The narrator said yes to this text"),
    "allow_sharing": gettext_lazy("Agreed that the draft is shared"),
    "open_withdrawal": gettext_lazy("Taken back for a narrator; a case was opened"),
    "replay_withdrawal": gettext_lazy("Taken back again from the ledger, after a backup was restored"),
    "ask_for_contact": gettext_lazy("A narrator asked to be contacted"),
    "mark_surface": gettext_lazy("Noted what became of a copy"),
    "note_copy": gettext_lazy("A copy elsewhere noted"),
    "tell_narrator": gettext_lazy("The narrator was told what became of the withdrawal"),
    "close_withdrawal": gettext_lazy("The case of the withdrawal was closed"),
    "make_withdrawal_code": gettext_lazy("Withdrawal code made"),
    "revoke_withdrawal_code": gettext_lazy("Withdrawal code revoked"),
    "confirm_cleaned": gettext_lazy("Confirmed that nothing of it is left in the files of the database"),
    "reclear": gettext_lazy("Where it may be shown was worked out anew"),
    "record_consent": gettext_lazy("A consent was recorded"),
    "invalidate_consent": gettext_lazy("A consent was found not to hold"),
    "note_consent_event": gettext_lazy("What happened to a consent was noted"),
    "note_receipt": gettext_lazy("Noted whether the receipt was given"),
    "set_consent_review": gettext_lazy("When to ask about a consent again was noted"),
    "add_third_party": gettext_lazy("Another person in the story noted"),
    "decide_third_party": gettext_lazy("Decided what is told of another person"),
    "write_third_party": gettext_lazy("Names and notes of another person changed"),
    "remove_third_party": gettext_lazy("Another person taken off the list"),
    "read_third_parties": gettext_lazy("Names and notes of other people read"),
    "mark_detail": gettext_lazy("A detail that may identify was marked"),
    "unmark_detail": gettext_lazy("The mark of a detail was taken away"),
    "read_details": gettext_lazy("Exact values of details read"),
    "read_private_terms": gettext_lazy("Private names and words in the text looked at"),
    "note_namesake": gettext_lazy("Noted that a name in it means somebody else"),
}
DECISIONS = (
    *("request_changes", "approve_first", "approve", "narrators_yes", "publish", "schedule", "publish_urgently"),
    *("confirm", "cancel_schedule", "drop_filed", "hold", "ask_lift_hold", "lift_hold", "end", "withdraw", "erase"),
    *("allow_sharing", "ask_erase", "keep", "open_withdrawal", "replay_withdrawal", "close_withdrawal"),
)
#: Events that stand for an approval, which has a note.
NOTED = {"request_changes", "approve_first", "approve", "narrators_yes", "confirm"}
#: Events of an edition that came to be.
NEW_EDITION = {"publish", "schedule", "publish_urgently"}


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    at: datetime
    who: str
    what: str
    note: str = ""
    reason: str = ""
    #: Of a revision.
    revision: int | None = None
    is_erased: bool = False
    #: Whether it says what the working copy says.
    is_now: bool = False
    #: Of an event that made an edition.
    edition: int | None = None


@dataclass(frozen=True)
class Day:
    """What was done on one day of the reader's calendar."""

    label: str
    entries: list[Entry]


@dataclass(frozen=True)
class History:
    """One stretch of the history; `older` is the key of the next, empty at the end."""

    days: list[Day]
    older: str


def history(piece: Piece, *, only: Only = "", after: str = "", sees_events: bool = False) -> History:
    """A stretch of the history in three queries. Raises Http404 for a key that is none.

    `sees_events` is for those who may read the record of events: consents, reasons, verbs that are not known here.
    """
    events, revisions = _rows(piece, only, after, sees_events=sees_events)
    merged = _merged(events, revisions)
    page = merged[:PAGE_SIZE]
    tags = _tags_of(piece, [row for row in page if isinstance(row, Revision) and "tags" in row.changed])
    fields = piece.content_fields()
    newest = next((row for row in revisions if not after), None)
    entries = [
        _of_revision(row, fields, tags, is_now=row is newest)
        if isinstance(row, Revision)
        else _of_event(row, sees_events=sees_events)
        for row in page
    ]
    return History(_by_day(entries), _key_after(page, after) if len(merged) > PAGE_SIZE else "")


# --- Rows -----------------------------------------------------------------------------------------------------------
def _rows(piece: Piece, only: Only, after: str, *, sees_events: bool) -> tuple[list[Event], list[Revision]]:
    """The next of each table; both are numbered in the order of time."""
    match = KEY.fullmatch(after or "-")
    if match is None:
        raise Http404
    before_event, before_revision = match.groups()
    events = _events(piece)
    if not sees_events:
        events = events.filter(verb__in=EVENTS)
    if only == "decisions":
        events = events.filter(verb__in=DECISIONS)
    revisions = _revisions(piece)
    if before_event:
        events = events.filter(number__lt=int(before_event))
    if before_revision:
        revisions = revisions.filter(number__lt=int(before_revision))
    return (
        [] if only == "text" else list(events[: PAGE_SIZE + 1]),
        [] if only == "decisions" else list(revisions[: PAGE_SIZE + 1]),
    )


def _events(piece: Piece) -> QuerySet[Event]:
    """Those that stand for more than a revision, each with the person's name, the edition's time and the note."""
    people = User.objects.filter(pk=OuterRef("actor_id")).values(
        full=NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
    )
    editions = Edition.objects.filter(piece_id=OuterRef("piece_number"), number=OuterRef("edition_number"))
    # A decision is recorded right before its event, in the same transaction.
    decisions = Approval.objects.filter(
        piece_id=OuterRef("piece_number"), by_id=OuterRef("actor_id"), at__lte=OuterRef("at")
    )
    return (
        Event.objects.filter(Q(fields=[]) | Q(digest=""), piece_number=piece.pk)
        .annotate(
            who=Coalesce(Subquery(people[:1]), F("actor"), output_field=CharField()),
            starts_at=Subquery(editions.order_by().values("publish_at")[:1], output_field=DateTimeField()),
            note=Case(
                When(verb__in=NOTED, then=Subquery(decisions.order_by("-at", "-pk").values("note")[:1])),
                default=Value(""),
                output_field=CharField(),
            ),
        )
        .order_by("-number")
    )


def _revisions(piece: Piece) -> QuerySet[Revision]:
    """Without their contents, each with the number of the one that it brought back."""
    same = Revision.objects.filter(
        piece_id=OuterRef("piece_id"), digest=OuterRef("digest"), number__lt=OuterRef("number")
    )
    found: QuerySet[Revision] = (
        piece.revisions.defer("content", "writers")
        .select_related("made_by")
        .annotate(
            brought_back=Case(
                When(verb="restore", then=Subquery(same.order_by("-number").values("number")[:1])),
                output_field=IntegerField(),
            )
        )
        .order_by("-number")
    )
    return found


def _merged(events: Sequence[Event], revisions: Sequence[Revision]) -> list[Event | Revision]:
    """By time, without changing the order of either."""
    merged: list[Event | Revision] = []
    left, right = list(events[::-1]), list(revisions[::-1])
    while left and right:
        merged.append(left.pop() if left[-1].at >= right[-1].made_at else right.pop())
    return [*merged, *left[::-1], *right[::-1]]


def _key_after(page: Sequence[Event | Revision], after: str) -> str:
    """From where each of the two tables goes on."""
    event, revision = (after or "-").split("-")
    for row in page:
        if isinstance(row, Event):
            event = str(row.pk)
        else:
            revision = str(row.number)
    return f"{event}-{revision}"


def _tags_of(piece: Piece, changed: Sequence[Revision]) -> dict[int, list[int]]:
    """The ids of the tags in these revisions and those before them, without the rest of their contents."""
    numbers = {number for row in changed for number in (row.number, row.number - 1)}
    if not numbers:
        return {}
    rows = piece.revisions.filter(number__in=numbers).values_list("number", "content__tags")
    return {number: tags if isinstance(tags, list) else [] for number, tags in rows}


# --- Names ----------------------------------------------------------------------------------------------------------
def _of_revision(
    row: Revision, fields: Sequence[ContentField], tags: Mapping[int, list[int]], *, is_now: bool
) -> Entry:
    count = len(set(tags.get(row.number, [])) ^ set(tags.get(row.number - 1, [])))
    what = name_of_revision(row, fields, brought_back=getattr(row, "brought_back", None), tag_count=count)
    who = row.made_by.get_full_name() or row.made_by.get_username()
    is_erased = row.erased_at is not None
    return Entry(row.made_at, who, what, revision=row.number, is_erased=is_erased, is_now=is_now)


def name_of_revision(
    revision: Revision, fields: Sequence[ContentField], *, brought_back: int | None = None, tag_count: int = 0
) -> str:
    """ "Title and 2 tags changed", "Restored from revision 4"."""
    if revision.verb == "restore":
        if brought_back is None:
            return _("An earlier revision restored")
        return _("Restored from revision {number}").format(number=brought_back)
    if revision.verb in REVISIONS:
        return str(REVISIONS[revision.verb])
    return changed_in_words(revision.changed, fields, tag_count=tag_count)


def changed_in_words(names: Collection[str], fields: Sequence[ContentField], *, tag_count: int = 0) -> str:
    """ "Title, standfirst and text changed"; in the order of the form, the first ones by name."""
    labels = {one.name: str(one.label) for one in fields}
    if tag_count:
        labels["tags"] = ngettext("%(count)d tag", "%(count)d tags", tag_count) % {"count": tag_count}
    places = {name: place for place, name in enumerate(labels)}
    found = [labels.get(name, name.replace("_", " ")) for name in sorted(names, key=lambda n: places.get(n, 999))]
    if not found:
        return _("Saved")
    if len(found) > NAMED + 1:
        rest = len(found) - NAMED
        more = ngettext("%(count)d more field", "%(count)d more fields", rest) % {"count": rest}
        found = [*found[:NAMED], more]
    return capfirst(_("{fields} changed").format(fields=get_text_list(found, _("and"))))


def _of_event(event: Event, *, sees_events: bool) -> Entry:
    is_reasoned = sees_events and event.verb in REASONED and event.reason != PLAIN_END
    return Entry(
        event.at,
        getattr(event, "who", "") or event.actor or _("By itself"),
        name_of_event(event),
        note=getattr(event, "note", "") or "",
        reason=str(REASONS.get(event.reason, event.reason.replace("_", " "))) if is_reasoned else "",
        edition=event.edition_number if event.verb in NEW_EDITION else None,
    )


def name_of_event(event: Event) -> str:
    """ "Published as edition 3", "Scheduled as edition 4 for 1 May 2026, 9:00"; a verb that is not known by itself."""
    starts_at: datetime | None = getattr(event, "starts_at", None)
    when = date_format(timezone.localtime(starts_at), "DATETIME_FORMAT") if starts_at else "?"
    name = EVENTS.get(event.verb) or CONSENT_EVENTS.get(event.verb) or capfirst(event.verb.replace("_", " "))
    return str(name).format(number=event.edition_number or "?", when=when)


# --- Days -----------------------------------------------------------------------------------------------------------
def _by_day(entries: Iterable[Entry]) -> list[Day]:
    today = timezone.localdate()
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    return [Day(_day_in_words(day, today), list(group)) for day, group in days]


def _day_in_words(day: date, today: date) -> str:
    parts = {"weekday": date_format(day, "l"), "date": date_format(day, "DATE_FORMAT")}
    patterns = {0: _("Today, {weekday}, {date}"), 1: _("Yesterday, {weekday}, {date}")}
    return patterns.get((today - day).days, _("{weekday}, {date}")).format(**parts)

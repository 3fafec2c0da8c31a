"""Runs a verb for a person at the desk and says in messages what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import workflow
from editorial.blockers import Blocker, Refused
from editorial.instants import FOREVER
from editorial.models import Piece, State, User

DONE = {
    "submit": gettext_lazy("Submitted for review."),
    "approve": gettext_lazy("Approved. It is with the publishers now."),
    "approve_first": gettext_lazy("Your approval is recorded. A second reviewer has to approve it too."),
    "request_changes": gettext_lazy("Sent back with your note."),
    "recall": gettext_lazy("Recalled; it is a draft again."),
    "publish": gettext_lazy("Published. Readers see it now."),
    "publish_urgently": gettext_lazy("Published. Readers see it now; a second person has to confirm it."),
    "confirm": gettext_lazy("Confirmed."),
    "schedule": gettext_lazy("Scheduled. It appears by itself at that time."),
    "cancel_schedule": gettext_lazy(
        "The schedule is cancelled. The text is kept as a draft and has to be submitted again."
    ),
    "start_fix": gettext_lazy("This is the text that readers see now. Mend it, then publish it."),
    "drop_filed": gettext_lazy("Dropped. The replaced edition stays in the history."),
    "discard": gettext_lazy("The changes are discarded. They stay in the history."),
    "hold": gettext_lazy("Held back. Nobody outside sees it now."),
    "lift_hold": gettext_lazy("Noted. A second person has to agree; then the hold is lifted."),
    "hold_lifted": gettext_lazy("The hold is lifted."),
    "end": gettext_lazy("Ended. Its address now answers that it is gone."),
    "ask_erase": gettext_lazy("Noted. A second person has to agree; then it is erased."),
    "erase": gettext_lazy("Erased. Nothing of its text is left; what remains in files is cleaned up now."),
    "keep": gettext_lazy("It is not erased."),
    "narrators_yes": gettext_lazy("Recorded: the narrator said yes to this very text."),
    "restore": gettext_lazy("The earlier text is back as a draft."),
    "assign": gettext_lazy("Asked. It stands on their list now."),
    "unassign": gettext_lazy("Nobody in particular is asked any more; any reviewer may take it."),
    "mark_sensitive": gettext_lazy("From now on two reviewers have to approve it."),
    "ask_unmark_sensitive": gettext_lazy("Noted. A second reviewer has to agree that one is enough."),
    "unmark_sensitive": gettext_lazy("One reviewer is enough again."),
    "look_again": gettext_lazy("Noted. It comes up under My work on that day."),
    "forget_look_again": gettext_lazy("The reminder is taken away."),
}


#: Years outside of these overflow when they are moved to another time zone.
FIRST_YEAR, LAST_YEAR = 1900, 2500


def moment(text: str, field: str) -> datetime | None:
    """A date and time as the desk's input gives it, in the time zone of the editor. Raises Refused when it is none."""
    if not text:
        return None
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise Refused([Blocker("no_time", gettext_lazy("Give the time as year-month-day and hour:minute."), field)])
    if not FIRST_YEAR <= parsed.year <= LAST_YEAR:
        raise Refused([Blocker("no_time", gettext_lazy("Choose a year that people will live to see."), field)])
    return timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed


def day(text: str, field: str) -> date | None:
    """A day as the desk's input gives it. Raises Refused when it is none."""
    if not text:
        return None
    try:
        parsed = parse_date(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise Refused([Blocker("no_day", gettext_lazy("Give the day as year-month-day."), field)])
    return parsed


def is_id(text: str) -> bool:
    """Whether a text from a form can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19


def number(text: str) -> int:
    return int(text) if is_id(text) else 0


def companions_read(values: list[str]) -> dict[int, str]:
    """The companions as the desk listed them, each as its id and the digest of what was on the screen."""
    pairs = (value.partition(":") for value in values)
    return {int(pk): digest for pk, _colon, digest in pairs if is_id(pk)}


def _read(data: Any) -> dict[int, str]:
    return companions_read(data.getlist("with_ids")) if data.get("together") else {}


def _submit(piece: Piece, by: User, data: Any) -> str:
    workflow.submit(piece.pk, by=by, with_ids=list(_read(data)))
    if data.get("reviewer"):
        _assign(piece, by, data)
    return "submit"


def _assign(piece: Piece, by: User, data: Any) -> str:
    wanted = data.get("reviewer", "")
    reviewer = User.objects.filter(pk=number(wanted), is_active=True).first() if wanted else None
    if wanted and reviewer is None:
        raise Refused([Blocker("no_reviewer", gettext_lazy("Choose a reviewer from the list."), "reviewer")])
    due = day(data.get("due", ""), "due")
    workflow.assign(piece.pk, by=by, reviewer=reviewer, due=due, note=data.get("assignment_note", ""))
    return "assign" if reviewer else "unassign"


def _approve(piece: Piece, by: User, data: Any) -> str:
    note = data.get("note", "")
    workflow.approve(piece.pk, by=by, digest=data.get("digest", ""), note=note, with_digests=_read(data))
    state = Piece.objects.values_list("state", flat=True).get(pk=piece.pk)
    return "approve" if state == State.APPROVED else "approve_first"


def _narrators_yes(piece: Piece, by: User, data: Any) -> str:
    workflow.record_narrators_yes(piece.pk, by=by, digest=data.get("digest", ""), note=data.get("note", ""))
    return "narrators_yes"


def _request_changes(piece: Piece, by: User, data: Any) -> str:
    workflow.request_changes(piece.pk, by=by, note=data.get("note", ""))
    return "request_changes"


def _publish(piece: Piece, by: User, data: Any) -> str:
    workflow.publish(piece.pk, by=by, with_ids=list(_read(data)))
    return "publish"


def _schedule(piece: Piece, by: User, data: Any) -> str:
    at = moment(data.get("at", ""), "at")
    if at is None:
        raise Refused([Blocker("no_time", gettext_lazy("Say when it is to appear."), "at")])
    expires_at = moment(data.get("expires_at", ""), "expires_at") or FOREVER
    workflow.schedule(piece.pk, by=by, at=at, expires_at=expires_at, with_ids=list(_read(data)))
    return "schedule"


def _publish_urgently(piece: Piece, by: User, data: Any) -> str:
    workflow.publish_urgently(piece.pk, by=by, reason=data.get("reason", ""))
    return "publish_urgently"


def _confirm(piece: Piece, by: User, data: Any) -> str:
    edition = number(data.get("edition", ""))
    workflow.confirm(piece.pk, by=by, edition_number=edition, digest=data.get("digest", ""), note=data.get("note", ""))
    return "confirm"


def _drop_filed(piece: Piece, by: User, data: Any) -> str:
    workflow.drop_filed(piece.pk, by=by, edition_number=number(data.get("edition", "")))
    return "drop_filed"


def _hold(piece: Piece, by: User, data: Any) -> str:
    workflow.hold(piece.pk, by=by, reason=data.get("reason", "")[:300])
    return "hold"


def _lift_hold(piece: Piece, by: User, data: Any) -> str:
    return "hold_lifted" if workflow.lift_hold(piece.pk, by=by) else "lift_hold"


def _erase(piece: Piece, by: User, data: Any) -> str:
    return "erase" if workflow.erase(piece.pk, by=by) else "ask_erase"


def _restore(piece: Piece, by: User, data: Any) -> str:
    workflow.restore(piece.pk, by=by, revision_number=number(data.get("revision", "")))
    return "restore"


def _look_again(piece: Piece, by: User, data: Any) -> str:
    on = day(data.get("on", ""), "on")
    workflow.look_again(piece.pk, by=by, on=on)
    return "look_again" if on else "forget_look_again"


def _mark_sensitive(piece: Piece, by: User, data: Any) -> str:
    workflow.mark_sensitive(piece.pk, by=by, is_sensitive=True)
    return "mark_sensitive"


def _unmark_sensitive(piece: Piece, by: User, data: Any) -> str:
    is_done = workflow.mark_sensitive(piece.pk, by=by, is_sensitive=False)
    return "unmark_sensitive" if is_done else "ask_unmark_sensitive"


def _simple(verb: str, act: Callable[..., Any]) -> Callable[[Piece, User, Any], str]:
    def doing(piece: Piece, by: User, data: Any) -> str:
        act(piece.pk, by=by)
        return verb

    return doing


#: How each verb is done with what the person filled in; gives the key of what to say. Raises Refused.
VERBS: dict[str, Callable[[Piece, User, Any], str]] = {
    "submit": _submit,
    "assign": _assign,
    "approve": _approve,
    "narrators_yes": _narrators_yes,
    "request_changes": _request_changes,
    "publish": _publish,
    "schedule": _schedule,
    "publish_urgently": _publish_urgently,
    "confirm": _confirm,
    "drop_filed": _drop_filed,
    "hold": _hold,
    "lift_hold": _lift_hold,
    "restore": _restore,
    "look_again": _look_again,
    "mark_sensitive": _mark_sensitive,
    "unmark_sensitive": _unmark_sensitive,
    "recall": _simple("recall", workflow.recall),
    "cancel_schedule": _simple("cancel_schedule", workflow.cancel_schedule),
    "start_fix": _simple("start_fix", workflow.start_fix),
    "discard": _simple("discard", workflow.discard),
    "end": _simple("end", workflow.end),
    "erase": _erase,
    "keep": _simple("keep", workflow.keep),
}


def do(verb: str, piece: Piece, by: User, data: Any) -> str:
    """Do it in a savepoint of its own, so that a refusal keeps what was saved before. Says what was done."""
    with transaction.atomic():
        return str(DONE[VERBS[verb](piece, by, without_nul(data))])


def without_nul(data: QueryDict) -> QueryDict:
    """PostgreSQL stores no NUL, and a hold must not fail because of one."""
    if not any("\0" in value for values in data.lists() for value in values[1]):
        return data
    clean = QueryDict(mutable=True)
    for name, values in data.lists():
        clean.setlist(name, [str(value).replace("\0", "") for value in values])
    return clean


def try_verb(request: HttpRequest, verb: str, piece: Piece, *, was_saved: bool = False) -> list[Blocker]:
    """Do it and tell the person: what was done, or one message for each reason against it, which are returned."""
    by = request.user
    assert isinstance(by, User)
    try:
        messages.success(request, do(verb, piece, by, request.POST))
    except Refused as refusal:
        lead = _("Saved, but not done: %s") if was_saved else _("Not done: %s")
        for blocker in refusal.blockers:
            messages.error(request, lead % blocker.sentence)
        return refusal.blockers
    return []

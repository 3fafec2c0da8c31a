"""Runs a verb for a person at the desk and says in messages what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import workflow
from editorial.blockers import Blocker, Refused
from editorial.instants import FOREVER
from editorial.models import Piece, User

DONE = {
    "submit": gettext_lazy("Submitted for review."),
    "approve": gettext_lazy("Approved. A publisher can publish it now."),
    "request_changes": gettext_lazy("Sent back with your note."),
    "recall": gettext_lazy("Recalled; it is a draft again."),
    "publish": gettext_lazy("Published. Readers see it now."),
    "schedule": gettext_lazy("Scheduled. It appears by itself at that time."),
    "cancel_schedule": gettext_lazy("The schedule is cancelled; the text stays as a draft."),
    "discard": gettext_lazy("The changes are discarded."),
    "hold": gettext_lazy("Held back. Nobody outside sees it now."),
    "lift_hold": gettext_lazy("Noted. A hold is lifted when two people agree."),
    "end": gettext_lazy("Ended. Its address now answers that it is gone."),
    "narrators_yes": gettext_lazy("Recorded: the narrator said yes to this very text."),
    "restore": gettext_lazy("The earlier text is back as a draft."),
}


def moment(text: str, field: str) -> datetime | None:
    """A date and time as the desk's input gives it, in the site's time zone. Raises Refused when it is none."""
    if not text:
        return None
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise Refused([Blocker("no_time", _("Give the time as year-month-day and hour:minute."), field)])
    return timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed


def is_id(text: str) -> bool:
    """Whether a text from a form can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19


def companions_read(values: list[str]) -> dict[int, str]:
    """The companions as the desk listed them, each as its id and the digest of what was on the screen."""
    pairs = (value.partition(":") for value in values)
    return {int(pk): digest for pk, _colon, digest in pairs if is_id(pk)}


def act(verb: str, piece: Piece, by: User, data: Any) -> None:
    """Do the verb with what the person filled in. Raises Refused."""
    read = companions_read(data.getlist("with_ids")) if data.get("together") else {}
    also = list(read)
    if verb == "submit":
        workflow.submit(piece.pk, by=by, with_ids=also)
    elif verb == "approve":
        note = data.get("note", "")
        workflow.approve(piece.pk, by=by, digest=data.get("digest", ""), note=note, with_digests=read)
    elif verb == "narrators_yes":
        workflow.record_narrators_yes(piece.pk, by=by, digest=data.get("digest", ""), note=data.get("note", ""))
    elif verb == "request_changes":
        workflow.request_changes(piece.pk, by=by, note=data.get("note", ""))
    elif verb == "publish":
        workflow.publish(piece.pk, by=by, with_ids=also)
    elif verb == "schedule":
        at = moment(data.get("at", ""), "at")
        if at is None:
            raise Refused([Blocker("no_time", _("Say when it is to appear."), "at")])
        expires_at = moment(data.get("expires_at", ""), "expires_at") or FOREVER
        workflow.schedule(piece.pk, by=by, at=at, expires_at=expires_at, with_ids=also)
    elif verb == "hold":
        workflow.hold(piece.pk, by=by, reason=data.get("reason", "")[:300])
    elif verb == "restore":
        number = data.get("revision", "")
        workflow.restore(piece.pk, by=by, revision_number=int(number) if is_id(number) else 0)
    else:
        SIMPLE[verb](piece.pk, by=by)


SIMPLE = {
    "recall": workflow.recall,
    "cancel_schedule": workflow.cancel_schedule,
    "discard": workflow.discard,
    "lift_hold": workflow.lift_hold,
    "end": workflow.end,
}
VERBS = {*SIMPLE, "narrators_yes", "submit", "approve", "request_changes", "publish", "schedule", "hold", "restore"}


def try_verb(request: HttpRequest, verb: str, piece: Piece, *, was_saved: bool = False) -> bool:
    """Do it in a savepoint of its own, so that a refusal keeps what was saved; one message for each reason."""
    by = request.user
    assert isinstance(by, User)
    try:
        with transaction.atomic():
            act(verb, piece, by, request.POST)
    except Refused as refusal:
        lead = _("Saved, but not done: %s") if was_saved else _("Not done: %s")
        for blocker in refusal.blockers:
            messages.error(request, lead % blocker.sentence)
        return False
    is_lifted = verb == "lift_hold" and not piece.holds.filter(lifted_at__isnull=True).exists()
    messages.success(request, _("The hold is lifted.") if is_lifted else DONE[verb])
    return True

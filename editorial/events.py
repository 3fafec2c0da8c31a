"""The record of who did what: each entry sealed with the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from editorial import anchor
from editorial.models import Edition, Event, Piece, SiteState, User


def seal_of(event: Event, previous: str) -> str:
    """HMAC-SHA-256 over the entry and the seal before it; the key is not in the database."""
    line = json.dumps(
        [
            previous,
            event.number,
            event.at.isoformat(),
            event.actor_id,
            event.actor,
            event.verb,
            event.subject,
            event.piece_number,
            event.edition_number,
            event.from_state,
            event.to_state,
            event.fields,
            event.digest,
            event.reason,
        ],
        ensure_ascii=False,
    )
    return hmac.new(settings.EVENT_CHAIN_KEY.encode(), line.encode(), hashlib.sha256).hexdigest()


def record(
    verb: str,
    *,
    by: User | None,
    piece: Piece | None = None,
    subject: str = "",
    edition: Edition | None = None,
    from_state: str = "",
    to_state: str = "",
    fields: Iterable[str] = (),
    digest: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Event:
    """Append one entry, in the caller's transaction. Call it last: the site state is locked after pieces."""
    state = SiteState.objects.select_for_update().get(pk=1)
    event = Event(
        number=state.last_event + 1,
        at=at or timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        verb=verb,
        subject=subject or (str(piece) if piece else ""),
        piece_number=piece.pk if piece else None,
        edition_number=edition.number if edition else None,
        from_state=from_state,
        to_state=to_state,
        fields=sorted(fields),
        digest=digest,
        reason=reason,
    )
    event.seal = seal_of(event, state.last_seal)
    event.save(force_insert=True)
    state.last_event, state.last_seal = event.number, event.seal
    state.save(update_fields=["last_event", "last_seal"])
    anchor.drop_after_commit()
    return event


def first_fault() -> str:
    """What is wrong with the record, in one sentence; empty when every entry is as it was written, to the last."""
    return fault_inside() or _fault_outside(SiteState.objects.get(pk=1).last_event)


def fault_inside() -> str:
    """What of it does not hold together in the database alone."""
    previous, expected = "", 1
    for event in Event.objects.order_by("number").iterator():
        if event.number != expected:
            return f"Event {expected} is missing."
        if not hmac.compare_digest(event.seal, seal_of(event, previous)):
            return f"Event {event.number} is not as it was written."
        previous, expected = event.seal, expected + 1
    state = SiteState.objects.get(pk=1)
    if (state.last_event, state.last_seal) != (expected - 1, previous):
        return f"The record ends at event {expected - 1}, but {state.last_event} were written."
    return ""


def _fault_outside(last: int) -> str:
    """What the anchor outside the database says against a record that is whole in itself."""
    try:
        seen = anchor.read()
    except (OSError, ValueError):
        return f"The anchor at {anchor.path()} cannot be read."
    if seen is None:
        return ""
    if seen.number > last:
        return (
            f"The record ends at event {last}, but this site saw event {seen.number}. Either a backup from before was "
            "restored, or the end was cut off."
        )
    written = Event.objects.filter(number=seen.number).values_list("seal", flat=True).first() or ""
    if seen.number and not hmac.compare_digest(written, seen.seal):
        return (
            f"Event {seen.number} is not the one that this site saw. Either a backup from before was restored and "
            "work went on, or the record was written anew."
        )
    return ""


def missing_anchor() -> str:
    """What to say where events were recorded, but the file outside that would show a cut end is not there."""
    if anchor.path().exists() or not SiteState.objects.get(pk=1).last_event:
        return ""
    return f"There is no anchor at {anchor.path()}, so nobody can say whether the end was cut off."


def accept_restored(*, by: User | None = None) -> Event:
    """Say that the record is that of a restored backup, and go on from here."""
    with transaction.atomic():
        event = record("accept_restored_record", by=by, subject="record of events")
    anchor.drop(may_go_back=True)
    return event

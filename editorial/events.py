"""The record of who did what: each entry sealed with the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

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
    return event


def first_fault() -> str:
    """What is wrong with the chain, in one sentence; empty when every entry is as it was written."""
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

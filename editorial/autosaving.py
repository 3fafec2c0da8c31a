"""What a person is typing, in one slot for each person and piece, so that a crash or an ended log-in loses nothing.

A slot is what the form would have sent. It is content of nothing: no revision, no event, nothing public knows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from editorial.models import Autosave, Piece, User

#: More than the longest text that can be published, in bytes of JSON.
MOST_BYTES = 1_500_000
#: What belongs to the sending, not to the text.
NOT_TEXT = {
    *("csrfmiddlewaretoken", "leaving", "with_ids", "together", "kept"),
    *("_verb", "_save", "_continue", "_addanother"),
}
#: After this long a slot is no help any more, and a text at risk should not lie about.
LIFETIME = timedelta(days=14)


def texts_of(data: QueryDict) -> dict[str, list[str]]:
    """The fields of a form as it was sent, without what belongs to the sending."""
    return {name: [str(one).replace("\0", "") for one in data.getlist(name)] for name in data if name not in NOT_TEXT}


def as_sent(fields: Mapping[str, list[str]]) -> QueryDict:
    """The same as a form would send it again."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


def keep(*, by: User, kind: str, piece: Piece | None, fields: Mapping[str, list[str]]) -> Autosave | None:
    """Write the slot over; None when it is too long to be kept."""
    if len(json.dumps(fields, ensure_ascii=False).encode()) > MOST_BYTES:
        return None
    with transaction.atomic():
        # The kind is one of the keys for a new piece; for another it follows from the piece.
        slot, _made = Autosave.objects.update_or_create(
            user=by, piece=piece, kind=kind, defaults={"fields": dict(fields), "saved_at": timezone.now()}
        )
    return slot


def slot_of(*, by: User, kind: str, piece: Piece | None) -> Autosave | None:
    """What this person typed and did not save, unless it is too old."""
    found = fresh(Autosave.objects.filter(user=by, piece=piece))
    return (found if piece else found.filter(kind=kind)).first()


def fresh(slots: QuerySet[Autosave]) -> QuerySet[Autosave]:
    """Those that are not too old."""
    return slots.filter(saved_at__gt=timezone.now() - LIFETIME)


def forget(*, by: User, kind: str, piece: Piece | None) -> None:
    """After a save, or when the person throws it away."""
    found = Autosave.objects.filter(user=by, piece=piece)
    (found if piece else found.filter(kind=kind)).delete()


def forget_old() -> int:
    """Empty the slots that nobody came back to."""
    deleted, _per_model = Autosave.objects.filter(saved_at__lte=timezone.now() - LIFETIME).delete()
    return deleted

"""Who has a piece open at this moment, so that nobody writes into another's text unawares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from editorial.models import Piece, Presence, User

#: A sign of life is sent twice in this time; without one somebody counts as gone.
STALE = timedelta(seconds=30)


@dataclass(frozen=True)
class Present:
    """A colleague at the same piece."""

    name: str
    is_writing: bool

    @property
    def sentence(self) -> str:
        words = _("{who} is writing in this.") if self.is_writing else _("{who} is reading this.")
        return words.format(who=self.name)


def beat(piece: Piece, by: User, *, is_writing: bool) -> None:
    """A sign of life of one person; the stale ones of this piece are cleared away."""
    now = timezone.now()
    Presence.objects.update_or_create(piece_id=piece.pk, user=by, defaults={"seen_at": now, "is_writing": is_writing})
    Presence.objects.filter(piece_id=piece.pk, seen_at__lte=now - STALE).delete()


def leave(piece: Piece, by: User) -> None:
    Presence.objects.filter(piece_id=piece.pk, user=by).delete()


def others(piece: Piece, by: User, now: datetime | None = None) -> list[Present]:
    """The colleagues who have the piece open, writers first."""
    fresh = Presence.objects.filter(piece_id=piece.pk, seen_at__gt=(now or timezone.now()) - STALE)
    rows = fresh.exclude(user=by).select_related("user").order_by("-is_writing", "user__username")
    return [Present(row.user.get_full_name() or row.user.get_username(), row.is_writing) for row in rows]

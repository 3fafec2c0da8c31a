"""What every verb begins with: rows locked in one order, all reasons against it collected; and writing a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import Piece, State, User
from editorial.standing import Standing, hidden_targets

Guard = Callable[[Standing, User], list[Blocker]]


def lock(ids: Iterable[int]) -> list[Piece]:
    """Lock the parent rows in the order of their ids, then read the concrete rows."""
    wanted = sorted(set(ids))
    # Without the key: rows that refer to a piece may be written meanwhile, or PostgreSQL runs into deadlocks.
    rows = Piece.objects.select_for_update(no_key=True)
    found = list(rows.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    if found != wanted:
        raise Refused([Blocker("no_such_piece", _("This piece no longer exists. Go back to the list."))])
    return [kinds.load(pk) for pk in found]


def locked(piece_id: int, guard: Guard, by: User, with_ids: Sequence[int] = ()) -> list[Piece]:
    """The piece first, then its companions; refuses with the blockers of all of them."""
    pieces = sorted(lock([piece_id, *with_ids]), key=lambda piece: piece.pk != piece_id)
    if with_ids:
        strangers = set(with_ids) - {piece.pk for piece in companions(pieces[0])} - {piece_id}
        if strangers:
            sentence = _("What it refers to changed meanwhile. Reload the page, look at the list, then do it again.")
            raise Refused([Blocker("not_a_companion", sentence)])
    against = [(piece, blocker) for piece in pieces for blocker in guard(Standing(piece), by)]
    refuse_if([blocker if len(pieces) == 1 else _about(piece, blocker) for piece, blocker in against])
    return pieces


def _about(piece: Piece, blocker: Blocker) -> Blocker:
    return Blocker(
        blocker.code, format_lazy("“{title}”: {why}", title=piece.title, why=blocker.sentence), blocker.field
    )


def companions(piece: Piece, standing: Standing | None = None) -> list[Piece]:
    """What the working copy refers to, directly or through others, that readers cannot see yet."""
    standing = standing or Standing(piece)
    found: dict[int, Piece] = {}
    fresh = list(standing.hidden)
    while fresh:
        found |= {target.pk: target for target in fresh}
        hosts = [target.pk for target in fresh if target.refers]  # type: ignore[attr-defined]  # the annotation
        next_ones = hidden_targets(hosts, standing.now) if hosts else []
        fresh = [target for target in next_ones if target.pk not in found and target.pk != piece.pk]
    return [target for target in found.values() if target.pk != piece.pk]


def move(piece: Piece, to: State, **columns: Any) -> None:
    """Write a state and the columns that go with it."""
    piece.state = to
    if to != State.APPROVED:
        piece.approval, piece.approved_digest = None, ""
    for column, value in columns.items():
        setattr(piece, column, value)
    piece.lock_version += 1
    piece.save(
        update_fields=["state", "approval", "approved_digest", "lock_version", *columns],
    )

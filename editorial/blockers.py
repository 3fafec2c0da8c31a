"""What stands in the way: a Blocker has a code for tests and a sentence for editors. All of them are said at once.

Here are the words themselves and the checks of what a piece says; who may do what is in editorial/guards.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.models import Piece
from editorial.standing import Standing, hidden_targets


@dataclass(frozen=True)
class Blocker:
    """One reason; `field` names the part of the form where it can be mended."""

    code: str
    sentence: str | Promise
    field: str = ""


class Refused(Exception):  # noqa: N818  (what editors call it; it is no error of the program)
    """A verb was refused. Nothing was changed."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = list(blockers)
        super().__init__("; ".join(f"{b.code}: {b.sentence}" for b in blockers))


def refuse_if(blockers: Sequence[Blocker]) -> None:
    if blockers:
        raise Refused(blockers)


#: Asked of pieces of every kind, at the instant of publishing.
Check = Callable[[Standing, datetime], list[Blocker]]
_checks: list[Check] = []
#: What the query that fetches a piece for its form reads along for them; found again with standing.given().
read_along: dict[str, Any] = {}


def register_check(check: Check, **expressions: Any) -> None:
    """Add a check that an upper app makes of every piece. Called in its ready(); again is harmless."""
    if check not in _checks:
        _checks.append(check)
    read_along.update(expressions)


def _of_every_piece(standing: Standing, at: datetime) -> Sequence[Blocker]:
    """Each check once for an instant: the desk asks for every verb."""
    if at not in standing.checked:
        standing.checked[at] = [one for check in _checks for one in check(standing, at)]
    return standing.checked[at]


def to_publish_content(piece: Piece, at: datetime | None = None, standing: Standing | None = None) -> list[Blocker]:
    """The publishable checks, the same when submitting and when publishing; consent as it will be at that instant."""
    from editorial.pictures.blocking import blockers as of_pictures  # which knows what a Blocker is

    standing = standing or Standing(piece)
    own = standing.own_blockers if at in {None, standing.now} else piece.blockers(at or standing.now)
    has_none = not standing.may_have_pictures
    blockers = [*own, *_identity(standing), *of_pictures(piece, at or standing.now, has_none=has_none)]
    blockers += _of_every_piece(standing, at or standing.now)
    if not piece.title.strip():
        blockers.append(Blocker("no_title", _("Give the piece a title."), "title"))
    if not piece.slug.strip():
        blockers.append(Blocker("no_slug", _("Give the piece a slug, the last part of its address."), "slug"))
    if standing.is_slug_taken:
        blockers.append(Blocker("slug_taken", _("Another piece once had this address. Choose another slug."), "slug"))
    return blockers


def _identity(standing: Standing) -> list[Blocker]:
    """A piece stays in its language, and a translation stays one of an original."""
    found = []
    piece, before = standing.piece, standing.first
    if before is not None and (before.language, before.original_id) != (piece.language, piece.original_id):
        sentence = _(
            "What was published stays in its language and the translation of the same original. Make a new piece."
        )
        found.append(Blocker("identity_is_fixed", sentence, "language"))
    if piece.translation_of_id is not None:
        original = Piece.objects.get(pk=piece.translation_of_id)
        if original.translation_of_id is not None or piece.translations.exists():
            sentence = _("A translation is made from the original itself. Choose the original.")
            found.append(Blocker("chain_of_translations", sentence, "translation_of"))
    return found


def to_refer(standing: Standing, also: set[int], at: datetime | None = None) -> list[Blocker]:
    """References must lead to what readers can see at that instant, or to what is done together with this."""
    is_now = at is None or at == standing.now
    hidden = standing.hidden if is_now else hidden_targets([standing.piece.pk], at or standing.now)
    return [
        Blocker(
            "reference_not_public",
            format_lazy(
                _("It refers to “{title}”, which readers cannot see yet. Publish that first, or both together."),
                title=target.title,
            ),
        )
        for target in hidden
        if target.pk not in also
    ]

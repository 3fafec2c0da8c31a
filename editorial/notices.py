"""Who is to be told of what. Written with the act itself; mailed later, gathered (editorial/mailing.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from editorial import seeing, tasks
from editorial.mailing import PAUSE
from editorial.models import Notice, Piece, User


def tell(user_ids: Iterable[int | None], piece: Piece, what: Notice.What, actor: User | None, now: datetime) -> None:
    """Note it for each of them, in the caller's transaction; one mail each follows within ten minutes.

    Left out are the actor, whoever does not see the piece, and whoever wants or has no mail. `actor` is None for
    somebody outside, whose name is nobody's business here: it could be a narrator's.
    """
    wanted = {pk for pk in user_ids if pk is not None} - {actor.pk if actor else None}
    if not wanted:
        return
    people = seeing.who_see(piece).filter(pk__in=wanted, wants_mail=True).exclude(email="")
    told = list(people.order_by("pk").values_list("pk", flat=True))
    name = actor.get_username() if actor else ""
    Notice.objects.bulk_create(Notice(user_id=pk, piece_id=piece.pk, what=what, actor=name, at=now) for pk in told)
    if told:
        tasks.mail_at(told, now + PAUSE)

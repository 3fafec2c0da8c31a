"""Every verb, with what somebody would fill in; a number stands for their choices.

For tests of the verbs in any order: tests/editorial/onlooker.py tries them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from editorial import comments, workflow
from editorial.instants import FOREVER
from editorial.models import Edition, Piece, PieceTag, User

if TYPE_CHECKING:
    from tests.editorial.onlooker import Onlooker

HALF_AN_HOUR = timedelta(minutes=30)
#: The number with which somebody asks for the wrong thing.
WRONG = 7
#: Who can go a part of the way to an edition; asking the others each time would only take time.
ROLE_OF = {
    "write": "submit_piece",
    "submit": "submit_piece",
    "approve": "review_piece",
    "narrators_yes": "record_narrators_yes",
    "publish": "publish_piece",
    "schedule": "publish_piece",
}


@dataclass(frozen=True)
class Step:
    """What somebody tries; with `others`, the colleagues too, one after the other, until one of them may.

    "onward" is the whole way to a new edition, "part" some of it, "urgently" a change that is published at once,
    "wait" lets time pass.
    """

    verb: str
    who: int
    number: int
    others: bool = False


def write(on: Onlooker, by: User, number: int) -> Any:
    old = ("A first classroom", "Title 1", "Title 2", "Title 3")
    title = old[number - 4] if number >= len(old) else f"Title {len(on.of_revision)}"
    Piece.objects.filter(pk=on.pk).update(title=title)
    return workflow.save(on.pk, by=by)


def retag(on: Onlooker, by: User, number: int) -> Any:
    held = PieceTag.objects.filter(content_object_id=on.pk, tag=on.tags[number % 2])
    if not held.delete()[0]:
        PieceTag.objects.create(content_object_id=on.pk, tag=on.tags[number % 2])
    return workflow.save(on.pk, by=by)


def urgent_number(on: Onlooker, number: int) -> int:
    waiting = [edition for edition, made in on.made.items() if not made.is_clean]
    return waiting[number % len(waiting)] if waiting else 1


def confirm(on: Onlooker, by: User, number: int) -> None:
    edition = urgent_number(on, number)
    digest = on.made[edition].digest if edition in on.made and number != WRONG else "0" * 64
    workflow.confirm(on.pk, by=by, edition_number=edition, digest=digest)


def filed_number(on: Onlooker) -> int:
    return next((edition.number for edition in on.editions if edition.is_filed), 1)


def rebase(on: Onlooker, by: User, number: int) -> Any:
    take = (["title"], ["tags"], ["title", "tags"], [])[number % 4]
    return workflow.rebase(on.pk, by=by, edition_number=filed_number(on), take=take)


def drop_filed(on: Onlooker, by: User, number: int) -> None:
    workflow.drop_filed(on.pk, by=by, edition_number=filed_number(on))


def old_revision(on: Onlooker, number: int) -> int:
    return 1 + number % len(on.of_revision)


def restore(on: Onlooker, by: User, number: int) -> Any:
    return workflow.restore(on.pk, by=by, revision_number=old_revision(on, number))


def narrators_yes(on: Onlooker, by: User, number: int) -> None:
    digest = "0" * 64 if number == WRONG else on.piece.digest
    workflow.record_narrators_yes(on.pk, by=by, digest=digest)


def schedule(on: Onlooker, by: User, number: int) -> Edition:
    at = timezone.now() + (number + 1) * HALF_AN_HOUR
    return workflow.schedule(on.pk, by=by, at=at, expires_at=at + timedelta(days=30) if number % 2 else FOREVER)


def approve(on: Onlooker, by: User, number: int) -> None:
    workflow.approve(on.pk, by=by, digest="0" * 64 if number == WRONG else on.piece.digest)


def assign(on: Onlooker, by: User, number: int) -> None:
    workflow.assign(on.pk, by=by, reviewer=on.people[number], due=timezone.localdate() - timedelta(days=number == 1))


def request_changes(on: Onlooker, by: User, number: int) -> None:
    workflow.request_changes(on.pk, by=by, note="" if number == WRONG else "Name the year.")


def publish_urgently(on: Onlooker, by: User, number: int) -> Edition:
    return workflow.publish_urgently(on.pk, by=by, reason=" " if number == WRONG else "It cannot wait.")


def mark_sensitive(on: Onlooker, by: User, number: int) -> bool:
    return workflow.mark_sensitive(on.pk, by=by, is_sensitive=number % 2 == 0)


def _plain(verb: Callable[..., Any], **filled: Any) -> Callable[[Onlooker, User, int], Any]:
    def trying(on: Onlooker, by: User, number: int) -> Any:
        return verb(on.pk, by=by, **filled)

    return trying


VERBS: dict[str, Callable[[Onlooker, User, int], Any]] = {
    "write": write,
    "retag": retag,
    "submit": _plain(workflow.submit),
    "recall": _plain(workflow.recall),
    "request_changes": request_changes,
    "approve": approve,
    "narrators_yes": narrators_yes,
    "publish": _plain(workflow.publish),
    "schedule": schedule,
    "cancel_schedule": _plain(workflow.cancel_schedule),
    "publish_urgently": publish_urgently,
    "confirm": confirm,
    "discard": _plain(workflow.discard),
    "start_fix": _plain(workflow.start_fix),
    "restore": restore,
    "rebase": rebase,
    "drop_filed": drop_filed,
    "assign": assign,
    "mark_sensitive": mark_sensitive,
    "look_again": _plain(workflow.look_again, on=None),
    "comment": _plain(comments.add, body="A word."),
    "hold": _plain(workflow.hold, reason="A relative called."),
    "lift_hold": _plain(workflow.lift_hold),
    "end": _plain(workflow.end),
    "withdraw": _plain(workflow.withdraw),
    "keep": _plain(workflow.keep),
    "reclear": _plain(workflow.reclear),
}

"""Who a narrator is and how to reach the person: what `Narrator.sealed` holds. Opened by the consent role alone.

Every reading is recorded (`read_narrator`), and so is every writing, by the names of the fields, never their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, sealing
from editorial.blockers import Blocker, refuse_if
from editorial.models import User
from stories.models import Narrator

READ = "stories.read_sealed"


class NameKind(models.TextChoices):
    """What sort of name it is. None of them may be public, unless the real name is granted."""

    LEGAL = "legal", _("Legal name")
    FORMER = "former", _("Former name, or name in another country")
    KNOWN_AS = "known_as", _("Name that family and friends use")


@dataclass(frozen=True)
class Name:
    """One name in one script, as it is written."""

    text: str = field(repr=False)
    kind: str = NameKind.LEGAL.value


@dataclass(frozen=True)
class SafeContact:
    """How to reach the person without harm."""

    channel: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    hours: str = field(default="", repr=False)
    language: str = field(default="", repr=False)
    code_word: str = field(default="", repr=False)
    may_leave_message: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Namesake:
    """That words of one piece, which look like this narrator’s name, mean somebody else."""

    #: The public id of the piece.
    piece: str
    #: As stories.lexicon.folded() gives them.
    words: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """All that is sealed of a narrator. Its repr shows nothing."""

    names: tuple[Name, ...] = field(default=(), repr=False)
    #: Words that must never be public, beside the names: a village, a ship, a nickname.
    terms: tuple[str, ...] = field(default=(), repr=False)
    contact: SafeContact = field(default=SafeContact(), repr=False)
    representative: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    relatives: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)
    namesakes: tuple[Namesake, ...] = field(default=(), repr=False)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """From the opened JSON; what is not there is empty, what is not known is left out."""
        contact = {one.name: stored.get("contact", {}).get(one.name, one.default) for one in fields(SafeContact)}
        plain = {name: str(stored.get(name, "")) for name in ("representative", "guardian", "relatives", "notes")}
        return cls(
            names=tuple(Name(str(one["text"]), str(one.get("kind", ""))) for one in stored.get("names", [])),
            terms=tuple(str(term) for term in stored.get("terms", [])),
            namesakes=tuple(Namesake(one["piece"], one["words"]) for one in stored.get("namesakes", [])),
            contact=SafeContact(**contact),
            **plain,
        )

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def changed(self, before: Person) -> list[str]:
        """The names of the fields that differ."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(before, one.name)]


def context_of(narrator: Narrator) -> str:
    return f"narrator:{narrator.pk}"


def opened(narrator: Narrator) -> Person:
    """For checks that show nothing of it to anybody. Raises sealing.CannotOpen."""
    return Person.from_stored(sealing.unseal(narrator.sealed, context=context_of(narrator)))


def may_read(by: User) -> bool:
    return by.is_active and by.has_perm(READ)


def to_read(by: User) -> list[Blocker]:
    if may_read(by):
        return []
    return [Blocker("no_permission", _("Names and contacts are for the consent officer. Ask that colleague."))]


@transaction.atomic
def read_person(narrator: Narrator, *, by: User) -> Person:
    """Open it for a person to see. Raises Refused, and sealing.CannotOpen."""
    refuse_if(to_read(by))
    person = opened(narrator)
    events.record("read_narrator", by=by, subject=f"narrator {narrator}")
    return person


@transaction.atomic
def write_person(narrator: Narrator, person: Person, *, by: User) -> None:
    """Seal it anew. Raises Refused; and sealing.CannotOpen, so that what cannot be opened is never overwritten."""
    refuse_if(to_read(by))
    changed = person.changed(opened(narrator))
    if not changed:
        return
    narrator.sealed = sealing.seal(person.stored(), context=context_of(narrator))
    narrator.sealed_at = timezone.now()
    narrator.save(update_fields=["sealed", "sealed_at"])
    events.record("write_narrator", by=by, subject=f"narrator {narrator}", fields=changed)

"""Where a story can be seen, and what became of each of these places after it was taken back.

One registry: what upper floors show, they add in ready(). Each place is looked at for real, through the addresses that
readers have; of those that nobody here can look at, a person says what became of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.tasks import task
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from editorial import door
from editorial.models import Channel, Edition, EditionPicture, Rendition
from editorial.pictures import belonging
from stories.families import ending_with, family_of
from stories.models import CaseSurface, Scope, WithdrawalCase

Text = str | Promise
State = CaseSurface.State

#: States with which a place is settled.
SETTLED = {State.CHECKED, State.DONE, State.CANNOT, State.NOT_USED}

log = logging.getLogger("firsthand.withdrawal")


class Taken:
    """What a withdrawal took away: which pieces, from where."""

    def __init__(self, case: WithdrawalCase) -> None:
        self.case = case
        self.scopes = tuple(case.scopes)
        self.family = family_of(case.story_id)
        self._ending = set(ending_with(case.story_id, self.family, self.scopes))

    @property
    def is_whole(self) -> bool:
        return not self.scopes

    @cached_property
    def pieces(self) -> set[int]:
        """Those that nobody is to see any more."""
        named: set[int] = set()
        if Scope.REAL_NAME in self.scopes:
            found = Edition.objects.filter(piece_id__in=self.family, shows_name=True)
            named = set(found.order_by().values_list("piece_id", flat=True))
        return self._ending | named

    @property
    def since(self) -> datetime:
        return self.case.effective_at or self.case.received_at

    def gone(self, channel: Channel) -> set[int]:
        """The pieces that are not to be seen on a channel any more; published later, under a new consent, they are."""
        taken = set(self.family) if channel.value in self.scopes else self.pieces
        later = Edition.objects.public(channel, timezone.now()).filter(piece_id__in=taken, made_at__gt=self.since)
        return taken - set(later.order_by().values_list("piece_id", flat=True))

    @cached_property
    def portraits(self) -> set[int]:
        """The pictures that are to be seen nowhere, where the portrait was taken back and the text stays."""
        return belonging.shown_in(self.family) if Scope.PORTRAIT in self.scopes else set()

    @cached_property
    def names(self) -> set[str]:
        """The names of the files of these pictures: what would show one on a page."""
        return set(Rendition.objects.filter(picture_id__in=self.portraits).values_list("name", flat=True))

    def with_portraits(self) -> list[int]:
        """The editions that showed them."""
        rows = EditionPicture.objects.filter(picture_id__in=self.portraits)
        return sorted(set(rows.values_list("edition_id", flat=True)))

    def editions(self, channel: Channel) -> list[Edition]:
        """What they said until then."""
        found = Edition.objects.filter(piece_id__in=self.gone(channel), made_at__lte=self.since)
        return list(found.defer("content").order_by("pk"))


@dataclass(frozen=True)
class Finding:
    """What a look at a place gave. The note holds numbers, never a title or an address: it outlives an erasing."""

    state: State
    note: str = ""


Check = Callable[[Taken, datetime], Finding]


@dataclass(frozen=True)
class Surface:
    """One place. Without a check a person says what became of it."""

    name: str
    label: Text
    check: Check | None = None
    #: On which channel it shows stories; it is in a case where that channel, or a part of the person, was taken back.
    channel: Channel = Channel.WEBSITE
    #: What to do about it, for those that a person looks at.
    hint: Text = ""
    #: The part of a person that it shows besides.
    part: str = ""

    def concerns(self, taken: Taken) -> bool:
        if self.check is None:
            parts = [scope for scope in taken.scopes if scope not in Channel.values]
            return taken.is_whole or bool(parts) or self.channel.value in taken.scopes
        if taken.names and self.name not in WITHOUT_PICTURES:
            return True
        return bool(taken.gone(self.channel)) or self.part in taken.scopes or self.name in ALWAYS


#: Places that never showed a picture by themselves.
WITHOUT_PICTURES = {"queue", "page_cache"}
#: In every case: entries of the ledger.
ALWAYS = {"backups"}

_surfaces: dict[str, Surface] = {}


def register(surface: Surface) -> None:
    """Add a place; called in ready()."""
    if surface.name in _surfaces:
        msg = f"The surface {surface.name!r} is registered twice. Register it once, in the ready() of its app."
        raise RuntimeError(msg)
    _surfaces[surface.name] = surface


def every() -> list[Surface]:
    """Those that are looked at first, then those that a person looks at."""
    return sorted(_surfaces.values(), key=lambda surface: surface.check is None)


def named(name: str) -> Surface | None:
    return _surfaces.get(name)


def open_case(case: WithdrawalCase, now: datetime) -> None:
    """List every place with its first state, and have them looked at once the withdrawal is committed."""
    taken = Taken(case)
    CaseSurface.objects.bulk_create(
        CaseSurface(case=case, surface=surface.name, state=_first_state(surface, taken, now), at=now)
        for surface in every()
        if surface.concerns(taken)
    )
    check_surfaces.enqueue(case.pk)


def _first_state(surface: Surface, taken: Taken, now: datetime) -> State:
    if surface.check is not None:
        return State.HIDDEN
    was_shown = any(door.was_public(piece, surface.channel, now) for piece in taken.family)
    return State.WAITING if was_shown else State.NOT_USED


@task
def check_surfaces(case_id: int) -> None:
    """After the withdrawal was committed. Nothing here hides anything: that is done by then."""
    case = WithdrawalCase.objects.filter(pk=case_id).first()
    if case is not None:
        look(case)


def look(case: WithdrawalCase, now: datetime | None = None) -> list[CaseSurface]:
    """Look at every place that can be looked at, and write down what was found. The rows of the case."""
    now = now or timezone.now()
    taken = Taken(case)
    rows = list(case.surfaces.all())
    for row in rows:
        surface = _surfaces.get(row.surface)
        if surface is None or surface.check is None:
            continue
        found = _found(surface.check, taken, now)
        row.state, row.note, row.at, row.by = found.state, found.note, now, None
    CaseSurface.objects.bulk_update(rows, ["state", "note", "at", "by"])
    return rows


def _found(check: Check, taken: Taken, now: datetime) -> Finding:
    try:
        return check(taken, now)
    except Exception:  # one place that cannot be looked at must not keep the others from it
        log.exception("A surface of case %s could not be looked at.", taken.case.code)
        return Finding(State.STILL_THERE, gettext("It could not be looked at. Try again; then ask the administrator."))

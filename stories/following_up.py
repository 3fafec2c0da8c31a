"""What people do about a withdrawal that is in effect already: look again, ask others, tell the narrator, close."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import events
from editorial.blockers import Blocker, refuse_if
from editorial.guards import NO_PERMISSION
from editorial.models import User
from editorial.typed import one_line
from stories import surfaces
from stories.models import CaseSurface, ExternalCopy, WithdrawalCase

State = CaseSurface.State
PERMISSION = "editorial.withdraw_piece"
#: What a person may say of a place that nobody here can look at.
SAID = (State.ASKED, State.DONE, State.CANNOT)
#: The row that says how the narrator was told; no place of the registry.
NARRATOR = "narrator"
LONGEST_NOTE = 300
TEN_DAYS = timedelta(days=10)


def _role(by: User) -> list[Blocker]:
    if by.is_active and by.has_perm(PERMISSION):
        return []
    return [Blocker("no_permission", format_lazy(NO_PERMISSION, role=_("Publisher or Consent officer")))]


def _case(case_id: int) -> WithdrawalCase:
    """With its row locked."""
    return WithdrawalCase.objects.select_for_update(of=("self",)).select_related("story").get(pk=case_id)


def open_rows(case: WithdrawalCase) -> list[CaseSurface]:
    """The places that are not settled."""
    return [row for row in case.surfaces.all() if row.state not in surfaces.SETTLED]


def to_mark(case: WithdrawalCase, by: User, name: str, state: str) -> list[Blocker]:
    blockers = [*_role(by), *_open(case)]
    surface = surfaces.named(name)
    if surface is None or surface.check is not None:
        blockers.append(Blocker("not_by_hand", _("This place is looked at by itself. Have it looked at again.")))
    if state not in SAID:
        blockers.append(Blocker("no_such_state", _("Say what became of it."), "state"))
    return blockers


def _open(case: WithdrawalCase) -> list[Blocker]:
    return [Blocker("closed", _("This case is closed."))] if case.closed_at is not None else []


def to_tell(case: WithdrawalCase, by: User, how: str | None = None) -> list[Blocker]:
    blockers = [*_role(by), *_open(case)]
    if case.told_at is not None:
        blockers.append(Blocker("told", _("That the narrator was told is recorded already.")))
    if how is not None and not how:
        blockers.append(Blocker("no_channel", _("Say in which way; no number and no address."), "how"))
    return blockers


def to_close(case: WithdrawalCase, by: User) -> list[Blocker]:
    blockers = [*_role(by), *_open(case)]
    left = open_rows(case)
    if left:
        sentence = _("{count} places are not settled: look again, or say what became of them.")
        blockers.append(Blocker("not_settled", format_lazy(sentence, count=len(left))))
    if case.wants_contact and case.told_at is None:
        blockers.append(Blocker("not_told", _("The narrator asked to hear from you. Record that you got in touch.")))
    return blockers


def look_again(case_id: int, *, by: User) -> None:
    """Look at every place now. Not in one transaction: the addresses are asked as readers ask them."""
    refuse_if(_role(by))
    surfaces.look(WithdrawalCase.objects.get(pk=case_id))


@transaction.atomic
def mark(case_id: int, name: str, state: str, *, by: User, note: str = "") -> None:
    """Say what became of a place that nobody here can look at. Raises Refused."""
    case = _case(case_id)
    refuse_if(to_mark(case, by, name, state))
    CaseSurface.objects.update_or_create(
        case=case,
        surface=name,
        defaults={"state": state, "at": timezone.now(), "by": by, "note": one_line(note)[:LONGEST_NOTE]},
    )
    events.record("mark_surface", by=by, piece=case.story, fields=[name], to_state=state, reason=case.code)


@transaction.atomic
def add_copy(case_id: int, kind: str, where: str, *, by: User) -> None:
    """Note a copy elsewhere; its place in the case is open again. Raises Refused."""
    case = _case(case_id)
    where = one_line(where)[:300]
    blockers = [*_role(by), *_open(case)]
    if kind not in ExternalCopy.Kind.values:
        blockers.append(Blocker("no_kind", _("Say what kind of copy it is."), "kind"))
    if not where:
        blockers.append(Blocker("no_place", _("Say where it is: an address, an issue, a print run."), "where"))
    refuse_if(blockers)
    ExternalCopy.objects.create(story=case.story, kind=kind, where=where, noted_by=by)
    CaseSurface.objects.update_or_create(
        case=case, surface=kind, defaults={"state": State.WAITING, "at": timezone.now(), "by": by}
    )
    events.record("note_copy", by=by, piece=case.story, fields=[kind], reason=case.code)


@transaction.atomic
def tell(case_id: int, *, by: User, how: str) -> None:
    """Record that the narrator was told the outcome, and in which way. Raises Refused."""
    case, now, how = _case(case_id), timezone.now(), one_line(how)[:LONGEST_NOTE]
    refuse_if(to_tell(case, by, how))
    case.told_by, case.told_at = by, now
    case.save(update_fields=["told_by", "told_at"])
    CaseSurface.objects.update_or_create(
        case=case, surface=NARRATOR, defaults={"state": State.DONE, "at": now, "by": by, "note": how}
    )
    events.record("tell_narrator", by=by, piece=case.story, reason=case.code)


@transaction.atomic
def close(case_id: int, *, by: User) -> None:
    """Nothing is left to do. Raises Refused while something is."""
    case = _case(case_id)
    refuse_if(to_close(case, by))
    case.closed_by, case.closed_at = by, timezone.now()
    case.save(update_fields=["closed_by", "closed_at"])
    events.record("close_withdrawal", by=by, piece=case.story, reason=case.code)


def due(case: WithdrawalCase) -> datetime:
    """Until when the narrator should know the outcome: PIPA Decree art. 44 gives ten days."""
    return case.received_at + TEN_DAYS

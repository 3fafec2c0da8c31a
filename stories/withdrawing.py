"""Taking a story back: one person suffices, it hides at once, and nothing that hides waits for a check.

Everything, or only some parts: the text stays, and the portrait, a translation, the partners or the real name go. It is
first entered in the ledger, then committed (DESIGN §4); what became of every surface is looked at afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, guards, kinds, notices, remembering, seeing, workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.ledger import Line
from editorial.models import Notice, Piece, User
from editorial.pictures import belonging
from editorial.standing import Standing
from stories import surfaces
from stories.families import ending_with, family_of, original_of
from stories.models import ConsentEvent, Narrator, Scope, Story, StoryNarrator, WithdrawalCase
from stories.parts import PARTS

LONGEST_HOW = 40


def withdraw(
    story_id: int,
    *,
    by: User | None,
    source: str,
    scopes: Sequence[str] = (),
    narrator: Narrator | None = None,
    how: str = "",
    wants_contact: bool = False,
) -> WithdrawalCase:
    """Hide the story everywhere, or what `scopes` names of it, at once; the case that follows it up.

    For one narrator, or where the staff acts, for every one. `how` says how it was received. Raises Refused where the
    person’s role does not include it; never for how the story stands.
    """
    with transaction.atomic():
        original = original_of(story_id)
        wanted = checked(scopes)
        narrators, family = _locked(original.pk)
        if by is not None:
            refuse_if(guards.to_withdraw(Standing(kinds.load(original.pk)), by))
        now = timezone.now()
        line = remembering.enter("withdraw", original.public_id, at=now, scopes=wanted)
        whose = [narrator.pk] if narrator is not None else narrators
        _carry_out(original.pk, family, whose, wanted, at=now, by=by, how=how)
        case = WithdrawalCase.objects.create(
            story=original,
            narrator=narrator,
            source=source,
            scopes=list(wanted),
            wants_contact=wants_contact,
            received_at=now,
            effective_at=now,
            by=by,
            ledger_number=line.number if line else None,
        )
        surfaces.open_case(case, now)
        tell_the_staff(original, by, now)
        events.record("open_withdrawal", by=by, piece=original, fields=wanted, reason=case.code)
    return case


def checked(scopes: Iterable[str]) -> tuple[str, ...]:
    """In one order; nothing means everything, and so does this website. Raises Refused for what is no scope."""
    found = set(scopes)
    if unknown := found - set(Scope.values):
        raise Refused([Blocker("no_such_part", _("Choose the parts from the list."), "scopes")]) from ValueError(
            unknown
        )
    return () if Scope.WEBSITE in found else tuple(scope.value for scope in PARTS if scope in found)


def _locked(original_id: int) -> tuple[list[int], list[int]]:
    """The ids of its narrators and of its pieces, their rows locked: narrators, then pieces, each by id."""
    while True:
        family = family_of(original_id)
        links = StoryNarrator.objects.filter(story_id__in=family)
        narrators = sorted(set(links.values_list("narrator_id", flat=True)))
        list(Narrator.objects.select_for_update(no_key=True).filter(pk__in=narrators).order_by("pk").values_list("pk"))
        workflow.lock(family)
        if family == family_of(original_id):
            return narrators, family
        # A translation was begun at this very moment; what is locked already stays so.


def _carry_out(
    original_id: int,
    family: list[int],
    narrators: list[int],
    scopes: Sequence[str],
    *,
    at: datetime,
    by: User | None,
    how: str,
    made_before: datetime | None = None,
) -> None:
    """The no of each narrator, then the editions that it ends, then where the others may still be shown."""
    belonging.claim(pieces=family)
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            narrator_id=narrator,
            story_id=piece,
            what=ConsentEvent.What.WITHDRAWN,
            scopes=list(scopes),
            how=how[:LONGEST_HOW],
            by=by,
            at=at,
        )
        for narrator in narrators
        for piece in family
    )
    ending = ending_with(original_id, family, scopes)
    for piece in ending:
        workflow.withdraw(piece, by=by, made_before=made_before)
    if staying := [piece for piece in family if piece not in ending]:
        workflow.reclear(*staying, by=by)


def tell_the_staff(story: Piece, by: User | None, now: datetime) -> None:
    """Those who follow withdrawals up have a mail, which says that there is one and not of whom."""
    concerned = seeing.holders("stories.read_sealed").values_list("pk", flat=True)
    notices.tell(concerned, story, Notice.What.TAKEN_BACK, by, now)


def ask_for_contact(story_id: int, *, narrator: Narrator | None) -> WithdrawalCase:
    """The narrator wants to be asked, and hides nothing."""
    with transaction.atomic():
        original = original_of(story_id)
        case = WithdrawalCase.objects.create(
            story=original,
            narrator=narrator,
            source=WithdrawalCase.Source.CODE,
            is_contact_only=True,
            wants_contact=True,
            received_at=timezone.now(),
        )
        tell_the_staff(original, None, case.received_at)
        events.record("ask_for_contact", by=None, piece=original, reason=case.code)
    return case


def again(line: Line) -> bool:
    """Carry out a line of the ledger on a database that does not know it, as after a backup was restored.

    What was published after it, under a later consent, stays. False where there is no such piece.
    """
    piece = Piece.objects.filter(public_id=line.piece).first()
    if piece is None:
        return False
    if piece.kind != Story.kind_name():
        workflow.withdraw(piece.pk, by=None, made_before=line.at)
        return True
    original = original_of(piece.pk)
    narrators, family = _locked(original.pk)
    _carry_out(original.pk, family, narrators, line.scopes, at=line.at, by=None, how="", made_before=line.at)
    now = timezone.now()
    case = WithdrawalCase.objects.create(
        story=original,
        source=WithdrawalCase.Source.LEDGER,
        scopes=list(line.scopes),
        received_at=line.at,
        effective_at=now,
        ledger_number=line.number,
    )
    surfaces.open_case(case, now)
    events.record("replay_withdrawal", by=None, piece=original, fields=line.scopes, reason=case.code)
    return True

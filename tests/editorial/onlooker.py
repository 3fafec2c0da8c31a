"""Somebody who watches what people do to one piece, and knows from that alone who wrote it and what may show.

For tests of the verbs in any order. Each act is tried; afterwards everything that always has to hold is looked at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from editorial import kinds, workflow
from editorial.blockers import Refused
from editorial.instants import FOREVER
from editorial.models import (
    Approval,
    Channel,
    Clearance,
    Comment,
    Edition,
    Event,
    Hold,
    Notice,
    Piece,
    PieceTag,
    PieceWriter,
    Revision,
    State,
    User,
)
from editorial.standing import Standing
from tests.editorial.trying import (
    HALF_AN_HOUR,
    ROLE_OF,
    VERBS,
    Step,
    filed_number,
    old_revision,
    urgent_number,
)
from tests.makers import Staff, make_story, make_tag

START = datetime(2030, 1, 1, tzinfo=UTC)
#: The verbs that may change what readers see; no other one may.
SHOWING = {"publish", "schedule", "publish_urgently", "cancel_schedule", "end", "withdraw", "hold", "lift_hold"}
WATCHED = (Piece, PieceWriter, PieceTag, Revision, Approval, Edition, Hold, Clearance, Event, Notice, Comment)
LONG = {"content", "fields", "changed", "seal"}


@dataclass
class Made:
    """An edition as the log knows it: who wrote it, and whether a second person stands behind it."""

    writers: set[int]
    digest: str
    is_clean: bool = True


class Onlooker:
    """Tries steps on one story and keeps the log."""

    def __init__(self, people: list[User], clock: Any, *, is_sensitive: bool, risk_level: int) -> None:
        self.people, self.clock, self.risk_level = people, clock, risk_level
        self.tags = [make_tag("Books"), make_tag("Schools")]
        self.pk = make_story(Staff(*people[:5]), risk_level=risk_level).pk
        if is_sensitive:
            workflow.mark_sensitive(self.pk, by=people[0], is_sensitive=True)
        #: Who changed the text since one that a second person stands behind.
        self.writers = {people[0].pk}
        self.of_revision: dict[int, set[int]] = {1: {people[0].pk}}
        self.made: dict[int, Made] = {}
        self.approvers: list[int] = []
        self.submitter: int | None = None
        #: Who said that one reviewer is enough, as long as nobody agreed.
        self.asked_for_one: int | None = None
        self.yes: set[str] = set()
        self.ends: dict[int, datetime] = {}
        self.done: Counter[str] = Counter()
        self._read()

    def _read(self) -> None:
        """How everything stands between two acts."""
        self.piece = kinds.load(self.pk)
        self.editions = list(Edition.objects.filter(piece_id=self.pk).order_by("-number"))
        self.rows, self.shown = rows(), shown(self.pk)

    # --- Trying ---------------------------------------------------------------------------------------------------
    def try_(self, step: Step) -> None:
        if step.verb == "wait":
            self.clock.shift((step.number + 1) * HALF_AN_HOUR)
            self.shown = shown(self.pk)
            return
        if step.verb in VERBS:
            turns = self._turns(step.who)
            self._anybody(step.verb, turns if step.others else turns[:1], step.number)
        elif step.verb == "urgently":
            self._anybody("write", self._turns(step.who), step.number % 4)
            self._anybody("publish_urgently", self._turns(step.who), step.number % 4)
        else:
            self._onward(step, parts=6 if step.verb == "onward" else 1 + step.number % 3)

    def _onward(self, step: Step, *, parts: int) -> None:
        """The way to a new edition, or some of it, by whoever may go each part."""
        before = len(self.editions)
        for _part in range(parts):
            verb = self._next(step.number)
            turns = [by for by in self._turns(step.who) if by.has_perm(f"editorial.{ROLE_OF[verb]}")]
            self._anybody(verb, turns, step.number % 4)
            if len(self.editions) > before:
                break

    def _turns(self, first: int) -> list[User]:
        return [*self.people[first:], *self.people[:first]]

    def _anybody(self, verb: str, turns: list[User], number: int) -> None:
        """Until one of them may."""
        any(self.does(verb, by, number) for by in turns)

    def _next(self, number: int) -> str:
        """What leads on towards readers."""
        if self.piece.state == State.IN_REVIEW:
            return "approve"
        if self.piece.state == State.APPROVED:
            needs_yes = self.risk_level >= 2 and self.piece.digest not in self.yes
            return "narrators_yes" if needs_yes else "publish" if number % 2 else "schedule"
        is_new = all(edition.digest != self.piece.digest for edition in self.editions)
        return "submit" if is_new else "write"

    def does(self, verb: str, by: User, number: int) -> bool:
        """Whether this person could do it; looks at everything in either case."""
        self.clock.shift(timedelta(seconds=1))
        try:
            with transaction.atomic():
                result = VERBS[verb](self, by, number)
        except Refused:
            assert rows() == self.rows, f"{verb} was refused and changed something"
            return False
        self.done[verb] += 1
        before, shown_before = self.piece, self.shown
        self._note(verb, by, number, result)
        self._read()
        self._look(before)
        if verb not in SHOWING:
            same = shown_before.keys() & self.shown.keys()
            assert all(shown_before[at] == self.shown[at] for at in same), f"{verb} changed what readers see"
        return True

    # --- The log --------------------------------------------------------------------------------------------------
    def _note(self, verb: str, by: User, number: int, result: Any) -> None:
        """What follows from an act that was done, told from how things stood before it."""
        now = timezone.now()
        if verb in {"publish", "schedule"}:
            self._note_publishing(by, result)
        elif verb == "publish_urgently":
            self.writers |= {by.pk}
            self.made[result.number] = Made(set(self.writers), result.digest, is_clean=False)
            self.submitter, self.approvers = None, []
        elif verb == "approve":
            assert by.pk not in self.writers | {self.submitter} | set(self.approvers), "somebody approved their own"
            self.approvers.append(by.pk)
        elif verb == "submit":
            self.submitter, self.approvers = by.pk, []
        elif verb == "narrators_yes":
            self.yes.add(self.piece.digest)
        elif verb == "confirm":
            self._note_confirming(by, number)
        elif verb == "cancel_schedule":
            (waiting,) = [one for one in self.editions if one.publish_at > now and not one.was_never_live()]
            self.writers |= self.made[waiting.number].writers
        elif verb == "mark_sensitive":
            assert result is not True or number % 2 == 0 or self.asked_for_one not in {None, by.pk}
            self.asked_for_one = None if result else by.pk
        elif isinstance(result, Revision):
            self._note_text(verb, by, number, result, now)

    def _note_publishing(self, by: User, edition: Edition) -> None:
        assert self.piece.state == State.APPROVED
        assert by.pk not in self.writers, "somebody published what they wrote"
        assert not set(self.approvers) & self.writers, "somebody approved what they wrote"
        assert len(set(self.approvers)) >= (2 if self.piece.is_sensitive else 1), "too few people approved it"
        assert self.risk_level < 2 or edition.digest in self.yes, "the narrator has not said yes to it"
        self.made[edition.number] = Made(self.writers, edition.digest)
        self.writers, self.submitter, self.approvers = set(), None, []

    def _note_confirming(self, by: User, number: int) -> None:
        made = self.made[urgent_number(self, number)]
        assert by.pk not in made.writers, "somebody confirmed what they wrote or published"
        made.is_clean = True
        if made.digest == self.piece.digest:
            self.writers = set()

    def _note_text(self, verb: str, by: User, number: int, revision: Revision, now: datetime) -> None:
        """The working copy says something else now."""
        self.submitter, self.approvers = None, []
        if verb in {"discard", "start_fix"}:
            was_live = [one for one in self.editions if not one.was_never_live()]
            found = was_live[0] if verb == "discard" else next(one for one in was_live if one.is_live(now))
            made = self.made[found.number]
            self.writers = set() if made.is_clean else self.writers | made.writers | {by.pk}
        elif verb == "restore":
            source = self.of_revision[old_revision(self, number)]
            is_clean = any(made.is_clean and made.digest == revision.digest for made in self.made.values())
            self.writers |= {by.pk} if is_clean else {by.pk, *source}
        elif verb == "rebase":
            self.writers |= {by.pk, *self.made[filed_number(self)].writers}
        else:
            self.writers |= {by.pk}
        self.of_revision[revision.number] = set(self.writers)

    # --- What always holds ----------------------------------------------------------------------------------------
    def _look(self, before: Piece) -> None:
        now, piece = timezone.now(), self.piece
        barred = set(PieceWriter.objects.filter(piece_id=self.pk).values_list("user_id", flat=True))
        assert self.writers <= barred, "somebody who wrote it could approve it"
        assert piece.digest == piece.digest_now()
        assert piece.state != State.APPROVED or piece.approved_digest == piece.digest
        if (piece.state, piece.digest) != (before.state, before.digest):
            assert piece.lock_version > before.lock_version, "a form that is open would not notice"
        for edition in self.editions:
            assert edition.digest == piece.digest_of(edition.content)
            assert edition.is_urgent or edition.approved_digest == edition.digest
            assert edition.has_second_person == self.made[edition.number].is_clean
            if edition.ended_at < FOREVER:
                assert self.ends.setdefault(edition.pk, edition.ended_at) == edition.ended_at
        assert sum(one.is_live(now) for one in self.editions) <= 1
        assert sum(one.publish_at > now and not one.was_never_live() for one in self.editions) <= 1
        if flagged := {number for number, made in self.made.items() if not made.is_clean}:
            assert flagged == {edition.number for edition in Standing(piece).unconfirmed}
        assert not self.ends.keys() & {pk for found in self.shown.values() for pk, _digest in found}, "it came back"

    def goes_on(self, editor: User, reviewers: list[User], publisher: User) -> None:
        """Whatever happened to it, other people can still bring it before readers."""
        self.clock.shift(HALF_AN_HOUR)
        Piece.objects.filter(pk=self.pk).update(title="What nobody wrote before")
        workflow.save(self.pk, by=editor)
        workflow.submit(self.pk, by=editor)
        digest = kinds.load(self.pk).digest
        if self.risk_level >= 2:
            workflow.record_narrators_yes(self.pk, by=self.people[4], digest=digest)
        for reviewer in reviewers[: 2 if self.piece.is_sensitive else 1]:
            workflow.approve(self.pk, by=reviewer, digest=digest)
        workflow.publish(self.pk, by=publisher)


def _selects() -> list[str]:
    found = []
    for model in WATCHED:
        columns = [str(field.column) for field in model._meta.concrete_fields if field.attname not in LONG]
        found.append(f"SELECT {', '.join(columns)} FROM {model._meta.db_table} ORDER BY 1")
    return found


SELECTS = _selects()


def rows() -> list[Any]:
    """Everything that a verb writes, but for long texts that their digests stand for. In SQL: it is read very often."""
    with connection.cursor() as cursor:
        found = []
        for select in SELECTS:
            cursor.execute(select)
            found.append(cursor.fetchall())
    return found


def shown(pk: int) -> dict[datetime, set[tuple[int, str]]]:
    """What readers will see at some instants to come, if nobody does anything."""
    now = timezone.now()
    soon = START + ((now - START) // HALF_AN_HOUR + 1) * HALF_AN_HOUR
    instants = [soon, START + timedelta(days=3), START + timedelta(days=400)]
    door = Edition.objects
    return {
        at: set(door.public(Channel.WEBSITE, at).filter(piece_id=pk).values_list("pk", "digest"))
        for at in instants
        if at > now
    }

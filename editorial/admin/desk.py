"""What the desk shows of a piece: its state in words, and each verb with its reasons for or against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from editorial import blockers, workflow
from editorial.blockers import Blocker
from editorial.models import Channel, Edition, Hold, Piece, Revision, State, User

Text = str | Promise


#: Reasons that no save takes away.
LASTING = {"no_permission", "not_yours", "erased"}


@dataclass(frozen=True)
class Verb:
    """One verb as this person may or may not use it now."""

    name: str
    label: Text
    blockers: list[Blocker]
    #: Which inputs the small form of the verb has: note, reason, at.
    asks: tuple[str, ...] = ()
    #: Runs with the form, after saving; only for people who may change the piece.
    is_with_save: bool = False
    #: Hides something from readers.
    is_hiding: bool = False

    @property
    def is_allowed(self) -> bool:
        return not self.blockers

    @property
    def may_follow_a_save(self) -> bool:
        """Whether only the text as it stands is against it, which the person may be changing at this moment."""
        return self.name == "submit" and not LASTING & {blocker.code for blocker in self.blockers}


@dataclass(frozen=True)
class Desk:
    """Everything that the panel over the form needs."""

    piece: Piece
    live: Edition | None
    is_seen: bool
    is_unchanged: bool
    ended: Edition | None
    waiting: Edition | None
    hold: Hold | None
    revisions: list[Revision]
    note: str
    companions: list[Piece]
    verbs: list[Verb] = field(default_factory=list)

    @property
    def with_save(self) -> list[Verb]:
        """Buttons under the form: also the one to submit whose reasons may be gone once the form is saved."""
        return [verb for verb in self.verbs if verb.is_with_save and (verb.is_allowed or verb.may_follow_a_save)]

    @property
    def own_forms(self) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.is_with_save and verb.is_allowed]

    @property
    def refused(self) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.is_allowed]


def verbs_for(piece: Piece, by: User) -> list[Verb]:
    """Each verb with all of its blockers for this person at this moment."""
    edits = blockers.may_edit(piece, by)
    publishes = blockers.to_publish(piece, by)
    return [
        Verb("submit", _("Submit for review"), blockers.to_submit(piece, by), is_with_save=edits),
        Verb("approve", _("Approve"), blockers.to_approve(piece, by), asks=("note",)),
        Verb(
            "narrators_yes",
            _("Record the narrator’s yes"),
            blockers.to_record_narrators_yes(piece, by),
            asks=("note",),
        ),
        Verb("request_changes", _("Request changes"), blockers.to_request_changes(piece, by), asks=("note",)),
        Verb("publish", _("Publish now"), publishes, is_with_save=edits),
        Verb("schedule", _("Schedule"), publishes, asks=("at", "expires_at"), is_with_save=edits),
        Verb("recall", _("Recall from review"), blockers.to_recall(piece, by)),
        Verb("cancel_schedule", _("Cancel the schedule"), blockers.to_cancel_schedule(piece, by)),
        Verb("discard", _("Discard changes"), blockers.to_discard(piece, by)),
        Verb("hold", _("Hold back at once"), blockers.to_hold(piece, by), asks=("reason",), is_hiding=True),
        Verb("lift_hold", _("Lift the hold"), blockers.to_lift_hold(piece, by)),
        Verb("end", _("End: take it down for good"), blockers.to_end(piece, by), is_hiding=True),
    ]


def desk(piece: Piece, by: User, *, now: datetime | None = None) -> Desk:
    now = now or timezone.now()
    decision = piece.approvals.order_by("-at", "-pk").first()
    live, latest = piece.live_edition(now), piece.latest_edition()
    last = piece.editions.select_related("ended_by").order_by("-number").first()
    return Desk(
        piece=piece,
        live=live,
        is_seen=Edition.objects.public(Channel.WEBSITE, now).filter(piece_id=piece.pk).exists(),
        is_unchanged=piece.state == State.DRAFT and latest is not None and latest.digest == piece.digest,
        ended=last if last is not None and last.ended_by_id and not last.was_never_live() else None,
        waiting=piece.waiting_edition(now),
        hold=piece.holds.filter(lifted_at__isnull=True).select_related("set_by", "lift_asked_by").first(),
        revisions=list(piece.revisions.select_related("made_by")[:10]),
        note=decision.note if decision and piece.state in {"changes_requested", "approved"} else "",
        companions=workflow.companions(piece, now),
        verbs=verbs_for(piece, by),
    )

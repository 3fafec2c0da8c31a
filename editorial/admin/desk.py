"""What the desk shows of a piece: its state in words, and each verb with its reasons for or against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import guards, kinds, seeing, workflow
from editorial.blockers import Blocker
from editorial.models import Approval, Edition, Hold, Piece, State, User
from editorial.standing import Standing

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
    #: Where it stands: the next step, arranging the work, the text itself, or taking it away from readers.
    group: str = "next"
    #: One sentence beside the button, where its name does not say enough.
    hint: Text = ""
    #: The page on which it is done, where it asks more than a small form can.
    url: str = ""

    @property
    def is_allowed(self) -> bool:
        return not self.blockers

    @property
    def may_follow_a_save(self) -> bool:
        """Whether only the text as it stands is against it, which the person may be changing at this moment."""
        return self.name == "submit" and not LASTING & {blocker.code for blocker in self.blockers}


@dataclass(frozen=True)
class Behind:
    """That the original of a translation was published anew."""

    number: int
    compare_url: str


@dataclass(frozen=True)
class Desk:
    """Everything that the panel over the form needs."""

    piece: Piece
    standing: Standing
    is_unchanged: bool
    note: str
    decided_by: str
    companions: list[Piece]
    #: Whether saving a change makes this reviewer one of its writers, who cannot approve it then.
    would_become_writer: bool
    approvals_missing: int
    verbs: list[Verb] = field(default_factory=list)

    @property
    def live(self) -> Edition | None:
        return self.standing.live

    @property
    def is_seen(self) -> bool:
        return self.standing.is_seen

    @property
    def waiting(self) -> Edition | None:
        return self.standing.waiting

    @cached_property
    def reviewers(self) -> list[User]:
        """Who can be asked for the review: those who may, without its writers. Read only when it is shown."""
        found = seeing.holders("editorial.review_piece")
        return list(found.exclude(pk__in=self.standing.writers).order_by("first_name", "username"))

    @cached_property
    def behind(self) -> Behind | None:
        """For a translation: the editions of its original that it follows, and that is live now, if they differ."""
        original = self.piece.translation_of
        if original is None or self.piece.translated_from_id is None:
            return None
        before, live = self.piece.translated_from, original.live_edition(self.standing.now)
        if before is None or live is None or live.number <= before.number:
            return None
        opts = kinds.named(original.kind).model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_compare", args=[original.pk])
        return Behind(live.number, f"{url}?from=edition-{before.number}&to=live")

    @property
    def reviewer_name(self) -> str:
        reviewer = self.piece.reviewer
        return str(reviewer.get_full_name() or reviewer) if reviewer else ""

    @property
    def live_address(self) -> str:
        """The page that readers see, if they do."""
        live = self.standing.live
        return kinds.address(live) if live is not None and self.is_seen else ""

    @property
    def hold(self) -> Hold | None:
        return self.standing.hold

    @property
    def filed(self) -> list[Edition]:
        return self.standing.filed

    @property
    def unconfirmed(self) -> Edition | None:
        return next((edition for edition in self.standing.unconfirmed if edition.is_live(self.standing.now)), None)

    @property
    def ended(self) -> Edition | None:
        """The newest edition, when somebody ended it: without a person where its narrator took it back."""
        last = self.standing.editions[0] if self.standing.editions else None
        return last if last is not None and last.end_reason and not last.was_never_live() else None

    @property
    def with_save(self) -> list[Verb]:
        """Buttons under the form: also the one to submit whose reasons may be gone once the form is saved."""
        return [verb for verb in self.verbs if verb.is_with_save and (verb.is_allowed or verb.may_follow_a_save)]

    def _own(self, group: str) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.is_with_save and verb.is_allowed and verb.group == group]

    @property
    def next_steps(self) -> list[Verb]:
        return self._own("next")

    @property
    def arranging(self) -> list[Verb]:
        return self._own("arrange")

    @property
    def on_text(self) -> list[Verb]:
        return self._own("text")

    @property
    def hiding(self) -> list[Verb]:
        return self._own("away")

    @property
    def refused(self) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.is_allowed and verb.group != "arrange"]


MoreVerbs = Callable[[Standing, User], list[Verb]]
_more: dict[str, MoreVerbs] = {}


def register_verbs(kind: str, more: MoreVerbs) -> None:
    """Verbs that only one kind has; called where an upper floor registers its part of the desk."""
    _more[kind] = more


def verbs_for(piece: Piece, by: User, standing: Standing | None = None) -> list[Verb]:
    """Each verb with all of its blockers for this person at this moment."""
    standing = standing or Standing(piece)
    edits = guards.may_edit(piece, by, standing)
    publishes = guards.to_publish(standing, by)
    return [
        *_next_steps(standing, by, publishes, edits=edits),
        *_on_text(standing, by),
        *_arranging(standing, by),
        Verb("hold", _("Hold back at once"), guards.to_hold(standing, by), ("reason",), group="away"),
        Verb("lift_hold", _("Lift the hold"), guards.to_lift_hold(standing, by), group="away"),
        Verb("end", _("End: take it down for good"), guards.to_end(standing, by), group="away"),
        *(_more[piece.kind](standing, by) if piece.kind in _more else ()),
        *_erasing(standing, by),
    ]


def _erasing(standing: Standing, by: User) -> list[Verb]:
    """For those whose role it is; nobody else has to know of it."""
    if not by.has_perm("editorial.erase_piece"):
        return []
    asked = standing.erasure
    label, hint = _("Ask to erase it for good"), _("A second person has to agree. Then nobody can bring the text back.")
    if asked is not None:
        label = _("Agree: erase it for good …")
        who = str(asked.asked_by.get_full_name() or asked.asked_by)
        hint = format_lazy(_("{who} asked for it. Text, revisions, comments and pictures are gone then."), who=who)
    if asked is None:
        return [Verb("erase", label, guards.to_erase(standing, by), group="away", hint=hint)]
    opts = kinds.named(standing.piece.kind).model._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_erase", args=[standing.piece.pk])
    return [
        Verb("erase", label, guards.to_erase(standing, by), group="away", hint=hint, url=url),
        # Far from the button that cannot be taken back.
        Verb("keep", _("Do not erase it"), guards.to_keep(standing, by), group="arrange"),
    ]


def _next_steps(standing: Standing, by: User, publishes: list[Blocker], *, edits: bool) -> list[Verb]:
    submits = guards.to_submit(standing, by)
    yes = guards.to_record_narrators_yes(standing, by)
    confirms = guards.to_confirm(standing, by)
    return [
        Verb("submit", _("Submit for review"), submits, asks=("review",) if edits else (), is_with_save=edits),
        Verb("approve", _("Approve"), guards.to_approve(standing, by), asks=("note",)),
        Verb("narrators_yes", _("Record the narrator’s yes"), yes, asks=("note",)),
        Verb("request_changes", _("Request changes"), guards.to_request_changes(standing, by), asks=("note",)),
        Verb("publish", _("Publish now"), publishes, is_with_save=edits),
        Verb("schedule", _("Schedule"), publishes, asks=("at", "expires_at"), is_with_save=edits),
        Verb("confirm", _("Confirm the urgent edition"), confirms, asks=("note",)),
        Verb("recall", _("Recall from review"), guards.to_recall(standing, by)),
    ]


def _on_text(standing: Standing, by: User) -> list[Verb]:
    return [
        Verb(
            "publish_urgently",
            _("Publish urgently, without review"),
            guards.to_publish_urgently(standing, by),
            asks=("why_urgent",),
            group="text",
            hint=_("For a fix that cannot wait. A second person has to confirm it afterwards."),
        ),
        Verb("cancel_schedule", _("Cancel the schedule"), guards.to_cancel_schedule(standing, by), group="text"),
        Verb(
            "start_fix",
            _("Start a fix from the live text"),
            guards.to_start_fix(standing, by),
            group="text",
            hint=_("Loads what readers see now. The scheduled edition keeps its own text; what stands here stays in "
                   "the history."),
        ),
        Verb(
            "discard",
            _("Discard changes"),
            guards.to_discard(standing, by),
            group="text",
            hint=_("Goes back to the newest edition. What stands here stays in the history."),
        ),
    ]  # fmt: skip


def _arranging(standing: Standing, by: User) -> list[Verb]:
    piece = standing.piece
    reviews = guards.to_assign(standing, by) if piece.state == State.IN_REVIEW else [Blocker("wrong_state", "")]
    sensitive = guards.to_mark_sensitive(standing, by)
    name, label = "mark_sensitive", _("Ask for two reviewers")
    hint: Text = _(
        "For a text that could harm somebody if it went out wrong. What is scheduled already appears nonetheless; "
        "cancel that, if need be."
    )
    if piece.is_sensitive:
        name, label, hint = "unmark_sensitive", _("One reviewer is enough"), _("Takes two reviewers to say so.")
    return [
        Verb("assign", _("Ask a colleague for the review"), reviews, asks=("review",), group="arrange"),
        Verb(name, label, sensitive, group="arrange", hint=hint),
        Verb(
            "look_again",
            _("Remind us to look at it again"),
            guards.to_look_again(standing, by),
            asks=("on",),
            group="arrange",
        ),
    ]


def desk(piece: Piece, by: User, *, standing: Standing | None = None) -> Desk:
    """Read once, for showing: the verbs themselves look again."""
    standing = standing or Standing(piece, is_trusting=True)
    decision = _last_review(standing.decisions)
    is_spoken = piece.state in {State.CHANGES_REQUESTED, State.APPROVED} or bool(standing.approvers)
    missing = guards.approvals_needed(piece) - len(standing.approvers) if piece.state == State.IN_REVIEW else 0
    return Desk(
        piece=piece,
        standing=standing,
        is_unchanged=piece.state == State.DRAFT and standing.latest is not None
        and standing.latest.digest == piece.digest,
        note=decision.note if decision and is_spoken else "",
        decided_by=str(decision.by.get_full_name() or decision.by) if decision else "",
        companions=workflow.companions(piece, standing),
        would_become_writer=piece.state == State.IN_REVIEW
        and by.pk not in standing.writers
        and by.has_perm("editorial.review_piece")
        and guards.may_edit(piece, by, standing),
        approvals_missing=missing,
        verbs=verbs_for(piece, by, standing),
    )  # fmt: skip


def _last_review(decisions: Sequence[Approval]) -> Approval | None:
    return next((one for one in decisions if one.kind == Approval.Kind.REVIEW), None)

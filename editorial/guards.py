"""Who may do what, and when: for each verb every reason against it. Told of how the piece stands and who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.blockers import Blocker, to_publish_content
from editorial.models import Piece, State, User
from editorial.standing import Standing

NO_PERMISSION = _("Your role does not include this. Ask a colleague whose role it is: {role}.")
#: How many people approve the same text of a sensitive piece.
SENSITIVE_APPROVALS = 2


def _role(user: User, permission: str, role: str | Promise) -> list[Blocker]:
    if user.is_active and user.has_perm(permission):
        return []
    return [Blocker("no_permission", format_lazy(NO_PERMISSION, role=role))]


def _state(standing: Standing, allowed: Iterable[State], sentence: str | Promise) -> list[Blocker]:
    return [] if standing.piece.state in set(allowed) else [Blocker("wrong_state", sentence)]


def _not_in_review(standing: Standing) -> str | Promise:
    if standing.piece.state == State.APPROVED:
        return _("It is approved already.")
    return _("It has not been submitted for review.")


# --- Writing --------------------------------------------------------------------------------------------------------
def may_edit(piece: Piece, by: User, standing: Standing | None = None) -> bool:
    """Whether this person may change the working copy."""
    opts = kinds.named(piece.kind).model._meta
    if not by.is_active or not by.has_perm(f"{opts.app_label}.change_{opts.model_name}"):
        return False
    if by.has_perm("editorial.edit_any_piece") or piece.created_by_id == by.pk:
        return True
    return by.pk in (standing or Standing(piece)).writers


def to_edit(standing: Standing, by: User) -> list[Blocker]:
    if standing.piece.erased_at is not None:
        return [Blocker("erased", _("This piece was erased; nothing can be done with it."))]
    if may_edit(standing.piece, by, standing):
        return []
    return [Blocker("not_yours", _("Only its writers and editors may change this piece."))]


def to_restore(standing: Standing, by: User) -> list[Blocker]:
    return to_edit(standing, by)


def to_discard(standing: Standing, by: User) -> list[Blocker]:
    blockers = to_edit(standing, by)
    if standing.latest is None:
        blockers.append(Blocker("never_published", _("It was never published, so there is nothing to go back to.")))
    elif standing.latest.digest == standing.digest:
        blockers.append(Blocker("nothing_changed", _("It says the same as the newest edition.")))
    return blockers


def to_start_fix(standing: Standing, by: User) -> list[Blocker]:
    blockers = to_edit(standing, by)
    if standing.waiting is None:
        blockers.append(Blocker("nothing_scheduled", _("No edition is waiting, so change the text as it is.")))
    if standing.live is None:
        blockers.append(Blocker("not_live", _("Nothing of it is live, so there is nothing to fix.")))
    elif standing.live.digest == standing.digest:
        blockers.append(Blocker("nothing_changed", _("It says already what is live. Make your change and save it.")))
    return blockers


def to_rebase(standing: Standing, by: User) -> list[Blocker]:
    blockers = to_edit(standing, by)
    if not standing.filed:
        blockers.append(Blocker("nothing_filed", _("No scheduled edition of it was replaced.")))
    return blockers


# --- Reviewing ------------------------------------------------------------------------------------------------------
def to_submit(standing: Standing, by: User) -> list[Blocker]:
    piece = standing.piece
    return [
        *_role(by, "editorial.submit_piece", _("Contributor or Editor")),
        *to_edit(standing, by),
        *_state(
            standing,
            [State.DRAFT, State.CHANGES_REQUESTED],
            _("It is approved already.") if piece.state == State.APPROVED else _("It is with a reviewer already."),
        ),
        *_unchanged(standing),
        *to_publish_content(piece, standing=standing),
    ]


def _unchanged(standing: Standing) -> list[Blocker]:
    latest = standing.latest
    if latest is None or latest.digest != standing.digest:
        return []
    # What readers cannot see any more, after a consent ended or an end, may be published again as it is.
    when = max(standing.now, latest.publish_at)
    will_be = standing if when == standing.now else Standing(standing.piece, when)
    if not any(edition.pk == latest.pk and edition.is_seen for edition in will_be.editions):  # type: ignore[attr-defined]
        return []
    return [Blocker("nothing_changed", _("It says the same as what is published, so there is nothing to review."))]


def to_recall(standing: Standing, by: User) -> list[Blocker]:
    blockers = _state(standing, [State.IN_REVIEW, State.APPROVED], _("It is not with a reviewer."))
    if standing.piece.submitted_by_id != by.pk and not by.has_perm("editorial.edit_any_piece"):
        blockers.append(Blocker("not_submitter", _("Only the person who submitted it or an editor may recall it.")))
    return blockers


def to_request_changes(standing: Standing, by: User, note: str | None = None) -> list[Blocker]:
    blockers = [
        *_role(by, "editorial.review_piece", _("Reviewer")),
        *_state(standing, [State.IN_REVIEW], _not_in_review(standing)),
    ]
    if note is not None and not note.strip():
        blockers.append(Blocker("no_note", _("Write what should change, so that the writer can act on it."), "note"))
    return blockers


def approvals_needed(piece: Piece) -> int:
    return SENSITIVE_APPROVALS if piece.is_sensitive else 1


def to_approve(standing: Standing, by: User, digest: str | None = None) -> list[Blocker]:
    piece = standing.piece
    blockers = [
        *_role(by, "editorial.review_piece", _("Reviewer")),
        *_state(standing, [State.IN_REVIEW], _not_in_review(standing)),
    ]
    if by.pk in standing.writers:
        # Superusers are no exception: nobody approves what they wrote.
        blockers.append(Blocker("own_text", _("You changed this text yourself. Someone else has to approve it.")))
    if piece.submitted_by_id == by.pk:
        blockers.append(Blocker("own_submission", _("You submitted it yourself. Someone else has to approve it.")))
    if by.pk in standing.approvers:
        blockers.append(Blocker("approved_once", _("You approved it already. A second reviewer has to read it too.")))
    if standing.digest != piece.digest or (digest is not None and digest != standing.digest):
        blockers.append(Blocker("text_moved", _("The text changed after you opened it. Read it again, then approve.")))
    return blockers


def to_record_narrators_yes(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.record_narrators_yes", _("Consent officer"))
    blockers += _state(
        standing, [State.IN_REVIEW, State.APPROVED], _("The narrator is shown the final text, once it is in review.")
    )
    if standing.digest != standing.piece.digest:
        blockers.append(Blocker("text_moved", _("The text changed meanwhile. Show it to the narrator again.")))
    elif standing.has_narrators_yes:
        blockers.append(Blocker("recorded_once", _("It is recorded already that the narrator said yes to this text.")))
    return blockers


# --- Publishing -----------------------------------------------------------------------------------------------------
def is_live_unchanged(standing: Standing) -> bool:
    """Whether the draft says what readers see."""
    if standing.piece.state != State.DRAFT or not standing.is_seen:
        return False
    live, latest = standing.live, standing.latest
    return live is not None and latest is not None and live.pk == latest.pk and live.digest == standing.digest


def to_publish(standing: Standing, by: User, at: datetime | None = None) -> list[Blocker]:
    piece = standing.piece
    if is_live_unchanged(standing):
        return [
            *_role(by, "editorial.publish_piece", _("Publisher")),
            Blocker("nothing_changed", _("Live, unchanged: nothing to publish.")),
        ]
    blockers = [
        *_role(by, "editorial.publish_piece", _("Publisher")),
        *_state(standing, [State.APPROVED], _("It is not approved yet. Submit it; a reviewer approves it.")),
    ]
    if by.pk in standing.writers:
        blockers.append(Blocker("own_text", _("You changed this text yourself. Someone else has to publish it.")))
    if piece.state == State.APPROVED:
        if len(standing.approvers) < approvals_needed(piece):
            sentence = _("It is sensitive: a second reviewer has to approve it too.")
            blockers.append(Blocker("second_reviewer", sentence))
        if standing.digest != piece.approved_digest:
            blockers.append(Blocker("text_moved", _("The text changed after it was approved. Submit it again.")))
    if (standing.latest.pk if standing.latest else None) != piece.base_edition_id:
        blockers.append(
            Blocker("base_moved", _("Another edition was published meanwhile. Compare, then submit it again."))
        )
    return [*blockers, *standing.approvals_missing, *to_publish_content(piece, at, standing)]


def to_cancel_schedule(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.publish_piece", _("Publisher"))
    if standing.waiting is None:
        blockers.append(Blocker("nothing_scheduled", _("No edition is waiting for its time.")))
    return blockers


def to_publish_urgently(standing: Standing, by: User, reason: str | None = None) -> list[Blocker]:
    """For a fix of what readers see already. Consent, and a narrator's yes, are asked for as ever."""
    piece = standing.piece
    blockers = _role(by, "editorial.publish_urgently", _("Publisher"))
    if piece.state == State.APPROVED:
        blockers.append(Blocker("approved_already", _("It is approved. Publish it in the ordinary way.")))
    if not standing.is_seen:
        sentence = _("Only what readers see already can be mended urgently. Submit it; a reviewer approves it.")
        blockers.append(Blocker("not_seen", sentence))
    if piece.is_sensitive:
        sentence = _("It is sensitive, so two reviewers have to approve it. To take it away at once, hold it back.")
        blockers.append(Blocker("sensitive", sentence))
    if reason is not None and not reason.strip():
        blockers.append(Blocker("no_reason", _("Say why it cannot wait for a review."), "reason"))
    if standing.digest != piece.digest:
        blockers.append(Blocker("text_moved", _("The text is not saved yet. Save it first.")))
    content = to_publish_content(piece, standing.now, standing)
    return [*blockers, *_unchanged(standing), *standing.approvals_missing, *content]


def to_confirm(standing: Standing, by: User, number: int | None = None, digest: str | None = None) -> list[Blocker]:
    """Whether this person may stand behind an urgent edition; without a number, behind the newest of them."""
    blockers = _role(by, "editorial.review_piece", _("Reviewer"))
    edition = next((one for one in standing.unconfirmed if number in {None, one.number}), None)
    if edition is None:
        return [*blockers, Blocker("nothing_urgent", _("No urgent edition of it waits to be confirmed."))]
    writers = {*edition.revision.writers, edition.published_by_id}
    if edition.digest == standing.digest:
        writers |= standing.writers
    if by.pk in writers:
        sentence = _("You wrote or published this text yourself. Someone else has to confirm it.")
        blockers.append(Blocker("own_text", sentence))
    if digest is not None and digest != edition.digest:
        blockers.append(Blocker("text_moved", _("Another edition was published meanwhile. Read that one.")))
    return blockers


# --- Hiding ---------------------------------------------------------------------------------------------------------
def to_hold(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.hold_piece", _("any member of staff"))
    if standing.hold is not None:
        blockers.append(Blocker("held", _("It is held back already.")))
    return blockers


def to_lift_hold(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.lift_hold", _("Publisher or Consent officer"))
    if standing.hold is None:
        blockers.append(Blocker("not_held", _("It is not held back.")))
    elif standing.hold.lift_asked_by_id == by.pk:
        blockers.append(Blocker("second_person", _("You asked to lift it. A second person has to agree.")))
    return blockers


def to_end(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.end_piece", _("Publisher or Consent officer"))
    if standing.live is None and standing.waiting is None:
        blockers.append(Blocker("not_live", _("Nothing of it is published or scheduled.")))
    return blockers


def to_withdraw(standing: Standing, by: User) -> list[Blocker]:
    """For its narrator; nothing about the piece itself is ever against it."""
    return _role(by, "editorial.withdraw_piece", _("Publisher or Consent officer"))


def to_erase(standing: Standing, by: User) -> list[Blocker]:
    """The first person asks, a second one agrees; what readers could still get has to be ended first."""
    blockers = _role(by, "editorial.erase_piece", _("Publisher or Consent officer"))
    if standing.piece.erased_at is not None:
        return [*blockers, Blocker("erased", _("It is erased already."))]
    if standing.live is not None or standing.waiting is not None:
        blockers.append(Blocker("not_ended", _("It is still published or scheduled. Take it back or end it first.")))
    if standing.erasure is not None and standing.erasure.asked_by_id == by.pk:
        blockers.append(Blocker("second_person", _("You asked to erase it. A second person has to agree.")))
    return blockers


def to_keep(standing: Standing, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.erase_piece", _("Publisher or Consent officer"))
    if standing.erasure is None:
        blockers.append(Blocker("not_asked", _("Nobody has asked to erase it.")))
    return blockers


# --- Arranging ------------------------------------------------------------------------------------------------------
def to_assign(standing: Standing, by: User, reviewer: User | None = None, due: date | None = None) -> list[Blocker]:
    """Whether this person may ask another for the review."""
    blockers = []
    if not (may_edit(standing.piece, by, standing) or by.has_perm("editorial.review_piece")):
        blockers.append(Blocker("not_yours", _("Only its writers, editors and reviewers ask for a review.")))
    if reviewer is not None and _role(reviewer, "editorial.review_piece", ""):
        blockers.append(Blocker("no_reviewer", _("This person cannot review. Choose a reviewer."), "reviewer"))
    if reviewer is not None and reviewer.pk in standing.writers:
        sentence = _("This person changed the text, so cannot review it. Choose somebody else.")
        blockers.append(Blocker("own_text", sentence, "reviewer"))
    if due is not None and due < timezone.localdate():
        blockers.append(Blocker("in_the_past", _("That day has passed. Choose a later one."), "due"))
    return blockers


def to_mark_sensitive(standing: Standing, by: User, is_sensitive: bool | None = None) -> list[Blocker]:
    """Asking for more care takes any writer or reviewer; asking for less two reviewers who did not write it."""
    piece = standing.piece
    wanted = not piece.is_sensitive if is_sensitive is None else is_sensitive
    if wanted == piece.is_sensitive:
        return [Blocker("nothing_changed", _("That is so already."))]
    if wanted:
        if may_edit(piece, by, standing) or (by.is_active and by.has_perm("editorial.review_piece")):
            return []
        return [Blocker("not_yours", _("Only its writers, editors and reviewers may mark it as sensitive."))]
    blockers = _role(by, "editorial.review_piece", _("Reviewer"))
    if by.pk in standing.writers:
        sentence = _("You changed this text yourself. Another reviewer has to say that one approval is enough.")
        blockers.append(Blocker("own_text", sentence))
    if piece.one_reviewer_asked_by_id == by.pk:
        blockers.append(Blocker("second_person", _("You asked for it. A second reviewer has to agree.")))
    if piece.state in {State.IN_REVIEW, State.APPROVED}:
        blockers.append(Blocker("wrong_state", _("It is being reviewed. Say so before it is submitted again.")))
    return blockers


def to_look_again(standing: Standing, by: User) -> list[Blocker]:
    if may_edit(standing.piece, by, standing) or by.has_perm("editorial.publish_piece"):
        return []
    return [Blocker("not_yours", _("Only its writers, editors and publishers set a reminder."))]

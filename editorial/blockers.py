"""What stands in the way of a verb: all of it at once, each with a code for tests and a sentence for editors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.models import Address, Channel, Edition, Piece, State, User


@dataclass(frozen=True)
class Blocker:
    """One reason; `field` names the part of the form where it can be mended."""

    code: str
    sentence: str | Promise
    field: str = ""


class Refused(Exception):  # noqa: N818  (what editors call it; it is no error of the program)
    """A verb was refused. Nothing was changed."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = list(blockers)
        super().__init__("; ".join(f"{b.code}: {b.sentence}" for b in blockers))


def refuse_if(blockers: Sequence[Blocker]) -> None:
    if blockers:
        raise Refused(blockers)


NO_PERMISSION = _("Your role does not include this. Ask a colleague whose role it is: {role}.")


def _role(user: User, permission: str, role: str | Promise) -> list[Blocker]:
    if user.is_active and user.has_perm(permission):
        return []
    return [Blocker("no_permission", format_lazy(NO_PERMISSION, role=role))]


def _state(piece: Piece, allowed: Iterable[State], sentence: str | Promise) -> list[Blocker]:
    return [] if piece.state in set(allowed) else [Blocker("wrong_state", sentence)]


def _not_in_review(piece: Piece) -> str | Promise:
    if piece.state == State.APPROVED:
        return _("It is approved already.")
    return _("It has not been submitted for review.")


def writers_of(piece: Piece) -> set[int]:
    """Who wrote what the working copy says since an edition that a second person approved."""
    return set(piece.writers.values_list("user_id", flat=True))


def may_edit(piece: Piece, by: User) -> bool:
    """Whether this person may change the working copy."""
    opts = kinds.named(piece.kind).model._meta
    if not by.is_active or not by.has_perm(f"{opts.app_label}.change_{opts.model_name}"):
        return False
    return by.has_perm("editorial.edit_any_piece") or piece.created_by_id == by.pk or by.pk in writers_of(piece)


def to_edit(piece: Piece, by: User) -> list[Blocker]:
    if piece.erased_at is not None:
        return [Blocker("erased", _("This piece was erased; nothing can be done with it."))]
    if may_edit(piece, by):
        return []
    return [Blocker("not_yours", _("Only its writers and editors may change this piece."))]


def to_publish_content(piece: Piece, at: datetime | None = None) -> list[Blocker]:
    """The publishable checks, the same when submitting and when publishing; consent as it will be at that instant."""
    blockers = [*piece.blockers(at or timezone.now()), *_identity(piece)]
    if not piece.title.strip():
        blockers.append(Blocker("no_title", _("Give the piece a title."), "title"))
    if not piece.slug.strip():
        blockers.append(Blocker("no_slug", _("Give the piece a slug, the last part of its address."), "slug"))
    taken = Address.objects.filter(kind=piece.kind, language=piece.language, slug=piece.slug)
    if taken.exclude(piece_id=piece.pk).exists():
        blockers.append(Blocker("slug_taken", _("Another piece once had this address. Choose another slug."), "slug"))
    return blockers


def _identity(piece: Piece) -> list[Blocker]:
    """A piece stays in its language, and a translation stays one of an original."""
    found = []
    before = piece.editions.order_by("number").first()
    if before is not None and (before.language, before.original_id) != (piece.language, piece.original_id):
        sentence = _(
            "What was published stays in its language and the translation of the same original. Make a new piece."
        )
        found.append(Blocker("identity_is_fixed", sentence, "language"))
    if piece.translation_of_id is not None:
        original = Piece.objects.get(pk=piece.translation_of_id)
        if original.translation_of_id is not None or piece.translations.exists():
            sentence = _("A translation is made from the original itself. Choose the original.")
            found.append(Blocker("chain_of_translations", sentence, "translation_of"))
    return found


def to_refer(piece: Piece, now: datetime, also: set[int]) -> list[Blocker]:
    """References must lead to what readers can see, or to what is done together with this."""
    targets = set(piece.references.filter(edition__isnull=True).values_list("target_id", flat=True)) - also
    seen = set(
        Edition.objects.public(Channel.WEBSITE, now).filter(piece_id__in=targets).values_list("piece_id", flat=True)
    )
    hidden = Piece.objects.filter(pk__in=targets - seen).values_list("title", flat=True)
    return [
        Blocker(
            "reference_not_public",
            format_lazy(
                _("It refers to “{title}”, which readers cannot see yet. Publish that first, or both together."),
                title=title,
            ),
        )
        for title in hidden
    ]


def to_submit(piece: Piece, by: User) -> list[Blocker]:
    return [
        *_role(by, "editorial.submit_piece", _("Contributor or Editor")),
        *to_edit(piece, by),
        *_state(
            piece,
            [State.DRAFT, State.CHANGES_REQUESTED],
            _("It is approved already.") if piece.state == State.APPROVED else _("It is with a reviewer already."),
        ),
        *_unchanged(piece),
        *to_publish_content(piece),
    ]


def _unchanged(piece: Piece) -> list[Blocker]:
    latest = piece.latest_edition()
    if latest is None or latest.digest != piece.digest_now():
        return []
    # What readers cannot see any more, after a consent ended or an end, may be published again as it is.
    when = max(timezone.now(), latest.publish_at)
    if not Edition.objects.public(Channel.WEBSITE, when).filter(pk=latest.pk).exists():
        return []
    return [Blocker("nothing_changed", _("It says the same as what is published, so there is nothing to review."))]


def to_recall(piece: Piece, by: User) -> list[Blocker]:
    blockers = _state(piece, [State.IN_REVIEW, State.APPROVED], _("It is not with a reviewer."))
    if piece.submitted_by_id != by.pk and not by.has_perm("editorial.edit_any_piece"):
        blockers.append(Blocker("not_submitter", _("Only the person who submitted it or an editor may recall it.")))
    return blockers


def to_request_changes(piece: Piece, by: User, note: str | None = None) -> list[Blocker]:
    blockers = [
        *_role(by, "editorial.review_piece", _("Reviewer")),
        *_state(piece, [State.IN_REVIEW], _not_in_review(piece)),
    ]
    if note is not None and not note.strip():
        blockers.append(Blocker("no_note", _("Write what should change, so that the writer can act on it."), "note"))
    return blockers


def to_approve(piece: Piece, by: User, digest: str | None = None) -> list[Blocker]:
    blockers = [
        *_role(by, "editorial.review_piece", _("Reviewer")),
        *_state(piece, [State.IN_REVIEW], _not_in_review(piece)),
    ]
    if by.pk in writers_of(piece):
        # Superusers are no exception: nobody approves what they wrote.
        blockers.append(Blocker("own_text", _("You changed this text yourself. Someone else has to approve it.")))
    if piece.submitted_by_id == by.pk:
        blockers.append(Blocker("own_submission", _("You submitted it yourself. Someone else has to approve it.")))
    now = piece.digest_now()
    if now != piece.digest or (digest is not None and digest != now):
        blockers.append(Blocker("text_moved", _("The text changed after you opened it. Read it again, then approve.")))
    return blockers


def to_publish(piece: Piece, by: User, at: datetime | None = None) -> list[Blocker]:
    blockers = [
        *_role(by, "editorial.publish_piece", _("Publisher")),
        *_state(piece, [State.APPROVED], _("It is not approved yet. Submit it; a reviewer approves it.")),
    ]
    if by.pk in writers_of(piece):
        blockers.append(Blocker("own_text", _("You changed this text yourself. Someone else has to publish it.")))
    digest = piece.digest_now()
    if piece.state == State.APPROVED and digest != piece.approved_digest:
        blockers.append(Blocker("text_moved", _("The text changed after it was approved. Submit it again.")))
    latest = piece.latest_edition()
    if (latest.pk if latest else None) != piece.base_edition_id:
        blockers.append(
            Blocker("base_moved", _("Another edition was published meanwhile. Compare, then submit it again."))
        )
    return [*blockers, *piece.approvals_missing(), *to_publish_content(piece, at)]


def to_record_narrators_yes(piece: Piece, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.record_narrators_yes", _("Consent officer"))
    blockers += _state(
        piece, [State.IN_REVIEW, State.APPROVED], _("The narrator is shown the final text, once it is in review.")
    )
    if piece.digest_now() != piece.digest:
        blockers.append(Blocker("text_moved", _("The text changed meanwhile. Show it to the narrator again.")))
    return blockers


def to_cancel_schedule(piece: Piece, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.publish_piece", _("Publisher"))
    if piece.waiting_edition(timezone.now()) is None:
        blockers.append(Blocker("nothing_scheduled", _("No edition is waiting for its time.")))
    return blockers


def to_hold(piece: Piece, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.hold_piece", _("any member of staff"))
    if piece.holds.filter(lifted_at__isnull=True).exists():
        blockers.append(Blocker("held", _("It is held back already.")))
    return blockers


def to_lift_hold(piece: Piece, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.lift_hold", _("Publisher or Consent officer"))
    hold = piece.holds.filter(lifted_at__isnull=True).first()
    if hold is None:
        blockers.append(Blocker("not_held", _("It is not held back.")))
    elif hold.lift_asked_by_id == by.pk:
        blockers.append(Blocker("second_person", _("You asked to lift it. A second person has to agree.")))
    return blockers


def to_end(piece: Piece, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.end_piece", _("Publisher or Consent officer"))
    if not piece.editions.filter(ends_at__gt=timezone.now()).exists():
        blockers.append(Blocker("not_live", _("Nothing of it is published or scheduled.")))
    return blockers


def to_restore(piece: Piece, by: User) -> list[Blocker]:
    return to_edit(piece, by)


def to_discard(piece: Piece, by: User) -> list[Blocker]:
    blockers = to_edit(piece, by)
    latest = piece.latest_edition()
    if latest is None:
        blockers.append(Blocker("never_published", _("It was never published, so there is nothing to go back to.")))
    elif latest.digest == piece.digest_now():
        blockers.append(Blocker("nothing_changed", _("It says the same as the newest edition.")))
    return blockers

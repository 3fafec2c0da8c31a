"""A draft shown to somebody without an account: who may make such a link, and when it opens.

The address holds the link's random key signed under a salt of its own. So the desk can show it again, guessing is
hopeless, and a copied database opens nothing without SECRET_KEY. Whether it opens is decided on every read, by one
function, from what the database says at that moment: nothing has to have run for a link to be dead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core import signing
from django.db import transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import events, guards, kinds, notices, seeing
from editorial.blockers import Blocker, refuse_if
from editorial.door import absolute
from editorial.instants import FOREVER
from editorial.models import Edition, Hold, Notice, Piece, ShareLink, User
from editorial.standing import Standing
from editorial.typed import one_line

SALT = "editorial.sharing"
DAYS, MOST_DAYS = 7, 30
#: Open or waiting at the same time, for one piece.
MOST_LINKS = 20
BY_HAND = "by_hand"


# --- The address ----------------------------------------------------------------------------------------------------
def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def address_of(link: ShareLink) -> str:
    """The full address. Whoever has it reads the draft."""
    return absolute(reverse("editorial:shared", args=[_signer().sign(link.key)]))


# --- When it opens --------------------------------------------------------------------------------------------------
class Fate(StrEnum):
    """Why a link does not open; or that it does."""

    OPEN = "open"
    WAITING = "waiting"
    REVOKED = "revoked"
    EXPIRED = "expired"
    MOVED_ON = "moved_on"
    HELD = "held"
    REFUSED = "refused"
    MAKER_LEFT = "maker_left"
    ERASED = "erased"


@dataclass(frozen=True)
class Ground:
    """What of the piece itself closes its links."""

    needs_leave: bool
    is_erased: bool
    is_held: bool
    #: When an edition of it was last made or ended. An older link is dead.
    moved_on_at: datetime | None
    #: When somebody whose story it is last said no. An older leave is void.
    refused_at: datetime | None
    #: Of what the draft says now. A leave for another text is void.
    digest: str


def ground_of(piece: Piece, now: datetime) -> Ground:
    """Read it for one link or for all links of a piece: the number of queries is the same."""
    family = _family(piece)
    return Ground(
        needs_leave=piece.sharing_needs_leave,
        is_erased=Piece.objects.filter(pk__in=family, erased_at__isnull=False).exists(),
        is_held=Hold.objects.filter(piece_id__in=family, lifted_at__isnull=True).exists(),
        moved_on_at=_moved_on_at(piece, family),
        refused_at=piece.sharing_refused_at(now, family),
        digest=piece.digest,
    )


def _family(piece: Piece) -> set[int]:
    """The piece with every original that it is, or ever was, a translation of.

    Which one that is, a writer can change; what was held or refused for one of them stays so for its translations.
    """
    recorded = piece.revisions.order_by().values_list("content__translation_of", flat=True).distinct()
    return {piece.pk, piece.original_id, *(pk for pk in recorded if pk)}


def _moved_on_at(piece: Piece, family: set[int]) -> datetime | None:
    """The original of a translation counts where it was ended, not where it was published anew."""
    found = Edition.objects.filter(piece_id__in=family).aggregate(
        made=Max("made_at", filter=Q(piece_id=piece.pk)),
        ended=Max("ended_at", filter=Q(ended_at__lt=FOREVER, publish_at__lt=F("ended_at"))),
    )
    return max((instant for instant in found.values() if instant is not None), default=None)


def fate_of(link: ShareLink, ground: Ground, now: datetime) -> Fate:
    """The one answer to whether a link opens. `link.made_by` has to be read along."""
    needs_leave = link.needs_leave or ground.needs_leave
    closed = [
        (link.revoked_at is not None, Fate.REVOKED),
        (ground.is_erased, Fate.ERASED),
        (ground.moved_on_at is not None and ground.moved_on_at >= link.made_at, Fate.MOVED_ON),
        (now >= link.expires_at, Fate.EXPIRED),
        (ground.is_held, Fate.HELD),
        (not link.made_by.is_active, Fate.MAKER_LEFT),
        (needs_leave and (link.leave_at is None or link.leave_digest != ground.digest), Fate.WAITING),
        (ground.refused_at is not None and ground.refused_at >= (link.leave_at or link.made_at), Fate.REFUSED),
    ]
    return next((fate for is_so, fate in closed if is_so), Fate.OPEN)


@dataclass(frozen=True)
class Opened:
    """A link that opens, and what it opens on."""

    link: ShareLink
    piece: Piece


def opened(token: str, now: datetime) -> Opened | None:
    """What the address opens at that instant; nothing, whatever the reason."""
    try:
        key = _signer().unsign(token)
    except signing.BadSignature:
        return None
    link = ShareLink.objects.select_related("made_by").filter(key=key).first()
    if link is None:
        return None
    piece = kinds.load(link.piece_id)
    return Opened(link, piece) if fate_of(link, ground_of(piece, now), now) is Fate.OPEN else None


# --- Who may --------------------------------------------------------------------------------------------------------
def _role(by: User, permission: str, role: str | Promise) -> list[Blocker]:
    if by.is_active and by.has_perm(permission):
        return []
    return [Blocker("no_permission", format_lazy(guards.NO_PERMISSION, role=role))]


def to_share(piece: Piece, by: User) -> list[Blocker]:
    """What stands against this person's sharing the draft."""
    blockers = [
        *_role(by, "editorial.share_draft", _("Contributor or Editor")),
        *guards.to_edit(Standing(piece), by),
    ]
    if piece.holds.filter(lifted_at__isnull=True).exists():
        blockers.append(
            Blocker("held", _("It is held back, so nobody outside may see it. Have the hold lifted first."))
        )
    return blockers


def to_make(piece: Piece, by: User, for_whom: str, days: int, now: datetime) -> list[Blocker]:
    blockers = to_share(piece, by)
    longest = ShareLink._meta.get_field("for_whom").max_length or 0
    if not for_whom:
        blockers.append(Blocker("no_name", _("Say for whom the link is, so that everybody knows later."), "for_whom"))
    elif len(for_whom) > longest:
        sentence = _("Shorten the name to at most {most} letters.")
        blockers.append(Blocker("too_long", format_lazy(sentence, most=longest), "for_whom"))
    if not 1 <= days <= MOST_DAYS:
        sentence = _("Choose from 1 to {most} days.")
        blockers.append(Blocker("no_such_time", format_lazy(sentence, most=MOST_DAYS), "days"))
    if piece.share_links.filter(revoked_at__isnull=True, expires_at__gt=now).count() >= MOST_LINKS:
        blockers.append(Blocker("too_many", _("It has many open links already. Revoke one that is not needed.")))
    return blockers


def to_allow(link: ShareLink, ground: Ground, by: User, now: datetime) -> list[Blocker]:
    """What stands against this person's agreeing to the link."""
    blockers = _role(by, "editorial.allow_sharing", _("Consent officer"))
    if link.made_by_id == by.pk:
        # Superusers are no exception, as nowhere where it takes two.
        blockers.append(Blocker("own_request", _("You asked for it yourself. Someone else has to agree.")))
    if fate_of(link, ground, now) is not Fate.WAITING:
        blockers.append(Blocker("not_waiting", _("This link does not wait for anybody’s leave.")))
    if ground.refused_at is not None and ground.refused_at >= now:
        sentence = _("A narrator said no to this website, or the consent has ended. Ask the narrator first.")
        blockers.append(Blocker("no_consent", sentence))
    return blockers


def to_revoke(link: ShareLink, by: User) -> list[Blocker]:
    """Hiding takes one person: anybody on staff who sees the piece."""
    blockers = _role(by, "editorial.hold_piece", _("any member of staff"))
    if link.revoked_at is not None:
        blockers.append(Blocker("revoked", _("It is revoked already.")))
    return blockers


# --- The acts -------------------------------------------------------------------------------------------------------
@transaction.atomic
def make(piece_id: int, *, by: User, for_whom: str, days: int = DAYS, may_comment: bool = True) -> ShareLink:
    """A new link. For a kind that needs it, the consent officers are asked for their leave first."""
    piece, now = _locked(piece_id, by), timezone.now()
    for_whom = one_line(for_whom)
    refuse_if(to_make(piece, by, for_whom, days, now))
    link = ShareLink.objects.create(
        piece_id=piece.pk,
        for_whom=for_whom,
        may_comment=may_comment,
        needs_leave=piece.sharing_needs_leave,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    if link.needs_leave:
        officers = seeing.holders("editorial.allow_sharing").values_list("pk", flat=True)
        notices.tell(officers, piece, Notice.What.LEAVE_ASKED, by, now)
    events.record("share", by=by, piece=piece, reason=f"link {link.pk}", at=now)
    return link


@transaction.atomic
def allow(link_id: int, *, by: User) -> None:
    """Agree that a draft is shared; not by whom it was asked for."""
    piece, link = _of(link_id, by)
    now = timezone.now()
    refuse_if(to_allow(link, ground_of(piece, now), by, now))
    link.leave_by, link.leave_at, link.leave_digest = by, now, piece.digest
    link.save(update_fields=["leave_by", "leave_at", "leave_digest"])
    events.record("allow_sharing", by=by, piece=piece, reason=f"link {link.pk}", at=now)


@transaction.atomic
def revoke(link_id: int, *, by: User) -> None:
    """The address opens nothing any more, from the next request on."""
    piece, link = _of(link_id, by)
    refuse_if(to_revoke(link, by))
    now = timezone.now()
    link.revoked_by, link.revoked_at, link.revoked_why = by, now, BY_HAND
    link.save(update_fields=["revoked_by", "revoked_at", "revoked_why"])
    events.record("revoke_share", by=by, piece=piece, reason=f"link {link.pk}", at=now)


def end_links(piece_id: int, *, by: User | None, why: str, now: datetime) -> int:
    """Revoke every link of the piece, in the transaction of the verb that hides or publishes it; how many there were.

    Writes no event: the verb's own says it, and each row keeps who and why ("published", "held", "ended" or
    "withdrawn"). Where nobody of the staff did it, the links expire instead.
    """
    living = ShareLink.objects.filter(piece_id=piece_id, revoked_at__isnull=True)
    if by is None:
        return living.filter(expires_at__gt=now, made_at__lt=now).update(expires_at=now)
    return living.update(revoked_by=by, revoked_at=now, revoked_why=why)


def void_leaves(piece_ids: Iterable[int]) -> int:
    """The links of these pieces need a new leave, as after another person was recorded as theirs."""
    given = ShareLink.objects.filter(piece_id__in=list(piece_ids), leave_at__isnull=False)
    return given.update(leave_by=None, leave_at=None, leave_digest="")


def _locked(piece_id: int, by: User) -> Piece:
    """The piece with its row locked, so that no verb publishes or hides it meanwhile; if this person sees it."""
    is_there = Piece.objects.select_for_update(no_key=True).filter(pk=piece_id).values_list("pk", flat=True).first()
    piece = kinds.load(piece_id) if is_there is not None else None
    if piece is None or not seeing.may_see(piece, by):
        refuse_if([Blocker("no_such_piece", _("This piece no longer exists. Go back to the list."))])
    assert piece is not None  # refused above
    return piece


def _of(link_id: int, by: User) -> tuple[Piece, ShareLink]:
    """The link with its piece, the rows locked in that order."""
    piece_id = ShareLink.objects.filter(pk=link_id).values_list("piece_id", flat=True).first()
    piece = _locked(piece_id or 0, by)
    link = ShareLink.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=link_id)
    return piece, link

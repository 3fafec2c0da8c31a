"""How a piece stands at one instant: what the guards ask of it, each read at most once.

A verb makes its own, after the rows are locked. The desk makes one to show every verb with its reasons; that one may
trust the digest of the last save, because the verb itself looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from editorial.models import Address, Approval, Channel, Edition, Erasure, Hold, Piece, Reference, Revision, State
from editorial.tombstones import standing_at

if TYPE_CHECKING:
    from editorial.blockers import Blocker

#: Whatever is long is left out: no guard reads it.
HEAVY = ("content",)
APPROVALS_READ = 100


class Standing:
    """Lazy: a guard that is content early costs no query."""

    def __init__(self, piece: Piece, now: datetime | None = None, *, is_trusting: bool = False) -> None:
        self.piece = piece
        self.now = now or timezone.now()
        self.is_trusting = is_trusting
        #: What the registered checks said, by the instant (editorial/blockers.py).
        self.checked: dict[datetime, Sequence[Blocker]] = {}
        if is_trusting:
            piece.read_ahead()

    def given(self, name: str) -> Any:
        """What the query that fetched the piece brought along, for showing only; None when it did not."""
        return self.piece.__dict__.get(name) if self.is_trusting else None

    @cached_property
    def newest(self) -> Revision | None:
        """What the last save recorded."""
        return self.piece.revisions.first()

    @cached_property
    def digest(self) -> str:
        """Of what the rows say."""
        return self.piece.digest if self.is_trusting else self.piece.digest_now()

    @cached_property
    def content(self) -> dict[str, Any]:
        """What the working copy says. For showing, from the revision that the last save recorded."""
        last = self.newest if self.is_trusting else None
        if last is not None and last.digest == self.piece.digest and last.erased_at is None:
            content: dict[str, Any] = last.content
            return content
        return self.piece.content()

    @cached_property
    def tag_words(self) -> list[str]:
        """What readers see of its tags, in every language."""
        if (given := self.given("tag_words")) is not None:
            return [word for word in given.split("\n") if word]
        rows = self.piece.piece_tags.values_list(
            "tag__name", "tag__slug", "tag__canonical__name", "tag__canonical__slug", "tag__canonical__labels__text"
        )
        return sorted({word for row in rows for word in row if word})

    @cached_property
    def editions(self) -> Sequence[Edition]:
        """All of them without their content, newest first, each with `is_seen`: whether readers see it now."""
        seen = Edition.objects.public(Channel.WEBSITE, self.now).filter(pk=OuterRef("pk")).order_by()
        found = self.piece.editions.defer(*HEAVY).select_related("ended_by", "published_by")
        return list(found.annotate(is_seen=Exists(seen)).order_by("-number"))

    @property
    def is_seen(self) -> bool:
        return any(edition.is_seen for edition in self.editions)  # type: ignore[attr-defined]  # the annotation

    @property
    def live(self) -> Edition | None:
        """Whose interval holds now, whether or not it may be shown."""
        return next((edition for edition in self.editions if edition.is_live(self.now)), None)

    @property
    def waiting(self) -> Edition | None:
        """The scheduled one whose time has not come."""
        return next((e for e in self.editions if e.publish_at > self.now and not e.was_never_live()), None)

    @property
    def latest(self) -> Edition | None:
        """The newest that was not called off before it went live."""
        return next((edition for edition in self.editions if not edition.was_never_live()), None)

    @property
    def first(self) -> Edition | None:
        return self.editions[-1] if self.editions else None

    @property
    def filed(self) -> list[Edition]:
        return [edition for edition in self.editions if edition.is_filed]

    @property
    def unconfirmed(self) -> list[Edition]:
        """Urgent ones that no second person stands behind yet, newest first."""
        return [edition for edition in self.editions if not edition.has_second_person]

    @cached_property
    def writers(self) -> set[int]:
        """Who wrote what the working copy says since an edition that a second person approved."""
        if (given := self.given("writer_ids")) is not None:
            return {int(one) for one in given.split(",") if one}
        return set(self.piece.writers.values_list("user_id", flat=True))

    @cached_property
    def decisions(self) -> Sequence[Approval]:
        """The newest ones first. While it is a draft none of them says anything of the text."""
        if self.is_trusting and self.piece.state == State.DRAFT:
            return []
        return list(self.piece.approvals.select_related("by")[:APPROVALS_READ])

    @property
    def approvers(self) -> set[int]:
        """Who approved this very text since it was submitted."""
        since = self.piece.submitted_at
        if since is None:
            return set()
        return {
            one.by_id
            for one in self.decisions
            if (one.kind, one.decision) == (Approval.Kind.REVIEW, Approval.Decision.APPROVED)
            and one.digest == self.piece.digest
            and one.at >= since
        }

    @property
    def has_narrators_yes(self) -> bool:
        """Whether the narrator said yes to this very text."""
        said = (Approval.Kind.NARRATOR, Approval.Decision.APPROVED, self.piece.digest)
        return any((one.kind, one.decision, one.digest) == said for one in self.decisions)

    @cached_property
    def hidden(self) -> Sequence[Piece]:
        """What the working copy itself refers to and readers cannot see."""
        return hidden_targets([self.piece.pk], self.now)

    @cached_property
    def approvals_missing(self) -> Sequence[Blocker]:
        """Whose yes is missing besides the reviewer's."""
        return self.piece.approvals_missing()

    @cached_property
    def own_blockers(self) -> Sequence[Blocker]:
        """What the kind itself says against publishing it at this instant."""
        return self.piece.blockers(self.now)

    @cached_property
    def hold(self) -> Hold | None:
        if self.given("is_held") is False:
            return None
        return self.piece.holds.filter(lifted_at__isnull=True).select_related("set_by", "lift_asked_by").first()

    @cached_property
    def erasure(self) -> Erasure | None:
        """Asked for, and not agreed to yet."""
        return self.piece.erasures.filter(agreed_at__isnull=True).select_related("asked_by").first()

    @property
    def may_have_pictures(self) -> bool:
        return self.given("has_pictures") is not False

    @cached_property
    def is_slug_taken(self) -> bool:
        """Whether another piece once had this address."""
        piece = self.piece
        if (given := self.given("is_slug_taken")) is not None:
            return bool(given)
        slugs = standing_at(piece.kind, piece.language, piece.slug)
        taken = Address.objects.filter(kind=piece.kind, language=piece.language, slug__in=slugs)
        return taken.exclude(piece_id=piece.pk).exists()


def hidden_targets(hosts: Iterable[int], now: datetime) -> list[Piece]:
    """What these working copies refer to and readers cannot see at that instant, each with `refers`; one query."""
    seen = Edition.objects.public(Channel.WEBSITE, now).filter(piece_id=OuterRef("target_id")).order_by()
    links = Reference.objects.filter(~Exists(seen), host_id__in=hosts, edition__isnull=True)
    refers = Exists(Reference.objects.filter(host_id=OuterRef("pk"), edition__isnull=True))
    return list(Piece.objects.filter(pk__in=links.values("target_id")).annotate(refers=refers).order_by("pk"))

"""A piece: something that can be published. Its row is the working copy, which readers never see."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from editorial.constraints import one_of, together
from editorial.digests import digest_of
from editorial.models.clearance import Windows
from editorial.models.reference import Referring
from editorial.models.tag import Tag
from editorial.models.tagging import ItemBase
from editorial.wording import ContentField, described

if TYPE_CHECKING:
    from editorial.blockers import Blocker
    from editorial.models.edition import Edition


BARE = "This is a bare parent row. Load the piece through editorial.kinds.load()."


def random_public_id() -> str:
    """Twelve letters and digits: what the public knows a piece by, never a running number."""
    return secrets.token_hex(6)


def random_digest_key() -> str:
    return secrets.token_hex(32)


class State(models.TextChoices):
    """Of the working copy. What is live follows from editions and clearances."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved")


class Piece(models.Model):
    """The parent row of every kind. Verbs lock it and load the concrete row through the registry of kinds."""

    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    kind = models.CharField(max_length=20, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="en")
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("slug"),
        max_length=120,
        help_text=_("The last part of its address, in Latin letters. An address once used is never given away."),
    )
    standfirst = models.CharField(
        _("standfirst"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences that stand under the title and on lists."),
    )
    translation_of = models.ForeignKey(
        "self",
        verbose_name=_("translation of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
    )
    translated_from = models.ForeignKey(
        "editorial.Edition", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    tags = TaggableManager(
        _("tags"),
        through="editorial.PieceTag",
        blank=True,
        help_text=_("What it is about. Pick from the list; a comma ends a tag."),
    )

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    digest_key = models.CharField(max_length=64, default=random_digest_key, editable=False)
    digest = models.CharField(max_length=64, default="", editable=False)
    approved_digest = models.CharField(max_length=64, default="", editable=False)
    approval = models.ForeignKey(
        "editorial.Approval", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    base_edition = models.ForeignKey(
        "editorial.Edition",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="The edition that the working copy started from.",
    )
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="pieces_created"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    # How the work on it is arranged. None of this is content, so none of it voids an approval.
    is_sensitive = models.BooleanField(
        default=False, editable=False, help_text="Two reviewers have to approve the same text."
    )
    one_reviewer_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Who finds that one reviewer is enough again; a second person has to agree.",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Whom the review is assigned to; anybody whose role it is may still do it.",
    )
    review_due = models.DateField(null=True, editable=False)
    assignment_note = models.CharField(max_length=300, blank=True, default="", editable=False)
    look_again_on = models.DateField(
        null=True, editable=False, help_text="When somebody should check whether it still holds."
    )

    #: The schema version of what content() returns.
    schema_version: ClassVar[int] = 1
    #: Whether old editions may be cited after they were superseded. Stories never.
    is_citable: ClassVar[bool] = False
    #: Whether a consent officer has to agree before a draft is shown to somebody outside.
    sharing_needs_leave: ClassVar[bool] = False

    class Meta:
        ordering = ["-changed_at"]
        indexes = [
            models.Index(fields=["state"], condition=~Q(state="draft"), name="piece_at_work"),
            models.Index(fields=["-changed_at"], name="piece_changed"),
            models.Index(fields=["look_again_on"], condition=Q(look_again_on__isnull=False), name="piece_look_again"),
        ]
        constraints = [
            one_of("piece_state_is_known", "state", State.values),
            together("piece_submitted_by_and_at", "submitted_by", "submitted_at"),
            UniqueConstraint(fields=["kind", "language", "slug"], name="piece_slug_is_free"),
            CheckConstraint(
                name="piece_approved_digest_is_current",
                condition=~Q(state=State.APPROVED) | (Q(approved_digest=F("digest")) & ~Q(digest="")),
            ),
            CheckConstraint(
                name="piece_approval_goes_with_state",
                condition=Q(state=State.APPROVED, approval__isnull=False)
                | (~Q(state=State.APPROVED) & Q(approval__isnull=True, approved_digest="")),
            ),
        ]
        permissions = [
            ("edit_any_piece", "Can edit pieces that others write"),
            ("submit_piece", "Can submit a piece for review"),
            ("review_piece", "Can approve a piece or ask for changes"),
            ("publish_piece", "Can publish and schedule"),
            ("end_piece", "Can end what is published"),
            ("hold_piece", "Can hold a piece back at once"),
            ("lift_hold", "Can lift a hold together with a second person"),
            ("publish_urgently", "Can publish an urgent fix before it is reviewed"),
            ("share_draft", "Can share a draft by a link"),
            ("allow_sharing", "Can agree that the draft of a story is shared by a link"),
            ("record_narrators_yes", "Can record a narrator's yes to the final text"),
            ("withdraw_piece", "Can take a story off every surface for its narrator"),
            ("erase_piece", "Can erase a piece for good together with a second person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if type(self) is not Piece and not self.kind:
            self.kind = self.kind_name()
        super().save(*args, **kwargs)

    @classmethod
    def kind_name(cls) -> str:
        return cls.__name__.lower()

    @property
    def original_id(self) -> int:
        """The piece that this is a translation of, or itself."""
        return int(self.translation_of_id or self.pk)

    # --- What each kind answers for itself; a bare parent row must never answer "no blockers" -----------------------
    def content(self) -> dict[str, Any]:
        """What the piece says, without defaults. Ids for tags and references, never their labels or values."""
        raise NotImplementedError(BARE)

    def load_content(self, content: dict[str, Any]) -> None:
        """Write earlier content back into the working copy's own rows."""
        raise NotImplementedError(BARE)

    def erase_content(self) -> None:
        """Empty the working copy's own rows for good. A kind with rows beside content() deletes them too."""
        self.load_content(
            {"title": "", "slug": self.slug, "language": self.language, "translation_of": self.translation_of_id}
        )

    def blockers(self, at: datetime) -> list[Blocker]:
        """What stands in the way of publishing the working copy, as it is, at that instant."""
        raise NotImplementedError(BARE)

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        """What content() holds, in the order of the form: how each part is called and shown to an editor."""
        raise NotImplementedError(BARE)

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        """Where, and from when until when, these editions may be shown. Refused where not listed.

        Follows from what was published, never from the working copy: a draft changes nothing public.
        """
        raise NotImplementedError(BARE)

    def read_ahead(self) -> None:
        """Read once what the questions above ask several times. For showing only: a verb asks afresh."""

    def settled_passages(self) -> frozenset[str]:
        """Words of the text that somebody has judged already, so that no advice is given on them."""
        return frozenset()

    def shows_name(self) -> bool:
        """Whether the working copy holds a real name."""
        return False

    def approvals_missing(self) -> list[Blocker]:
        """Whose yes to the final text is missing besides the reviewer's."""
        return []

    def referring(self) -> list[Referring]:
        """The references that the working copy makes to other pieces."""
        return []

    def sharing_refused_at(self, now: datetime, family: set[int]) -> datetime | None:
        """When somebody whose piece it is last said no to something: a leave to share, given before, is void."""
        return None

    # --- Shared by all kinds ----------------------------------------------------------------------------------------
    def common_content(self) -> dict[str, Any]:
        """The part of the content that every kind has."""
        pictures = [use.content() for use in self.piece_pictures.select_related("picture").order_by("position", "pk")]
        return {
            "title": self.title,
            "slug": self.slug,
            "language": self.language,
            "standfirst": self.standfirst,
            "translation_of": self.translation_of_id,
            "tags": sorted(self.piece_tags.values_list("tag_id", flat=True)),
            **({"pictures": pictures} if pictures else {}),
        }

    @classmethod
    def with_common_fields(cls, *own: ContentField) -> list[ContentField]:
        """The fields of a kind between those that every kind has."""
        around = described(cls, "title", "standfirst"), described(cls, "tags", "slug", "language", "translation_of")
        return [*around[0], *own, *around[1]]

    def load_common_content(self, content: dict[str, Any]) -> None:
        self.title = content["title"]
        self.slug = content["slug"]
        self.language = content["language"]
        self.translation_of_id = content.get("translation_of")
        self.standfirst = content.get("standfirst", "")
        wanted = set(content.get("tags", []))
        self.piece_tags.exclude(tag_id__in=wanted).delete()
        held = set(self.piece_tags.values_list("tag_id", flat=True))
        PieceTag.objects.bulk_create(PieceTag(content_object_id=self.pk, tag_id=tag) for tag in sorted(wanted - held))
        self._load_pictures(content.get("pictures", []))

    def _load_pictures(self, stored: list[dict[str, Any]]) -> None:
        """The uses as they were. What is covered in a picture is not taken back: the picture is as it is now."""
        from editorial.models.picture import Picture, PiecePicture

        self.piece_pictures.all().delete()
        there = set(
            Picture.objects.filter(pk__in=[one["picture"] for one in stored], erased_at__isnull=True).values_list(
                "pk", flat=True
            )
        )
        words, marks = ("alt", "caption"), ("is_lead", "is_decorative")
        PiecePicture.objects.bulk_create(
            PiecePicture(
                piece_id=self.pk,
                picture_id=one["picture"],
                position=position,
                **{name: one.get(name, "") for name in words},
                **{name: one.get(name, False) for name in marks},
            )
            for position, one in enumerate(stored)
            if one["picture"] in there
        )

    def digest_now(self) -> str:
        """The digest of the working copy as the database holds it at this moment."""
        return self.digest_of(self.content())

    def digest_of(self, content: dict[str, Any]) -> str:
        """The digest of a content under the key of this piece."""
        return digest_of(content, key=self.digest_key)

    def latest_edition(self) -> Edition | None:
        """The newest edition that was not called off before it went live."""
        return self.editions.exclude(ends_at__lte=F("publish_at")).order_by("-number").first()

    def waiting_edition(self, now: datetime) -> Edition | None:
        """The scheduled edition whose time has not come."""
        return self.editions.filter(publish_at__gt=now, ends_at__gt=F("publish_at")).first()

    def live_edition(self, now: datetime) -> Edition | None:
        """The edition whose interval holds now, whether or not it may be shown."""
        return self.editions.filter(publish_at__lte=now, ends_at__gt=now).first()


class PieceTag(ItemBase):
    """One tag of a working copy. The field has the name that taggit asks for."""

    content_object = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="piece_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="piece_links")

    objects = models.Manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["content_object", "tag"], name="piece_tag_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"


class PieceWriter(models.Model):
    """Who changed the working copy since an edition that a second person approved. They may not approve it."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="writers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="writing")

    class Meta:
        constraints = [UniqueConstraint(fields=["piece", "user"], name="piece_writer_once")]

    def __str__(self) -> str:
        return f"{self.user_id} writes {self.piece_id}"

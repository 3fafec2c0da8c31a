"""An edition: what was published. The only thing that a public surface reads."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, F, GeneratedField, Max, OuterRef, Q, UniqueConstraint
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from editorial.constraints import together
from editorial.instants import FOREVER
from editorial.models.clearance import Channel, Clearance, Part
from editorial.models.tag import Tag
from editorial.models.tagging import ItemBase


class EditionQuerySet(models.QuerySet["Edition"]):
    def live(self, at: datetime) -> EditionQuerySet:
        """Whose interval holds that instant; whether they may be shown is another question."""
        return self.filter(publish_at__lte=at, ends_at__gt=at)

    def for_readers(self) -> EditionQuerySet:
        """A relation that was not fetched along fails at once, instead of costing a query for each row."""
        return self.fetch_mode(models.FETCH_RAISE)

    def public(self, channel: Channel, at: datetime) -> EditionQuerySet:
        """The one door: what readers may see on a channel at an instant.

        Inner-joins the clearance of the piece, so a piece without one is not public.
        """
        return self.for_readers().live(at).cleared(channel, at)

    def cleared(self, channel: Channel, at: datetime) -> EditionQuerySet:
        """What consent and holds allow on a channel, and for a text that holds a real name, allow of that too."""
        name = Clearance.objects.filter(
            piece_id=OuterRef("piece_id"),
            channel=Part.REAL_NAME,
            allowed_from__lte=at,
            allowed_until__gt=at,
            from_edition__lte=OuterRef("number"),
        )
        return self.filter(
            Q(shows_name=False) | Exists(name),
            erased_at__isnull=True,
            is_sealed=True,
            piece__clearances__channel=channel,
            piece__clearances__allowed_from__lte=at,
            piece__clearances__allowed_until__gt=at,
            piece__clearances__held=False,
            piece__clearances__from_edition__lte=F("number"),
        )

    def citable(self, channel: Channel, at: datetime) -> EditionQuerySet:
        """The second door: also superseded editions of pieces that may be cited, while the piece itself is public.

        Once an edition of the piece was ended, none of it is citable any more. Stories never are.
        """
        ended = Edition.objects.filter(
            piece_id=OuterRef("piece_id"), ended_at__lte=at, publish_at__lt=F("ended_at")
        ).order_by()
        return (
            self.for_readers()
            .filter(~Exists(ended), is_citable=True, publish_at__lte=at, ends_at__gt=F("publish_at"), expires_at__gt=at)
            .cleared(channel, at)
        )

    def next_number(self) -> int:
        return int(self.aggregate(top=Max("number"))["top"] or 0) + 1


class Edition(models.Model):
    """Frozen content with three ends; live at t while publish_at <= t < the least of them.

    An end at or before its start is allowed and means that it never was live.
    """

    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    standfirst = models.CharField(max_length=400, blank=True)
    public_id = models.CharField(max_length=12)
    original_id = models.BigIntegerField(help_text="The piece that this one translates, or its own.")
    is_citable = models.BooleanField(default=False)
    content = models.JSONField(default=dict)
    schema_version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    approved_digest = models.CharField(max_length=64, blank=True, default="")
    approval = models.ForeignKey("editorial.Approval", on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.ForeignKey("editorial.Revision", on_delete=models.PROTECT, related_name="+")
    is_urgent = models.BooleanField(default=False)
    urgent_reason = models.CharField(max_length=300, blank=True, default="")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    is_filed = models.BooleanField(
        default=False, help_text="Was replaced while it waited; somebody has to take its changes over, or drop them."
    )
    shows_name = models.BooleanField(default=False, help_text="Holds a real name, so needs that grant to be seen.")
    is_sealed = models.BooleanField(default=False, help_text="Its tags and references are complete.")
    tags = TaggableManager(through="editorial.EditionTag", blank=True)

    publish_at = models.DateTimeField()
    superseded_at = models.DateTimeField(default=FOREVER)
    expires_at = models.DateTimeField(default=FOREVER)
    ended_at = models.DateTimeField(default=FOREVER)
    ends_at = GeneratedField(
        expression=Least("superseded_at", "expires_at", "ended_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=20, blank=True, default="")
    erased_at = models.DateTimeField(null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-id"]
        constraints = [
            UniqueConstraint(fields=["piece", "number"], name="edition_number_once"),
            UniqueConstraint(fields=["piece"], condition=Q(superseded_at=FOREVER), name="edition_one_open_per_piece"),
            CheckConstraint(
                name="edition_was_approved",
                condition=Q(approved_digest=F("digest"), approval__isnull=False)
                | Q(is_urgent=True)
                | Q(erased_at__isnull=False),
            ),
            CheckConstraint(
                name="edition_end_has_a_person",
                # A narrator who takes a story back has no account.
                condition=Q(ended_at=FOREVER, ended_by__isnull=True)
                | Q(ended_at__lt=FOREVER, ended_by__isnull=False)
                | Q(ended_at__lt=FOREVER, end_reason="withdrawn"),
            ),
            CheckConstraint(name="edition_digest_is_there", condition=~Q(digest="")),
            together("edition_confirmed_by_and_at", "confirmed_by", "confirmed_at"),
            CheckConstraint(
                name="edition_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | (Q(is_urgent=True) & ~Q(confirmed_by=F("published_by"))),
            ),
            CheckConstraint(
                name="edition_urgent_has_a_reason",
                condition=Q(is_urgent=False) | ~Q(urgent_reason="") | Q(erased_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "language", "slug"], name="edition_address"),
            models.Index(fields=["kind", "publish_at", "id"], name="edition_newest"),
            models.Index(fields=["publish_at"], name="edition_publish_at"),
            models.Index(fields=["ends_at"], name="edition_ends_at"),
            models.Index(fields=["original_id"], name="edition_original"),
            models.Index(
                fields=["piece"], condition=Q(is_urgent=True, confirmed_at__isnull=True), name="edition_to_confirm"
            ),
            models.Index(fields=["piece"], condition=Q(is_filed=True), name="edition_filed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}, edition {self.number}"

    def is_live(self, at: datetime) -> bool:
        return self.publish_at <= at < min(self.superseded_at, self.expires_at, self.ended_at)

    @property
    def has_second_person(self) -> bool:
        """Whether somebody else than its writers stands behind it: by an approval, or by confirming an urgent one."""
        return not self.is_urgent or self.confirmed_at is not None

    def was_never_live(self) -> bool:
        return min(self.superseded_at, self.expires_at, self.ended_at) <= self.publish_at


class EditionTag(ItemBase):
    """One tag of an edition, written when it is frozen. The field has the name that taggit asks for."""

    content_object = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="edition_links")

    objects = models.Manager()

    class Meta:
        verbose_name = _("tag of an edition")
        constraints = [UniqueConstraint(fields=["content_object", "tag"], name="edition_tag_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"

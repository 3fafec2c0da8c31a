"""A picture: its original, what of it is covered, where it is used, and the files that readers may get."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of, together
from editorial.models.piece import Piece, random_public_id


class Picture(models.Model):
    """The original lies in private storage under a random name; readers only ever get what was made from it.

    `recipe` is what editors drew (editorial/pictures/recipe.py): the covered shapes and the focal point. `seen` is the
    tick list: for each thing that may give a person away whether it is not in the picture, covered, or agreed to.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=random_public_id, editable=False)
    label = models.CharField(
        _("name at the desk"),
        max_length=120,
        help_text=_("How the staff finds it again. Readers never see it. Name no person."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who made it, as readers see it."))
    original_name = models.CharField(max_length=60, blank=True, default="", editable=False)
    original_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    original_format = models.CharField(max_length=8, editable=False)
    original_bytes = models.PositiveIntegerField(default=0, editable=False)
    width = models.PositiveIntegerField(editable=False, help_text="Of the oriented original.")
    height = models.PositiveIntegerField(editable=False)
    recipe = models.JSONField(default=dict, blank=True, editable=False)
    recipe_digest = models.CharField(max_length=64, default="", editable=False)
    seen = models.JSONField(default=dict, blank=True, editable=False)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, editable=False)
    subjects = models.ManyToManyField(
        Piece, through="editorial.PictureSubject", related_name="portraits", help_text="Whose narrators it shows."
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    original_destroyed_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            together("picture_seen_by_and_at", "seen_by", "seen_at"),
            one_of("picture_format_is_known", "original_format", ["JPEG", "PNG", "WEBP", "AVIF"]),
            CheckConstraint(
                name="picture_erased_is_empty",
                condition=Q(erased_at__isnull=True) | Q(original_name="", label="", original_sha256=""),
            ),
        ]
        permissions = [
            ("see_original", "Can look at the original of a picture"),
            ("destroy_original", "Can destroy the original of a picture"),
        ]

    def __str__(self) -> str:
        return f"picture {self.code}"


class PictureSubject(models.Model):
    """The picture shows a narrator of this story: wherever it is used, that story's grant for portraits decides."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="picture_subjects")
    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="picture_subjects")

    class Meta:
        constraints = [UniqueConstraint(fields=["picture", "piece"], name="picture_subject_once")]

    def __str__(self) -> str:
        return f"{self.picture_id} shows a narrator of {self.piece_id}"


class PiecePicture(models.Model):
    """One use of a picture in a working copy."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="piece_pictures")
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="piece_pictures"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_lead = models.BooleanField(
        _("leads the page"), default=False, help_text=_("It stands above the text and on lists.")
    )
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What it shows, for those who do not see it. Name nobody whom the text does not name."),
    )
    is_decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("It says nothing that the text does not say.")
    )
    caption = models.CharField(_("caption"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("picture of the piece")
        verbose_name_plural = _("pictures of the piece")
        ordering = ["position", "id"]
        constraints = [
            UniqueConstraint(fields=["piece", "picture"], name="piece_picture_once"),
            UniqueConstraint(fields=["piece"], condition=Q(is_lead=True), name="piece_has_one_lead_picture"),
            CheckConstraint(name="piece_picture_decorative_has_no_alt", condition=Q(is_decorative=False) | Q(alt="")),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id}: {self.picture_id}"

    def content(self) -> dict[str, Any]:
        """As content() of the piece has it: the id, the recipe as it is now, and the words; without defaults."""
        said: dict[str, Any] = {
            "picture": self.picture_id,
            "recipe": self.picture.recipe,
            "recipe_digest": self.picture.recipe_digest,
            "width": self.picture.width,
            "height": self.picture.height,
        }
        words = {"alt": self.alt, "caption": self.caption, "credit": self.picture.credit}
        marks = {"is_decorative": self.is_decorative, "is_lead": self.is_lead}
        return said | {name: value for name, value in (words | marks).items() if value}


class EditionPicture(models.Model):
    """One picture of an edition, with the recipe that was approved; written when it is frozen."""

    edition = models.ForeignKey("editorial.Edition", on_delete=models.CASCADE, related_name="edition_pictures")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="edition_pictures")
    recipe_digest = models.CharField(max_length=64)
    shows_narrator = models.BooleanField(default=False, help_text="Needs the grant for portraits to be seen.")

    class Meta:
        constraints = [UniqueConstraint(fields=["edition", "picture"], name="edition_picture_once")]
        indexes = [models.Index(fields=["picture", "recipe_digest"], name="edition_picture_recipe")]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.picture_id}"


class Rendition(models.Model):
    """One file made from an original by a recipe. The row stays when the file is gone."""

    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="renditions")
    recipe_digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, default="page")
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    name = models.CharField(max_length=40, unique=True, help_text="A keyed name, which is also its address.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, help_text="When the file itself was gone.")

    class Meta:
        ordering = ["width", "format"]
        constraints = [
            UniqueConstraint(
                fields=["picture", "recipe_digest", "purpose", "format", "width"], name="rendition_once_per_recipe"
            ),
            one_of("rendition_format_is_known", "format", ["AVIF", "WEBP", "JPEG"]),
            one_of("rendition_purpose_is_known", "purpose", ["page", "social"]),
        ]

    def __str__(self) -> str:
        return self.name

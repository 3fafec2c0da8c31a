"""Tags: what a piece is about, and their names in each language."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any, ClassVar

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of, together
from editorial.models.tagging import TagBase


def random_tag_id() -> int:
    """A positive 53-bit number: exact in JavaScript, and it does not tell how many tags there are."""
    return secrets.randbelow(2**53 - 1) + 1


def tag_key(name: str) -> str:
    """The one spelling by which two names are the same tag: NFC, single spaces, lower case."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


class Facet(models.TextChoices):
    TOPIC = "topic", _("Topics")
    PROGRAMME = "programme", _("Programmes")
    ORGANISATION = "organisation", _("Organisations")
    PERIOD = "period", _("Periods")
    PLACE = "place", _("Places")


class Tag(TagBase):
    """A word for what pieces are about. Editions and saved queries hold its id for ever."""

    id = models.BigIntegerField(primary_key=True, default=random_tag_id, editable=False)
    key = models.CharField(max_length=200, unique=True, editable=False)
    facet = models.CharField(_("facet"), max_length=20, choices=Facet, default=Facet.TOPIC)
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("For those who choose tags; readers do not see it."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("broader tag"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        help_text=_("The tag that this one is a part of; for finding and sorting at the desk."),
    )
    canonical = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged",
        editable=False,
        help_text="Itself, or the tag that this one was merged into.",
    )

    natural_key_fields: ClassVar[list[str]] = ["name"]
    objects = models.Manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [one_of("tag_facet_is_known", "facet", Facet.values)]
        permissions = [
            ("create_tag", "Can make a new tag while writing"),
            ("merge_tag", "Can rename and merge tags, and undo it"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = " ".join(unicodedata.normalize("NFC", self.name).split())
        self.key = tag_key(self.name)
        if not self.canonical_id:
            self.canonical_id = self.pk
        super().save(*args, **kwargs)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Its address from its name; of a name without letters or digits, from its id."""
        slug = slugify(tag, allow_unicode=True) or f"tag-{self.pk}"
        return slug if i is None else f"{slug}-{i}"

    def label(self, language: str) -> str:
        """Its name in that language, or the name it was made with. Reads the labels that were fetched along."""
        for label in self.labels.all():
            if label.language == language:
                return str(label.text)
        return str(self.name)


class TagAlias(models.Model):
    """Another word for a tag: a synonym that finds it, or a name and address that it had."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("other word"), max_length=100)
    key = models.CharField(max_length=200, unique=True, editable=False)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True, null=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("other word")
        verbose_name_plural = _("other words that find it")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = " ".join(unicodedata.normalize("NFC", self.name).split())
        self.key = tag_key(self.name)
        super().save(*args, **kwargs)


class TagChange(models.Model):
    """One rename or merge, with what is needed to undo it."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("Renamed")
        MERGE = "merge", _("Merged")

    kind = models.CharField(max_length=10, choices=Kind)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="changes")
    into = models.ForeignKey(Tag, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey("editorial.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey("editorial.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            one_of("tag_change_kind_is_known", "kind", ["rename", "merge"]),
            together("tag_change_undone_by_and_at", "undone_by", "undone_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.tag_id}"


class Label(models.Model):
    """One line in one language, changed live by a named permission. It never describes a narrator."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(max_length=12)
    text = models.CharField(max_length=100)

    class Meta:
        ordering = ["language"]
        constraints = [UniqueConstraint(fields=["tag", "language"], name="label_one_per_language")]

    def __str__(self) -> str:
        return self.text

"""Where a piece stands or stood: unique for ever, so that an old link never leads to another piece."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint


class Address(models.Model):
    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    slug = models.CharField(max_length=120)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [UniqueConstraint(fields=["kind", "language", "slug"], name="address_once_for_ever")]

    def __str__(self) -> str:
        return f"{self.language}/{self.kind}/{self.slug}"

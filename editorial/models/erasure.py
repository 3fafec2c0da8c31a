"""What was erased for good, by two people; and which lines of the ledger this database knows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from editorial.constraints import together


class Erasure(models.Model):
    """The first person asks, a second one agrees; then the text is gone. Names nobody and holds no text."""

    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="erasures")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    files_gone_at = models.DateTimeField(null=True, help_text="When the files of its pictures were deleted.")
    storage_cleaned_at = models.DateTimeField(
        null=True, help_text="When the database no longer held the text in free space, logs or indexes."
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            together("erasure_agreed_by_and_at", "agreed_by", "agreed_at"),
            CheckConstraint(
                name="erasure_is_agreed_by_another",
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
            ),
            UniqueConstraint(fields=["piece"], condition=Q(agreed_at__isnull=True), name="erasure_one_open_per_piece"),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.piece_id}"


class LedgerLine(models.Model):
    """A line of the ledger outside the database that was carried out here (editorial/ledger.py)."""

    number = models.PositiveBigIntegerField(primary_key=True)
    seal = models.CharField(max_length=64)
    carried_out_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"line {self.number}"

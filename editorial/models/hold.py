"""A piece held back: one person sets it at once, two lift it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from editorial.constraints import together


class Hold(models.Model):
    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lift_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-set_at"]
        constraints = [
            together("hold_lift_asked_by_and_at", "lift_asked_by", "lift_asked_at"),
            together("hold_lifted_by_and_at", "lifted_by", "lifted_at"),
            CheckConstraint(
                name="hold_is_lifted_by_two",
                condition=Q(lifted_by__isnull=True)
                | (Q(lift_asked_by__isnull=False) & ~Q(lifted_by=F("lift_asked_by"))),
            ),
            UniqueConstraint(fields=["piece"], condition=Q(lifted_at__isnull=True), name="hold_one_open_per_piece"),
        ]

    def __str__(self) -> str:
        return f"hold on {self.piece_id}"

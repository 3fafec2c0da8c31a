"""The only link between pieces: where-used, the one-query resolve, and no import between the families."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of


class Reference(models.Model):
    """From a piece (without edition: its working copy) or from one of its editions to another piece."""

    class Mode(models.TextChoices):
        LIVE = "live", _("Always the newest edition")
        PINNED = "pinned", _("One edition for ever")

    host = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="references")
    edition = models.ForeignKey("editorial.Edition", on_delete=models.CASCADE, null=True, related_name="references")
    target = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="referred_from")
    role = models.CharField(max_length=20, help_text="What the target is to the host: statistic, source, credit, pin.")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.LIVE)
    pinned = models.ForeignKey("editorial.Edition", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("reference_mode_is_known", "mode", ["live", "pinned"]),
            CheckConstraint(
                name="reference_pin_goes_with_mode",
                condition=Q(mode="live", pinned__isnull=True) | Q(mode="pinned", pinned__isnull=False),
            ),
            UniqueConstraint(fields=["host", "edition", "target", "role"], name="reference_once_per_edition"),
            UniqueConstraint(
                fields=["host", "target", "role"],
                condition=Q(edition__isnull=True),
                name="reference_once_in_working_copy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} → {self.target_id} ({self.role})"


class Referring(NamedTuple):
    """One reference as a content states it."""

    target: int
    role: str
    pinned: int | None = None

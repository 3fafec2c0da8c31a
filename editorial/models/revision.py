"""What one save was, for history, comparison and restore. Never a source for public pages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint


class Revision(models.Model):
    """Append-only (a trigger refuses changes; erasing empties the content)."""

    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    verb = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    schema_version = models.PositiveSmallIntegerField()
    changed = models.JSONField(default=list, help_text="Names of the fields that differ from the revision before.")
    writers = models.JSONField(default=list, help_text="Ids of those who wrote since the last approved edition.")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [UniqueConstraint(fields=["piece", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.piece_id}"

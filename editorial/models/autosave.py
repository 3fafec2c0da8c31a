"""What somebody is typing at this moment, and who else has the piece open. Never content, never public."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint


class Autosave(models.Model):
    """One slot for each person and piece, written over: typed but not saved. Gone once the form is saved.

    A piece that was never saved has a slot of its kind.
    """

    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, null=True, related_name="autosaves")
    kind = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves")
    fields = models.JSONField(default=dict, help_text="What the form would have sent: name to list of texts.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["piece", "user"], name="autosave_one_slot"),
            UniqueConstraint(
                fields=["kind", "user"], condition=Q(piece__isnull=True), name="autosave_one_slot_of_a_new_piece"
            ),
        ]

    def __str__(self) -> str:
        return f"unsaved text of {self.user_id} in {self.piece_id or self.kind}"


class Presence(models.Model):
    """That a person has the piece open. Says nothing once it is half a minute old."""

    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()
    is_writing = models.BooleanField(default=False)

    class Meta:
        constraints = [UniqueConstraint(fields=["piece", "user"], name="presence_one_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.piece_id}"

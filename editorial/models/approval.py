"""One person's decision on one digest."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of


class Approval(models.Model):
    """Change the content and it no longer counts, because the digest is another one."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("Review")
        NARRATOR = "narrator", _("The narrator's yes")

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES_REQUESTED = "changes_requested", _("Changes requested")

    piece = models.ForeignKey("editorial.Piece", on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.REVIEW)
    decision = models.CharField(max_length=20, choices=Decision)
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            one_of("approval_kind_is_known", "kind", ["review", "narrator"]),
            one_of("approval_decision_is_known", "decision", ["approved", "changes_requested"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by}"

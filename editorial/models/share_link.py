"""A way to read a draft without an account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from editorial.constraints import together


def random_key() -> str:
    return secrets.token_urlsafe(24)


class ShareLink(models.Model):
    """Signed, expiring, revocable. Dead once the piece is published, held or ended; a story needs a leave first."""

    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="share_links")
    key = models.CharField(max_length=40, unique=True, default=random_key, editable=False)
    for_whom = models.CharField(_("for whom"), max_length=120)
    may_comment = models.BooleanField(_("may comment"), default=True)
    needs_leave = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    leave_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    leave_at = models.DateTimeField(null=True)
    leave_digest = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the text that the leave was given for; for no other."
    )
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("share link")
        constraints = [
            together("share_link_leave_by_and_at", "leave_by", "leave_at"),
            together("share_link_revoked_by_and_at", "revoked_by", "revoked_at"),
            CheckConstraint(name="share_link_ends_after_it_starts", condition=Q(expires_at__gt=F("made_at"))),
        ]
        indexes = [models.Index(fields=["piece"], condition=Q(revoked_at__isnull=True), name="share_link_alive")]

    def __str__(self) -> str:
        return f"share link {self.pk} to {self.piece_id}"

"""What colleagues, and people with a share link, say about a draft; and who is to be told of what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of, together


class Comment(models.Model):
    """On the piece, on one of its fields, or on a passage quoted from one. Never public."""

    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(max_length=60, blank=True, help_text="The name of the field that it is about.")
    quote = models.CharField(max_length=400, blank=True, help_text="The passage that it is about, as it read then.")
    body = models.TextField(max_length=4000)
    reply_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80, blank=True, help_text="How somebody without an account called themself.")
    link = models.ForeignKey("editorial.ShareLink", on_delete=models.CASCADE, null=True, related_name="comments")
    at = models.DateTimeField()
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("comment")
        constraints = [
            CheckConstraint(
                name="comment_is_by_staff_or_through_a_link",
                condition=Q(by__isnull=False, link__isnull=True, by_name="")
                | (Q(by__isnull=True, link__isnull=False) & ~Q(by_name="")),
            ),
            together("comment_resolved_by_and_at", "resolved_by", "resolved_at"),
        ]
        indexes = [models.Index(fields=["piece"], condition=Q(resolved_at__isnull=True), name="comment_open")]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.piece_id}"


class Notice(models.Model):
    """That a person is to be told of something. Mailed gathered, in plain words, without titles or texts."""

    class What(models.TextChoices):
        ASSIGNED = "assigned", _("You were asked to review")
        SENT_BACK = "sent_back", _("Changes were asked for")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published or scheduled")
        COMMENTED = "commented", _("A comment")
        MENTIONED = "mentioned", _("You were mentioned")
        URGENT = "urgent", _("An urgent edition is to be confirmed")
        LEAVE_ASKED = "leave_asked", _("Somebody asks whether a draft may be shared")
        TAKEN_BACK = "taken_back", _("A narrator took something back, or asks for contact")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=20, choices=What)
    actor = models.CharField(max_length=150, help_text="Who did it, by log-in name or by the name they gave.")
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            one_of(
                "notice_what_is_known",
                "what",
                [
                    "assigned",
                    "sent_back",
                    "approved",
                    "published",
                    "commented",
                    "mentioned",
                    "urgent",
                    "leave_asked",
                    "taken_back",
                ],
            )
        ]
        indexes = [models.Index(fields=["user"], condition=Q(mailed_at__isnull=True), name="notice_to_mail")]

    def __str__(self) -> str:
        return f"{self.what} for {self.user_id}"

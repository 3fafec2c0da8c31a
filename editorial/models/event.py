"""Who did what when. Append-only and chained; no values, no foreign keys to people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Sealed with the one before it (editorial/events.py), so that a change, swap or gap shows."""

    number = models.PositiveBigIntegerField(_("number in the record"), primary_key=True)
    at = models.DateTimeField(_("at"))
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=150, blank=True)
    verb = models.CharField(_("verb"), max_length=40)
    subject = models.CharField(_("subject"), max_length=60, help_text="The kind and public id of what it was done to.")
    piece_number = models.BigIntegerField(null=True, db_index=True)
    edition_number = models.PositiveIntegerField(_("edition"), null=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    fields = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.verb} {self.subject}"

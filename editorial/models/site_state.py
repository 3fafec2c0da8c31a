"""One row: what the page cache compares, and the head of the chain of events."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q


class SiteState(models.Model):
    """The generation is renewed by database triggers (editorial/triggers.py), whoever writes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    generation = models.BigIntegerField(default=0)
    last_event = models.PositiveBigIntegerField(default=0)
    last_seal = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [CheckConstraint(name="site_state_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"generation {self.generation}"

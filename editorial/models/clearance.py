"""Whether a piece may be shown at all, and where. Refused by default."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of
from editorial.instants import FOREVER, NEVER


class Channel(models.TextChoices):
    WEBSITE = "website", _("This website")
    PARTNERS = "partners", _("Partner sites")
    PRINT = "print", _("Print")
    SOCIAL = "social", _("Social media")


class Part(models.TextChoices):
    """What of a person a text may show; an edition that shows it needs its own row."""

    REAL_NAME = "real_name", _("Real name")
    PORTRAIT = "portrait", _("Portrait")


class Window(NamedTuple):
    """From when until when something is allowed; the end is not part of it."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def meet(self, other: Window) -> Window:
        """The time that both allow."""
        return Window(max(self.start, other.start), min(self.end, other.end))


ALWAYS = Window(NEVER, FOREVER)
REFUSED = Window(FOREVER, NEVER)
ROWS: tuple[Channel | Part, ...] = (*Channel, *Part)
Windows = dict[Channel | Part, Window]


def everything_allowed() -> Windows:
    """For pieces that show nobody."""
    return dict.fromkeys(ROWS, ALWAYS)


class Clearance(models.Model):
    """One row for each piece and channel, and for each part of a person; written by clearing.write() alone.

    `from_edition` makes an end final and a widening the work of two: where a window was closed, only an edition that
    was published after it opened counts.
    `shown_since` remembers that something was public here, which decides between 410 and 404.
    """

    piece = models.ForeignKey("editorial.Piece", on_delete=models.CASCADE, related_name="clearances")
    channel = models.CharField(max_length=20, choices=[*Channel.choices, *Part.choices])
    allowed_from = models.DateTimeField(default=FOREVER)
    allowed_until = models.DateTimeField(default=NEVER)
    held = models.BooleanField(default=False)
    from_edition = models.PositiveIntegerField(default=1)
    shown_since = models.DateTimeField(default=FOREVER)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["piece", "channel"], name="clearance_one_per_channel"),
            one_of("clearance_channel_is_known", "channel", [*Channel.values, *Part.values]),
        ]
        indexes = [
            models.Index(fields=["allowed_from"], name="clearance_from"),
            models.Index(fields=["allowed_until"], name="clearance_until"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.piece_id}"

    @property
    def window(self) -> Window:
        return Window(self.allowed_from, self.allowed_until)

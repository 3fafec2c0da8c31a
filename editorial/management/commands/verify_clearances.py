"""Works out every clearance anew from the consents and compares it with what the database holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from editorial import clearing, kinds
from editorial.models import Piece


class Command(BaseCommand):
    help = "Recompute all clearances and list those that differ. Changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        now, wrong, seen = timezone.now(), [], 0
        for pk in (
            Piece.objects.filter(editions__isnull=False)
            .distinct()
            .order_by("pk")
            .values_list("pk", flat=True)
            .iterator()
        ):
            seen += 1
            for row, fresh in clearing.rows_for(kinds.load(pk), now=now):
                if clearing.differs(row, fresh, "allowed_from", "allowed_until", "held", "from_edition"):
                    wrong.append(f"{row}: the database says {row.window}, the consents say {fresh.window}")
        if wrong:
            msg = "\n".join(
                [*wrong, f"{len(wrong)} clearances differ. Save the consent of each piece again to mend it."]
            )
            raise CommandError(msg)
        self.stdout.write(f"{seen} published pieces, every clearance as its consents say.")

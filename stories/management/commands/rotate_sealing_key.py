"""Seals names, contacts and evidence anew under the first key of SEALING_KEYS."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stories.resealing import reseal


class Command(BaseCommand):
    help = "Seals everything that is encrypted anew under the first key of SEALING_KEYS. Run it again if it broke off."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = reseal()
        for count in counts:
            closed = f", {count.closed} that no key opens" if count.closed else ""
            self.stdout.write(f"  {count.done} {count.label}{closed}")
        if any(count.closed for count in counts):
            msg = (
                "Some could not be opened and stay as they were. Put the key that sealed them behind the others in "
                "SEALING_KEYS, and run this again. Throw no key away before."
            )
            raise CommandError(msg)
        if len(settings.SEALING_KEYS) > 1:
            next_step = (
                "Everything is sealed under the first key. Take the other keys out of SEALING_KEYS and start the "
                "server anew. Keep them as long as backups made with them are kept."
            )
        else:
            next_step = "Everything is sealed under the only key. To change it, put a new one before it and run this."
        self.stdout.write(next_step)

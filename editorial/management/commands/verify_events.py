"""Checks the chain of events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from editorial import events
from editorial.models import Event


class Command(BaseCommand):
    help = "Check that no event was changed, swapped or taken out."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if fault := events.first_fault():
            msg = f"{fault} Compare with a backup before anything else is written."
            raise CommandError(msg)
        self.stdout.write(f"{Event.objects.count()} events, each as it was written.")

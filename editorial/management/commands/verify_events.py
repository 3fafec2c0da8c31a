"""Checks the chain of events."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from editorial import events
from editorial.models import Event

AFTER_A_RESTORE = (
    "If you restored a backup, or moved the site, say so: python manage.py verify_events --accept-restored. If nobody "
    "did, compare with a backup before anything else is written."
)


class Command(BaseCommand):
    help = "Check that no event was changed, swapped, put in or taken out, nor cut off at the end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accept-restored",
            action="store_true",
            help="A backup was restored: record that, and take what this database says as the record from now on.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        fault = events.first_fault() or events.missing_anchor()
        is_outside = bool(fault) and not events.fault_inside()
        if is_outside and options["accept_restored"]:
            event = events.accept_restored()
            self.stdout.write(f"Recorded as event {event.number}: a backup was restored. It was said: {fault}")
            return
        if fault:
            next_step = AFTER_A_RESTORE if is_outside else "Compare with a backup before anything else is written."
            msg = f"{fault} {next_step}"
            raise CommandError(msg)
        self.stdout.write(f"{Event.objects.count()} events, each as it was written.")

"""Sets new passwords for the demo log-ins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reading import seeding
from reading.management.commands.seed_demo import print_log_ins


class Command(BaseCommand):
    help = "Set a new random password for each demo log-in and print them once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        passwords = seeding.set_passwords()
        if not passwords:
            msg = "There are no demo log-ins. Run: make demo"
            raise CommandError(msg)
        print_log_ins(self, passwords)

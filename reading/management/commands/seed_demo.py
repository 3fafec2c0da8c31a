"""Loads the demonstration into an empty database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reading import seeding


class Command(BaseCommand):
    help = "Load the demonstration content through the workflow. Does nothing when there is content already."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if seeding.is_seeded():
            self.stdout.write("There is content already; nothing was loaded.")
            return
        try:
            passwords = seeding.seed(self.stdout.write)
        except seeding.BadFixture as error:
            msg = f"{error}\nNothing was loaded."
            raise CommandError(msg) from error
        print_log_ins(self, passwords)


def print_log_ins(command: BaseCommand, passwords: dict[str, str]) -> None:
    """The log-ins, shown this once."""
    command.stdout.write("\nDemo log-ins (shown this once; `make passwords` sets new ones):")
    for username, password in passwords.items():
        command.stdout.write(f"  {username:<14} {password}")

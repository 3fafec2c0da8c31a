"""Carries out what the ledger says and this database does not know."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from editorial import replaying
from editorial.ledger import Unwritable
from editorial.replaying import CannotServe


class Command(BaseCommand):
    help = "Carry out every withdrawal of the ledger that this database does not know, as after a restored backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accept-new-ledger",
            action="store_true",
            help="The ledger of this site is lost or broken for good: put it aside and go on with a new one. "
            "What only the old one knew will not be carried out on older backups.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["accept_new_ledger"]:
                line = replaying.accept_new_ledger()
                said = f"A new ledger begins with entry {line.number}." if line else "The ledger is as it should be."
                self.stdout.write(said)
            done = replaying.replay()
        except (CannotServe, Unwritable) as error:
            raise CommandError(str(error)) from error
        for line in done.unknown:
            self.stdout.write(f"Entry {line.number}: this database has no such piece; left out.")
        self.stdout.write(f"{len(done.carried_out)} entries carried out now.")

"""Deletes the files of pictures that were taken down, and names files without rows and rows without files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from editorial.pictures import tidying


class Command(BaseCommand):
    help = (
        "Delete the files that were taken down and are still there. List files that no picture knows, and pictures "
        "whose file is missing; with --delete the former are deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="Delete files that no picture knows.")

    def handle(self, *_args: Any, delete: bool, **_options: Any) -> None:
        gone = tidying.forget_removed()
        found = list(tidying.strays())
        for stray in found:
            is_deleted = delete and stray.is_file
            if is_deleted:
                tidying.delete(stray)
            state = (
                ("no picture knows it" + (", deleted" if is_deleted else ""))
                if stray.is_file
                else "the file is missing"
            )
            self.stdout.write(f"{stray.what} {stray.name}: {state}")
        missing = sum(not stray.is_file for stray in found)
        self.stdout.write(
            f"{gone} files that were taken down deleted; {len(found) - missing} strays, {missing} missing."
        )
        if missing:
            self.stdout.write(
                "Restore what is missing from a backup of the two directories, or upload those pictures again."
            )

"""Writes down anew by which words each working copy is found."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from editorial import finding, workflow
from editorial.models import Findable, Piece

#: A long transaction stops every reader of a SQLite database (DESIGN §9).
MOST_ROWS, MOST_LETTERS = 100, 200_000


class Command(BaseCommand):
    help = "Index all working copies for the search of the desk. Needed once after an upgrade; harmless at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        last, total = 0, 0
        while (batch := self.batch(last))[1]:
            last, total = batch[0], total + batch[1]
        if erased := list(Findable.objects.filter(piece__erased_at__isnull=False).values_list("pk", flat=True)):
            finding.forget(*erased)
        self.stdout.write(f"{total} pieces can be found.")

    @transaction.atomic
    def batch(self, after: int) -> tuple[int, int]:
        """Index some of the pieces behind that id: the id of the last one, and how many they were."""
        ids = Piece.objects.filter(pk__gt=after, erased_at__isnull=True).order_by("pk").values_list("pk", flat=True)
        length = done = 0
        # Locked, so that a save in between is not overwritten by what was read before it.
        for piece in workflow.lock(ids[:MOST_ROWS]):
            length += finding.index(piece, piece.content())
            after, done = piece.pk, done + 1
            if length >= MOST_LETTERS:
                break
        return after, done

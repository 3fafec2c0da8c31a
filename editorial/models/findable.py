"""The words of the working copies, for the search of the desk. Never read by a public page."""

from __future__ import annotations

from django.db import models


class Findable(models.Model):
    """The tokens of one working copy, as editorial/words.py makes them. Both databases index them in their own way."""

    piece = models.OneToOneField("editorial.Piece", on_delete=models.CASCADE, primary_key=True, related_name="findable")
    title = models.TextField(default="")
    text = models.TextField(default="")

    def __str__(self) -> str:
        return f"words of {self.piece_id}"

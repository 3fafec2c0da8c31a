"""A page at the desk about one piece, beside its form: history, preview, comments and the like.

Every one of them is reached through PieceAdmin, which asks whether the person may see, or change, the piece.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class PiecePage:
    """Where it stands under the piece's address, what shows it, and who may ask for it."""

    #: The part of the address behind the number of the piece, such as "history/".
    route: str
    #: Behind the names of app and model: admin:stories_story_history.
    name: str
    #: Called as view(admin, request, piece, **what the route captures), with the concrete piece, read afresh.
    view: View
    needs: Literal["view", "change"] = "view"
    methods: tuple[str, ...] = ("GET", "HEAD")

    @property
    def is_plain(self) -> bool:
        """Whether the number of the piece is all that its address holds."""
        return "<" not in self.route

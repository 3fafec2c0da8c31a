"""The desk for stories."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editorial.admin.choosing import PieceField
from editorial.admin.form import PieceForm
from editorial.admin.piece import PieceAdmin
from editorial.models import Piece
from stories.admin import care, taking_back
from stories.admin.taking_back import what_words
from stories.models import Story, WithdrawalCase


class StoryForm(PieceForm):
    credit = PieceField(
        "source",
        label=_("Credited source"),
        help_text=_("The record of the work that the credit line names."),
    )


class StoryField(PieceField):
    """A story, chosen by its title."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("story", required=True, **kwargs)
        self.queryset = Story.objects.order_by("title")


@admin.register(Story)
class StoryAdmin(PieceAdmin):
    form = StoryForm
    change_form_template = "admin/stories/story/change_form.html"
    own_pages = (*care.PAGES, *taking_back.PAGES)
    kind_fields = (
        "byline",
        "is_name_changed",
        "names_narrator",
        "descriptors",
        "how_made",
        "content_note",
        "body",
        "takeaway",
        "credit_line",
        "credit",
    )

    def _beside(self, request: HttpRequest, piece: Piece) -> dict[str, Any]:
        """Whose story it is, besides: by code, with links for those who know them."""
        assert isinstance(piece, Story)  # the kind of this desk
        found = super()._beside(request, piece)
        narrators = request.user.has_perm("stories.view_narrator")
        # What was taken back left an answer, and the answers are read already.
        was_taken = any(answer.ended_by for answer in piece.every_answer())
        cases = WithdrawalCase.objects.filter(story_id=piece.original_id, is_contact_only=False)
        return {
            **found,
            "whose": piece.people(),
            "may_see_narrators": narrators,
            "taken": [(case, what_words(case)) for case in (cases if was_taken else ())],
            "may_see_cases": request.user.has_perm("stories.view_withdrawalcase"),
        }

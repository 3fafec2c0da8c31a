"""A story with its translations: what is taken back together."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker, Refused
from editorial.models import Edition, Piece
from stories.models import Story

#: The beginning of the scope of a translation; its language follows.
TRANSLATION = "translation:"


def original_of(story_id: int) -> Story:
    """The story, or for a translation the one that it translates: a story is taken back in all its languages.

    Raises Refused where there is none.
    """
    story = Story.objects.filter(pk=story_id).first()
    if story is None:
        raise Refused([Blocker("no_such_piece", _("This piece no longer exists. Go back to the list."))])
    return story if story.translation_of_id is None else Story.objects.get(pk=story.translation_of_id)


def family_of(original_id: int) -> list[int]:
    """The ids of the story and of every translation that it has, or had an edition of."""
    drafts = Piece.objects.filter(translation_of_id=original_id).values_list("pk", flat=True)
    published = Edition.objects.filter(original_id=original_id).order_by().values_list("piece_id", flat=True)
    return sorted({original_id, *drafts, *published.distinct()})


def ending_with(original_id: int, family: Sequence[int], scopes: Sequence[str]) -> list[int]:
    """Which of these pieces end: all, or the translations into the languages that were taken back."""
    if not scopes:
        return list(family)
    languages = [scope.removeprefix(TRANSLATION) for scope in scopes if scope.startswith(TRANSLATION)]
    found = Piece.objects.filter(pk__in=family, language__in=languages).exclude(pk=original_id)
    return list(found.order_by("pk").values_list("pk", flat=True))

"""Which parts of a story there are to take back: what narrators agree to now, and pictures of them that are seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils import timezone

from editorial.models import EditionPicture
from editorial.pictures import belonging, showing
from stories.answers import granted_now
from stories.families import TRANSLATION
from stories.models import Scope, Story

#: What can be taken back by itself. Without this website nothing of a story is shown anywhere.
PARTS = tuple(scope for scope in Scope if scope != Scope.WEBSITE)


def there_are(
    story: Story, family: Sequence[int], narrators: Collection[int], now: datetime | None = None
) -> list[str]:
    """The parts that one of these narrators could take back of the story, which is no translation, in one order.

    A translation into the language in which it was written is none.
    """
    now = now or timezone.now()
    granted: set[str] = set()
    for narrator in narrators:
        granted |= granted_now(narrator, set(family), now)
    granted -= {f"{TRANSLATION}{story.language}"}
    if Scope.PORTRAIT not in granted and shows_them(family, now):
        granted.add(Scope.PORTRAIT)
    return [scope.value for scope in PARTS if scope in granted]


def shows_them(family: Sequence[int], now: datetime) -> bool:
    """Whether a picture that may show a narrator can be seen in an edition that is live or waits."""
    rows = EditionPicture.objects.filter(
        picture_id__in=belonging.shown_in(family), edition__piece_id__in=family, edition__ends_at__gt=now
    )
    return showing.allowed(rows, now).exists()

"""What narrators have answered about stories, in the order in which it was recorded: grants, and what ended them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from editorial.instants import FOREVER
from editorial.models import Window
from stories import consent
from stories.models.consent import ConsentEvent, Grant, Scope


@dataclass(frozen=True)
class Answer:
    """One narrator’s answer to one scope."""

    narrator: int
    scope: str
    said: consent.Said
    at: datetime
    #: Who gave it, of the choices of Consent.GivenBy; empty for a withdrawal.
    given_by: str = ""
    #: Of which story it was said.
    story: int = 0
    #: Of an answer that ended what was granted, which kind of event it was; empty for what was answered when asked.
    ended_by: str = ""


def answers(stories: Collection[int]) -> list[Answer]:
    """Every answer that was recorded for these stories, the earliest first; of two at one instant the no comes last.

    A withdrawal is an answer too: a no to what was taken back, from its own instant on. Two queries.
    """
    found = [
        Answer(
            grant.consent.narrator_id,
            grant.scope,
            consent.Said(grant.consent.window, grant.value == Grant.Value.GRANTED),
            grant.said_at,
            grant.consent.given_by,
            grant.consent.story_id,
        )
        for grant in Grant.objects.filter(consent__story_id__in=stories).select_related("consent").order_by("pk")
    ]
    ended = ConsentEvent.objects.filter(story_id__in=stories, what__in=ConsentEvent.ENDING).order_by("pk")
    for event in ended:
        no = consent.Said(Window(event.at, FOREVER), is_granted=False)
        found += [
            Answer(event.narrator_id, scope, no, event.at, story=event.story_id or 0, ended_by=event.what)
            for scope in event.scopes or Scope.values
        ]
    return sorted(found, key=lambda answer: (answer.at, not answer.said.is_granted))


def by_narrator_and_scope(found: list[Answer]) -> dict[tuple[int, str], list[consent.Said]]:
    said: dict[tuple[int, str], list[consent.Said]] = {}
    for answer in found:
        said.setdefault((answer.narrator, answer.scope), []).append(answer.said)
    return said


def taken_back_at(stories: Collection[int]) -> datetime | None:
    """When one of these stories was last taken back as a whole: no yes to its text from before counts any more."""
    ended = ConsentEvent.objects.filter(story_id__in=stories, what__in=ConsentEvent.ENDING, scopes=[])
    last: datetime | None = ended.aggregate(last=Max("at"))["last"]
    return last


def granted_now(narrator: int, stories: Collection[int], now: datetime) -> set[str]:
    """The scopes that a narrator grants to these stories now or later."""
    said = by_narrator_and_scope([answer for answer in answers(stories) if answer.narrator == narrator])
    return {scope for (_narrator, scope), one in said.items() if consent.current(one, now).end > now}

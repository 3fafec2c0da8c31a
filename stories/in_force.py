"""What holds now of what narrators said: scope by scope, with what ended it and when; to read and to print."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from stories import consent as rules
from stories.answers import Answer, answers
from stories.models import Consent, Scope
from stories.models.consent import ConsentEvent, Grant


class Now(TextChoices):
    """What became of one answer."""

    GRANTED = "granted", _("Granted")
    LATER = "later", _("Granted from later on")
    REFUSED = "refused", _("Refused")
    NARROWED = "narrowed", _("Refused later")
    WITHDRAWN = "withdrawn", _("Taken back by the narrator")
    REVOKED = "revoked", _("Taken back by the organisation")
    INVALIDATED = "invalidated", _("Found not to hold")
    EXPIRED = "expired", _("Expired")


ENDED = {Now.NARROWED, Now.WITHDRAWN, Now.REVOKED, Now.INVALIDATED, Now.EXPIRED}


@dataclass(frozen=True)
class Standing:
    """One scope as it stands now; `at` is the end of a grant, the start of a later one, or when it was ended."""

    scope: Scope
    now: Now
    at: datetime

    @property
    def is_granted(self) -> bool:
        return self.now == Now.GRANTED


# --- All that a narrator said of a story -----------------------------------------------------------------------------
def standing(found: Iterable[Answer], now: datetime) -> list[Standing]:
    """Of one narrator and one story, every scope that was ever answered, in the order of the form."""
    by_scope: dict[str, list[Answer]] = {}
    for answer in found:
        by_scope.setdefault(answer.scope, []).append(answer)
    return [_standing(scope, by_scope[scope], now) for scope in Scope if _is_worth_saying(by_scope.get(scope, []))]


def _is_worth_saying(found: Sequence[Answer]) -> bool:
    """A withdrawal of everything is a no to each scope, also to those that nobody ever asked about."""
    return any(not answer.ended_by for answer in found)


def _standing(scope: Scope, found: Sequence[Answer], now: datetime) -> Standing:
    window = rules.current([answer.said for answer in found], now)
    last = found[-1]
    if window.holds(now):
        return Standing(scope, Now.GRANTED, window.end)
    if window.start > now and window.end > window.start:
        return Standing(scope, Now.LATER, window.start)
    if last.said.is_granted:
        return Standing(scope, Now.EXPIRED, last.said.window.end)
    if last.ended_by:
        return Standing(scope, Now(last.ended_by), last.at)
    return Standing(scope, Now.REFUSED, last.at)


def of_narrator(narrator: int, stories: Collection[int], now: datetime) -> dict[int, list[Standing]]:
    """For each of these stories what this narrator's answers come to; two queries in all."""
    found: dict[int, list[Answer]] = {story: [] for story in stories}
    for answer in answers(stories) if stories else []:
        if answer.narrator == narrator:
            found[answer.story].append(answer)
    return {story: standing(said, now) for story, said in found.items()}


# --- What became of one record ---------------------------------------------------------------------------------------
def ended(consent: Consent, now: datetime) -> dict[str, Standing]:
    """Of what this very record granted, what does not hold any more; a later record does not bring it back to life."""
    granted = {grant.scope: grant for grant in consent.grants.all() if grant.value == Grant.Value.GRANTED}
    stories = {consent.story_id, consent.story.original_id}
    later = [
        answer
        for answer in (answers(stories) if granted else [])
        if answer.narrator == consent.narrator_id and not answer.said.is_granted
    ]
    found: dict[str, Standing] = {}
    for scope, grant in granted.items():
        no = next((one for one in later if one.scope == scope and one.at >= grant.said_at), None)
        if no is not None:
            found[scope] = Standing(Scope(scope), Now(no.ended_by) if no.ended_by else Now.NARROWED, no.at)
        elif consent.valid_until <= now:
            found[scope] = Standing(Scope(scope), Now.EXPIRED, consent.valid_until)
    return found


def since(consent: Consent) -> list[ConsentEvent]:
    """What happened to the agreement from this record on, in order: its own events, and what came later."""
    events = ConsentEvent.objects.filter(narrator_id=consent.narrator_id, story_id=consent.story_id)
    return [
        event
        for event in events.select_related("by", "story", "narrator", "consent").order_by("at", "pk")
        if event.consent_id == consent.pk or event.at >= consent.recorded_at
    ]


def labelled(events: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """Events with `labels`: of which scopes each speaks, in words."""
    found = list(events)
    for event in found:
        event.labels = [str(Scope(one).label) for one in event.scopes if one in Scope.values]  # type: ignore[attr-defined]
    return found

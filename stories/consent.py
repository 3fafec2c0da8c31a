"""When a narrator's consents allow something: pure rules on grants with dates. Not asked means refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from editorial.models.clearance import REFUSED, Window


@dataclass(frozen=True)
class Said:
    """What one consent says about one scope."""

    window: Window
    is_granted: bool


def windows(said: Iterable[Said]) -> list[Window]:
    """The times at which a scope is granted, in order, touching ones joined.

    `said` is in the order in which it was recorded: a refusal ends all that was granted in earlier records, from its
    own start on, whatever their dates.
    """
    spans: list[Window] = []
    for one in said:
        if one.is_granted:
            spans.append(one.window)
        else:
            spans = [Window(span.start, min(span.end, one.window.start)) for span in spans]
    joined: list[Window] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def current(said: Iterable[Said], now: datetime) -> Window:
    """The window that holds now, else the next one, else the last one that has passed, else refused."""
    spans = windows(said)
    for span in spans:
        if span.end > now:
            return span
    return spans[-1] if spans else REFUSED


def is_over(said: Iterable[Said], now: datetime) -> bool:
    """Whether something was answered, and none of it grants anything now or later."""
    answers = list(said)
    return bool(answers) and not any(span.end > now for span in windows(answers))

"""The quick exit: on which pages it stands, and where it leads.

It is a link, so it works without script. With script it blanks the page first and leaves no way back to it in the
history of the tab (static/js/leave.js). It is off unless an editor switched it on for a collection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP

from editorial.models import Edition

#: Asked with an edition and the instant of the page: whether its page has a quick exit.
Asks = Callable[[Edition, datetime], bool]

_asks: list[Asks] = []


def register(asks: Asks) -> None:
    """For the floors above, which know what an edition is shown in; called in ready()."""
    if asks not in _asks:
        _asks.append(asks)


def target(language: str) -> str:
    """A page that says nothing about its reader, in the reader’s language."""
    targets: dict[str, str] = settings.QUICK_EXIT
    return targets.get(language) or targets[settings.LANGUAGE_CODE]


def exit_of(edition: Edition, now: datetime) -> str:
    """Where the quick exit of this page leads; empty where it has none."""
    return target(edition.language) if any(asks(edition, now) for asks in _asks) else ""


def with_script(response: HttpResponse) -> HttpResponse:
    """Let the one script of the quick exit run on this page; every other page runs none."""
    response._csp_config = {**settings.SECURE_CSP, "script-src": [CSP.SELF]}  # type: ignore[attr-defined]
    return response

"""The log names no shared draft."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings

from config.logs import WithoutDraftAddresses


def test_address_of_a_draft_is_shortened() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/draft/a.b-c_d/"), None
    )

    WithoutDraftAddresses().filter(record)

    assert record.getMessage() == "Not Found: /draft/…/"


def test_other_addresses_stay() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/en/drafts/"), None)

    WithoutDraftAddresses().filter(record)

    assert record.getMessage() == "Not Found: /en/drafts/"


def test_page_on_which_a_story_is_taken_back_is_not_named() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Forbidden", "/ko/withdraw/?words=x"), None
    )

    WithoutDraftAddresses().filter(record)

    assert record.getMessage() == "Forbidden: /…"


def test_every_handler_shortens() -> None:
    handlers: dict[str, Any] = settings.LOGGING["handlers"]  # type: ignore[assignment]  # a dict of several shapes

    assert [handler["filters"] for handler in handlers.values()] == [["drafts"]]

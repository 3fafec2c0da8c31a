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


def test_every_handler_shortens() -> None:
    handlers: dict[str, Any] = settings.LOGGING["handlers"]  # type: ignore[assignment]  # a dict of several shapes

    assert [handler["filters"] for handler in handlers.values()] == [["drafts"]]

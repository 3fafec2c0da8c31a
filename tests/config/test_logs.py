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


def test_address_of_what_is_gone_is_not_named() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", "/en/stories/words-of-a-title/"), None
    )
    record.status_code = 410

    WithoutDraftAddresses().filter(record)

    assert record.getMessage() == "Gone: /…"


def test_server_for_trying_it_out_names_it_neither() -> None:
    line = ("GET /en/stories/words-of-a-title/ HTTP/1.1", "410", "1204")
    record = logging.LogRecord("django.server", logging.WARNING, "", 0, '"%s" %s %s', line, None)

    WithoutDraftAddresses().filter(record)

    assert record.getMessage() == '"GET /… HTTP/1.1" 410 1204'


def test_no_logger_of_django_has_a_handler_that_does_not_shorten() -> None:
    for name in ("django", "django.server", "django.request"):
        assert not logging.getLogger(name).handlers
        assert logging.getLogger(name).propagate

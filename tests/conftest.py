"""What every test starts from. No test touches a network beyond loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("FIRSTHAND_MODE", "development")
# Playwright's synchronous API runs an event loop in the thread that also talks to the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation

from editorial import triggers
from tests.makers import Staff, make_staff

LOOPBACK = ("127.", "::1", "localhost")
_connect = socket.socket.connect
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django keeps it private


def guarded_connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        msg = f"A test tried to reach {address[0]}. Tests talk to this machine alone."
        raise AssertionError(msg)
    _connect(self, address)


def flush_without_guards(self: TransactionTestCase) -> None:
    """Emptying the tables is what the triggers refuse, so they step aside; migrate's signal puts them back."""
    triggers.remove(connection)
    _flush(self)


def pytest_configure() -> None:
    socket.socket.connect = guarded_connect  # type: ignore[assignment,method-assign]  # for the whole run
    TransactionTestCase._fixture_teardown = flush_without_guards  # type: ignore[attr-defined]  # see above


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what another database can change is asked again: not the pure core, and not what is about the
    browser alone. The leaks have one database, whichever it is.
    """
    if connection.vendor == "sqlite":
        return
    once = ("tests/leaks/", "tests/served/test_desk", "tests/served/test_prose", "tests/served/test_pictures")
    asks = {"db", "transactional_db", "site", "browser"}
    again = [
        item
        for item in items
        if not item.nodeid.startswith(once)
        and (item.get_closest_marker("django_db") or asks & set(getattr(item, "fixturenames", ())))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


@pytest.fixture(autouse=True)
def _plain_surroundings(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Files without a manifest, fast passwords, a ledger of its own, and the language left as it was."""
    settings.LEDGER_PATH = tmp_path / "ledger" / "withdrawals.jsonl"
    settings.ANCHOR_PATH = tmp_path / "ledger" / "anchor.json"
    private = "editorial.pictures.private_files.PrivateFiles"
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            name: {"BACKEND": private, "OPTIONS": {"location": str(tmp_path / name)}}
            for name in ("originals", "renditions")
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "evidence": {
            **settings.STORAGES["evidence"],
            "OPTIONS": {**settings.STORAGES["evidence"]["OPTIONS"], "location": tmp_path / "evidence"},
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with translation.override("en"):
        yield


@pytest.fixture
def staff(db: None) -> Staff:
    """One person for each role."""
    return make_staff()


@pytest.fixture
def reader() -> Client:
    """A visitor without an account."""
    return Client(headers={"host": "localhost"})

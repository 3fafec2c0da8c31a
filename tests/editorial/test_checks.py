"""What would fail quietly is said by the system check, and the small commands do their work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection

from editorial import checks
from editorial.tasks import optimise_database

DATABASES = project.DATABASES


def test_deferred_sqlite_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}})
    assert [found.id for found in checks.sqlite_takes_the_write_lock_first()] == ["firsthand.E001"]


def test_requests_as_transactions_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "ATOMIC_REQUESTS": True}
    monkeypatch.setitem(DATABASES, "default", database)
    assert [found.id for found in checks.no_request_is_a_transaction()] == ["firsthand.E002"]


def test_translation_is_compiled_once_and_again_when_it_changed(settings: Any, tmp_path: Path) -> None:
    source = tmp_path / "locale" / "ko" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Topics"\nmsgstr "주제"\n'
    )
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert [found.id for found in checks.translations_are_compiled()] == ["firsthand.W001"]

    call_command("compile_translations")

    assert checks.translations_are_compiled() == []


@pytest.mark.django_db(transaction=True)
def test_database_is_optimised() -> None:
    optimise_database.call()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)

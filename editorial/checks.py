"""System checks for what would fail quietly."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database)
def sqlite_takes_the_write_lock_first(**_kwargs: Any) -> list[CheckMessage]:
    """With deferred transactions 119 of 200 concurrent publishes failed as locked."""
    found: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"] != "django.db.backends.sqlite3":
            continue
        if database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
            hint = "Set OPTIONS['transaction_mode'] = 'IMMEDIATE'."
            found.append(
                Error(f"The SQLite database {alias!r} does not begin with the lock.", hint=hint, id="firsthand.E001")
            )
    return found


@register()
def no_request_is_a_transaction(**_kwargs: Any) -> list[CheckMessage]:
    """Reading a page would take the write lock."""
    if any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        return [Error("ATOMIC_REQUESTS is on.", hint="Take it out of DATABASES.", id="firsthand.E002")]
    return []


@register()
def translations_are_compiled(**_kwargs: Any) -> list[CheckMessage]:
    """Without the compiled file Korean pages come out in English."""
    missing = [
        str(source.relative_to(settings.BASE_DIR))
        for path in settings.LOCALE_PATHS
        for source in path.glob("*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists() or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if missing:
        hint = "Run: python manage.py compile_translations (make demo and make test do)."
        return [checks.Warning(f"Not compiled: {', '.join(missing)}.", hint=hint, id="firsthand.W001")]
    return []

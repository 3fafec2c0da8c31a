"""What has to be so before the first request is answered."""

from __future__ import annotations

from django.db import DatabaseError, connection

from editorial import triggers


def refuse_without_guards() -> None:
    """Raises SystemExit where the database does not hold its rules, as after a migration that broke off.

    Without them a withdrawn story could be answered from the page cache. A database that cannot be reached is another
    matter: then requests are answered 503 until it can.
    """
    try:
        if not triggers.PUBLIC_TABLES.keys() <= set(connection.introspection.table_names()):
            return  # nothing was ever migrated: there is nothing to guard, and every page says so by itself
        missing = triggers.missing(connection)
    except DatabaseError:
        return
    finally:
        connection.close()
    if missing:
        msg = (
            f"The database misses {len(missing)} of its guards ({missing[0]}, …), as after a migration that broke off. "
            "Run: python manage.py migrate. It puts them back; then start again."
        )
        raise SystemExit(msg)

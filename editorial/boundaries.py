"""When what is public next changes by itself: the instant until which a page may be kept."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from editorial.instants import FOREVER

# Written out, because every page that is rendered asks it, and the ORM took a third of the time of a page.
SQL = """
    SELECT MIN(publish_at) FROM editorial_edition WHERE publish_at > %s
    UNION ALL SELECT MIN(ends_at) FROM editorial_edition WHERE ends_at > %s
    UNION ALL SELECT MIN(allowed_from) FROM editorial_clearance WHERE allowed_from > %s
    UNION ALL SELECT MIN(allowed_until) FROM editorial_clearance WHERE allowed_until > %s
"""


def next_boundary(at: datetime) -> datetime:
    """The first instant after that one at which any edition or clearance starts or ends; one query."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(SQL, [moment] * 4)
        found = [as_datetime(row[0]) for row in cursor.fetchall() if row[0] is not None]
    return min(found, default=FOREVER)


def as_datetime(stored: datetime | str) -> datetime:
    """SQLite answers with text in UTC, PostgreSQL with an instant."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored

"""The two instants that stand in for "never ends" and "never was", so that no interval holds a null.

The least of several columns is null on SQLite when one of them is null, and skips it on PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

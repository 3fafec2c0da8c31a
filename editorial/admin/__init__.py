"""The desk of the editorial floor. The floors above register their kinds with PieceAdmin."""

from editorial.admin import erasures, people, pictures, records, tags  # noqa: F401  (importing registers them)

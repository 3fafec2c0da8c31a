"""Where an erased piece stood: its addresses go on answering 410, but none of them can be read in the database."""

from __future__ import annotations

from editorial.sealing import lookup


def tombstone(kind: str, language: str, slug: str) -> str:
    """What stands in the place of a slug once its piece is erased; the same each time, and nobody can read it back."""
    return "erased-" + lookup(f"{kind}/{language}/{slug}", context="erased-address")[:40]


def standing_at(kind: str, language: str, slug: str) -> list[str]:
    """What the database may hold for an address: the slug itself, or what is left of an erased one."""
    return [slug, tombstone(kind, language, slug)]

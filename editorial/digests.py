"""The digest of a content: what an approval is bound to."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

EMPTY: tuple[Any, ...] = ("", None, [], {}, False)


def without_defaults(content: dict[str, Any]) -> dict[str, Any]:
    """The content without what says nothing, so that a field added later changes no earlier digest."""
    return {key: value for key, value in content.items() if value not in EMPTY or (value == 0 and value is not False)}


def canonical(content: dict[str, Any]) -> str:
    """One text for one content: sorted keys, no white space, letters as they are."""
    return json.dumps(without_defaults(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(content: dict[str, Any], *, key: str) -> str:
    """HMAC-SHA-256 in hexadecimal under the piece's own key, which erasing destroys."""
    return hmac.new(bytes.fromhex(key), canonical(content).encode(), hashlib.sha256).hexdigest()


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the fields that differ, never their values."""
    old, new = without_defaults(before), without_defaults(after)
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))

"""Encrypts what must not be readable from the database or a backup: names, contacts, evidence.

The keys stand in the setting SEALING_KEYS, outside the database: the first one seals, every one of them opens. A sealed
value is bound to what it belongs to (its context), so that it cannot be moved to another row and opened there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _


class CannotOpen(Exception):  # noqa: N818  (it says what is wrong, for a person)
    """None of the keys opens it, or it belongs to something else. The text holds nothing of what is sealed."""


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in settings.SEALING_KEYS])


def _bound(context: str, data: bytes) -> bytes:
    return hashlib.sha256(context.encode()).digest() + data


def seal_bytes(data: bytes, *, context: str) -> bytes:
    """Encrypted and authenticated; about a third longer."""
    return _keys().encrypt(_bound(context, data))


def open_bytes(token: bytes, *, context: str) -> bytes:
    """Raises CannotOpen."""
    try:
        data = _keys().decrypt(token)
    except InvalidToken:
        sentence = _(
            "This was sealed with a key that is not there. Put the old key behind the new one in SEALING_KEYS."
        )
        raise CannotOpen(sentence) from None
    if not data.startswith(_bound(context, b"")):
        raise CannotOpen(_("This was sealed for something else. Restore the row from a backup."))
    return data[32:]


def seal(value: Any, *, context: str) -> str:
    """Any JSON value, as text."""
    return seal_bytes(json.dumps(value, ensure_ascii=False).encode(), context=context).decode()


def unseal(token: str, *, context: str) -> Any:
    """Nothing sealed gives an empty object. Raises CannotOpen."""
    return json.loads(open_bytes(token.encode(), context=context)) if token else {}


def sealed_anew(token: str) -> str:
    """The same under the first key. Raises CannotOpen."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        sentence = _(
            "This was sealed with a key that is not there. Put the old key behind the new one in SEALING_KEYS."
        )
        raise CannotOpen(sentence) from None


def lookup(value: str, *, context: str) -> str:
    """A keyed hash under which a secret can be found without being readable: 64 hexadecimal digits.

    It hangs on EVENT_CHAIN_KEY, which is never changed: a hash cannot be sealed anew.
    """
    key = hashlib.sha256(b"firsthand.lookup" + settings.EVENT_CHAIN_KEY.encode()).digest()
    return hashlib.blake2b(f"{context}\n{value}".encode(), key=key, digest_size=32).hexdigest()

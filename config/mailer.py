"""Where mail goes out: one address in a setting, as an entry of Django's MAILERS."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BACKENDS = "django.core.mail.backends"
#: Scheme, its usual port, what it needs besides.
SCHEMES: dict[str, tuple[int, dict[str, bool]]] = {
    "smtp": (25, {}),
    "smtp+tls": (587, {"use_tls": True}),
    "smtps": (465, {"use_ssl": True}),
}
#: Seconds; a task worker waits no longer for a mail server.
PATIENCE = 15


def mailer(address: str) -> dict[str, Any]:
    """`console:`, or `smtp+tls://name:password@mail.example.org:587`. Raises ImproperlyConfigured, without the address.

    Name and password are percent-encoded where they hold signs that mean something in an address.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(how()) from None
    if parts.scheme == "console":
        return {"BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ImproperlyConfigured(how())
    usual, needs = SCHEMES[parts.scheme]
    options: dict[str, Any] = {"host": parts.hostname, "port": port or usual, "timeout": PATIENCE, **needs}
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    return {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": options}


def how() -> str:
    """What to set. It does not repeat what was set, because that may hold a password."""
    schemes = ", ".join(f"{scheme}://" for scheme in SCHEMES)
    return f"MAIL cannot be read. Set it to console: or to an address that begins with {schemes} and names a host."

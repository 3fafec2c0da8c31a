"""One address in a setting says where mail goes out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from config.mailer import PATIENCE, mailer


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("smtp://localhost", {"host": "localhost", "port": 25}),
        ("smtp://mail.example.org:2525", {"host": "mail.example.org", "port": 2525}),
        ("smtp+tls://mail.example.org", {"host": "mail.example.org", "port": 587, "use_tls": True}),
        (
            "smtps://me%40example.org:p%2Fw@mail.example.org",
            {"host": "mail.example.org", "port": 465, "use_ssl": True, "username": "me@example.org", "password": "p/w"},
        ),
    ],
)
def test_address_is_read(address: str, options: dict[str, Any]) -> None:
    assert mailer(address)["OPTIONS"] == {"timeout": PATIENCE, **options}


@pytest.mark.parametrize("address", ["console:", "smtp://localhost", "smtp+tls://a:b@c", "smtps://a:b@c:1"])
def test_django_takes_what_was_read(address: str, settings: Any) -> None:
    settings.MAILERS = {"default": mailer(address)}

    assert mail.mailers["default"] is not None


@pytest.mark.parametrize("address", ["", "mail.example.org", "smtp://", "http://example.org", "smtp://a:secret@b:c"])
def test_what_cannot_be_read_is_said_without_repeating_it(address: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        mailer(address)

    assert "console:" in str(refusal.value)
    assert "secret" not in str(refusal.value)

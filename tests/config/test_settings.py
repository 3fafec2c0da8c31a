"""A start without what production needs stops with a sentence that says how to set it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

WHOLE = {
    "FIRSTHAND_MODE": "production",
    "SECRET_KEY": "a-secret-of-more-than-fifty-letters-for-this-one-test-0123456789",
    "EVENT_CHAIN_KEY": "another-secret-of-more-than-fifty-letters-for-this-one-test-0123",
    "SEALING_KEYS": "a-third-secret-of-more-than-fifty-letters-for-this-one-test-0123",
    "SITE_URL": "https://stories.example.org",
}


def start(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own. What is set to nothing counts as not set, whatever .env says."""
    nothing = dict.fromkeys(("SECRET_KEY", "EVENT_CHAIN_KEY", "SEALING_KEYS", "SITE_URL"), "")
    ours = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    return subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("check",))],
        cwd=settings.BASE_DIR,
        env=ours | nothing | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "EVENT_CHAIN_KEY", "SEALING_KEYS", "SITE_URL"])
def test_production_without_a_value_stops_and_says_how_to_set_it(tmp_path: Path, name: str) -> None:
    done = start(tmp_path, **WHOLE | {name: ""})

    assert done.returncode != 0
    assert f"{name} is not set." in done.stderr
    assert ".env" in done.stderr
    assert "make demo" in done.stderr


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"FIRSTHAND_MODE": "debug"}, "Set it to 'production' or 'development'."),
        ({"SITE_URL": "http://stories.example.org"}, "Set an address that begins with https://"),
        ({"ALLOWED_HOSTS": "*"}, "List the exact host names instead."),
    ],
)
def test_unsafe_value_stops_and_says_what_to_set(tmp_path: Path, changed: dict[str, str], sentence: str) -> None:
    done = start(tmp_path, **WHOLE | changed)

    assert done.returncode != 0
    assert sentence in done.stderr


def test_whole_production_starts(tmp_path: Path) -> None:
    done = start(tmp_path, "check", "--fail-level", "ERROR", **WHOLE)

    assert done.returncode == 0, done.stderr


def test_development_starts_without_any_value(tmp_path: Path) -> None:
    done = start(tmp_path, "check", "--fail-level", "ERROR", FIRSTHAND_MODE="development")

    assert done.returncode == 0, done.stderr
    secret = tmp_path / "development-secret"
    assert len(secret.read_text()) > 50
    assert secret.stat().st_mode & 0o777 == 0o600


def test_debug_is_off_even_in_development() -> None:
    assert settings.DEBUG is False

"""The docs say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")


def test_every_path_that_the_docs_name_exists() -> None:
    named = {
        path
        for name in ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "docs/headers.md")
        for path in PATH.findall((ROOT / name).read_text())
    }
    folders = tuple(path.name for path in ROOT.iterdir() if path.is_dir())
    ours = {path for path in named if path.startswith(folders)}
    assert {path for path in ours if not (ROOT / path).exists()} == set()


def test_every_make_word_is_explained() -> None:
    text = (ROOT / "Makefile").read_text()
    words = set(re.findall(r"^\.PHONY:(.*)", text.replace("\\\n", " "), re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert words == explained


def test_every_setting_is_explained() -> None:
    text = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|required)\(\s*"([A-Z_]+)"', text))
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read == explained


def test_django_is_the_pinned_line() -> None:
    assert django.VERSION[:2] == (6, 1)


def test_locks_name_no_host() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text(), lock.name

"""Names of public files: the same for the same file, another for every other, and from nobody's content."""

from __future__ import annotations

from typing import Any

import pytest

from editorial.pictures.naming import rendition_name

ARGUMENTS: dict[str, Any] = {
    "picture_code": "k3x9",
    "recipe_digest": "0" * 64,
    "file_format": "AVIF",
    "width": 960,
    "purpose": "page",
}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("picture_code", "k3x8"),
        ("recipe_digest", "1" * 64),
        ("file_format", "WEBP"),
        ("width", 480),
        ("purpose", "social"),
    ],
)
def test_another_file_has_another_name(name: str, other: Any) -> None:
    assert rendition_name(**ARGUMENTS) != rendition_name(**{**ARGUMENTS, name: other})


def test_name_is_32_hexadecimal_digits_and_stays() -> None:
    name = rendition_name(**ARGUMENTS)

    assert len(name) == 32
    assert name == rendition_name(**ARGUMENTS)
    int(name, 16)


def test_name_follows_from_the_key(settings: Any) -> None:
    before = rendition_name(**ARGUMENTS)
    settings.PICTURE_NAME_KEY = "another key"
    after = rendition_name(**ARGUMENTS)
    settings.SECRET_KEY = "another secret"

    assert before != after == rendition_name(**ARGUMENTS)


def test_name_follows_from_the_secret_where_there_is_no_key(settings: Any) -> None:
    before = rendition_name(**ARGUMENTS)
    settings.SECRET_KEY = "another secret"

    assert rendition_name(**ARGUMENTS) != before

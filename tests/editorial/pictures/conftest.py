"""Pictures of tests are kept in a directory of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editorial.pictures.workshop import Workshop


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path, _plain_surroundings: None) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            name: {
                "BACKEND": "editorial.pictures.private_files.PrivateFiles",
                "OPTIONS": {"location": str(tmp_path / name)},
            }
            for name in ("originals", "renditions")
        },
    }


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    """One process for many pictures, because the start of each takes a tenth of a second."""
    with Workshop(orders=1000) as one:
        yield one

"""The table of docs/headers.md against what is really sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from editorial import sharing
from tests.makers import Staff, make_collection, make_page, make_tag, publish

TABLE = Path(settings.BASE_DIR) / "docs" / "headers.md"


def rows() -> list[list[str]]:
    """The cells of the table, without the backquotes."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("|")]
    return [
        [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if "---" not in line
    ]


HEAD, *BODY = rows()


@pytest.mark.parametrize("row", BODY, ids=[row[0] for row in BODY])
def test_surface_sends_what_the_table_says(staff: Staff, reader: Client, row: list[str]) -> None:
    publish(make_collection(staff, slug="learning", any_of=[make_tag()]), staff)
    link = sharing.make(make_page(staff, slug="draft").pk, by=staff.contributor, for_whom="A reader")
    response = reader.get(row[1].format(token=sharing.address_of(link).rstrip("/").rpartition("/")[2]))

    for header, expected in list(zip(HEAD, row, strict=True))[2:]:
        sent = response.headers.get(header)
        if header == "Cache-Control" and sent:
            sent = ", ".join(sorted(part.strip() for part in sent.split(",")))
        assert sent == (None if expected == "—" else expected), header
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.status_code == (404 if "no such" in row[0] or "does not open" in row[0] else 200)

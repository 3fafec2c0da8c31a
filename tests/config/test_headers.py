"""The table of docs/headers.md against what is really sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from editorial import sharing
from editorial.models import Picture
from reading.models import Page
from stories.models import Scope
from tests.makers import Staff, make_collection, make_consent, make_page, make_story, make_tag, publish
from tests.pictures import file_of, make_picture, use

TABLE = Path(settings.BASE_DIR) / "docs" / "headers.md"


def rows() -> list[list[str]]:
    """The cells of the table, without the backquotes."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("|")]
    return [
        [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if "---" not in line
    ]


HEAD, *BODY = rows()


def draft(staff: Staff) -> Page:
    """A page that is not published, with a picture."""
    page = make_page(staff, slug="draft")
    use(page, make_picture(staff, label="drafted"), staff)
    return page


def pictures(staff: Staff) -> dict[str, str]:
    """The files of a picture in a draft, of one that partners may show, and of one that only we may."""
    page, story = make_page(staff), make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    for piece, label in ((page, "partners"), (story, "website")):
        use(piece, make_picture(staff, label=label), staff)
        publish(piece, staff)
    return {one.label: f"{file_of(one).name}.jpg" for one in Picture.objects.all()}


@pytest.mark.parametrize("row", BODY, ids=[row[0] for row in BODY])
def test_surface_sends_what_the_table_says(staff: Staff, reader: Client, row: list[str]) -> None:
    publish(make_collection(staff, slug="learning", any_of=[make_tag()]), staff)
    link = sharing.make(draft(staff).pk, by=staff.contributor, for_whom="A reader")
    token = sharing.address_of(link).rstrip("/").rpartition("/")[2]
    response = reader.get(row[1].format(token=token, **pictures(staff) if "/pictures/{" in row[1] else {}))

    for header, expected in list(zip(HEAD, row, strict=True))[2:]:
        sent = response.headers.get(header)
        if header == "Cache-Control" and sent:
            sent = ", ".join(sorted(part.strip() for part in sent.split(",")))
        assert sent == (None if expected == "—" else expected), header
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.status_code == (404 if "no such" in row[0] or "does not open" in row[0] else 200)

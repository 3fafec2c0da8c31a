"""What the page of a piece costs: queries whatever the number of revisions, comments and rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from editorial.models import Piece, Revision, User
from research.models import Citation, Finding
from tests.makers import (
    Staff,
    make_collection,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    publish,
)

#: The budget of the issue; the front page of the desk has six.
MOST = 15


def asked(user: User, path: str) -> list[str]:
    """The queries of a page that was opened once before, as in a running process."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries]


def form_of(piece: Piece) -> str:
    opts = piece._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[piece.pk])


@pytest.fixture
def pieces(staff: Staff) -> dict[str, Any]:
    """One of each kind, with the rows that such pieces have."""
    source = make_source(staff)
    publish(source, staff)
    story = make_story(staff, tags=[make_tag("Learning"), make_tag("Books")])
    story.credit_id = source.pk
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    statistic = make_statistic(staff, source=source)
    publish(statistic, staff)
    summary = make_summary(staff, statistics=[statistic, make_statistic(staff)])
    for number in range(5):
        Citation.objects.create(host_id=summary.pk, source=source, finding=summary.findings.first(), locator=number)
    more = Finding.objects.create(summary=summary, heading="More", text="And more.", strength="measured", position=3)
    more.statistics.set([statistic])
    workflow.save(summary.pk, by=staff.contributor)
    collection = make_collection(staff, any_of=[make_tag("Learning")], none_of=[make_tag("Books")])
    return {one.kind: one for one in (source, story, statistic, summary, collection)}


@pytest.mark.parametrize("kind", ["source", "story", "statistic", "summary", "collection"])
def test_edit_page_keeps_to_its_budget(staff: Staff, pieces: dict[str, Any], kind: str) -> None:
    queries = asked(staff.editor, form_of(pieces[kind]))

    assert len(queries) <= MOST, "\n".join(queries)


def test_edit_page_of_a_text_in_review_keeps_to_its_budget(staff: Staff, pieces: dict[str, Any]) -> None:
    workflow.submit(pieces["story"].pk, by=staff.contributor)

    assert len(asked(staff.editor, form_of(pieces["story"]))) <= MOST


def test_edit_page_asks_no_more_after_a_thousand_revisions(staff: Staff, pieces: dict[str, Any]) -> None:
    story = pieces["story"]
    before = asked(staff.editor, form_of(story))
    first = story.revisions.first()
    Revision.objects.bulk_create(
        Revision(
            piece_id=story.pk,
            number=number,
            made_by=staff.contributor,
            made_at=timezone.now(),
            verb="save",
            digest=first.digest,
            content=first.content,
            schema_version=1,
        )
        for number in range(10, 1010)
    )

    assert len(asked(staff.editor, form_of(story))) == len(before)


def test_list_asks_the_same_whatever_the_number_of_rows(staff: Staff) -> None:
    path = reverse("admin:stories_story_changelist")
    make_story(staff)
    few = asked(staff.editor, path)
    for _number in range(12):
        publish(make_story(staff), staff)

    assert len(asked(staff.editor, path)) == len(few)


def test_cells_of_the_list_carry_the_names_of_their_columns(staff: Staff) -> None:
    make_story(staff)
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.contributor)

    page = client.get(reverse("admin:stories_story_changelist")).content.decode()

    for name in ("State", "Readers", "Language", "Changed", "What next"):
        assert f'<span class="cell-label">{name}</span>' in page

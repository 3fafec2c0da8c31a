"""What the database refuses, and that content goes out and comes back the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from editorial import kinds, workflow
from editorial.blockers import Refused
from editorial.models import Piece
from research.models import Citation, Contributor, Statistic
from tests.makers import Staff, make_source, make_statistic, make_summary, make_tag, publish


def codes(piece: Piece) -> set[str]:
    return {blocker.code for blocker in kinds.load(piece.pk).blockers(timezone.now())}


def change(piece: Piece, **columns: Any) -> None:
    """As a form does it: the row is read, set and saved."""
    with transaction.atomic():
        row = kinds.load(piece.pk)
        for column, value in columns.items():
            setattr(row, column, value)
        row.save()


@pytest.mark.parametrize(
    "columns",
    [
        {"unit": "percent", "value": "100.1"},
        {"unit": "percent", "value": "-1"},
        {"value": "3", "low": "4", "high": "5"},
        {"value": "6", "low": "4", "high": "5"},
        {"value": "", "low": "5", "high": "4"},
        {"bound": "at_least", "value": "4", "high": "5"},
        {"bound": "more_than", "value": "4", "high": "5"},
        {"bound": "roughly"},
    ],
)
def test_impossible_number_is_refused_by_the_database(staff: Staff, columns: dict[str, str]) -> None:
    statistic = make_statistic(staff)

    with pytest.raises(DatabaseError):
        change(statistic, **columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"unit": "percent", "value": "0"},
        {"unit": "percent", "value": "100"},
        {"value": "4", "low": "4", "high": "5"},
        {"value": "", "low": "4", "high": "5", "bound": "range"},
        {"value": "-4.2", "unit": "percentage_points"},
        {"bound": "at_least", "value": "4"},
    ],
)
def test_possible_number_is_taken(staff: Staff, columns: dict[str, str]) -> None:
    statistic = make_statistic(staff)

    change(statistic, **columns)

    assert Statistic.objects.get(pk=statistic.pk).value == columns["value"]


def test_thousands_separators_are_taken_out(staff: Staff) -> None:
    statistic = make_statistic(staff, value=" 33,000 ")

    assert statistic.value == "33000"


@pytest.mark.parametrize("is_missing", [True, False])
def test_citation_has_a_source_or_is_missing(staff: Staff, is_missing: bool) -> None:
    statistic = make_statistic(staff)
    source = make_source(staff) if is_missing else None

    with pytest.raises(DatabaseError), transaction.atomic():
        Citation.objects.create(host_id=statistic.pk, source=source, is_missing=is_missing)


def test_contributor_without_a_name_is_refused(staff: Staff) -> None:
    source = make_source(staff)

    with pytest.raises(DatabaseError), transaction.atomic():
        Contributor.objects.create(source=source, given="Jae-jean")


def comes_back_the_same(piece: Piece) -> None:
    """Empty the working copy, load what it said, and compare the digests."""
    before = kinds.load(piece.pk)
    content, digest = before.content(), before.digest_now()
    empty = {"title": "Empty", "slug": before.slug, "language": before.language}
    before.load_content(empty)
    assert kinds.load(piece.pk).digest_now() != digest

    kinds.load(piece.pk).load_content(content)

    assert kinds.load(piece.pk).content() == content
    assert kinds.load(piece.pk).digest_now() == digest


def test_source_comes_back_the_same(staff: Staff) -> None:
    source = make_source(staff)
    Contributor.objects.create(source=source, family="Suh", given="Jae-jean", name_original="서재진", position=1)
    Contributor.objects.create(source=source, literal="Ministry of Lessons", position=0)
    source.tags.add(make_tag())

    comes_back_the_same(source)


def test_statistic_comes_back_the_same(staff: Staff) -> None:
    source = make_source(staff)
    statistic = make_statistic(staff, source=source, value="56.4")
    change(statistic, unit="percent", sample_size=607, period="2007-09/2007-10", period_kind="during")
    Citation.objects.create(host_id=statistic.pk, is_missing=True, note_number=4, position=2)
    Citation.objects.create(host_id=statistic.pk, source=source, intent="disputes", check_state="page_seen", position=1)

    comes_back_the_same(statistic)


def test_summary_comes_back_the_same(staff: Staff) -> None:
    source = make_source(staff)
    summary = make_summary(staff, statistics=[make_statistic(staff), make_statistic(staff)])
    change(summary, authors=["Suh, Jae-jean"], method="<p>Asked.</p>", summarises=source)
    finding = summary.findings.get()
    Citation.objects.create(host_id=summary.pk, finding=finding, source=source, locator="213-20")

    comes_back_the_same(summary)


def test_number_with_nothing_to_rest_on_cannot_be_published(staff: Staff) -> None:
    statistic = make_statistic(staff, value="")
    change(statistic, population=" ", source_missing=False)

    assert codes(statistic) == {"no_population", "no_value", "no_source"}


def test_range_needs_both_ends(staff: Staff) -> None:
    statistic = make_statistic(staff, value="")
    change(statistic, bound="range", low="4")

    assert codes(statistic) == {"no_range"}


@pytest.mark.parametrize("bound", ["majority", "null_finding"])
def test_finding_in_words_needs_no_value(staff: Staff, bound: str) -> None:
    statistic = make_statistic(staff, value="")
    change(statistic, bound=bound)

    assert codes(statistic) == set()


def test_revised_value_needs_a_note_to_readers(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    change(statistic, value="608")
    workflow.save(statistic.pk, by=staff.contributor)

    with pytest.raises(Refused, match="no_reader_note"):
        workflow.submit(statistic.pk, by=staff.contributor)

    change(statistic, reader_note="One pupil was counted late.")
    workflow.save(statistic.pk, by=staff.contributor)
    workflow.submit(statistic.pk, by=staff.contributor)


def test_summary_without_its_parts_says_all_of_them(staff: Staff) -> None:
    summary = make_summary(staff)
    summary.findings.all().delete()
    change(summary, question=" ", answer="", limits="<p> </p>")

    assert codes(summary) == {"no_question", "no_answer", "no_limits", "no_findings"}


def test_references_of_a_summary_are_named_once(staff: Staff) -> None:
    source = make_source(staff)
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    change(summary, summarises=source)
    for locator in ("1", "2"):
        Citation.objects.create(host_id=summary.pk, finding=summary.findings.get(), source=source, locator=locator)

    found = {(one.target, one.role) for one in kinds.load(summary.pk).referring()}

    assert found == {(source.pk, "credit"), (source.pk, "source"), (statistic.pk, "statistic")}

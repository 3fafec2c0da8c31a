"""The desk of the research kinds: impossible values are refused in words and keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from research.admin import LinesField
from research.models import Citation, Statistic, Summary
from research.plausible import impossible
from tests.makers import Staff, make_source, make_statistic, make_summary


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"value": "many"}, "value", "digits only"),
        ({"value": "101", "unit": "percent"}, "value", "between 0 and 100"),
        ({"low": "5", "high": "4"}, "low", "above the highest"),
        ({"value": "9", "low": "1", "high": "4"}, "value", "outside its own range"),
        ({"value": "3", "high": "4", "bound": "at_least"}, "high", "no highest value"),
    ],
)
def test_impossible_value_is_named_with_its_field(typed: dict[str, str], field: str, words: str) -> None:
    ((name, sentence),) = impossible(typed)

    assert name == field
    assert words in str(sentence)


def test_possible_value_passes() -> None:
    assert impossible({"value": "33,000", "unit": "people", "bound": "more_than"}) == []


def logged_in(staff: Staff) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.contributor)
    return client


def form_of(statistic: Statistic, **changes: Any) -> dict[str, Any]:
    plain = {name: getattr(statistic, name) or "" for name in Statistic.PLAIN if name != "source_missing"}
    plain |= {"source_missing": "on"} if statistic.source_missing else {}
    return (
        plain
        | {"title": statistic.title, "slug": statistic.slug, "standfirst": statistic.standfirst, "language": "en"}
        | {"version": str(statistic.lock_version), "tags": "", "_save": "Save"}
        | {"citations-TOTAL_FORMS": "0", "citations-INITIAL_FORMS": "0"}
        | changes
    )


def test_value_that_cannot_be_is_refused_and_stays_in_the_form(staff: Staff) -> None:
    statistic = make_statistic(staff)
    url = reverse("admin:research_statistic_change", args=[statistic.pk])

    page = logged_in(staff).post(url, form_of(statistic, value="140", unit="percent")).content.decode()

    assert "A share lies between 0 and 100." in page
    assert 'value="140"' in page


def test_citation_is_saved_with_the_statistic(staff: Staff) -> None:
    statistic, source = make_statistic(staff), make_source(staff)
    url = reverse("admin:research_statistic_change", args=[statistic.pk])
    citation = {
        "citations-TOTAL_FORMS": "1",
        "citations-0-source": str(source.pk),
        "citations-0-locator": "37",
        "citations-0-locator_label": "page",
        "citations-0-intent": "supports",
        "citations-0-check_state": "page_seen",
    }

    logged_in(staff).post(url, form_of(statistic) | citation)

    assert Citation.objects.get(host=statistic).source == source
    revision = statistic.revisions.first()
    assert revision is not None
    assert revision.changed == ["citations"]


@pytest.mark.parametrize(
    ("row", "words"),
    [({}, "Choose a source"), ({"is_missing": "on", "with_source": "yes"}, "is not missing")],
)
def test_citation_that_says_nothing_is_refused(staff: Staff, row: dict[str, str], words: str) -> None:
    statistic, source = make_statistic(staff), make_source(staff)
    url = reverse("admin:research_statistic_change", args=[statistic.pk])
    citation = {
        "citations-TOTAL_FORMS": "1",
        "citations-0-locator": "37",
        "citations-0-locator_label": "page",
        "citations-0-intent": "supports",
        "citations-0-check_state": "unchecked",
    }
    if row:
        citation |= {"citations-0-is_missing": "on", "citations-0-source": str(source.pk)}

    assert words in logged_in(staff).post(url, form_of(statistic) | citation).content.decode()


def test_summary_form_opens_with_its_findings(staff: Staff) -> None:
    summary = make_summary(staff, statistics=[make_statistic(staff)])

    page = logged_in(staff).get(reverse("admin:research_summary_change", args=[summary.pk])).content.decode()

    assert "Lessons help" in page
    assert Summary.objects.count() == 1


def test_lines_field_reads_one_author_to_a_line() -> None:
    field = LinesField()

    assert field.to_python("Suh, Jae-jean\n\n Park, Young-ja ") == ["Suh, Jae-jean", "Park, Young-ja"]
    assert field.prepare_value(["A", "B"]) == "A\nB"
    assert not field.has_changed(["A"], "A\n")

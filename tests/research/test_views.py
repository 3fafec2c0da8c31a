"""The pages of research."""

from __future__ import annotations

import html

from django.test import Client

from editorial import kinds, workflow
from research.models import Citation, Statistic, Summary
from tests.makers import Staff, make_source, make_statistic, make_summary, publish


def text_at(reader: Client, path: str) -> str:
    response = reader.get(path)
    assert response.status_code == 200, path
    return html.unescape(response.content.decode())


def revise(statistic: Statistic, staff: Staff, value: str, note: str) -> None:
    row = Statistic.objects.get(pk=statistic.pk)
    row.value, row.reader_note = value, note
    row.save()
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    publish(statistic, staff)


def published_summary(staff: Staff, *statistics: Statistic) -> Summary:
    for statistic in statistics:
        publish(statistic, staff)
    summary = make_summary(staff, statistics=list(statistics))
    publish(summary, staff)
    return summary


def test_statistic_page_says_what_when_whom_and_from_where(staff: Staff, reader: Client) -> None:
    source = make_source(staff)
    publish(source, staff)
    statistic = make_statistic(staff, value="33000", source=source, slug="lessons")
    publish(statistic, staff)

    page = text_at(reader, "/en/statistics/lessons/")

    for words in ("33,000", "Lessons taken", "Pupils of the survey", "A survey of lessons.", "p. 37", "edition 1"):
        assert words in page


def test_statistic_without_a_source_says_so(staff: Staff, reader: Client) -> None:
    publish(make_statistic(staff, slug="lessons"), staff)

    assert "The source of this figure has not been found yet." in text_at(reader, "/en/statistics/lessons/")


def test_permanent_address_shows_the_old_value_under_a_banner(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    publish(statistic, staff)
    revise(statistic, staff, "608", "One pupil was counted late.")

    old = text_at(reader, "/en/statistics/lessons/editions/1/")

    assert '<p class="figure hero">607</p>' in old
    assert "This is an older value" in old
    assert '<a href="/en/statistics/lessons/">See the newest figure</a>' in old


def test_newest_page_lists_its_history_without_a_banner(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    publish(statistic, staff)
    revise(statistic, staff, "608", "One pupil was counted late.")

    new = text_at(reader, "/en/statistics/lessons/")

    assert '<p class="figure hero">608</p>' in new
    assert '<a href="/en/statistics/lessons/editions/1/">607</a>' in new
    assert "One pupil was counted late." in new
    assert "This is an older value" not in new
    assert "This is an older value" not in text_at(reader, "/en/statistics/lessons/editions/2/")


def test_edition_that_never_was_is_not_found(staff: Staff, reader: Client) -> None:
    publish(make_statistic(staff, slug="lessons"), staff)

    for number in ("2", "0", "01", "9999999"):
        assert reader.get(f"/en/statistics/lessons/editions/{number}/").status_code == 404


def test_old_values_of_an_ended_statistic_are_gone_too(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    publish(statistic, staff)
    revise(statistic, staff, "608", "One pupil was counted late.")

    workflow.end(statistic.pk, by=staff.publisher)

    for path in ("/en/statistics/lessons/", "/en/statistics/lessons/editions/1/", "/en/statistics/lessons/editions/2/"):
        response = reader.get(path)
        assert response.status_code in {404, 410}
        assert b"607" not in response.content
        assert b"608" not in response.content


def test_summary_shows_the_newest_value_of_its_number(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="33000")
    summary = published_summary(staff, statistic)
    path = f"/en/research/{summary.slug}/"
    assert "33,000" in text_at(reader, path)

    revise(statistic, staff, "34000", "Newer arrivals are counted.")

    page = text_at(reader, path)
    assert "34,000" in page
    assert "33,000" not in page


def test_withdrawn_number_leaves_no_digit_on_the_summary(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="98765")
    summary = published_summary(staff, statistic)

    workflow.end(statistic.pk, by=staff.publisher)

    page = text_at(reader, f"/en/research/{summary.slug}/")
    assert "figure withdrawn" in page
    for digits in ("98765", "98,765", "Lessons taken", statistic.slug):
        assert digits not in page


def test_held_number_leaves_no_digit_either(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="98765")
    summary = published_summary(staff, statistic)

    workflow.hold(statistic.pk, by=staff.contributor, reason="The source is in doubt.")

    page = text_at(reader, f"/en/research/{summary.slug}/")
    assert "figure withdrawn" in page
    assert "98,765" not in page


def test_source_page_lists_what_rests_on_it(staff: Staff, reader: Client) -> None:
    source = make_source(staff)
    publish(source, staff)
    statistic = make_statistic(staff, source=source)
    publish(statistic, staff)
    draft = make_statistic(staff, source=source)
    Statistic.objects.filter(pk=draft.pk).update(title="Never published")

    page = text_at(reader, f"/en/sources/{source.slug}/")

    assert "What rests on it" in page
    assert f'href="/en/statistics/{statistic.slug}/"' in page
    assert "Never published" not in page
    assert draft.slug not in page


def test_missing_note_is_shown_on_the_summary(staff: Staff, reader: Client) -> None:
    summary = make_summary(staff)
    Citation.objects.create(host_id=summary.pk, finding=summary.findings.get(), is_missing=True, note_number=4)
    workflow.save(summary.pk, by=staff.contributor)
    summary.refresh_from_db()
    publish(summary, staff)

    page = text_at(reader, f"/en/research/{summary.slug}/")

    assert "but the note itself is missing" in page
    assert "note 4 in the original" in page
    assert 'href="#finding-1-note-1"' in page
    assert 'id="finding-1-note-1"' in page


def test_lists_show_what_is_published_alone(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, slug="shown")
    summary = published_summary(staff, statistic)
    make_statistic(staff, slug="hidden")
    draft = make_summary(staff)

    statistics, summaries = text_at(reader, "/en/statistics/"), text_at(reader, "/en/research/")

    assert "/en/statistics/shown/" in statistics
    assert "/en/statistics/hidden/" not in statistics
    assert f"/en/research/{summary.slug}/" in summaries
    assert f"/en/research/{draft.slug}/" not in summaries


def test_page_of_another_kind_is_not_found_under_this_one(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)

    assert kinds.load(statistic.pk).kind == "statistic"
    assert reader.get(f"/en/research/{statistic.slug}/").status_code == 404
    assert reader.get(f"/ko/statistics/{statistic.slug}/").status_code == 404


def test_what_can_show_no_story_may_be_kept_for_a_minute(staff: Staff, reader: Client) -> None:
    source = make_source(staff)
    publish(source, staff)
    summary = published_summary(staff, make_statistic(staff, source=source, slug="lessons"))

    def said(path: str) -> str:
        return reader.get(path).headers["Cache-Control"]

    for path in ("/en/statistics/", "/en/research/", f"/en/research/{summary.slug}/"):
        assert said(path) == "public, max-age=60"
    for path in ("/en/statistics/lessons/", "/en/statistics/lessons/editions/1/", f"/en/sources/{source.slug}/"):
        assert said(path) == "public, no-cache"

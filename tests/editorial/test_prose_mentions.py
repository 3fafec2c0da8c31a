"""Numbers and sources inside prose: ids are stored, readers see what the door lets through, with no query more."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from editorial import kinds, workflow
from editorial.blockers import Refused
from editorial.models import Edition, Piece, Reference, State
from editorial.models.reference import Referring
from editorial.prose_nodes import mentions_in, one_each
from reading.models import Collection, Page
from research.models import Citation, Statistic, Summary
from stories.models import Story
from tests.makers import (
    Staff,
    make_collection,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    publish,
)


def of(value: str) -> str:
    return f'<data value="{value}"></data>'


def write(piece: Piece, staff: Staff, **fields: str) -> None:
    """Put prose into the working copy and save it."""
    row = kinds.load(piece.pk)
    for name, text in fields.items():
        setattr(row, name, text)
    row.save()
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()


def text_at(reader: Client, path: str) -> str:
    response = reader.get(path)
    assert response.status_code == 200, path
    return html.unescape(response.content.decode())


def published(piece: Piece, staff: Staff, **fields: str) -> Edition:
    write(piece, staff, **fields)
    return publish(piece, staff)


def revise(statistic: Statistic, staff: Staff, value: str) -> Edition:
    row = Statistic.objects.get(pk=statistic.pk)
    row.value, row.reader_note = value, "Counted again."
    row.save()
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    return publish(statistic, staff)


# --- What a text refers to ------------------------------------------------------------------------------------------
def test_text_names_each_mention_once_in_its_order() -> None:
    text = (
        f"<p>So many: {of('source:8#page=3')}{of('statistic:41')}</p><p>{of('statistic:41')}{of('statistic:41@7')}</p>"
    )

    assert [str(one) for one in mentions_in(text)] == ["source:8#page=3", "statistic:41", "statistic:41@7"]


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([Referring(41, "statistic", 7), Referring(41, "statistic")], [Referring(41, "statistic")]),
        ([Referring(41, "statistic"), Referring(41, "statistic", 7)], [Referring(41, "statistic")]),
        ([Referring(41, "statistic", 7), Referring(41, "statistic", 9)], [Referring(41, "statistic", 9)]),
        ([Referring(41, "statistic"), Referring(41, "pin")], [Referring(41, "statistic"), Referring(41, "pin")]),
    ],
)
def test_live_use_wins_over_pinned_ones(found: list[Referring], kept: list[Referring]) -> None:
    assert one_each(found) == kept


def test_mentions_become_references_of_the_working_copy(staff: Staff) -> None:
    statistic, source = make_statistic(staff), make_source(staff)
    page = make_page(staff)

    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}{of(f'source:{source.pk}#page=3')}</p>")

    rows = Reference.objects.filter(host=page, edition__isnull=True).values_list("target_id", "role", "mode")
    assert set(rows) == {(statistic.pk, "statistic", "live"), (source.pk, "source", "live")}


def test_pinned_mention_keeps_its_edition_in_the_reference(staff: Staff) -> None:
    statistic = make_statistic(staff)
    edition = publish(statistic, staff)
    page = make_page(staff)

    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}@{edition.pk}')}</p>")

    row = Reference.objects.get(host=page, edition__isnull=True)
    assert (row.mode, row.pinned_id) == (Reference.Mode.PINNED, edition.pk)


def test_number_in_a_finding_and_in_the_text_is_one_reference(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])

    write(
        summary,
        staff,
        body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>",
        method=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>",
    )

    assert Reference.objects.filter(host=summary, edition__isnull=True, target=statistic).count() == 1


def test_pinned_and_excluded_pieces_of_a_collection_stay_references_beside_its_mentions(staff: Staff) -> None:
    statistic = make_statistic(staff)
    collection = make_collection(staff)
    collection.chosen.create(piece_id=statistic.pk, role="pinned")

    write(collection, staff, intro=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    roles = Reference.objects.filter(host=collection, edition__isnull=True).values_list("role", flat=True)
    assert set(roles) == {"pin", "statistic"}


def test_text_cannot_be_published_before_the_number_that_it_mentions(staff: Staff) -> None:
    statistic = make_statistic(staff)
    page = make_page(staff)
    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")
    workflow.submit(page.pk, by=staff.contributor)
    page.refresh_from_db()
    workflow.approve(page.pk, by=staff.reviewer, digest=page.digest)

    with pytest.raises(Refused) as refusal:
        workflow.publish(page.pk, by=staff.publisher)

    assert [blocker.code for blocker in refusal.value.blockers] == ["reference_not_public"]


def test_mentioned_number_is_a_companion(staff: Staff) -> None:
    statistic = make_statistic(staff)
    page = make_page(staff)

    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    assert [piece.pk for piece in workflow.companions(kinds.load(page.pk))] == [statistic.pk]


def test_other_mention_is_another_text_and_voids_the_approval(staff: Staff) -> None:
    first, second = make_statistic(staff), make_statistic(staff)
    page = make_page(staff)
    write(page, staff, body=f"<p>So many: {of(f'statistic:{first.pk}')}</p>")
    workflow.submit(page.pk, by=staff.contributor)

    write(page, staff, body=f"<p>So many: {of(f'statistic:{second.pk}')}</p>")

    assert page.state == State.DRAFT


def test_body_of_a_story_holds_no_mention_even_when_one_is_written_past_the_form(staff: Staff) -> None:
    statistic, story = make_statistic(staff), make_story(staff)

    Story.objects.filter(pk=story.pk).update(body=f"<p>so many: {of(f'statistic:{statistic.pk}')}.</p>")

    assert Story.objects.get(pk=story.pk).body == "<p>so many: .</p>"


@pytest.mark.parametrize(
    ("model", "name"),
    [(Summary, "body"), (Summary, "method"), (Summary, "limits"), (Page, "body"), (Collection, "intro")],
)
def test_prose_that_is_not_a_narrators_takes_mentions(model: type[Piece], name: str) -> None:
    field: Any = model._meta.get_field(name)

    assert field.get_prep_value(of("statistic:41")) == of("statistic:41")


# --- What readers see -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "words"), [("en", "more than 33,000"), ("ko", "3만 3천여 명")])
def test_page_prints_the_number_in_words_of_its_language_with_a_link(
    staff: Staff, reader: Client, language: str, words: str
) -> None:
    statistic = make_statistic(staff, value="33000", slug="arrivals")
    Statistic.objects.filter(pk=statistic.pk).update(bound="more_than")
    workflow.save(statistic.pk, by=staff.contributor)
    publish(statistic, staff)
    page = make_page(staff)
    Page.objects.filter(pk=page.pk).update(language=language)

    published(page, staff, body=f"<p>In all {of(f'statistic:{statistic.pk}')} came.</p>")

    shown = f'In all <span class="mention statistic"><a href="/en/statistics/arrivals/">{words}</a></span> came.'
    assert shown in text_at(reader, f"/{language}/about/")


@pytest.mark.parametrize("field", ["body", "method", "limits"])
def test_summary_prints_a_number_in_each_of_its_texts(staff: Staff, reader: Client, field: str) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    publish(statistic, staff)
    summary = make_summary(staff)

    published(summary, staff, **{field: f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>"})

    assert '<a href="/en/statistics/lessons/">607</a>' in text_at(reader, f"/en/research/{summary.slug}/")


def test_introduction_of_a_collection_prints_a_number(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    publish(statistic, staff)
    collection = make_collection(staff, slug="all")
    collection.chosen.create(piece_id=statistic.pk, role="pinned")

    published(collection, staff, intro=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    assert '<a href="/en/statistics/lessons/">607</a></span>' in text_at(reader, "/en/collections/all/")


def test_revised_number_shows_its_new_value_without_a_new_edition_of_the_text(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607")
    publish(statistic, staff)
    published(make_page(staff), staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    revise(statistic, staff, "608")

    assert ">608</a></span>" in text_at(reader, "/en/about/")


def test_pinned_mention_goes_on_printing_what_its_edition_said(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="607", slug="lessons")
    first = publish(statistic, staff)
    both = f"<p>So many: {of(f'statistic:{statistic.pk}@{first.pk}')}, now {of(f'statistic:{statistic.pk}')}</p>"
    published(make_page(staff), staff, body=both)

    revise(statistic, staff, "608")

    page = text_at(reader, "/en/about/")
    assert '<a href="/en/statistics/lessons/editions/1/">607</a></span>, now' in page
    assert '<a href="/en/statistics/lessons/">608</a></span>' in page


@pytest.mark.parametrize("pin", [False, True])
@pytest.mark.parametrize("verb", ["end", "hold"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_number_that_was_taken_back_prints_no_digits(
    staff: Staff, reader: Client, verb: str, pin: bool, language: str
) -> None:
    statistic = make_statistic(staff, value="607")
    edition = publish(statistic, staff)
    page = make_page(staff)
    Page.objects.filter(pk=page.pk).update(language=language)
    value = f"statistic:{statistic.pk}@{edition.pk}" if pin else f"statistic:{statistic.pk}"
    published(page, staff, body=f"<p>So many: {of(value)}.</p>")

    if verb == "end":
        workflow.end(statistic.pk, by=staff.publisher)
    else:
        workflow.hold(statistic.pk, by=staff.contributor, reason="Being looked at.")

    shown = text_at(reader, f"/{language}/about/")
    with translation.override(language):
        assert f'withdrawn"><a href="/{language}/statistics/">{translation.gettext("figure withdrawn")}</a>' in shown
    assert "607" not in shown


def test_id_of_another_kind_shows_nothing_of_it(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    publish(story, staff)
    page = make_page(staff)

    published(page, staff, body=f"<p>So many: {of(f'statistic:{story.pk}')}</p>")

    shown = text_at(reader, "/en/about/")
    assert "figure withdrawn" in shown
    assert story.title not in shown


def test_source_in_the_text_is_an_endnote_with_a_way_back(staff: Staff, reader: Client) -> None:
    source = make_source(staff, title="A survey of lessons")
    publish(source, staff)

    published(make_page(staff), staff, body=f"<p>They help.{of(f'source:{source.pk}#page=213-20')}</p>")

    page = text_at(reader, "/en/about/")
    assert '<sup><a role="doc-noteref" id="mention-1-note-1" href="#note-1" aria-label="Note 1">1</a></sup>' in page
    assert "A survey of lessons. pp. 213-20" in page
    assert 'role="doc-backlink" href="#mention-1-note-1"' in page
    assert "not checked against the source yet" not in page


def test_same_place_in_a_work_is_one_note_of_finding_and_text(staff: Staff, reader: Client) -> None:
    source = make_source(staff)
    publish(source, staff)
    summary = make_summary(staff)
    finding = summary.findings.get()
    Citation.objects.create(host_id=summary.pk, finding=finding, source=source, locator="37", check_state="page_seen")
    other = of(f"source:{source.pk}#page=40")

    published(summary, staff, body=f"<p>a{of(f'source:{source.pk}#page=37')} b{other} c{other}</p>")

    page = text_at(reader, f"/en/research/{summary.slug}/")
    assert page.count('<li id="note-') == 2
    assert 'id="mention-1-note-1"' in page
    assert 'id="mention-3-note-2"' in page


def test_source_that_readers_cannot_see_is_a_note_that_says_so(staff: Staff, reader: Client) -> None:
    source = make_source(staff, title="A survey of lessons")
    publish(source, staff)
    published(make_page(staff), staff, body=f"<p>They help.{of(f'source:{source.pk}')}</p>")

    workflow.end(source.pk, by=staff.publisher)

    page = text_at(reader, "/en/about/")
    assert "This source cannot be shown at present." in page
    assert "A survey of lessons" not in page


def test_title_of_a_work_cannot_bring_markup_onto_the_page(staff: Staff, reader: Client) -> None:
    source = make_source(staff, title="<script>alert(1)</script>")
    publish(source, staff)

    published(make_page(staff), staff, body=f"<p>So many: {of(f'source:{source.pk}')}</p>")

    assert b"<script>alert(1)" not in reader.get("/en/about/").content


# --- How many queries -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pin", [False, True])
def test_mentions_cost_a_page_no_query(staff: Staff, reader: Client, pin: bool) -> None:
    numbers = [make_statistic(staff, value=str(600 + one)) for one in range(5)]
    pins = {number.pk: publish(number, staff).pk for number in numbers}
    published(make_page(staff, slug="without"), staff, body="<p>None.</p>")
    values = [f"statistic:{pk}@{pins[pk]}" if pin else f"statistic:{pk}" for pk in pins]
    published(make_page(staff, slug="with"), staff, body=f"<p>So many: {''.join(map(of, values))}</p>")

    counts = []
    for slug in ("without", "with"):
        with CaptureQueriesContext(connection) as queries:
            shown = text_at(reader, f"/en/{slug}/")
        counts.append(len(queries))

    assert "604" in shown
    assert counts[0] == counts[1]


# --- The preview ----------------------------------------------------------------------------------------------------
def preview_of(page: Page, staff: Staff) -> str:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.editor)
    response = client.get(reverse("admin:reading_page_preview", args=[page.pk]))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_preview_prints_numbers_that_readers_cannot_see_yet(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    page = make_page(staff)
    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    assert ">607</a></span>" in preview_of(page, staff)


@pytest.mark.parametrize("verb", ["end", "hold"])
def test_preview_prints_no_digits_of_what_was_taken_back(staff: Staff, verb: str) -> None:
    statistic = make_statistic(staff, value="607")
    publish(statistic, staff)
    page = make_page(staff)
    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    if verb == "end":
        workflow.end(statistic.pk, by=staff.publisher)
    else:
        workflow.hold(statistic.pk, by=staff.contributor, reason="Being looked at.")

    shown = preview_of(page, staff)
    assert "figure withdrawn" in shown
    assert "607" not in shown


def test_preview_asks_the_same_number_of_queries_for_one_unseen_number_and_for_many(staff: Staff) -> None:
    numbers = [make_statistic(staff) for _one in range(6)]
    few, many = make_page(staff, slug="few"), make_page(staff, slug="many")
    write(few, staff, body=f"<p>So many: {of(f'statistic:{numbers[0].pk}')}</p>")
    write(many, staff, body=f"<p>So many: {''.join(of(f'statistic:{one.pk}') for one in numbers)}</p>")

    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            preview_of(page, staff)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_schedule_that_was_called_off_leaves_the_number_in_previews(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    publish(statistic, staff, at=timezone.now() + timedelta(hours=1))
    workflow.cancel_schedule(statistic.pk, by=staff.publisher)
    page = make_page(staff)
    write(page, staff, body=f"<p>So many: {of(f'statistic:{statistic.pk}')}</p>")

    assert "607" in preview_of(page, staff)

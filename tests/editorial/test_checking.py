"""The checks panel: it says what the verbs say, of what is being typed too, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.forms import ModelMultipleChoiceField
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import roles, workflow
from editorial.admin import checking
from editorial.admin.choosing import TagsField
from editorial.admin.desk import desk
from editorial.blockers import Refused
from editorial.models import Edition, Event, Piece, PieceTag, Reference, Revision, SiteState, User
from reading.models import Clause
from research.models import Finding, Statistic, write_finding
from stories.models import Story
from tests.makers import (
    Staff,
    make_collection,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
)

WAYS = {
    "story": make_story,
    "statistic": make_statistic,
    "summary": make_summary,
    "source": make_source,
    "collection": make_collection,
    "page": make_page,
}


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def url_of(piece: Piece, page: str = "checks") -> str:
    return reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_{page}", args=[piece.pk])


def form_of(client: Client, piece: Piece) -> dict[str, Any]:
    """What a browser would send for the form as it stands: read from the page itself."""
    context = client.get(url_of(piece, "change")).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.field.prepare_value(bound.value())
            if isinstance(bound.field, ModelMultipleChoiceField):
                first = [""] if isinstance(bound.field, TagsField) else []
                data[bound.html_name] = [*first, *(str(getattr(one, "pk", one)) for one in value or ())]
            elif isinstance(value, list):
                data[bound.html_name] = value
            elif value is not None and value is not False:
                data[bound.html_name] = str(value)
    return data


def panel_of(response: Any) -> checking.Panel:
    found: checking.Panel = response.context["checks"]
    return found


def codes(group: checking.Group) -> list[str]:
    return [item.code for item in group.items]


def traces() -> list[Any]:
    """All that a check could leave behind."""
    tables = (Piece, Story, Statistic, Finding, Clause, PieceTag, Reference, Revision, Event, Edition, SiteState)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# --- What was saved -------------------------------------------------------------------------------------------------
def test_saved_state_says_what_is_missing(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    Story.objects.filter(pk=story.pk).update(byline="")

    found = panel_of(logged_in(staff.contributor).get(url_of(story)))

    assert codes(found.submitting) == ["no_byline", "no_consent"]


def test_story_with_nothing_against_it_is_met_calmly(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag()])

    assert (
        "Nothing stands in the way of submitting." in logged_in(staff.contributor).get(url_of(story)).content.decode()
    )


def test_narrators_yes_is_needed_to_publish_and_not_to_submit(staff: Staff) -> None:
    found = panel_of(logged_in(staff.contributor).get(url_of(make_story(staff, risk_level=3))))

    assert (codes(found.submitting), codes(found.publishing)) == ([], ["no_narrators_yes"])


def test_what_readers_cannot_see_yet_is_named(staff: Staff) -> None:
    summary = make_summary(staff, statistics=[make_statistic(staff)])

    found = panel_of(logged_in(staff.contributor).get(url_of(summary)))

    assert codes(found.publishing) == ["reference_not_public"]
    assert "Lessons taken" in str(found.publishing.items[0].sentence)


def test_advice_stands_beside_what_blocks(staff: Staff) -> None:
    found = panel_of(logged_in(staff.contributor).get(url_of(make_story(staff, slug="2024"))))

    assert codes(found.advising) == ["slug_is_number", "no_tags"]


def test_what_blocks_is_not_advised_as_well(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)

    found = panel_of(client.post(url_of(story), form_of(client, story) | {"standfirst": ""}))

    assert (codes(found.submitting), "no_standfirst" in codes(found.advising)) == (["no_standfirst"], False)


def test_texts_of_findings_are_looked_at(staff: Staff) -> None:
    summary = make_summary(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, summary) | {"findings-0-text": "The survey  counted them."}

    found = panel_of(client.post(url_of(summary), typed))

    assert ("double_space", "#findings-group") in [(item.code, item.href) for item in found.advising.items]


def test_person_who_only_reads_gets_no_links_into_the_form(staff: Staff) -> None:
    found = panel_of(logged_in(staff.reviewer).get(url_of(make_story(staff))))

    assert {item.href for item in found.advising.items} == {""}


def test_person_without_the_kind_does_not_see_the_panel(staff: Staff) -> None:
    nobody = make_user(roles.ADMINISTRATOR)

    assert logged_in(nobody).get(url_of(make_story(staff))).status_code == 403


def test_titles_of_others_are_escaped(staff: Staff) -> None:
    statistic = make_statistic(staff)
    Piece.objects.filter(pk=statistic.pk).update(title="<b>Lessons</b>")
    summary = make_summary(staff, statistics=[statistic])

    assert "&lt;b&gt;Lessons&lt;/b&gt;" in logged_in(staff.contributor).get(url_of(summary)).content.decode()


def test_long_list_is_cut_and_says_how_much_is_left() -> None:
    group = checking.Group("advising", [checking.Item(str(number), "") for number in range(15)])

    assert (len(group), len(group.shown), group.more) == (15, 12, 3)


@pytest.mark.parametrize("name", WAYS)
def test_item_leads_to_a_part_of_the_form_that_is_there(staff: Staff, name: str) -> None:
    piece = WAYS[name](staff)  # type: ignore[operator]  # each takes the staff alone
    client = logged_in(staff.contributor)
    page = client.get(url_of(piece, "change")).content.decode()
    empty = {key: value for key, value in form_of(client, piece).items() if key in {"version", "revision", "tags"}}
    found = panel_of(client.post(url_of(piece), empty))

    links = [item.href for group in (found.submitting, found.advising) for item in group.items if item.href]

    assert links
    assert [link for link in links if f'id="{link[1:]}"' not in page] == []


# --- What is being typed --------------------------------------------------------------------------------------------
def test_what_is_typed_is_checked_before_it_is_saved(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)

    found = panel_of(client.post(url_of(story), form_of(client, story) | {"byline": "", "slug": "2024"}))

    assert (codes(found.submitting), codes(found.advising)) == (["no_byline"], ["slug_is_number", "no_tags"])


@pytest.mark.parametrize("name", WAYS)
def test_nothing_of_a_check_remains(staff: Staff, name: str) -> None:
    piece = WAYS[name](staff)  # type: ignore[operator]  # each takes the staff alone
    client = logged_in(staff.contributor)
    typed = form_of(client, piece) | {"title": "Typed and not saved", "standfirst": "", "tags": [str(make_tag().pk)]}
    before = traces()

    response = client.post(url_of(piece), typed)

    assert panel_of(response).is_typed
    assert traces() == before


def test_check_really_saw_the_rows_that_were_typed(staff: Staff) -> None:
    collection = make_collection(staff, any_of=[make_tag()])
    client = logged_in(staff.contributor)

    found = panel_of(client.post(url_of(collection), form_of(client, collection) | {"clauses-0-DELETE": "on"}))

    assert codes(found.submitting) == ["empty_query"]
    assert collection.clauses.count() == 1


def test_rows_that_nobody_touched_cost_nothing(staff: Staff) -> None:
    """It runs at every pause in typing, with the piece locked."""
    costs = []
    client = logged_in(staff.contributor)
    for rows in (1, 8):
        summary = make_summary(staff)
        for position in range(1, rows):
            write_finding(summary, position, {"heading": "More", "text": "Lessons help.", "strength": "measured"})
        workflow.save(summary.pk, by=staff.contributor)
        summary.refresh_from_db()
        typed = form_of(client, summary) | {"title": "Typed"}
        with CaptureQueriesContext(connection) as asked:
            client.post(url_of(summary), typed)
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_typed_reference_is_looked_up(staff: Staff) -> None:
    statistic, summary = make_statistic(staff), make_summary(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, summary) | {"findings-0-statistics": [str(statistic.pk)]}

    assert codes(panel_of(client.post(url_of(summary), typed)).publishing) == ["reference_not_public"]


def test_error_of_the_form_is_an_item_beside_the_reasons(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)

    found = panel_of(client.post(url_of(story), form_of(client, story) | {"slug": "not a slug!", "byline": ""}))

    assert [(item.code, item.href) for item in found.submitting.items] == [
        ("invalid", "#id_slug"),
        ("no_byline", "#id_byline"),
    ]


def test_error_of_a_row_leads_to_its_field(staff: Staff) -> None:
    summary = make_summary(staff)
    client = logged_in(staff.contributor)

    found = panel_of(client.post(url_of(summary), form_of(client, summary) | {"findings-0-heading": ""}))

    assert [(item.label, item.href) for item in found.submitting.items] == [
        ("Findings: Heading", "#id_findings-0-heading")
    ]


def test_what_cannot_even_be_stored_leaves_the_errors_of_the_form(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, story) | {"slug": "not a slug!"}
    monkeypatch.setattr(checking.Typed, "write", refuse_to_store)

    assert codes(panel_of(client.post(url_of(story), typed)).submitting) == ["invalid"]


def test_fault_of_the_database_is_never_taken_for_a_text_without_faults(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, story)
    monkeypatch.setattr(checking.Typed, "write", refuse_to_store)

    with pytest.raises(IntegrityError):
        client.post(url_of(story), typed)


def refuse_to_store(_typed: checking.Typed) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO editorial_piecetag (content_object_id, tag_id) VALUES (NULL, NULL)")


def test_somebody_who_saved_meanwhile_is_mentioned(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, story) | {"byline": ""}
    Story.objects.filter(pk=story.pk).update(standfirst="Theirs.")
    workflow.save(story.pk, by=staff.editor)

    found = panel_of(client.post(url_of(story), typed))

    assert codes(found.submitting) == ["saved_meanwhile", "no_byline"]


def test_reviewer_cannot_have_a_text_checked_that_they_may_not_change(staff: Staff) -> None:
    story = make_story(staff)

    assert logged_in(staff.reviewer).post(url_of(story), {"title": "Mine"}).status_code == 403


def test_check_without_the_token_of_the_form_is_refused(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(staff.contributor)

    assert client.post(url_of(story), {"title": "Forged"}).status_code == 403


def test_what_it_would_say_is_told_and_not_kept(staff: Staff) -> None:
    story = make_story(staff)
    request = RequestFactory().post("/", form_of(logged_in(staff.contributor), story) | {"byline": "Typed"})
    request.user = staff.contributor

    content = checking.content_if_saved(admin_of(story), request, story.pk)

    story.refresh_from_db()
    assert (content["byline"], story.byline) == ("Typed", "A chosen name")


# --- One truth ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "missing",
    [
        {"byline": ""},
        {"standfirst": "", "body": ""},
        {"byline": "", "body": "", "standfirst": ""},
        {"names_narrator": "on"},
    ],
)
def test_panel_and_submit_give_the_same_reasons(staff: Staff, missing: dict[str, str]) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    typed = form_of(client, story) | missing

    before = codes(panel_of(client.post(url_of(story), typed)).submitting)
    client.post(url_of(story, "change"), typed | {"_save": "Save"})
    with pytest.raises(Refused) as refusal:
        workflow.submit(story.pk, by=staff.contributor)

    assert before == [blocker.code for blocker in refusal.value.blockers]


@pytest.mark.parametrize("name", WAYS)
def test_panel_beside_the_form_asks_next_to_nothing_that_the_desk_did_not(staff: Staff, name: str) -> None:
    piece = WAYS[name](staff)  # type: ignore[operator]  # each takes the staff alone
    request = RequestFactory().get("/")
    request.user = staff.contributor
    standing = desk(piece, staff.contributor).standing

    with CaptureQueriesContext(connection) as asked:
        checking.saved(admin_of(piece), request, standing, can_edit=True)

    assert len(asked) <= 1, [query["sql"] for query in asked]


def admin_of(piece: Piece) -> Any:
    from django.contrib import admin

    return admin.site._registry[type(piece)]

"""Two people at one text: neither text is written over silently, whatever each of them changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from editorial.admin import merging
from editorial.admin.choosing import TagsField
from editorial.models import Autosave, Event, Piece, Revision, State
from research.models import Finding, Summary
from stories.models import Story
from tests.editorial.test_admin import logged_in, said
from tests.makers import (
    Staff,
    approve,
    make_collection,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def url_of(piece: Piece, page: str) -> str:
    opts = piece._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[piece.pk])


def opened(client: Client, piece: Piece) -> dict[str, Any]:
    """What a browser would send if the form were saved as it was opened."""
    context = client.get(url_of(piece, "change")).context
    sent: dict[str, Any] = {"_save": "Save"}
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    rows = [row for formset in formsets for row in (formset.management_form, *formset.forms)]
    for form in (context["adminform"].form, *rows):
        for name, field in form.fields.items():
            value = form[name].value()
            if isinstance(value, list | tuple):
                # Chips send an empty value along, so that none of them differs from a field that got lost.
                chips = [""] if isinstance(field, TagsField) else []
                sent[form.add_prefix(name)] = [*chips, *(str(getattr(one, "pk", one)) for one in value)]
            elif value is not None and value is not False:
                sent[form.add_prefix(name)] = "on" if value is True else str(value)
    return sent


def save(client: Client, piece: Piece, sent: dict[str, Any], **changes: Any) -> Any:
    return client.post(url_of(piece, "change"), sent | changes)


def race(staff: Staff, piece: Piece, theirs: dict[str, Any], mine: dict[str, Any]) -> tuple[Client, Any]:
    """The editor saves while the contributor types; what the contributor's save is answered with."""
    client, editor = logged_in(staff.contributor), logged_in(staff.editor)
    sent = opened(client, piece)
    assert save(editor, piece, opened(editor, piece), **theirs).status_code == 302
    return client, save(client, piece, sent, **mine)


def choose(client: Client, piece: Piece, page: Any, **picks: str) -> Any:
    """Press the button of the page with both texts."""
    piece.refresh_from_db()
    data = {"sealed": page.context["sealed"], "version": str(page.context["piece"].lock_version)}
    return client.post(url_of(piece, "merge"), data | {f"take_{name}": pick for name, pick in picks.items()})


def names(page: Any, group: str) -> set[str]:
    return {shown.choice.name for shown in page.context[group]}


# --- Which fields are shown -----------------------------------------------------------------------------------------
def test_same_field_is_a_conflict_with_both_values(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})

    assert (page.status_code, names(page, "conflicts")) == (409, {"title"})
    assert all(word in page.content.decode() for word in ("Sandcastles", "Driftwood"))


def test_nothing_is_written_before_somebody_chose(staff: Staff) -> None:
    story = make_story(staff)

    race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})

    story.refresh_from_db()
    assert (story.title, story.revisions.count()) == ("Sandcastles", 2)


def test_different_fields_are_no_conflict(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles"}, {"byline": "Driftwood"})

    assert names(page, "conflicts") == set()
    assert (names(page, "only_theirs"), names(page, "only_mine")) == ({"title"}, {"byline"})


def test_same_change_of_both_is_no_conflict(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Sandcastles", "byline": "Driftwood"})

    assert names(page, "conflicts") == set()


def test_page_says_who_it_was_and_what_state_it_is_in(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles", "_verb": "submit"}, {"title": "Driftwood"})

    assert "editor changed this piece while you were typing; it is now: In review" in page.content.decode()


def test_typed_markup_is_shown_as_text(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "<script>x</script>"}, {"title": "<b>Driftwood</b>"})

    assert "<script>x" not in page.content.decode()
    assert "<b>Driftwood" not in page.content.decode()


def test_only_the_state_moved(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    sent = opened(client, story)
    approve(story, staff)

    page = save(client, story, sent, title="Driftwood")

    assert page.context["only_state_moved"]
    assert "Only its state changed, not its text" in page.content.decode()


def test_saving_over_an_approval_makes_it_a_draft_again(staff: Staff) -> None:
    story = make_story(staff)
    client = logged_in(staff.contributor)
    sent = opened(client, story)
    approve(story, staff)

    choose(client, story, save(client, story, sent, title="Driftwood"))

    story.refresh_from_db()
    assert (story.title, story.state) == ("Driftwood", State.DRAFT)


def test_invalid_field_is_mended_first_and_keeps_what_was_typed(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood", "slug": "not a slug!"})

    assert page.status_code == 200
    assert all(word in page.content.decode() for word in ("Driftwood", "not a slug!", "Nothing was overwritten"))


def test_form_opened_before_the_first_revision_that_is_known_chooses_every_difference(staff: Staff) -> None:
    story = make_story(staff)

    _client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood", "revision": "99"})

    assert "title" in names(page, "conflicts")


# --- What is saved --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("pick", "title"), [("mine", "Driftwood"), ("theirs", "Sandcastles"), ("base", "Driftwood")])
def test_chosen_text_is_saved(staff: Staff, pick: str, title: str) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood", "byline": "Another name"})

    choose(client, story, page, title=pick)

    story.refresh_from_db()
    assert (story.title, story.byline) == (title, "Another name")


@pytest.mark.parametrize(
    ("field", "theirs", "mine", "both"),
    [
        ("title", "Sandcastles", "Driftwood", "Sandcastles Driftwood"),
        ("how_made", "By letter.", "By telephone.", "By letter. By telephone."),
        ("body", "<p>Theirs.</p>", "<h2>Mine</h2><p>Ours.</p>", "<p>Theirs.</p><h2>Mine</h2><p>Ours.</p>"),
    ],
)
def test_both_texts_can_be_kept(staff: Staff, field: str, theirs: str, mine: str, both: str) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {field: theirs}, {field: mine})
    assert "Keep both: theirs first, yours after it" in page.content.decode()

    choose(client, story, page, **{field: "both"})

    story.refresh_from_db()
    assert getattr(story, field) == both


def test_texts_of_several_lines_are_kept_below_each_other(staff: Staff) -> None:
    source = make_source(staff)
    client, page = race(staff, source, {"note": "A survey."}, {"note": "By letter."})

    choose(client, source, page, note="both")

    source.refresh_from_db()
    assert source.note == "A survey.\nBy letter."


@pytest.mark.parametrize(
    ("field", "theirs", "mine"),
    [("slug", "theirs", "mine"), ("title", "T" * 150, "M" * 150), ("byline", "", "Mine")],
)
def test_both_are_not_offered_where_they_make_no_text(staff: Staff, field: str, theirs: str, mine: str) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {field: theirs}, {field: mine})
    assert "Keep both" not in page.content.decode()

    choose(client, story, page, **{field: "both"})

    story.refresh_from_db()
    assert getattr(story, field) == mine


def test_fields_that_one_alone_changed_are_all_kept(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"byline": "Driftwood"})

    choose(client, story, page)

    story.refresh_from_db()
    assert (story.title, story.byline) == ("Sandcastles", "Driftwood")


def test_change_of_the_other_can_be_left_out(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"byline": "Driftwood"})

    choose(client, story, page, title="mine")

    story.refresh_from_db()
    assert story.title == "A first classroom"


def test_tags_of_both_are_a_choice_too(staff: Staff) -> None:
    story = make_story(staff)
    books, schools = make_tag("Books"), make_tag("Schools")
    client, page = race(staff, story, {"tags": [str(books.pk)]}, {"tags": [str(schools.pk)]})
    assert names(page, "conflicts") == {"tags"}

    choose(client, story, page, tags="theirs")

    assert list(story.piece_tags.values_list("tag_id", flat=True)) == [books.pk]


def test_merging_is_a_revision_by_whoever_chose(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})

    choose(client, story, page)

    revision = story.revisions.latest("number")
    assert (revision.made_by, revision.verb, revision.number) == (staff.contributor, "merge", 3)
    assert set(story.writers.values_list("user_id", flat=True)) == {staff.contributor.pk, staff.editor.pk}


def test_merging_forgets_what_was_kept_while_typing(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    client.post(url_of(story, "autosave"), {"title": "Driftwood"})

    choose(client, story, page)

    assert not Autosave.objects.exists()


def test_third_text_meanwhile_shows_the_page_again_and_loses_nothing(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    editor = logged_in(staff.editor)
    save(editor, story, opened(editor, story), title="Lighthouse")

    again = choose(client, story, page, title="mine")

    story.refresh_from_db()
    assert (again.status_code, story.title) == (409, "Lighthouse")
    assert all(word in again.content.decode() for word in ("Driftwood", "Lighthouse", "changed once more"))
    choose(client, story, again, title="mine")
    story.refresh_from_db()
    assert story.title == "Driftwood"


def test_button_pressed_twice_makes_one_revision(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    choose(client, story, page)

    again = choose(client, story, page)

    assert (again.status_code, story.revisions.count()) == (409, 3)


# --- What travels with the page -------------------------------------------------------------------------------------
def sealed(page: Any) -> str:
    text: str = page.context["sealed"]
    return text


def test_text_that_was_tampered_with_is_not_saved(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    text = sealed(page)
    wrong = ("A" if text[0] != "A" else "B") + text[1:]

    response = client.post(url_of(story, "merge"), {"sealed": wrong, "version": str(story.lock_version)}, follow=True)

    story.refresh_from_db()
    assert "too old" in said(response)
    assert story.title == "Sandcastles"


def test_text_sealed_with_another_purpose_is_not_saved(staff: Staff) -> None:
    story = make_story(staff)
    content = {"mine": story.content(), "base": 1, "piece": story.pk, "by": staff.contributor.pk}
    wrong = signing.dumps(content, salt="something else", compress=True)

    response = logged_in(staff.contributor).post(url_of(story, "merge"), {"sealed": wrong, "version": "1"}, follow=True)

    assert "too old" in said(response)


def test_text_of_one_piece_is_not_saved_into_another(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})

    client.post(url_of(other, "merge"), {"sealed": sealed(page), "version": str(other.lock_version)})

    other.refresh_from_db()
    assert (other.title, other.revisions.count()) == ("A first classroom", 1)


def test_text_of_one_person_is_not_saved_by_another(staff: Staff) -> None:
    story = make_story(staff)
    _client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    story.refresh_from_db()

    logged_in(staff.editor).post(url_of(story, "merge"), {"sealed": sealed(page), "version": str(story.lock_version)})

    story.refresh_from_db()
    assert story.title == "Sandcastles"


def test_page_that_stayed_open_for_days_is_not_saved(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    text = sealed(page)

    with time_machine.travel(timezone.now() + timedelta(seconds=merging.OPEN_FOR + 60)):
        client.force_login(staff.contributor)
        choose(client, story, page)

    story.refresh_from_db()
    assert text
    assert story.title == "Sandcastles"


def test_somebody_who_may_not_write_any_more_does_not_merge(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})
    staff.contributor.groups.clear()

    assert choose(client, story, page).status_code == 403


def test_page_without_its_version_saves_nothing(staff: Staff) -> None:
    story = make_story(staff)
    client, page = race(staff, story, {"title": "Sandcastles"}, {"title": "Driftwood"})

    response = client.post(url_of(story, "merge"), {"sealed": sealed(page)})

    story.refresh_from_db()
    assert (response.status_code, story.title) == (409, "Sandcastles")


# --- Pieces with rows -----------------------------------------------------------------------------------------------
@pytest.fixture
def summary(staff: Staff) -> Summary:
    summary = make_summary(staff, statistics=[make_statistic(staff)])
    Finding.objects.create(
        summary=summary, heading="Lessons last", text="Years later.", strength="measured", position=1
    )
    workflow.save(summary.pk, by=staff.contributor)
    return summary


def headings(summary: Summary) -> list[str]:
    return list(summary.findings.order_by("position").values_list("heading", flat=True))


def test_findings_of_both_are_a_choice(staff: Staff, summary: Summary) -> None:
    client, page = race(staff, summary, {"findings-0-heading": "Sandcastles"}, {"findings-1-heading": "Driftwood"})
    assert (page.status_code, names(page, "conflicts")) == (409, {"findings"})

    choose(client, summary, page, findings="mine")

    assert headings(summary) == ["Lessons help", "Driftwood"]


def test_findings_of_the_other_can_be_kept(staff: Staff, summary: Summary) -> None:
    client, page = race(staff, summary, {"findings-0-heading": "Sandcastles"}, {"findings-1-heading": "Driftwood"})

    choose(client, summary, page, findings="theirs")

    assert headings(summary) == ["Sandcastles", "Lessons last"]


def test_findings_that_one_alone_changed_are_kept_with_their_numbers(staff: Staff, summary: Summary) -> None:
    client, page = race(staff, summary, {"findings-0-heading": "Sandcastles"}, {"question": "Driftwood?"})
    assert names(page, "conflicts") == set()

    choose(client, summary, page)

    summary.refresh_from_db()
    assert (summary.question, headings(summary)) == ("Driftwood?", ["Sandcastles", "Lessons last"])
    first = summary.findings.order_by("position").first()
    assert first is not None
    assert first.statistics.count() == 1


def test_citations_of_both_are_a_choice(staff: Staff) -> None:
    statistic = make_statistic(staff, source=make_source(staff))
    client, page = race(staff, statistic, {"citations-0-locator": "40"}, {"citations-0-locator": "50"})
    assert names(page, "conflicts") == {"citations"}

    choose(client, statistic, page, citations="mine")

    assert [citation.locator for citation in statistic.citations.all()] == ["50"]


def test_clauses_of_a_collection_are_a_choice(staff: Staff) -> None:
    collection = make_collection(staff, any_of=[make_tag("Books")])
    other = make_tag("Schools")
    client, page = race(staff, collection, {"clauses-0-rule": "none"}, {"clauses-0-tags": [str(other.pk)]})
    assert len(names(page, "conflicts")) == 1

    choose(client, collection, page, **dict.fromkeys(names(page, "conflicts"), "mine"))

    clause = collection.clauses.get()
    assert (clause.rule, list(clause.tags.all())) == ("any", [other])


# --- A scheduled edition that was replaced --------------------------------------------------------------------------
@pytest.fixture
def filed(staff: Staff) -> Story:
    story = make_story(staff)
    publish(story, staff)
    _again(story, staff, title="Scheduled", standfirst="Scheduled too.")
    publish(story, staff, at=timezone.now() + timedelta(hours=1))
    workflow.start_fix(story.pk, by=staff.contributor)
    _again(story, staff, title="Mended")
    publish(story, staff)
    return story


def _again(story: Story, staff: Staff, **columns: str) -> None:
    Story.objects.filter(pk=story.pk).update(**columns)
    workflow.save(story.pk, by=staff.contributor)
    story.refresh_from_db()


def rebase_url(story: Story, edition: int = 2) -> str:
    return reverse("admin:stories_story_rebase", args=[story.pk, edition])


def test_desk_leads_to_what_was_replaced(staff: Staff, filed: Story) -> None:
    page = logged_in(staff.contributor).get(url_of(filed, "change")).content.decode()

    assert rebase_url(filed) in page


def test_what_was_scheduled_stands_beside_what_the_draft_says(staff: Staff, filed: Story) -> None:
    page = logged_in(staff.contributor).get(rebase_url(filed))

    assert (names(page, "conflicts"), names(page, "only_theirs")) == ({"title"}, {"standfirst"})


def test_chosen_fields_are_taken_over(staff: Staff, filed: Story) -> None:
    data = {"take_title": "mine", "take_standfirst": "theirs"}

    logged_in(staff.contributor).post(rebase_url(filed), data)

    filed.refresh_from_db()
    assert (filed.title, filed.standfirst, filed.state) == ("Mended", "Scheduled too.", State.DRAFT)


def test_unanswered_conflict_keeps_the_draft(staff: Staff, filed: Story) -> None:
    logged_in(staff.contributor).post(rebase_url(filed))

    filed.refresh_from_db()
    assert filed.title == "Mended"


def test_dropping_from_the_page_changes_no_text(staff: Staff, filed: Story) -> None:
    logged_in(staff.contributor).post(rebase_url(filed), {"drop": "1", "take_title": "theirs"})

    filed.refresh_from_db()
    assert (filed.title, Event.objects.latest("number").verb) == ("Mended", "drop_filed")


def test_page_of_what_was_taken_over_is_gone(staff: Staff, filed: Story) -> None:
    client = logged_in(staff.contributor)
    client.post(rebase_url(filed), {"take_title": "theirs"})

    assert client.get(rebase_url(filed)).status_code == 404


@pytest.mark.parametrize("edition", [1, 3, 9])
def test_edition_that_was_not_replaced_has_no_such_page(staff: Staff, filed: Story, edition: int) -> None:
    assert logged_in(staff.contributor).get(rebase_url(filed, edition)).status_code == 404


def test_getting_the_page_changes_nothing(staff: Staff, filed: Story) -> None:
    before = Revision.objects.count(), Event.objects.count()

    logged_in(staff.contributor).get(f"{rebase_url(filed)}?take_title=theirs&drop=1")

    assert (Revision.objects.count(), Event.objects.count()) == before


def test_replaced_edition_is_for_those_who_may_write(staff: Staff, filed: Story) -> None:
    assert logged_in(make_user("Contributor")).get(rebase_url(filed)).status_code == 403

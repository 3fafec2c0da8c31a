"""The past of a piece: named by what was done, the same cost for any length, and shown only to those who may see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import events, roles, workflow
from editorial.history import PAGE_SIZE, Entry, History, history, name_of_event, name_of_revision
from editorial.models import Autosave, Edition, Event, Piece, PieceTag, Revision, User
from stories.models import Story
from tests.makers import (
    Staff,
    approve,
    make_collection,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def url(piece: Piece, page: str, **query: str) -> str:
    opts = piece._meta
    path = reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[piece.pk])
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else path


def change(piece: Piece, by: User, **fields: Any) -> Revision:
    for name, value in fields.items():
        setattr(piece, name, value)
    piece.save()
    revision = workflow.save(piece.pk, by=by)
    assert revision is not None
    piece.refresh_from_db()
    return revision


def entries(found: History) -> list[Entry]:
    return [entry for day in found.days for entry in day.entries]


def told(piece: Piece, **how: Any) -> list[str]:
    """What the history says, oldest first."""
    return [entry.what for entry in reversed(entries(history(piece, **how)))]


def grow(story: Story, count: int) -> None:
    """A long past, written at once."""
    start, last = timezone.now() - timedelta(days=count), Event.objects.latest("number").number
    Revision.objects.bulk_create(
        Revision(
            piece_id=story.pk,
            number=number,
            made_by=story.created_by,
            made_at=start + timedelta(hours=number),
            verb="save",
            digest=f"digest {number}",
            content={"title": f"Title {number}", "body": "<p>long</p>" * 100},
            schema_version=1,
            changed=["title"],
        )
        for number in range(2, count + 2)
    )
    Event.objects.bulk_create(
        Event(
            number=last + number,
            at=start + timedelta(hours=number),
            verb="save",
            piece_number=story.pk,
            fields=["title"],
            digest=f"digest {number}",
            seal="-",
        )
        for number in range(2, count + 2)
    )


# --- Names ----------------------------------------------------------------------------------------------------------
def test_each_step_is_named_by_what_it_did(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")

    assert told(story) == [
        "Created",
        "Submitted for review",
        "Approved",
        "Published as edition 1",
        "Title changed",
    ]


def test_changed_tags_are_counted(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books")])
    story.piece_tags.all().delete()
    PieceTag.objects.create(content_object_id=story.pk, tag=make_tag("School"))
    change(story, staff.contributor, title="A second classroom")

    assert told(story)[-1] == "Title and 2 tags changed"


def test_fields_are_named_in_the_order_of_the_form_and_the_rest_is_counted(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, slug="other", title="B", byline="C", body="<p>D</p>", standfirst="E")

    assert told(story)[-1] == "Title, standfirst, byline and 2 more fields changed"


def test_restored_revision_says_which_one_came_back(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    workflow.restore(story.pk, by=staff.contributor, revision_number=1)

    assert told(story)[-1] == "Restored from revision 1"


def test_discarded_changes_say_so(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")
    workflow.discard(story.pk, by=staff.contributor)

    assert told(story)[-1] == "Changes discarded: back to the newest edition"


def test_schedule_says_for_when_in_the_time_of_the_reader(staff: Staff) -> None:
    story = make_story(staff)
    with timezone.override("UTC"):
        at = (timezone.now() + timedelta(days=3)).replace(hour=23, minute=0, second=0, microsecond=0)
        publish(story, staff, at=at)
    with timezone.override("Asia/Seoul"):
        said = told(story)[-1]

    assert said.startswith("Scheduled as edition 1 for ")
    assert "8 a.m." in said


def test_verb_that_is_not_known_is_shown_by_itself() -> None:
    assert name_of_event(Event(verb="count_again")) == "Count again"


def test_field_that_is_not_known_is_shown_by_itself() -> None:
    assert name_of_revision(Revision(verb="save", changed=["voice_notes"]), []) == "Voice notes changed"


def test_note_stands_with_its_decision(staff: Staff) -> None:
    story = make_story(staff)
    for note in ("Shorten it.", "Now it is too short."):
        workflow.submit(story.pk, by=staff.contributor)
        workflow.request_changes(story.pk, by=staff.reviewer, note=note)

    notes = [entry.note for entry in entries(history(story)) if entry.what == "Sent back"]

    assert notes == ["Now it is too short.", "Shorten it."]


def test_approval_without_a_note_does_not_repeat_an_older_one(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.request_changes(story.pk, by=staff.reviewer, note="Shorten it.")
    approve(story, staff)

    approved = next(entry for entry in entries(history(story)) if entry.what == "Approved")

    assert approved.note == ""


def test_people_are_called_by_their_names(staff: Staff) -> None:
    User.objects.filter(pk=staff.reviewer.pk).update(first_name="Mina", last_name="Reviewer")
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.request_changes(story.pk, by=staff.reviewer, note="Shorten it.")

    assert [entry.who for entry in entries(history(story))] == ["Mina Reviewer", "contributor", "contributor"]


# --- What is in it --------------------------------------------------------------------------------------------------
def test_typing_that_was_not_saved_makes_no_entry(staff: Staff) -> None:
    story = make_story(staff)
    Autosave.objects.create(
        piece_id=story.pk, kind="story", user=staff.contributor, fields={"title": ["x"]}, saved_at=timezone.now()
    )

    assert told(story) == ["Created"]


def test_only_changes_of_the_text(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")

    assert told(story, only="text") == ["Created", "Title changed"]


def test_only_decisions(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")

    assert told(story, only="decisions") == ["Approved", "Published as edition 1"]


def test_consents_are_for_those_who_may_read_the_record(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest, note="By telephone.")

    assert told(story)[2:] == []
    assert told(story, sees_events=True)[2:] == ["The narrator said yes to this text"]


def test_reasons_are_for_those_who_may_read_the_record(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher, reason="withdrawn")

    assert entries(history(story))[0].reason == ""
    assert entries(history(story, sees_events=True))[0].reason == "withdrawn"


def test_reason_that_says_no_more_than_the_end_is_not_shown(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)

    assert entries(history(story, sees_events=True))[0].reason == ""


def test_verbs_that_nobody_judged_yet_are_for_those_who_may_read_the_record(staff: Staff) -> None:
    story = make_story(staff)
    events.record("count_again", by=staff.editor, piece=story)

    assert told(story) == ["Created"]
    assert told(story, sees_events=True) == ["Created", "Count again"]


@pytest.mark.parametrize(("role", "sees"), [(roles.CONTRIBUTOR, False), (roles.EDITOR, True)])
def test_page_asks_who_may_read_the_record(staff: Staff, role: str, sees: bool) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest, note="By telephone.")

    body = logged_in(make_user(role)).get(url(story, "history")).content.decode()

    assert ("By telephone." in body) is sees


def test_what_was_done_to_another_piece_is_not_in_it(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    change(other, staff.contributor, title="A second classroom")
    workflow.submit(other.pk, by=staff.contributor)

    assert told(story) == ["Created"]


def test_days_are_those_of_the_reader(staff: Staff) -> None:
    story = make_story(staff)
    at = datetime(2026, 1, 31, 20, tzinfo=UTC)
    Event.objects.bulk_create(
        [Event(number=900, at=at, verb="submit", piece_number=story.pk, seal="-", actor="contributor")]
    )

    with timezone.override("Asia/Seoul"):
        assert any("Feb. 1, 2026" in day.label for day in history(story).days)
    with timezone.override("America/New_York"):
        assert any("Jan. 31, 2026" in day.label for day in history(story).days)


def test_today_is_called_today(staff: Staff) -> None:
    assert history(make_story(staff)).days[0].label.startswith("Today, ")


# --- However long ---------------------------------------------------------------------------------------------------
def test_pages_follow_one_another_without_gap_or_repetition(staff: Staff) -> None:
    story = make_story(staff)
    grow(story, 2 * PAGE_SIZE)
    workflow.submit(story.pk, by=staff.contributor)
    pages, after = [], ""
    while True:
        found = history(story, after=after)
        pages.append(entries(found))
        after = found.older
        if not after:
            break

    numbers = [entry.revision for page in pages for entry in page if entry.revision]
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 2]
    assert sorted(numbers) == list(range(1, 2 * PAGE_SIZE + 2))


def test_things_done_at_one_instant_are_not_lost_between_pages(staff: Staff) -> None:
    story = make_story(staff)
    at = timezone.now()
    Event.objects.bulk_create(
        Event(number=900 + number, at=at, verb="recall", piece_number=story.pk, seal="-")
        for number in range(PAGE_SIZE + 5)
    )

    first = history(story)
    rest = history(story, after=first.older)

    assert (len(entries(first)), len(entries(rest))) == (PAGE_SIZE, 6)


@pytest.mark.parametrize("key", ["x", "1", "1-x", "-1-2", "9999999999999999999-1", "1-1 "])
def test_key_that_is_none_is_not_found(staff: Staff, key: str) -> None:
    with pytest.raises(Http404):
        history(make_story(staff), after=key)


def queries_of(client: Client, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_history_costs_the_same_for_a_thousand_revisions(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    client = logged_in(staff.contributor)
    short = queries_of(client, url(story, "history"))
    grow_from = Revision.objects.filter(piece_id=story.pk).count()
    Revision.objects.bulk_create(
        Revision(
            piece_id=story.pk,
            number=grow_from + number,
            made_by=staff.contributor,
            made_at=timezone.now(),
            verb="save",
            digest=str(number),
            content={"body": "<p>long</p>" * 50},
            schema_version=1,
            changed=["body"],
        )
        for number in range(1, 1000)
    )

    long = queries_of(client, url(story, "history"))

    assert len(long) == len(short)


def test_history_costs_eight_queries_at_most(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books")])
    publish(story, staff)
    story.piece_tags.all().delete()
    change(story, staff.contributor, title="A second classroom")
    workflow.restore(story.pk, by=staff.contributor, revision_number=1)

    assert len(queries_of(logged_in(staff.contributor), url(story, "history"))) <= 8


def test_history_reads_no_content(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")

    read = queries_of(logged_in(staff.contributor), url(story, "history"))

    assert any("editorial_revision" in sql for sql in read)
    assert not any('"editorial_revision"."content",' in sql or '"editorial_edition"."content"' in sql for sql in read)


@pytest.mark.parametrize("pair", [("live", "now"), ("revision-1", "revision-2"), ("edition-1", "revision-1")])
def test_comparison_costs_ten_queries_at_most(staff: Staff, pair: tuple[str, str]) -> None:
    source = make_source(staff)
    statistic = make_statistic(staff, source=source)
    summary = make_summary(staff, statistics=[statistic])
    for piece in (source, statistic, summary):
        publish(piece, staff)
    PieceTag.objects.create(content_object_id=summary.pk, tag=make_tag("Books"))
    summary.findings.all().delete()
    change(summary, staff.contributor, title="What they do", summarises=source)

    left, right = pair
    address = url(summary, "compare") + f"?from={left}&to={right}"
    assert len(queries_of(logged_in(staff.contributor), address)) <= 10


def test_comparison_costs_the_same_for_any_number_of_revisions(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    publish(story, staff)
    client = logged_in(staff.contributor)
    address = url(story, "compare") + "?from=revision-1&to=live"
    short = queries_of(client, address)
    for number in range(40):
        change(story, staff.contributor, title=f"Title {number}")

    assert len(queries_of(client, address)) == len(short)


def test_comparison_reads_the_contents_of_two_texts_alone(staff: Staff) -> None:
    story = make_story(staff)
    for number in range(5):
        change(story, staff.contributor, standfirst=f"Only in revision {number + 2}.")

    read = queries_of(logged_in(staff.contributor), url(story, "compare") + "?from=revision-2&to=revision-3")

    assert sum('THEN "editorial_revision"."content"' in sql for sql in read) == 1
    assert not any('"editorial_revision"."content",' in sql for sql in read)


# --- Comparing ------------------------------------------------------------------------------------------------------
def test_comparison_starts_with_what_is_live_and_the_text_as_it_is_now(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")

    context = logged_in(staff.reviewer).get(url(story, "compare")).context

    assert (context["before"].key, context["after"].key) == ("edition-1", "revision-2")
    assert [one.name for one in context["differences"]] == ["title"]


def test_comparison_of_an_ended_piece_starts_with_what_was_live_last(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)

    response = logged_in(staff.reviewer).get(url(story, "compare"))

    assert response.context["before"].key == "edition-1"
    assert "What was live last" in response.content.decode()


def test_comparison_of_an_unpublished_piece_starts_with_its_last_change(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    change(story, staff.contributor, title="A third classroom")

    context = logged_in(staff.reviewer).get(url(story, "compare")).context

    assert (context["before"].key, context["after"].key) == ("revision-2", "revision-3")


def since_mine(story: Story, by: User) -> str:
    page = logged_in(by).get(url(story, "compare")).content.decode()
    return page.split("Since your last decision or save")[0].rpartition("?from=")[2] if "Since your" in page else ""


def test_comparison_since_ones_own_save_is_offered(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.editor, title="A second classroom")

    assert since_mine(story, staff.contributor).startswith("revision-1&amp;to=now")


def test_comparison_since_ones_own_decision_is_offered(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    workflow.submit(story.pk, by=staff.contributor)
    workflow.request_changes(story.pk, by=staff.reviewer, note="Name the year.")
    change(story, staff.contributor, title="A third classroom")

    assert since_mine(story, staff.reviewer).startswith("revision-2&amp;to=now")


def test_comparison_since_then_is_not_offered_where_nothing_changed_since(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.editor, title="A second classroom")

    assert (since_mine(story, staff.editor), since_mine(story, staff.reviewer)) == ("", "")


def test_piece_that_was_saved_once_has_nothing_to_be_compared_with(staff: Staff) -> None:
    page = logged_in(staff.reviewer).get(url(make_story(staff), "compare")).content.decode()

    assert "nothing to compare it with yet" in page


def test_edition_that_waits_is_not_called_live(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff, at=timezone.now() + timedelta(days=1))

    context = logged_in(staff.reviewer).get(url(story, "compare")).context

    assert not context["texts"].is_live


def test_old_revision_can_be_compared_though_the_list_is_short(staff: Staff) -> None:
    story = make_story(staff)
    grow(story, 60)

    context = logged_in(staff.reviewer).get(url(story, "compare") + "?from=revision-3&to=revision-4").context

    assert [one.name for one in context["changed"]] == ["title"]
    assert len(context["texts"].revisions) == 32


def test_unchanged_fields_are_shown_when_asked_for(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")
    client = logged_in(staff.reviewer)

    assert "The bell rang twice." not in client.get(url(story, "compare")).content.decode()
    assert "The bell rang twice." in client.get(url(story, "compare", all="1")).content.decode()


def test_markup_in_a_title_is_shown_and_not_run(staff: Staff) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="<script>alert(1)</script>", byline="<img src=x>")
    client = logged_in(staff.reviewer)

    for page in ("history", "compare"):
        body = client.get(url(story, page)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body


def test_steps_lead_from_change_to_change(staff: Staff) -> None:
    story = make_story(staff)
    for number in range(3):
        change(story, staff.contributor, title=f"Title {number}")

    context = logged_in(staff.reviewer).get(url(story, "compare") + "?from=revision-2&to=revision-3").context

    assert context["steps"] == {"earlier": (1, 2), "later": (3, 4)}


# --- One revision ---------------------------------------------------------------------------------------------------
def test_revision_is_read_as_prose(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books")])
    change(story, staff.contributor, body="<h2>Later</h2><p>We all sat down.</p>")

    body = logged_in(staff.reviewer).get(url(story, "revision", number="1")).content.decode()

    assert "<p>The bell rang twice.</p>" in body
    assert "Books" in body


def test_text_comes_back_as_a_draft_and_no_edition_changes(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")
    editions = list(Edition.objects.values())
    client = logged_in(staff.contributor)
    assert "Bring this text back as a draft" in client.get(url(story, "revision", number="1")).content.decode()

    client.post(reverse("admin:stories_story_verb", args=[story.pk, "restore"]), {"revision": "1"})

    story.refresh_from_db()
    assert (story.title, story.state, story.revisions.count()) == ("A first classroom", "draft", 3)
    assert list(Edition.objects.values()) == editions


@pytest.mark.parametrize(("who", "number"), [("reviewer", "1"), ("contributor", "2")])
def test_button_is_not_offered_where_it_would_be_refused_or_do_nothing(staff: Staff, who: str, number: str) -> None:
    story = make_story(staff)
    change(story, staff.contributor, title="A second classroom")

    body = logged_in(getattr(staff, who)).get(url(story, "revision", number=number)).content.decode()

    assert "Bring this text back" not in body


# --- Erased ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def erased(staff: Staff) -> Story:
    """A story whose first revision was erased."""
    story = make_story(staff)
    publish(story, staff)
    change(story, staff.contributor, title="A second classroom")
    story.revisions.filter(number=1).update(content={}, erased_at=timezone.now())
    return story


def test_history_says_that_a_revision_was_erased(staff: Staff, erased: Story) -> None:
    body = logged_in(staff.reviewer).get(url(erased, "history")).content.decode()

    assert "The text of revision 1 was erased." in body


def test_erased_revision_is_not_compared(staff: Staff, erased: Story) -> None:
    response = logged_in(staff.reviewer).get(url(erased, "compare") + "?from=revision-1&to=now")

    assert "One of these two was erased" in response.content.decode()
    assert response.context["differences"] == []


def test_erased_revision_says_so_and_cannot_be_brought_back(staff: Staff, erased: Story) -> None:
    body = logged_in(staff.contributor).get(url(erased, "revision", number="1")).content.decode()

    assert "The text of this revision was erased." in body
    assert "Bring this text back" not in body


# --- Who may see it -------------------------------------------------------------------------------------------------
PAGES = ("history", "compare", "revision")


@pytest.mark.parametrize("page", PAGES)
def test_past_of_a_piece_is_closed_to_those_who_may_not_see_it(staff: Staff, page: str) -> None:
    story = make_story(staff)

    assert logged_in(make_user(roles.ADMINISTRATOR)).get(url(story, page, number="1")).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_past_of_a_piece_is_closed_to_visitors(staff: Staff, page: str, reader: Client) -> None:
    response = reader.get(url(make_story(staff), page, number="1"))

    assert (response.status_code, "/login/" in response.headers["Location"]) == (302, True)


@pytest.mark.parametrize("page", PAGES)
def test_past_of_a_piece_is_open_to_those_who_may_see_it(staff: Staff, page: str) -> None:
    story = make_story(staff)

    assert logged_in(staff.reviewer).get(url(story, page, number="1")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_address_of_another_kind_finds_nothing(staff: Staff, page: str) -> None:
    story = make_story(staff)

    address = reverse(f"admin:research_source_{page}", args=[story.pk])
    assert logged_in(staff.editor).get(f"{address}?number=1").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_do_nothing_on_post(staff: Staff, page: str) -> None:
    assert logged_in(staff.editor).post(url(make_story(staff), page)).status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "from=revision-2&to=now",
        "from=now&to=revision-2",
        "from=edition-2&to=now",
        "from=now&to=edition-2",
        "from=revision-0&to=now",
        "from=revision-1e3&to=now",
        "from=revision-99999999999&to=now",
        "from=1&to=2",
        "from=draft&to=now",
        "from=&to=",
        "from=revision-1%27--&to=now",
    ],
)
def test_number_that_does_not_belong_to_the_piece_is_not_found(staff: Staff, query: str) -> None:
    other = make_story(staff)
    publish(other, staff)
    change(other, staff.contributor, title="A second classroom")
    publish(other, staff)
    story = make_story(staff)
    publish(story, staff)

    assert logged_in(staff.reviewer).get(f"{url(story, 'compare')}?{query}").status_code == 404


@pytest.mark.parametrize("number", ["2", "0", "", "x", "-1", "1.0", "99999999999"])
def test_revision_of_another_piece_is_not_found(staff: Staff, number: str) -> None:
    other, story = make_story(staff), make_story(staff)
    change(other, staff.contributor, title="A second classroom")

    assert logged_in(staff.reviewer).get(url(story, "revision", number=number)).status_code == 404


def test_filter_that_is_none_is_not_found(staff: Staff) -> None:
    assert logged_in(staff.reviewer).get(url(make_story(staff), "history", only="consents")).status_code == 404


def test_history_of_the_admin_is_replaced(staff: Staff) -> None:
    response = logged_in(staff.reviewer).get(url(make_story(staff), "history"))

    assert "admin/piece/history.html" in [template.name for template in response.templates]


def test_every_kind_has_a_past(staff: Staff) -> None:
    client = logged_in(staff.editor)
    pieces: list[Piece] = [
        make_story(staff),
        make_source(staff),
        make_statistic(staff),
        make_summary(staff),
        make_collection(staff, any_of=[make_tag()]),
        make_page(staff),
    ]

    for piece in pieces:
        change(piece, staff.editor, standfirst="Another standfirst.")
        assert all(client.get(url(piece, page, number="2")).status_code == 200 for page in PAGES)

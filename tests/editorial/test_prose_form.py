"""The prose editor at the desk: what it is given, what it may ask, and what cannot be saved."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from editorial.models import Edition, Piece
from editorial.prose_form import form_field
from editorial.prose_table import TABLE, WITH_MENTIONS, WORDS
from reading.models import Page
from research.models import Statistic
from tests.makers import Staff, make_page, make_source, make_statistic, make_story, make_user, publish

MARKER = "data-django-prose-editor-configurable"


def client_of(user: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def config_of(holds: tuple[str, ...]) -> dict[str, Any]:
    widget = form_field(holds).widget
    return dict(json.loads(widget.get_context("body", "", {})["widget"]["attrs"][MARKER]))


def of(value: str) -> str:
    return f'<p>So many: <data value="{value}"></data></p>'


# --- What the editor is given -----------------------------------------------------------------------------------------
def test_editor_of_a_story_has_no_mentions() -> None:
    extensions = config_of(WORDS)["extensions"]

    assert "PullQuote" in extensions
    assert not {"Statistic", "Citation"} & extensions.keys()


def test_every_button_of_the_table_has_a_label() -> None:
    labels = config_of(WITH_MENTIONS)["extensions"]["Toolbar"]["labels"]

    assert labels == {name: str(label) for element in TABLE.values() for name, label in element.buttons.items()}
    assert all(labels.values())


def test_no_group_of_buttons_opens_with_a_mouse_alone() -> None:
    groups = config_of(WITH_MENTIONS)["extensions"]["Menu"]["groups"]

    assert [group for group in groups if group.get("type")] == []


def test_form_carries_the_modules_and_an_import_map_with_the_nonce(staff: Staff) -> None:
    page = client_of(staff.contributor).get(reverse("admin:reading_page_add")).content.decode()

    assert '"firsthand/prose-paste": "/static/js/desk/prose-paste.js"' in page
    assert "/static/js/desk/prose.js" in page
    (importmap,) = re.findall(r'<script[^>]*type="importmap"[^>]*>', page)
    assert 'nonce="' in importmap


# --- What cannot be saved ---------------------------------------------------------------------------------------------
def test_mention_of_a_piece_that_there_is_comes_through(staff: Staff) -> None:
    statistic = make_statistic(staff)
    edition = publish(statistic, staff)

    for value in (f"statistic:{statistic.pk}", f"statistic:{statistic.pk}@{edition.pk}"):
        assert form_field(WITH_MENTIONS, required=False).clean(of(value)) == of(value)


def unknown(staff: Staff) -> list[str]:
    statistic, other, story = make_statistic(staff), make_statistic(staff), make_story(staff)
    edition, of_story = publish(other, staff), publish(story, staff)
    erased = make_statistic(staff)
    Piece.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    return [
        "statistic:999999",
        f"statistic:{story.pk}",
        f"source:{statistic.pk}",
        f"statistic:{erased.pk}",
        f"statistic:{statistic.pk}@{edition.pk}",
        f"statistic:{statistic.pk}@999999",
        f"statistic:{story.pk}@{of_story.pk}",
    ]


def test_mention_that_leads_nowhere_is_refused_with_a_sentence(staff: Staff) -> None:
    for value in unknown(staff):
        with pytest.raises(ValidationError, match=value):
            form_field(WITH_MENTIONS).clean(of(value))


def test_text_without_mentions_asks_the_database_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        form_field(WITH_MENTIONS).clean("<p>text</p>")


def test_refused_mention_changes_nothing_and_keeps_what_was_typed(staff: Staff) -> None:
    page = make_page(staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])
    form = client.get(address).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data |= {"tags": "", "body": of("statistic:999999")}

    response = client.post(address, data)

    assert response.status_code == 200
    assert "refers to something that does not exist" in response.content.decode()
    assert "So many: &lt;data value=&quot;statistic:999999&quot;" in response.content.decode()
    assert Page.objects.get(pk=page.pk).body == "<p>Who is behind this.</p>"


# --- What the editor may ask ------------------------------------------------------------------------------------------
def choices(client: Client, kind: str = "statistic", **params: str) -> dict[str, Any]:
    response = client.get(reverse("admin:prose_choose", args=[kind]), params)
    assert response.status_code == 200
    return dict(response.json())


def printed(client: Client, *values: str, language: str = "en") -> dict[str, dict[str, str]]:
    response = client.get(reverse("admin:prose_printed"), {"m": values, "language": language})
    assert response.status_code == 200
    return dict(response.json()["printed"])


def test_list_shows_what_each_number_prints_and_which_values_can_be_quoted(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    edition = publish(statistic, staff)

    (one,) = choices(client_of(staff.contributor), q="lessons TAKEN")["results"]

    assert one["value"] == f"statistic:{statistic.pk}"
    assert (one["title"], one["prints"], one["status"]) == ("Lessons taken", "607", "")
    assert [pinned["value"] for pinned in one["editions"]] == [f"statistic:{statistic.pk}@{edition.pk}"]
    assert one["editions"][0]["label"].startswith("607 (edition 1, ")


def test_list_says_which_number_readers_cannot_see_yet(staff: Staff) -> None:
    make_statistic(staff, value="607")

    (one,) = choices(client_of(staff.contributor))["results"]

    assert (one["prints"], one["status"], one["editions"]) == ("607", "readers cannot see it yet", [])


def test_list_shows_no_digits_of_a_number_that_was_taken_back(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    publish(statistic, staff)
    workflow.end(statistic.pk, by=staff.publisher)

    (one,) = choices(client_of(staff.contributor))["results"]

    assert one["prints"] == "figure withdrawn"
    assert one["editions"] == []


def test_list_is_empty_for_a_title_that_nothing_has(staff: Staff) -> None:
    make_statistic(staff)

    assert choices(client_of(staff.contributor), q="no such title") == {"results": [], "more": False}


def test_number_that_is_mentioned_already_comes_first(staff: Staff) -> None:
    numbers = [make_statistic(staff) for _one in range(25)]

    found = choices(client_of(staff.contributor), value=f"statistic:{numbers[24].pk}")

    assert found["results"][0]["value"] == f"statistic:{numbers[24].pk}"
    assert len(found["results"]) == 20
    assert found["more"] is True


def test_list_asks_as_many_queries_for_twenty_as_for_one(staff: Staff) -> None:
    client = client_of(staff.contributor)
    publish(make_statistic(staff), staff)
    make_statistic(staff)
    with CaptureQueriesContext(connection) as few:
        choices(client)
    for _one in range(9):
        publish(make_statistic(staff), staff)
        make_statistic(staff)

    with CaptureQueriesContext(connection) as many:
        found = choices(client)

    assert len(found["results"]) == 20
    assert len(many) == len(few)
    assert len(many) <= 9


def test_source_is_printed_as_it_is_cited(staff: Staff) -> None:
    source = make_source(staff, title="A survey of lessons")

    shown = printed(client_of(staff.contributor), f"source:{source.pk}#page=213-20")

    assert shown[f"source:{source.pk}#page=213-20"]["words"] == "A survey of lessons. pp. 213-20"


@pytest.mark.parametrize(("language", "words"), [("en", "33,000"), ("ko", "3만 3천 명"), ("xx", "33,000")])
def test_mention_is_printed_in_the_language_of_the_piece(staff: Staff, language: str, words: str) -> None:
    value = f"statistic:{make_statistic(staff, value='33000').pk}"

    assert printed(client_of(staff.contributor), value, language=language)[value]["words"] == words


def test_states_of_mentions_are_told_apart(staff: Staff) -> None:
    live, ended = make_statistic(staff, value="607"), make_statistic(staff, value="608")
    edition = publish(live, staff)
    publish(ended, staff)
    workflow.end(ended.pk, by=staff.publisher)
    values = [
        f"statistic:{live.pk}",
        f"statistic:{live.pk}@{edition.pk}",
        f"statistic:{ended.pk}",
        "statistic:999",
        "x",
    ]

    shown = printed(client_of(staff.contributor), *values)

    assert [shown[value]["state"] for value in values] == ["live", "pinned", "withdrawn", "unknown", "unknown"]
    assert "608" not in str(shown)


def test_pinned_value_stays_what_it_was(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    edition: Edition = publish(statistic, staff)
    Statistic.objects.filter(pk=statistic.pk).update(value="608", reader_note="Counted again.")
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    publish(statistic, staff)
    value = f"statistic:{statistic.pk}@{edition.pk}"

    assert printed(client_of(staff.contributor), value)[value]["words"] == "607"


def test_nothing_is_told_of_kinds_that_a_person_may_not_see(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    client = client_of(make_user(username="nobody"))

    assert client.get(reverse("admin:prose_choose", args=["statistic"])).status_code == 404
    assert printed(client, f"statistic:{statistic.pk}")[f"statistic:{statistic.pk}"]["state"] == "unknown"


@pytest.mark.parametrize("kind", ["story", "page", "nonsense"])
def test_only_numbers_and_sources_can_be_listed(staff: Staff, kind: str) -> None:
    assert client_of(staff.editor).get(reverse("admin:prose_choose", args=[kind])).status_code == 404


def test_visitors_are_told_nothing(reader: Client, db: None) -> None:
    for address in (reverse("admin:prose_choose", args=["statistic"]), reverse("admin:prose_printed")):
        assert reader.get(address).status_code == 302


def test_story_is_not_named_by_asking_for_it_as_a_number(staff: Staff) -> None:
    story = make_story(staff)

    shown = printed(client_of(staff.contributor), f"statistic:{story.pk}")

    assert story.title not in str(shown)


# --- For people who only read -----------------------------------------------------------------------------------------
def test_reviewer_reads_what_a_mention_will_print(staff: Staff) -> None:
    statistic = make_statistic(staff, value="607")
    page = make_page(staff)
    page.body = of(f"statistic:{statistic.pk}")
    page.save()
    workflow.save(page.pk, by=staff.contributor)

    shown = client_of(staff.reviewer).get(reverse("admin:reading_page_change", args=[page.pk])).content.decode()

    assert 'So many: <span class="mention statistic"><a href="/en/statistics/' in shown
    assert ">607</a></span>" in shown


def test_reviewer_reads_a_source_in_brackets(staff: Staff) -> None:
    source = make_source(staff, title="A survey of lessons")
    page = make_page(staff)
    page.body = of(f"source:{source.pk}#page=37")
    page.save()
    workflow.save(page.pk, by=staff.contributor)

    shown = client_of(staff.reviewer).get(reverse("admin:reading_page_change", args=[page.pk])).content.decode()

    assert ">A survey of lessons. p. 37</a>)</span>" in shown

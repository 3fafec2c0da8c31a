"""Frames on other sites: their headers, their options, and what is not in them."""

from __future__ import annotations

import html

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from editorial import workflow
from editorial.door import KEEP
from embeds.frame import HEADERS, POLICY
from embeds.views import wanted
from reading.models import Collection
from stories.models import Scope
from tests.makers import Staff, make_collection, make_consent, make_statistic, make_story, make_tag, publish

PATH = "/embed/v1/c/lessons"


def has_frame_headers(response: HttpResponseBase) -> bool:
    policy = response.headers["Content-Security-Policy"]
    wanted = {f"{name} {' '.join(str(value) for value in values)}" for name, values in POLICY.items()}
    return (
        set(policy.split("; ")) == wanted
        and "frame-ancestors" not in policy
        and "X-Frame-Options" not in response.headers
        and all(response.headers[name] == value for name, value in HEADERS.items())
        and not response.cookies
        and "Vary" not in response.headers
    )


def frame(reader: Client, path: str = PATH, **options: str) -> str:
    response = reader.get(path, options)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


@pytest.fixture
def collection(staff: Staff) -> Collection:
    """A collection of everything about books, with one story in it."""
    publish(make_story(staff, title="A first classroom", slug="classroom", tags=[make_tag("Books")]), staff)
    made = make_collection(staff, slug="lessons", any_of=[make_tag("Books")])
    publish(made, staff)
    return made


@pytest.mark.usefixtures("collection")
def test_frame_has_its_headers_and_no_others_that_forbid_it(reader: Client) -> None:
    response = reader.get(PATH)

    assert response.status_code == 200
    assert has_frame_headers(response)
    assert response.headers["Content-Language"] == "en"
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}


@pytest.mark.usefixtures("collection")
def test_frame_leads_to_the_pieces_by_their_full_address(reader: Client) -> None:
    page = frame(reader)

    assert 'href="http://localhost:8000/en/stories/classroom/" target="_blank" rel="noopener"' in page
    assert '<link rel="canonical" href="http://localhost:8000/en/collections/lessons/">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "<script" not in page
    assert " style=" not in page


def test_older_slug_still_answers(collection: Collection, staff: Staff, reader: Client) -> None:
    collection.slug = "classrooms"
    collection.save()
    workflow.save(collection.pk, by=staff.contributor)
    collection.refresh_from_db()
    publish(collection, staff)

    assert "A first classroom" in frame(reader, "/embed/v1/c/lessons")
    assert "A first classroom" in frame(reader, "/embed/v1/c/classrooms")


def test_ended_collection_is_a_neutral_notice(collection: Collection, staff: Staff, reader: Client) -> None:
    workflow.end(collection.pk, by=staff.publisher)

    response = reader.get(PATH)

    assert response.status_code == 410
    assert has_frame_headers(response)
    assert response.headers["Cache-Control"] == "no-store"
    for words in (b"Lessons", b"lessons", b"A first classroom"):
        assert words not in response.content


def test_collection_that_never_was_public_is_the_same_notice(staff: Staff, reader: Client) -> None:
    make_collection(staff, slug="draft", any_of=[make_tag("Books")])

    draft, nothing = reader.get("/embed/v1/c/draft"), reader.get("/embed/v1/c/nothing")

    assert (draft.status_code, nothing.status_code) == (404, 404)
    assert (draft.content, draft.headers) == (nothing.content, nothing.headers)
    assert has_frame_headers(draft)
    assert "There is nothing to show here now." in draft.content.decode()


@pytest.mark.usefixtures("collection")
@pytest.mark.parametrize("theme", ["", "Dark", "neon", "<script>", "auto"])
def test_theme_that_is_not_understood_is_the_default(reader: Client, theme: str) -> None:
    assert 'data-theme="auto"' in frame(reader, theme=theme)


@pytest.mark.usefixtures("collection")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_taken(reader: Client, theme: str) -> None:
    assert f'data-theme="{theme}"' in frame(reader, theme=theme)


@pytest.mark.usefixtures("collection")
@pytest.mark.parametrize("language", ["", "fr", "EN", "en-GB"])
def test_language_that_is_not_understood_is_the_default(reader: Client, language: str) -> None:
    assert '<html lang="en"' in frame(reader, lang=language)


@pytest.mark.usefixtures("collection")
def test_collection_that_is_not_in_that_language_is_a_notice_in_it(reader: Client) -> None:
    response = reader.get(PATH, {"lang": "ko"})

    assert (response.status_code, response.headers["Content-Language"]) == (404, "ko")
    assert has_frame_headers(response)


@pytest.mark.parametrize(
    ("limit", "understood"),
    [
        ("1", 1), ("24", 24), ("07", 7), ("", None), ("0", None), ("25", None), ("100", None), ("-1", None),
        ("1.5", None), ("ten", None), ("٣", None), ("²", None), (" 3", None),
    ],
)  # fmt: skip
def test_limit_is_understood_or_left_out(limit: str, understood: int | None) -> None:
    assert wanted(limit) == understood


def test_frame_shows_as_many_as_were_asked_for(collection: Collection, staff: Staff, reader: Client) -> None:
    for _number in range(2):
        publish(make_story(staff, tags=[make_tag("Books")]), staff)

    assert frame(reader, limit="2").count("<li class") == 2
    assert frame(reader, limit="many").count("<li class") == 3
    assert collection.limit == 24


def test_story_without_a_grant_for_partners_is_absent(collection: Collection, staff: Staff, reader: Client) -> None:
    story = make_story(staff, title="Here only", slug="here-only", tags=[make_tag("Books")], consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    publish(story, staff)

    page = frame(reader)

    assert "Here only" not in page
    assert "here-only" not in page
    assert "Here only" in reader.get(f"/en/collections/{collection.slug}/").content.decode()


def test_story_that_is_taken_back_leaves_the_frame(collection: Collection, staff: Staff, reader: Client) -> None:
    story = make_story(staff, title="Taken back", tags=[make_tag("Books")])
    publish(story, staff)
    assert "Taken back" in frame(reader)

    workflow.end(story.pk, by=staff.consent_officer)

    assert "Taken back" not in frame(reader)
    assert collection.pk


def test_number_in_a_frame_is_shown_in_words(collection: Collection, staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="33000")
    statistic.piece_tags.create(tag=make_tag("Books"))
    workflow.save(statistic.pk, by=staff.contributor)
    statistic.refresh_from_db()
    publish(statistic, staff)

    assert '<p class="figure">33,000</p>' in frame(reader)
    assert collection.pk


@pytest.mark.usefixtures("collection")
def test_unknown_parameter_is_ignored_and_the_answer_not_kept(reader: Client) -> None:
    clean = reader.get(PATH, {"theme": "dark"})
    response = reader.get(PATH, {"theme": "dark", "utm_source": "letter"})

    assert (response.status_code, response.content) == (200, clean.content)
    assert has_frame_headers(response)
    assert KEEP in clean.wsgi_request.environ
    assert KEEP not in response.wsgi_request.environ

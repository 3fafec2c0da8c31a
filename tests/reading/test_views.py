"""The pages that span kinds, and what stands where there is no page."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from editorial import workflow
from editorial.models import Tag
from reading.models import Collection
from tests.makers import (
    Staff,
    make_collection,
    make_page,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    publish,
)


def text_at(reader: Client, path: str) -> str:
    response = reader.get(path)
    assert response.status_code == 200, path
    assert not response.cookies
    assert response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    return html.unescape(response.content.decode())


@pytest.fixture
def published(staff: Staff) -> None:
    """One piece of each kind that the first page shows."""
    publish(make_story(staff, title="A first classroom", tags=[make_tag("Books")]), staff)
    publish(make_statistic(staff), staff)
    publish(make_summary(staff), staff)
    publish(make_collection(staff, slug="lessons", any_of=[make_tag("Books")]), staff)


@pytest.mark.usefixtures("published")
def test_home_shows_the_newest_of_each_kind(reader: Client) -> None:
    page = text_at(reader, "/en/")

    for title in ("A first classroom", "Lessons taken", "What lessons do", "Lessons"):
        assert title in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ko"])
def test_home_of_an_empty_site_is_a_page(reader: Client, language: str) -> None:
    assert f'<html lang="{language}">' in text_at(reader, f"/{language}/")


@pytest.mark.usefixtures("published")
def test_korean_pages_are_korean_and_label_what_is_not(reader: Client) -> None:
    for path in ("/ko/", "/ko/stories/", "/ko/topics/books/"):
        page = text_at(reader, path)
        assert '<html lang="ko">' in page
        assert 'lang="en"' in page
        assert "A first classroom" in page


@pytest.mark.usefixtures("published")
def test_collection_of_another_language_is_not_on_this_home(reader: Client) -> None:
    assert "/collections/lessons/" in text_at(reader, "/en/")
    assert "/collections/lessons/" not in text_at(reader, "/ko/")


@pytest.mark.django_db
def test_bare_address_leads_to_the_default_language(reader: Client) -> None:
    response = reader.get("/", headers={"accept-language": "ko"})

    assert (response.status_code, response.headers["Location"]) == (302, "/en/")
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/en/?utm_source=letter", "/en/"),
        ("/en/stories/?fbclid=1&after=1-a", "/en/stories/?after=1-a"),
        ("/ko/topics/?q=1&after=2", "/ko/topics/"),
        ("/en/stories/?utm_source=a&after=", "/en/stories/"),
    ],
)
def test_unknown_parameter_leads_to_the_address_without_it(reader: Client, address: str, leads_to: str) -> None:
    response = reader.get(address)

    assert (response.status_code, response.headers["Location"]) == (302, leads_to)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/", "/ko/topics/", "/en/stories/", "/en/about/", "/embed/v1/c/lessons"])
def test_post_to_a_public_page_is_not_allowed(reader: Client, path: str) -> None:
    response = reader.post(path, {"title": "x"})

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.usefixtures("published")
def test_head_answers_as_get_without_the_text(reader: Client) -> None:
    response = reader.head("/en/")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/en/nothing/", "en"),
        ("/ko/stories/nothing/", "ko"),
        ("/ko/topics/nothing/", "ko"),
        ("/fr/", "en"),
        ("/x", "en"),
    ],
)
def test_not_found_wears_the_dress_of_the_site(reader: Client, path: str, language: str) -> None:
    response = reader.get(path)

    page = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert f'href="/{language}/stories/"' in page
    assert path not in page
    assert not response.cookies


def test_page_of_the_site_shows_its_text(staff: Staff, reader: Client) -> None:
    publish(make_page(staff, slug="about"), staff)

    assert "<p>Who is behind this.</p>" in text_at(reader, "/en/about/")
    assert reader.get("/ko/about/").status_code == 404


def test_page_leads_to_its_translation_once_that_is_public(staff: Staff, reader: Client) -> None:
    original = make_page(staff, slug="about")
    publish(original, staff)
    korean = make_page(staff, slug="about-ko")
    korean.language, korean.translation_of, korean.slug = "ko", original, "about"
    korean.save()
    workflow.save(korean.pk, by=staff.contributor)
    korean.refresh_from_db()
    assert "/ko/about/" not in text_at(reader, "/en/about/").partition("<body>")[0]

    publish(korean, staff)

    for path in ("/en/about/", "/ko/about/"):
        for language in ("en", "ko"):
            alternate = f'hreflang="{language}" href="http://localhost:8000/{language}/about/"'
            assert alternate in text_at(reader, path)


@pytest.mark.usefixtures("published")
def test_topic_shows_its_pieces_by_kind(reader: Client) -> None:
    page = text_at(reader, "/en/topics/books/")

    assert "A first classroom" in page
    assert "Lessons taken" not in page
    assert "Books" in text_at(reader, "/en/topics/")


def test_topics_are_silent_about_what_is_hidden(staff: Staff, reader: Client) -> None:
    hidden = make_story(staff, title="Taken back", tags=[make_tag("Hidden")])
    publish(hidden, staff)
    workflow.end(hidden.pk, by=staff.publisher)
    make_story(staff, tags=[make_tag("Drafted")])

    page = text_at(reader, "/en/topics/")
    assert "Hidden" not in page
    assert "Drafted" not in page
    nothing = reader.get("/en/topics/nothing/")
    for slug in ("hidden", "drafted"):
        response = reader.get(f"/en/topics/{slug}/")
        assert (response.status_code, response.content) == (404, nothing.content)


@pytest.mark.usefixtures("published")
def test_merged_topic_leads_to_the_one_that_took_it_in(reader: Client) -> None:
    make_tag("Reading")
    Tag.objects.filter(name="Reading").update(canonical=make_tag("Books"))

    response = reader.get("/ko/topics/reading/")

    assert (response.status_code, response.headers["Location"]) == (301, "/ko/topics/books/")


@pytest.mark.usefixtures("published")
def test_collection_shows_its_pieces_and_the_code_to_embed_it(reader: Client) -> None:
    page = text_at(reader, "/en/collections/lessons/")

    assert "A first classroom" in page
    assert '<iframe src="http://localhost:8000/embed/v1/c/lessons" title="Stories from Firsthand"' in page


def test_code_to_embed_names_nobody(staff: Staff, reader: Client) -> None:
    publish(make_story(staff, title="A first classroom", tags=[make_tag("Books")]), staff)
    collection = make_collection(staff, slug="lessons", any_of=[make_tag("Books")])
    publish(collection, staff)

    code = text_at(reader, "/en/collections/lessons/").partition("<textarea")[2].partition("</textarea>")[0]

    for name in ("A first classroom", "A chosen name", Collection.objects.get(pk=collection.pk).title):
        assert name not in code.replace("Stories from Firsthand", "")


def test_empty_collection_says_so(staff: Staff, reader: Client) -> None:
    publish(make_collection(staff, slug="lessons", any_of=[make_tag("Books")]), staff)

    assert "Nothing in this collection can be shown at the moment." in text_at(reader, "/en/collections/lessons/")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "path", ["/en/", "/en/stories/", "/en/topics/", "/en/topics/books/", "/en/collections/lessons/"]
)
def test_page_that_can_show_a_story_is_asked_for_again_each_time(reader: Client, path: str) -> None:
    directives = reader.get(path).headers["Cache-Control"].split(", ")

    assert set(directives) == {"public", "no-cache"}


@pytest.mark.django_db
def test_absolute_addresses_never_come_from_the_request(reader: Client) -> None:
    page = reader.get("/en/", headers={"host": "127.0.0.1", "x-forwarded-host": "evil.example"}).content.decode()

    assert '<link rel="canonical" href="http://localhost:8000/en/">' in page
    assert "127.0.0.1" not in page
    assert "evil.example" not in page

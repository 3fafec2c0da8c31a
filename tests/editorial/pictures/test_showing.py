"""The pictures of a page: what readers get, what is dropped when a portrait is taken back, and what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from editorial import workflow
from editorial.models import Picture, Rendition
from editorial.pictures.showing import FORMATS, File, ShownPicture
from stories.models import Grant, Scope, Story
from tests.makers import Staff, make_collection, make_consent, make_page, make_story, make_summary, make_tag, publish
from tests.pictures import make_picture, path_of, use

IMG = re.compile(r"<img[^>]*>")


def body(reader: Client, path: str) -> str:
    response = reader.get(path)
    assert response.status_code == 200
    return response.content.decode()


def portrayed(staff: Staff) -> tuple[Story, Picture]:
    tag = make_tag()
    story = make_story(staff, consented=False, tags=[tag])
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PARTNERS, Scope.PORTRAIT))
    picture = make_picture(staff, portrait_of=story)
    use(story, picture, staff, is_lead=True)
    publish(story, staff)
    publish(make_collection(staff, slug="learning", any_of=[tag]), staff)
    return story, picture


def pages_of(story: Story) -> list[str]:
    return [f"/en/stories/{story.slug}/", "/en/stories/", "/en/", "/en/topics/learning/", "/embed/v1/c/learning"]


# --- What a reader gets -----------------------------------------------------------------------------------------------
def test_picture_has_its_formats_size_words_and_address(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff), make_picture(staff)
    Picture.objects.update(credit="Drawn by us")
    use(page, picture, staff, alt="A table <with> a cup.", caption="In the morning.")
    publish(page, staff)

    text = body(reader, "/en/about/")

    assert f'<source type="image/avif" srcset="{path_of(picture, "AVIF")} 64w"' in text
    assert f'<source type="image/webp" srcset="{path_of(picture, "WEBP")} 64w"' in text
    (img,) = IMG.findall(text)
    assert f'src="{path_of(picture)}"' in img
    assert 'width="64" height="48" alt="A table &lt;with&gt; a cup."' in img
    assert 'loading="lazy"' in img
    assert "In the morning." in text
    assert "Drawn by us" in text


def test_picture_that_leads_stands_in_place_of_the_drawn_cover_and_comes_at_once(staff: Staff, reader: Client) -> None:
    story, picture = make_story(staff), make_picture(staff)
    use(story, picture, staff, is_lead=True)
    publish(story, staff)

    text = body(reader, f"/en/stories/{story.slug}/")

    assert '<div class="cover">' not in text
    (img,) = IMG.findall(text)
    assert "loading" not in img


def test_decorative_picture_says_nothing(staff: Staff, reader: Client) -> None:
    page = make_page(staff)
    use(page, make_picture(staff), staff, alt="", is_decorative=True)
    publish(page, staff)

    assert 'alt=""' in IMG.findall(body(reader, "/en/about/"))[0]


@pytest.mark.parametrize("make", [make_story, make_summary, make_page, make_collection])
def test_each_kind_shows_its_leading_picture_and_the_others_below(staff: Staff, reader: Client, make: Any) -> None:
    piece = make(staff, any_of=[make_tag()]) if make is make_collection else make(staff)
    lead, other = make_picture(staff), make_picture(staff)
    use(piece, lead, staff, is_lead=True)
    use(piece, other, staff, position=1)
    edition = publish(piece, staff)
    from editorial import kinds

    text = body(reader, kinds.address(edition))

    assert text.index(path_of(lead)) < text.index(path_of(other))
    assert len(IMG.findall(text)) == 2


def test_picture_stands_where_the_text_says_and_nowhere_else(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff), make_picture(staff)
    page.body = f'<p>Before.</p><figure data-picture="{picture.pk}"></figure><p>After.</p>'
    page.save()
    use(page, picture, staff)
    publish(page, staff)

    text = body(reader, "/en/about/")

    assert text.index("Before.") < text.index("<figure") < text.index("After.")
    assert len(IMG.findall(text)) == 1
    assert "data-picture" not in text


def test_card_shows_the_leading_picture(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)

    for path in pages_of(story):
        assert path_of(picture) in body(reader, path), path


def test_middle_width_is_for_browsers_that_know_no_choice() -> None:
    files = tuple(File(f"/{width}", "JPEG", width, width // 2) for width in (1600, 480, 960))
    picture = ShownPicture(1, files)

    assert picture.plain.width == 960
    assert picture.jpeg_srcset == "/480 480w, /960 960w, /1600 1600w"
    assert list(FORMATS) == ["AVIF", "WEBP", "JPEG"]


def test_crop_follows_the_focal_point() -> None:
    assert ShownPicture(1, (), focal=(0.9, 0.1)).focus == "fx4 fy0"


# --- What is dropped --------------------------------------------------------------------------------------------------
def test_portrait_taken_back_is_on_no_page_while_the_text_stays(staff: Staff, reader: Client) -> None:
    story, _picture = portrayed(staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.PORTRAIT,), value=Grant.Value.REFUSED)
    workflow.reclear(story.pk, by=staff.consent_officer)

    for path in pages_of(story):
        text = body(reader, path)
        assert "/pictures/" not in text, path
        assert story.title in text, path
        assert "A table with a cup." not in text, path


def test_portrait_in_the_text_leaves_its_place_empty(staff: Staff, reader: Client) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PORTRAIT))
    picture = make_picture(staff, portrait_of=story)
    Story.objects.filter(pk=story.pk).update(
        body=f'<p>Before.</p><figure data-picture="{picture.pk}"></figure><p>After.</p>'
    )
    use(story, picture, staff)
    publish(Story.objects.get(pk=story.pk), staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.PORTRAIT,), value=Grant.Value.REFUSED)
    workflow.reclear(story.pk, by=staff.consent_officer)

    text = body(reader, f"/en/stories/{story.slug}/")

    assert "<p>Before.</p><p>After.</p>" in text
    assert '<div class="cover">' in text


def test_file_that_was_taken_down_is_on_no_page(staff: Staff, reader: Client) -> None:
    from django.utils import timezone

    page = make_page(staff)
    use(page, make_picture(staff), staff, is_lead=True)
    publish(page, staff)
    Rendition.objects.update(removed_at=timezone.now())

    assert "/pictures/" not in body(reader, "/en/about/")


def test_card_has_drawn_art_where_the_portrait_may_not_be_shown(staff: Staff, reader: Client) -> None:
    story, _picture = portrayed(staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.PORTRAIT,), value=Grant.Value.REFUSED)
    workflow.reclear(story.pk, by=staff.consent_officer)

    assert '<svg class="art"' in body(reader, "/en/stories/")


def test_translation_shows_the_portrait_of_its_original_while_both_allow_it(staff: Staff, reader: Client) -> None:
    scopes = (Scope.WEBSITE, Scope.PORTRAIT, "translation:ko")
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=scopes)  # type: ignore[arg-type]
    picture = make_picture(staff, portrait_of=story)
    publish(story, staff)
    translation = Story.objects.create(
        title="첫 교실",
        slug="first",
        language="ko",
        standfirst="한 시간의 수업.",
        byline="가명",
        body="<p>종이 두 번 울렸다.</p>",
        translation_of_id=story.pk,
        created_by=staff.contributor,
    )
    use(translation, picture, staff, is_lead=True)
    publish(translation, staff)
    assert path_of(picture) in body(reader, "/ko/stories/first/")

    make_consent(story, by=staff.consent_officer, scopes=(Scope.PORTRAIT,), value=Grant.Value.REFUSED)
    workflow.reclear(story.pk, by=staff.consent_officer)

    assert path_of(picture) not in body(reader, "/ko/stories/first/")


# --- What it costs ----------------------------------------------------------------------------------------------------
def queries(reader: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(path).status_code == 200
    return len(captured)


def test_pictures_of_a_whole_list_cost_two_queries_whatever_their_number(staff: Staff, reader: Client) -> None:
    stories = [make_story(staff) for _number in range(4)]
    for story in stories[:1]:
        publish(story, staff)
    without = queries(reader, "/en/stories/")
    costs = []
    for story in stories[1:]:
        use(story, make_picture(staff), staff, is_lead=True)
        publish(story, staff)
        costs.append(queries(reader, "/en/stories/"))

    assert costs == [without + 2] * 3

"""How a text will look: as a page, as a card, where a link is shared; beside what is live and in the other language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from editorial import roles, workflow
from editorial.models import Edition, Event, Piece, SiteState
from tests.editorial.test_admin import logged_in
from tests.makers import (
    Staff,
    make_collection,
    make_consent,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def url(piece: Piece, name: str = "look") -> str:
    opts = piece._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[piece.pk])


def look(staff: Staff, piece: Piece, **asked: str) -> Any:
    return logged_in(staff.reviewer).get(url(piece), asked)


def preview(staff: Staff, piece: Piece, **asked: str) -> str:
    response = logged_in(staff.reviewer).get(url(piece, "preview"), asked)
    assert response.status_code == 200
    return response.content.decode()


def frames(page: Any) -> list[str]:
    return [frame.url.removeprefix("/admin/") for frame in page.context["frames"]]


def rewritten(piece: Piece, staff: Staff, **columns: Any) -> None:
    type(piece)._default_manager.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()


# --- The frames -----------------------------------------------------------------------------------------------------
def test_draft_stands_alone(staff: Staff) -> None:
    story = make_story(staff)

    assert frames(look(staff, story)) == [f"stories/story/{story.pk}/preview/?as=page"]


def test_what_is_live_stands_beside_it(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff, title="Changed")

    own = f"stories/story/{story.pk}/preview/?as=page"
    assert frames(look(staff, story)) == [own, f"{own}&edition=1"]


def test_frames_show_the_one_text_and_the_other(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff, title="Changed")

    assert "Changed" in preview(staff, story)
    assert "A first classroom" in preview(staff, story, edition="1")


def test_translation_can_stand_beside_it(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    rewritten(translation, staff, translation_of=original, language="ko", title="소개")

    page = look(staff, original, beside=str(translation.pk))

    assert frames(page)[1] == f"reading/page/{translation.pk}/preview/?as=page"
    assert [piece.title for piece in page.context["others"]] == ["소개"]


def test_original_can_stand_beside_its_translation(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    rewritten(translation, staff, translation_of=original, language="ko", title="소개")

    assert [piece.pk for piece in look(staff, translation).context["others"]] == [original.pk]


def test_no_stranger_stands_beside_it(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)

    assert len(frames(look(staff, story, beside=str(other.pk)))) == 1


@pytest.mark.parametrize(("asked", "shown"), [("phone", "look phone"), ("desktop", "look desktop")])
def test_width_is_chosen(staff: Staff, asked: str, shown: str) -> None:
    assert f'class="{shown}"' in look(staff, make_story(staff), width=asked).content.decode()


@pytest.mark.parametrize("form", ["page", "embed", "social"])
def test_form_is_chosen_for_both_frames(staff: Staff, form: str) -> None:
    story = make_story(staff)
    publish(story, staff)

    assert all(f"as={form}" in frame for frame in frames(look(staff, story, **{"as": form})))


@pytest.mark.parametrize("asked", [{"width": "wall"}, {"as": "poem"}, {"as": ""}])
def test_look_that_there_is_not_is_no_such_page(staff: Staff, asked: dict[str, str]) -> None:
    assert look(staff, make_story(staff), **asked).status_code == 404


def test_page_says_that_it_shows_what_was_saved_and_leads_back(staff: Staff) -> None:
    story = make_story(staff)

    page = look(staff, story).content.decode()

    assert "What is being typed and not saved yet is not in it." in page
    assert f'href="{url(story, "change")}">Back to the text' in page


# --- What a frame shows ---------------------------------------------------------------------------------------------
def test_preview_is_the_page_of_readers_and_says_that_it_is_none(staff: Staff) -> None:
    story = make_story(staff)

    page = preview(staff, story)

    assert "The bell rang twice." in page
    assert "preview" in page.lower()


def test_preview_speaks_the_language_of_the_piece(staff: Staff) -> None:
    page = make_page(staff)
    rewritten(page, staff, language="ko", title="소개")

    assert '<html lang="ko"' in preview(staff, page)


def test_card_shows_the_title_as_an_embed_does(staff: Staff) -> None:
    shown = preview(staff, make_story(staff, title="On a card"), **{"as": "embed"})

    assert "On a card" in shown
    assert "The bell rang twice." not in shown


def test_collection_is_shown_as_its_frame_with_what_it_gathers(staff: Staff) -> None:
    tag = make_tag("Learning")
    story = make_story(staff, title="Gathered", tags=[tag])
    publish(story, staff)

    assert "Gathered" in preview(staff, make_collection(staff, any_of=[tag]), **{"as": "embed"})


def test_collection_gathers_nothing_that_partners_may_not_show(staff: Staff) -> None:
    from stories.models import Scope

    tag = make_tag("Learning")
    story = make_story(staff, title="Not for partners", tags=[tag], consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    publish(story, staff)

    assert "Not for partners" not in preview(staff, make_collection(staff, any_of=[tag]), **{"as": "embed"})


def test_shared_link_shows_title_and_standfirst(staff: Staff) -> None:
    shown = preview(staff, make_story(staff, title="Passed on"), **{"as": "social"})

    assert "Passed on" in shown
    assert "How one lesson changed an afternoon." in shown
    assert "The bell rang twice." not in shown


def test_shared_link_says_whether_the_consents_allow_posting(staff: Staff) -> None:
    from stories.models import Scope

    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.SOCIAL))
    publish(story, staff)
    other = make_story(staff)
    publish(other, staff)

    assert "allow us to post it" in preview(staff, story, **{"as": "social"})
    assert "do not allow us to post it" in preview(staff, other, **{"as": "social"})


def test_untrusted_titles_stay_text_in_every_form(staff: Staff) -> None:
    story = make_story(staff, title="<script>x</script>")

    assert all("<script>x" not in preview(staff, story, **{"as": form}) for form in ("page", "embed", "social"))


@pytest.mark.parametrize("maker", [make_source, make_statistic, make_summary, make_page, make_collection])
@pytest.mark.parametrize("form", ["page", "embed", "social"])
def test_every_kind_has_every_form(staff: Staff, maker: Any, form: str) -> None:
    piece = maker(staff)

    assert piece.title in preview(staff, piece, **{"as": form})


# --- What it does not show, and does not do -------------------------------------------------------------------------
def test_edition_of_another_piece_is_no_such_page(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff, title="Another’s")
    publish(other, staff)

    assert logged_in(staff.reviewer).get(url(story, "preview"), {"edition": "1"}).status_code == 404


@pytest.mark.parametrize("edition", ["2", "0", "x", "-1", "9" * 30, "²", "1 "])
def test_edition_that_there_is_not_is_no_such_page(staff: Staff, edition: str) -> None:
    story = make_story(staff)
    publish(story, staff)

    assert logged_in(staff.reviewer).get(url(story, "preview"), {"edition": edition}).status_code == 404


def test_piece_of_another_kind_is_no_such_page(staff: Staff) -> None:
    page = make_page(staff)

    assert logged_in(staff.reviewer).get(reverse("admin:stories_story_look", args=[page.pk])).status_code == 404


def test_ended_edition_is_still_shown_at_the_desk_alone(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)

    assert "The bell rang twice." in preview(staff, story, edition="1")
    assert Client(headers={"host": "localhost"}).get(f"/en/stories/{story.slug}/").status_code == 410


def test_looking_stores_nothing_and_renews_nothing(staff: Staff) -> None:
    story = make_story(staff)
    before = Edition.objects.count(), Event.objects.count(), SiteState.objects.get(pk=1).generation

    look(staff, story)
    preview(staff, story)
    preview(staff, story, **{"as": "embed"})

    assert (Edition.objects.count(), Event.objects.count(), SiteState.objects.get(pk=1).generation) == before


@pytest.mark.parametrize("form", ["page", "embed", "social"])
def test_preview_is_kept_nowhere_and_framed_by_the_desk_alone(staff: Staff, form: str) -> None:
    response = logged_in(staff.reviewer).get(url(make_story(staff), "preview"), {"as": form})

    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response.headers["Cache-Control"]


def test_page_with_the_frames_is_framed_by_nobody(staff: Staff) -> None:
    policy = look(staff, make_story(staff)).headers["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy
    assert "frame-src 'self'" in policy


@pytest.mark.parametrize("name", ["look", "preview"])
def test_draft_is_looked_at_by_those_alone_who_may_see_it(staff: Staff, name: str) -> None:
    story = make_story(staff)

    assert Client(headers={"host": "localhost"}).get(url(story, name)).status_code == 302
    assert logged_in(make_user()).get(url(story, name)).status_code == 403
    assert logged_in(make_user(roles.ADMINISTRATOR)).get(url(story, name)).status_code == 403

"""The address of a picture: answered while some edition shows it and everybody in it agrees, and never otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from editorial import sharing, workflow
from editorial.models import Clearance, Part, Picture, PictureSubject, Rendition
from editorial.pictures import keeping, storing
from editorial.pictures.recipe import Recipe
from stories.models import Grant, Scope, Story
from tests.makers import Staff, make_collection, make_consent, make_page, make_story, make_tag, publish
from tests.pictures import BOX, file_of, make_picture, path_of, use

WITH_PORTRAIT = (Scope.WEBSITE, Scope.PARTNERS, Scope.PORTRAIT)


def published(staff: Staff) -> Picture:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff, is_lead=True)
    publish(page, staff)
    return picture


def portrayed(staff: Staff, *, scopes: tuple[Scope, ...] = WITH_PORTRAIT) -> tuple[Story, Picture]:
    """A published story with a portrait of its narrator."""
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=scopes)
    picture = make_picture(staff, portrait_of=story)
    use(story, picture, staff, is_lead=True)
    publish(story, staff)
    return story, picture


def refuse(story: Story, staff: Staff, scope: Scope = Scope.PORTRAIT) -> None:
    make_consent(story, by=staff.consent_officer, scopes=(scope,), value=Grant.Value.REFUSED)
    workflow.reclear(story.pk, by=staff.consent_officer)


# --- Answered ---------------------------------------------------------------------------------------------------------
def test_picture_of_a_public_edition_is_answered_in_each_format(staff: Staff, reader: Client) -> None:
    picture = published(staff)

    for form, kind in (("AVIF", "image/avif"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")):
        response = reader.get(path_of(picture, form))
        assert (response.status_code, response.headers["Content-Type"]) == (200, kind)
        assert response.content == storing.renditions.read(file_of(picture, form).name)


def test_extension_of_another_format_is_no_address(staff: Staff, reader: Client) -> None:
    assert reader.get(path_of(published(staff)).replace(".jpg", ".webp")).status_code == 404


def test_answer_carries_the_headers_of_a_picture_and_no_cookie(staff: Staff, reader: Client) -> None:
    response = reader.get(path_of(published(staff)))

    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert "Vary" not in response.headers


def test_browser_keeps_it_no_longer_than_what_is_public_stays_so(staff: Staff, reader: Client) -> None:
    picture = published(staff)
    workflow.schedule  # noqa: B018  (the next edition of anything is a boundary)
    other = make_page(staff, slug="other")
    publish(other, staff, at=timezone.now() + timedelta(seconds=100))

    seconds = int(reader.get(path_of(picture)).headers["Cache-Control"].rpartition("=")[2])

    assert 90 <= seconds < 100


def test_what_partners_may_not_show_stays_on_this_origin(staff: Staff, reader: Client) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    picture = make_picture(staff)
    use(story, picture, staff)
    publish(story, staff)

    response = reader.get(path_of(picture))

    assert (response.status_code, response.headers["Cross-Origin-Resource-Policy"]) == (200, "same-origin")


def test_who_holds_the_same_bytes_is_told_so(staff: Staff, reader: Client) -> None:
    path = path_of(published(staff))
    tag = reader.get(path).headers["ETag"]

    response = reader.get(path, headers={"If-None-Match": tag})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == tag


def test_range_is_ignored(staff: Staff, reader: Client) -> None:
    response = reader.get(path_of(published(staff)), headers={"Range": "bytes=0-3"})

    assert (response.status_code, len(response.content) > 4) == (200, True)


def test_nothing_can_be_sent_to_it(staff: Staff, reader: Client) -> None:
    assert reader.post(path_of(published(staff))).status_code == 405


# --- Not answered -----------------------------------------------------------------------------------------------------
def test_picture_that_no_edition_shows_has_no_address(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)

    assert reader.get(path_of(picture)).status_code == 404


def test_picture_of_an_edition_that_waits_has_no_address_yet(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    publish(page, staff, at=timezone.now() + timedelta(hours=1))

    assert reader.get(path_of(picture)).status_code == 404


def test_version_that_was_only_drafted_has_no_address(staff: Staff, reader: Client) -> None:
    picture = published(staff)
    keeping.cover(picture.pk, Recipe(shapes=(BOX,)), by=staff.editor, version=0)
    digest = Recipe(shapes=(BOX,)).digest()
    row = Rendition.objects.create(
        picture=picture,
        recipe_digest=digest,
        format="JPEG",
        width=64,
        height=48,
        name="ab" * 16,
        size=1,
    )
    storing.renditions.keep(b"x", row.name)

    assert reader.get(f"/pictures/{row.name}.jpg").status_code == 404
    assert reader.get(path_of(picture).replace(row.name, file_of_old(picture))).status_code == 200


def file_of_old(picture: Picture) -> str:
    return Rendition.objects.filter(picture=picture, format="JPEG").earliest("pk").name


GONE_HEADERS: list[dict[str, str]] = [{}, {"If-None-Match": "*"}, {"Range": "bytes=0-3"}]


def assert_gone(reader: Client, path: str, tag: str) -> None:
    for headers in [*GONE_HEADERS, {"If-None-Match": tag}]:
        response = reader.get(path, headers=headers)
        assert response.status_code == 410, headers
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_picture_of_an_ended_edition_is_gone_for_conditional_and_range_requests_too(
    staff: Staff, reader: Client
) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    publish(page, staff)
    path = path_of(picture)
    tag = reader.get(path).headers["ETag"]

    workflow.end(page.pk, by=staff.publisher)

    assert_gone(reader, path, tag)


def test_body_of_what_is_gone_is_the_same_as_for_a_page(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff, slug="gone"), make_picture(staff)
    use(page, picture, staff)
    publish(page, staff)
    workflow.end(page.pk, by=staff.publisher)

    assert reader.get(path_of(picture)).content == reader.get("/en/gone/").content


def test_file_that_was_taken_down_is_gone_at_once(staff: Staff, reader: Client) -> None:
    picture = published(staff)
    path = path_of(picture)
    tag = reader.get(path).headers["ETag"]

    keeping.cover(picture.pk, Recipe(shapes=(BOX,)), by=staff.editor, version=0, take_down_earlier=True)

    assert_gone(reader, path, tag)


def test_missing_file_is_no_such_page(staff: Staff, reader: Client) -> None:
    picture = published(staff)
    storing.renditions.forget(file_of(picture).name)

    assert reader.get(path_of(picture)).status_code == 404


# --- Portraits --------------------------------------------------------------------------------------------------------
def test_portrait_is_answered_while_it_is_granted(staff: Staff, reader: Client) -> None:
    _story, picture = portrayed(staff)

    assert reader.get(path_of(picture)).status_code == 200


def test_portrait_is_gone_when_its_narrator_takes_it_back_while_the_text_stays(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)
    path = path_of(picture)
    tag = reader.get(path).headers["ETag"]

    refuse(story, staff)

    assert_gone(reader, path, tag)
    assert reader.get(f"/en/stories/{story.slug}/").status_code == 200


def test_portrait_is_gone_from_the_instant_at_which_its_grant_ends(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)
    now = timezone.now()

    Clearance.objects.filter(piece_id=story.pk, channel=Part.PORTRAIT).update(allowed_until=now)

    assert reader.get(path_of(picture)).status_code == 410
    Clearance.objects.filter(piece_id=story.pk, channel=Part.PORTRAIT).update(allowed_until=now + timedelta(hours=1))
    assert reader.get(path_of(picture)).status_code == 200


def test_portrait_of_a_held_story_is_gone(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)

    workflow.hold(story.pk, by=staff.editor, reason="Somebody asked.")

    assert reader.get(path_of(picture)).status_code == 410


def test_granting_a_portrait_again_shows_it_only_once_it_was_published_anew(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)
    refuse(story, staff)
    make_consent(story, by=staff.consent_officer, scopes=WITH_PORTRAIT)
    workflow.reclear(story.pk, by=staff.consent_officer)

    assert reader.get(path_of(picture)).status_code == 410


def test_picture_said_to_be_a_portrait_afterwards_needs_the_grant_at_once(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    picture = make_picture(staff)
    use(story, picture, staff)
    publish(story, staff)
    assert reader.get(path_of(picture)).status_code == 200

    PictureSubject.objects.create(picture=picture, piece_id=story.pk)

    assert reader.get(path_of(picture)).status_code == 404


def test_portrait_stays_one_when_its_subject_is_deleted(staff: Staff, reader: Client) -> None:
    story, picture = portrayed(staff)
    refuse(story, staff)
    PictureSubject.objects.filter(picture=picture).delete()

    assert reader.get(path_of(picture)).status_code == 410


def test_portrait_is_not_answered_for_a_story_that_is_not_its_own(staff: Staff, reader: Client) -> None:
    picture = make_picture(staff)
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=WITH_PORTRAIT)
    use(story, picture, staff)
    publish(story, staff)
    other = make_story(staff, consented=False)
    make_consent(other, by=staff.consent_officer, scopes=WITH_PORTRAIT)
    publish(other, staff)

    PictureSubject.objects.create(picture=picture, piece_id=other.pk)

    assert reader.get(path_of(picture)).status_code in {404, 410}


def test_portrait_that_nobody_ever_agreed_to_was_never_there(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    picture = make_picture(staff)
    use(story, picture, staff)
    publish(story, staff)
    PictureSubject.objects.create(picture=picture, piece_id=story.pk)
    workflow.end(story.pk, by=staff.publisher)

    assert reader.get(path_of(picture)).status_code == 404


# --- Social crop ------------------------------------------------------------------------------------------------------
def test_crop_for_social_media_is_answered_where_only_that_channel_is_granted(staff: Staff, reader: Client) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    publish(page, staff)
    name = "cd" * 16
    Rendition.objects.create(
        picture=picture,
        recipe_digest=picture.recipe_digest,
        purpose="social",
        format="JPEG",
        width=8,
        height=4,
        name=name,
        size=1,
    )
    storing.renditions.keep(b"x", name)
    Clearance.objects.filter(piece_id=page.pk).exclude(channel="social").update(allowed_until=timezone.now())

    assert reader.get(f"/pictures/{name}.jpg").status_code == 200
    assert reader.get(path_of(picture)).status_code == 410


# --- Shared drafts ----------------------------------------------------------------------------------------------------
def shared_page(staff: Staff) -> tuple[str, Any, Picture]:
    page, picture = make_page(staff, slug="draft"), make_picture(staff)
    use(page, picture, staff, is_lead=True)
    link = sharing.make(page.pk, by=staff.contributor, for_whom="A reader")
    token = sharing.address_of(link).rstrip("/").rpartition("/")[2]
    return f"/draft/{token}/", link, picture


def test_shared_draft_shows_its_pictures_by_its_own_path(staff: Staff, reader: Client) -> None:
    path, _link, picture = shared_page(staff)
    name = file_of(picture).name

    assert f'src="{path}pictures/{name}.jpg"' in reader.get(path).content.decode()
    response = reader.get(f"{path}pictures/{name}.jpg")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


def test_picture_of_a_shared_draft_goes_with_its_link(staff: Staff, reader: Client) -> None:
    path, link, picture = shared_page(staff)

    sharing.revoke(link.pk, by=staff.editor)

    assert reader.get(f"{path}pictures/{file_of(picture).name}.jpg").status_code == 404


def test_link_to_one_draft_shows_no_picture_of_another(staff: Staff, reader: Client) -> None:
    path, _link, _picture = shared_page(staff)
    other = make_picture(staff)

    assert reader.get(f"{path}pictures/{file_of(other).name}.jpg").status_code == 404


def test_frame_of_a_collection_shows_pictures_from_the_partners_channel(staff: Staff, reader: Client) -> None:
    tag = make_tag()
    story, picture = make_story(staff, tags=[tag]), make_picture(staff)
    use(story, picture, staff, is_lead=True)
    publish(story, staff)
    publish(make_collection(staff, slug="learning", any_of=[tag]), staff)

    frame = reader.get("/embed/v1/c/learning").content.decode()

    assert f'src="{path_of(picture)}"' in frame


@pytest.mark.parametrize("name", ["0" * 32, "zz" * 16, "../" + "0" * 29])
def test_name_that_is_none_is_no_such_page(db: None, reader: Client, name: str) -> None:
    assert reader.get(f"/pictures/{name}.jpg").status_code == 404

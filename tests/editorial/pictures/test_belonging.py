"""A picture in somebody’s own story is taken for a picture of them, unless somebody found that no face is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from editorial import installing, sharing, triggers, workflow
from editorial.models import EditionPicture, Picture, PictureSubject
from editorial.pictures import belonging, keeping
from editorial.pictures.blocking import blockers
from editorial.pictures.recipe import Recipe
from stories import surfaces, withdrawing
from stories.models import Scope, Story
from tests.makers import Staff, make_consent, make_page, make_staff, make_story, publish
from tests.pictures import ALL_ABSENT, BOX, file_of, make_picture, path_of, use

COVERED = ALL_ABSENT | {"face": "covered"}
FACES = ["covered", "agreed", "harmless"]


def make_covered(staff: Staff, **fields: Any) -> Picture:
    return make_picture(staff, seen=COVERED, recipe=Recipe((BOX,)), **fields)


def consented(staff: Staff, *scopes: Scope) -> Story:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PARTNERS, *scopes))
    return story


def published(staff: Staff, monkeypatch: pytest.MonkeyPatch, *scopes: Scope) -> tuple[Story, Picture]:
    """As it was published before anybody asked whose the picture is."""
    story, picture = consented(staff, *scopes), make_covered(staff)
    use(story, picture, staff, is_lead=True)
    with monkeypatch.context() as earlier:
        earlier.setattr("editorial.pictures.belonging.says_no_face", lambda _seen: True)
        publish(story, staff)
    assert not EditionPicture.objects.get().shows_narrator
    assert not PictureSubject.objects.exists()
    return story, picture


def codes_against(piece: Any) -> set[str]:
    return {one.code for one in blockers(piece)}


# --- Before it is published -------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["covered", "harmless"])
def test_face_in_a_story_has_to_belong_to_somebody(staff: Staff, answer: str) -> None:
    story = make_story(staff)
    use(story, make_picture(staff, seen=ALL_ABSENT | {"face": answer}), staff)

    assert codes_against(story) == {"face_without_story"}


@pytest.mark.django_db
def test_named_story_has_to_grant_a_portrait_for_a_covered_face_too(staff: Staff) -> None:
    story, picture = make_story(staff), make_covered(staff)
    PictureSubject.objects.create(picture=picture, piece_id=story.pk)
    use(story, picture, staff)

    assert codes_against(story) == {"no_portrait"}


@pytest.mark.django_db
def test_picture_without_a_face_belongs_to_nobody(staff: Staff) -> None:
    story = make_story(staff)
    use(story, make_picture(staff), staff)

    assert codes_against(story) == set()


@pytest.mark.django_db
def test_covered_face_on_a_page_of_the_organisation_needs_no_story(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_covered(staff), staff)

    assert codes_against(page) == set()


@pytest.mark.django_db
def test_shared_draft_shows_no_covered_face_without_the_grant(staff: Staff, reader: Client) -> None:
    story, picture = make_story(staff), make_covered(staff)
    use(story, picture, staff)
    link = sharing.make(story.pk, by=staff.contributor, for_whom="A reader")
    sharing.allow(link.pk, by=staff.consent_officer)
    path = sharing.address_of(link)

    assert reader.get(f"{path}pictures/{file_of(picture).name}.jpg").status_code == 404


# --- Published now ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("answer", FACES)
def test_edition_says_so_and_the_picture_is_given_to_the_story(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Also where nothing asked for it, as in an urgent edition."""
    story = consented(staff, Scope.PORTRAIT)
    use(story, make_picture(staff, seen=ALL_ABSENT | {"face": answer}), staff)
    monkeypatch.setattr("editorial.pictures.blocking.blockers", lambda *_args, **_kwargs: [])

    publish(story, staff)

    assert EditionPicture.objects.get().shows_narrator
    assert PictureSubject.objects.get().piece_id == story.pk


@pytest.mark.django_db
def test_nothing_is_said_of_a_picture_without_a_face(staff: Staff) -> None:
    story = make_story(staff)
    use(story, make_picture(staff), staff)
    publish(story, staff)

    assert not EditionPicture.objects.get().shows_narrator
    assert not PictureSubject.objects.exists()


# --- Published before -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_portrait_taken_back_takes_every_file_of_a_covered_face(
    staff: Staff, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, picture = published(staff, monkeypatch, Scope.PORTRAIT)
    paths = [path_of(picture, form) for form in ("JPEG", "AVIF", "WEBP")]
    assert [reader.get(path).status_code for path in paths] == [200] * 3

    withdrawing.withdraw(story.pk, by=None, source="code", scopes=[Scope.PORTRAIT])

    assert [reader.get(path).status_code for path in paths] == [410] * 3
    assert path_of(picture) not in reader.get(f"/en/stories/{story.slug}/").content.decode()
    assert path_of(picture) not in reader.get("/en/stories/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_case_looks_at_the_files_of_a_covered_face(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = "http://localhost"
    story, _picture = published(make_staff(), monkeypatch, Scope.PORTRAIT)

    case = withdrawing.withdraw(story.pk, by=None, source="code", scopes=[Scope.PORTRAIT])

    row = next(row for row in surfaces.look(case) if row.surface == "pictures")
    assert row.state == "checked"


@pytest.mark.django_db
def test_refused_portrait_stops_a_covered_face(staff: Staff, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recording the refusal is enough."""
    from stories import recording
    from stories.recordable import NO, Draft

    story, picture = published(staff, monkeypatch, Scope.PORTRAIT)
    before = story.consents.get()
    draft = Draft(
        narrator=story.narrators.get(),
        story=story,
        basis="own_publication",
        said=[(Scope.PORTRAIT.value, NO), (Scope.WEBSITE.value, "granted"), (Scope.PARTNERS.value, "granted")],
        valid_from=before.valid_from,
        valid_until=before.valid_until,
        citation="Told by herself in print.",
        replaces=before,
        what="narrowed",
    )

    recording.record(draft, by=staff.consent_officer)

    assert reader.get(path_of(picture)).status_code == 410


@pytest.mark.django_db
def test_migrate_gives_it_to_the_story(staff: Staff, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portrait that nobody granted is not answered from then on."""
    _story, picture = published(staff, monkeypatch)
    assert reader.get(path_of(picture)).status_code == 200
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    monkeypatch.setattr(triggers, "install", lambda _connection: None)
    monkeypatch.setattr("editorial.search_index.install", lambda _connection: None)

    installing.after_migrate(app_config=last, using=connection.alias)

    assert reader.get(path_of(picture)).status_code in {404, 410}


@pytest.mark.django_db
def test_two_stories_that_show_it_both_decide(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = make_covered(staff)
    stories = [consented(staff, Scope.PORTRAIT) for _number in range(2)]
    with monkeypatch.context() as earlier:
        earlier.setattr("editorial.pictures.belonging.says_no_face", lambda _seen: True)
        for story in stories:
            use(story, picture, staff)
            publish(story, staff)

    belonging.claim()

    assert set(picture.picture_subjects.values_list("piece_id", flat=True)) == {story.pk for story in stories}


@pytest.mark.django_db
def test_another_answer_in_the_tick_list_frees_nothing(
    staff: Staff, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, picture = published(staff, monkeypatch, Scope.PORTRAIT)
    keeping.tick(picture.pk, ALL_ABSENT, by=staff.editor, version=picture.lock_version)

    withdrawing.withdraw(story.pk, by=None, source="code", scopes=[Scope.PORTRAIT])

    assert reader.get(path_of(picture)).status_code == 410


@pytest.mark.django_db
def test_face_that_is_found_later_needs_the_grant_at_once(staff: Staff, reader: Client) -> None:
    story, picture = make_story(staff), make_picture(staff, recipe=Recipe((BOX,)))
    use(story, picture, staff)
    publish(story, staff)
    assert reader.get(path_of(picture)).status_code == 200

    keeping.tick(picture.pk, COVERED, by=staff.editor, version=picture.lock_version)

    assert reader.get(path_of(picture)).status_code in {404, 410}


@pytest.mark.django_db
def test_claiming_again_changes_nothing(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    _story, picture = published(staff, monkeypatch)

    assert (belonging.claim(), belonging.claim()) == ({picture.pk}, set())


@pytest.mark.django_db
def test_erased_picture_is_claimed_by_nobody(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _picture = published(staff, monkeypatch)
    workflow.withdraw(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.consent_officer)

    assert belonging.claim() == set()


@pytest.mark.django_db
def test_claim_costs_one_query_where_nothing_is_open(staff: Staff, django_assert_num_queries: Any) -> None:
    story = make_story(staff)
    publish(story, staff)
    with django_assert_num_queries(1):
        belonging.claim(pieces=[story.pk])

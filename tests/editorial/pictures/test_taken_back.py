"""Pictures of what was taken back or erased: no file is answered, none is kept, and no backup brings one back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from editorial import ledger, replaying, workflow
from editorial.models import Picture, Rendition
from editorial.pictures import keeping, storing
from editorial.pictures.recipe import Recipe
from editorial.tasks import delete_picture_files
from stories import surfaces, withdrawing
from stories.models import Scope, Story
from tests.makers import Staff, make_consent, make_staff, make_story, publish
from tests.pictures import make_picture, path_of, use


def portrayed(staff: Staff) -> tuple[Story, Picture]:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PARTNERS, Scope.PORTRAIT))
    picture = make_picture(staff, portrait_of=story)
    use(story, picture, staff, is_lead=True)
    publish(story, staff)
    return story, picture


@pytest.mark.django_db
@pytest.mark.parametrize("scopes", [(), (Scope.PORTRAIT,)])
def test_file_is_refused_at_once_whatever_is_asked(staff: Staff, reader: Client, scopes: tuple[str, ...]) -> None:
    story, picture = portrayed(staff)
    path = path_of(picture)
    tag = reader.get(path).headers["ETag"]

    withdrawing.withdraw(story.pk, by=None, source="code", scopes=scopes)

    asked: list[dict[str, str]] = [{}, {"if-none-match": tag}, {"range": "bytes=0-9"}]
    assert [reader.get(path, headers=headers).status_code for headers in asked] == [410] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scopes", [(), (Scope.PORTRAIT,)])
def test_case_looks_at_the_files(settings: Any, scopes: tuple[str, ...]) -> None:
    settings.SITE_URL = "http://localhost"
    story, _picture = portrayed(make_staff())

    case = withdrawing.withdraw(story.pk, by=None, source="code", scopes=scopes)

    row = next(row for row in surfaces.look(case) if row.surface == "pictures")
    assert (row.state, "refused" in row.note) == ("checked", True)


@pytest.mark.django_db(transaction=True)
def test_case_notices_a_file_that_is_still_answered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = "http://localhost"
    story, _picture = portrayed(make_staff())
    with monkeypatch.context() as broken:
        broken.setattr(workflow, "withdraw", lambda *_args, **_kwargs: None)
        case = withdrawing.withdraw(story.pk, by=None, source="code")

    row = next(row for row in surfaces.look(case) if row.surface == "pictures")
    assert row.state == "still_there"


@pytest.mark.django_db
def test_picture_is_erased_with_the_only_piece_that_shows_it(staff: Staff) -> None:
    story, picture = portrayed(staff)
    original = picture.original_name
    names = list(Rendition.objects.values_list("name", flat=True))
    workflow.withdraw(story.pk, by=staff.publisher)

    workflow.erase(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.consent_officer)
    delete_picture_files.call(original)

    picture.refresh_from_db()
    assert (picture.label, picture.original_name, picture.erased_at is None) == ("", "", False)
    assert not storing.originals.has(original)
    assert not any(storing.renditions.has(name) for name in names)


@pytest.mark.django_db
def test_picture_that_another_piece_shows_stays(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    picture = make_picture(staff)
    for piece in (story, other):
        use(piece, picture, staff)
    workflow.erase(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.consent_officer)
    picture.refresh_from_db()
    assert picture.erased_at is None

    workflow.erase(other.pk, by=staff.publisher)
    workflow.erase(other.pk, by=staff.consent_officer)
    picture.refresh_from_db()
    assert picture.erased_at is not None


@pytest.mark.django_db
def test_version_that_was_taken_down_is_in_the_ledger(staff: Staff) -> None:
    picture = make_picture(staff)
    before = picture.recipe_digest

    keeping.take_down(Rendition.objects.filter(picture=picture))

    (line,) = ledger.lines()
    assert (line.act, line.piece, line.scopes) == ("take_down_picture", picture.code, (before,))


@pytest.mark.django_db
def test_restored_version_is_taken_down_again_and_no_other(staff: Staff) -> None:
    picture = make_picture(staff)
    Rendition.objects.filter(picture=picture, format="JPEG").update(recipe_digest=Recipe(focal_x=0.1).digest())
    ledger.append("take_down_picture", picture.code, at=timezone.now(), scopes=[picture.recipe_digest])

    replaying.replay()

    down = set(Rendition.objects.filter(removed_at__isnull=False).values_list("recipe_digest", flat=True))
    assert down == {picture.recipe_digest}
    assert Rendition.objects.filter(removed_at=F("removed_at")).exists()

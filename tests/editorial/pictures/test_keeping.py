"""Taking pictures in, covering, ticking, destroying, erasing: who may, what is refused, what is left."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import blockers, workflow
from editorial.blockers import Refused
from editorial.models import Event, Picture, Piece, PiecePicture, Rendition, State
from editorial.pictures import keeping, preparing, storing
from editorial.pictures.keeping import Described
from editorial.pictures.recipe import Recipe
from editorial.pictures.ticking import Thing
from stories.models import Scope
from tests.makers import Staff, make_consent, make_page, make_story, make_user, publish
from tests.pictures import ALL_ABSENT, BOX, file_of, make_picture, png, use

COVERED = Recipe(shapes=(BOX,))


def codes(call: Any, *args: Any, **kwargs: Any) -> set[str]:
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return {blocker.code for blocker in refused.value.blockers}


def verbs() -> list[str]:
    return list(Event.objects.order_by("number").values_list("verb", flat=True))


def run_tasks() -> None:
    """What the worker would do; what it enqueues itself included."""
    while (row := DBTaskResult.objects.ready().first()) is not None:
        row.set_successful(row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"]))


# --- In ---------------------------------------------------------------------------------------------------------------
def test_upload_keeps_the_bytes_as_they_came_and_forgets_their_name(staff: Staff) -> None:
    data = png()

    picture = keeping.upload(data, by=staff.contributor, name="Kim at the border.png", content_type="image/png")

    assert storing.originals.read(picture.original_name) == data
    assert (picture.width, picture.height, picture.original_format) == (64, 48, "PNG")
    assert "Kim" not in str(Picture.objects.values().get(pk=picture.pk))


def test_upload_is_an_event_that_holds_a_code_alone(staff: Staff) -> None:
    picture = keeping.upload(png(), by=staff.contributor, label="Her kitchen")

    event = Event.objects.get(verb="upload_picture")
    assert event.subject == f"picture {picture.code}"
    assert "kitchen" not in str(Event.objects.values().get(pk=event.pk))


def test_refused_file_says_why_and_leaves_nothing(staff: Staff) -> None:
    assert codes(keeping.upload, b"<svg xmlns='x'></svg>", by=staff.contributor, name="a.svg") == {"svg"}

    assert (Picture.objects.count(), list(storing.originals.names())) == (0, [])


def test_who_writes_no_pieces_uploads_nothing(staff: Staff) -> None:
    assert codes(keeping.upload, png(), by=staff.reviewer) == {"no_permission"}


def test_upload_that_cannot_be_recorded_leaves_no_file(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("editorial.events.record", fail)
    with pytest.raises(RuntimeError):
        keeping.upload(png(), by=staff.contributor)

    assert list(storing.originals.names()) == []


def test_nothing_public_is_made_before_somebody_went_through_the_picture(staff: Staff) -> None:
    picture = keeping.upload(png(), by=staff.contributor)
    preparing.prepare(picture)
    run_tasks()

    assert Rendition.objects.count() == 0


# --- Looking ----------------------------------------------------------------------------------------------------------
def test_each_look_at_an_original_is_an_event(staff: Staff) -> None:
    picture = make_picture(staff)

    for _look in range(2):
        assert keeping.see_original(picture.pk, by=staff.contributor).startswith(b"\xff\xd8")

    assert verbs().count("see_original") == 2


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("contributor", None),
        ("editor", None),
        ("consent_officer", None),
        ("reviewer", "no_permission"),
        ("publisher", "no_permission"),
    ],
)
def test_original_is_seen_by_who_covers_places_in_it_alone(staff: Staff, who: str, refusal: str | None) -> None:
    picture = make_picture(staff)
    by = getattr(staff, who)

    if refusal:
        assert codes(keeping.see_original, picture.pk, by=by) == {refusal}
        assert "see_original" not in verbs()
    else:
        assert keeping.see_original(picture.pk, by=by)


def test_contributor_does_not_see_what_another_one_uploaded(staff: Staff) -> None:
    picture = make_picture(staff, by=make_user("Contributor"))

    assert codes(keeping.see_original, picture.pk, by=staff.contributor) == {"not_yours"}


# --- Covering ---------------------------------------------------------------------------------------------------------
def test_covering_sends_the_drafts_that_use_it_back_to_be_reviewed(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    workflow.submit(page.pk, by=staff.contributor)
    page.refresh_from_db()
    workflow.approve(page.pk, by=staff.reviewer, digest=page.digest)
    before = page.digest

    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    page.refresh_from_db()
    assert (page.state, page.digest != before) == (State.DRAFT, True)
    assert page.digest == page.digest_now()
    assert page.revisions.values_list("changed", flat=True)[0] == ["pictures"]


def test_who_covered_a_place_may_not_approve_the_draft(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)

    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    assert page.writers.filter(user=staff.editor).exists()


def test_covering_makes_the_picture_be_gone_through_again(staff: Staff) -> None:
    picture = make_picture(staff)

    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    picture.refresh_from_db()
    assert (picture.seen_at, picture.seen) == (None, ALL_ABSENT)


def test_other_focal_point_needs_no_new_look(staff: Staff) -> None:
    picture = make_picture(staff)

    keeping.cover(picture.pk, Recipe(focal_x=0.1), by=staff.editor, version=0)

    picture.refresh_from_db()
    assert picture.seen_at is not None
    assert DBTaskResult.objects.filter(task_path=preparing.TASK).count() == 1


def test_covering_an_older_version_is_refused(staff: Staff) -> None:
    picture = make_picture(staff)
    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    assert codes(keeping.cover, picture.pk, Recipe(), by=staff.contributor, version=0) == {"picture_moved"}


def test_readers_see_the_earlier_version_until_the_new_one_is_published(staff: Staff, reader: Any) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff, is_lead=True)
    publish(page, staff)
    before = reader.get("/en/about/").content

    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    assert reader.get("/en/about/").content == before


def test_earlier_version_is_taken_down_with_it_and_its_files_go(staff: Staff) -> None:
    picture = make_picture(staff)
    name = file_of(picture).name

    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0, take_down_earlier=True)
    assert not Rendition.objects.filter(picture=picture, removed_at__isnull=True).exists()
    run_tasks()

    assert not storing.renditions.has(name)
    assert Rendition.objects.get(name=name).deleted_at is not None


def test_version_that_was_taken_down_does_not_come_back(staff: Staff) -> None:
    picture = make_picture(staff)
    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0, take_down_earlier=True)

    assert codes(keeping.cover, picture.pk, Recipe(), by=staff.editor, version=1) == {"taken_down"}


# --- Ticking ----------------------------------------------------------------------------------------------------------
def test_tick_list_has_the_files_made(staff: Staff) -> None:
    picture = keeping.upload(png(), by=staff.contributor)

    keeping.tick(picture.pk, ALL_ABSENT, by=staff.contributor, version=0)
    assert preparing.progress(picture).is_waiting
    run_tasks()

    assert preparing.progress(picture).is_ready
    assert {row.format for row in picture.renditions.all()} == {"AVIF", "WEBP", "JPEG"}
    assert all(storing.renditions.has(row.name) for row in picture.renditions.all())


@pytest.mark.parametrize("thing", [thing.value for thing in Thing])
def test_question_left_open_is_refused(staff: Staff, thing: str) -> None:
    picture = make_picture(staff)
    seen = {name: found for name, found in ALL_ABSENT.items() if name != thing}

    assert codes(keeping.tick, picture.pk, seen, by=staff.editor, version=0) == {"picture_not_checked"}


def test_saying_that_something_is_covered_takes_something_that_covers_it(staff: Staff) -> None:
    picture = make_picture(staff)

    refusal = codes(keeping.tick, picture.pk, ALL_ABSENT | {"plate": "covered"}, by=staff.editor, version=0)

    assert refusal == {"nothing_covered"}


def test_making_again_makes_nothing_twice(staff: Staff) -> None:
    picture = make_picture(staff)
    before = list(Rendition.objects.values_list("pk", "name"))

    assert preparing.make_now(picture.pk, picture.recipe_digest) == preparing.DONE

    assert list(Rendition.objects.values_list("pk", "name")) == before


def test_making_for_a_recipe_that_has_moved_on_does_nothing(staff: Staff) -> None:
    picture = make_picture(staff, is_ready=False)
    old = picture.recipe_digest
    keeping.cover(picture.pk, COVERED, by=staff.editor, version=0)

    assert preparing.make_now(picture.pk, old) == preparing.DONE

    assert Rendition.objects.count() == 0


def test_failure_is_told_with_its_reason_and_can_be_tried_again(staff: Staff) -> None:
    picture = make_picture(staff, is_ready=False)
    good = storing.originals.read(picture.original_name)
    storing.originals.forget(picture.original_name)
    keeping.retry(picture.pk, by=staff.editor)
    run_tasks()
    progress = preparing.progress(picture)
    assert (progress.has_failed, progress.reason) == (True, preparing.REASONS["no_original"])

    storing.originals.keep(good, picture.original_name)
    keeping.retry(picture.pk, by=staff.editor)
    run_tasks()

    assert preparing.progress(picture).is_ready


# --- What is written about it -----------------------------------------------------------------------------------------
def test_name_credit_and_subjects_are_saved(staff: Staff) -> None:
    picture, story = make_picture(staff), make_story(staff)

    keeping.describe(picture.pk, Described("Her hands", "Drawn by us", (story.pk,)), by=staff.contributor, version=0)

    picture.refresh_from_db()
    assert (picture.label, picture.credit, list(picture.subjects.all())) == (
        "Her hands",
        "Drawn by us",
        [Piece.objects.get(pk=story.pk)],
    )


def test_page_cannot_be_a_subject(staff: Staff) -> None:
    picture, page = make_picture(staff), make_page(staff)

    keeping.describe(picture.pk, Described("A table", subjects=(page.pk,)), by=staff.editor, version=0)

    assert not picture.picture_subjects.exists()


def test_portrait_that_was_published_stays_one(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PORTRAIT))
    picture = make_picture(staff, portrait_of=story)
    use(story, picture, staff)
    publish(story, staff)

    assert codes(keeping.describe, picture.pk, Described("A table"), by=staff.editor, version=0) == {"subject_stays"}


# --- Out --------------------------------------------------------------------------------------------------------------
def test_destroyed_original_is_gone_and_what_was_made_stays(staff: Staff) -> None:
    picture = make_picture(staff)
    original = picture.original_name

    keeping.destroy_original(picture.pk, by=staff.consent_officer)
    run_tasks()

    assert not storing.originals.has(original)
    assert storing.renditions.has(file_of(picture).name)
    assert codes(keeping.see_original, picture.pk, by=staff.editor) == {"no_original"}
    assert codes(keeping.cover, picture.pk, COVERED, by=staff.editor, version=1) == {"no_original"}


def test_original_is_not_destroyed_before_the_files_are_made(staff: Staff) -> None:
    picture = make_picture(staff, is_ready=False)

    assert codes(keeping.destroy_original, picture.pk, by=staff.editor) == {"picture_not_ready"}


def test_contributor_destroys_no_original(staff: Staff) -> None:
    assert codes(keeping.destroy_original, make_picture(staff).pk, by=staff.contributor) == {"no_permission"}


def test_erased_picture_says_nothing_and_has_no_file(staff: Staff) -> None:
    picture = make_picture(staff, label="A kitchen")

    keeping.erase([picture.pk], by=staff.publisher)
    run_tasks()

    picture.refresh_from_db()
    assert (picture.label, picture.credit, picture.recipe, picture.seen, picture.original_name) == ("", "", {}, {}, "")
    assert list(storing.originals.names()) == list(storing.renditions.names()) == []
    assert Rendition.objects.filter(picture=picture, deleted_at__isnull=False).count() == 3


def test_picture_that_is_used_is_not_dropped(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)

    assert codes(keeping.drop, picture.pk, by=staff.editor) == {"picture_in_use"}


def test_pictures_of_one_piece_alone_go_with_it(staff: Staff) -> None:
    page, other = make_page(staff), make_page(staff, slug="other")
    own, shared = make_picture(staff), make_picture(staff)
    for piece, picture in ((page, own), (page, shared), (other, shared)):
        use(piece, picture, staff)

    assert keeping.shown_alone_by([page.pk]) == {own.pk}


# --- What stands against publishing -----------------------------------------------------------------------------------
def against(piece: Any) -> set[str]:
    return {blocker.code for blocker in blockers.to_publish_content(piece)}


def test_finished_picture_blocks_nothing(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_picture(staff), staff)

    assert against(page) == set()


def test_alternative_text_is_needed_unless_it_is_decorative(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_picture(staff), staff, alt=" ")
    assert against(page) == {"no_alt"}

    PiecePicture.objects.update(alt="", is_decorative=True)

    assert against(page) == set()


def test_picture_that_nobody_went_through_blocks(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    Picture.objects.filter(pk=picture.pk).update(seen_at=None, seen_by=None)
    use(page, picture, staff)

    assert against(page) == {"picture_not_checked"}


def test_picture_without_its_files_blocks(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_picture(staff, is_ready=False), staff)

    assert against(page) == {"picture_not_ready"}


def test_erased_picture_blocks(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    keeping.erase([picture.pk], by=staff.publisher)

    assert against(page) == {"picture_erased"}


def test_face_that_may_be_seen_has_to_belong_to_a_story(staff: Staff) -> None:
    story = make_story(staff)
    use(story, make_picture(staff, seen=ALL_ABSENT | {"face": "agreed"}), staff)

    assert against(story) == {"portrait_without_story"}


def test_portrait_blocks_every_piece_but_its_own_story(staff: Staff) -> None:
    page, story = make_page(staff), make_story(staff)
    use(page, make_picture(staff, portrait_of=story), staff)

    assert against(page) == {"portrait_elsewhere"}


def test_portrait_needs_the_grant_for_it(staff: Staff) -> None:
    story = make_story(staff)
    use(story, make_picture(staff, portrait_of=story), staff)
    assert against(story) == {"no_portrait"}

    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PORTRAIT))

    assert against(story) == set()


def test_portrait_needs_the_grant_of_everybody_in_it(staff: Staff) -> None:
    stories = [make_story(staff, consented=False) for _number in range(2)]
    for story in stories:
        make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PORTRAIT))
    picture = make_picture(staff, portrait_of=stories[0])
    picture.picture_subjects.create(piece_id=stories[1].pk)
    publish(stories[1], staff)
    use(stories[0], picture, staff)
    assert against(stories[0]) == set()

    from stories.models import Grant

    make_consent(stories[1], by=staff.consent_officer, scopes=(Scope.PORTRAIT,), value=Grant.Value.REFUSED)

    assert against(stories[0]) == {"no_portrait"}


def test_place_in_the_text_without_a_picture_blocks(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    page.body += f'<figure data-picture="{picture.pk}"></figure>'
    page.save()
    assert against(page) == {"picture_not_there"}

    use(page, picture, staff)

    assert against(page) == set()


def test_piece_without_pictures_costs_one_query_more(staff: Staff, django_assert_num_queries: Any) -> None:
    from editorial.pictures.blocking import blockers as of_pictures

    page = make_page(staff)
    with django_assert_num_queries(1):
        of_pictures(page, timezone.now())


# --- Files and rows ---------------------------------------------------------------------------------------------------
def test_tidying_names_files_without_rows_and_rows_without_files(staff: Staff, capsys: Any) -> None:
    picture = make_picture(staff)
    storing.renditions.forget(file_of(picture, "WEBP").name)
    stray = storing.originals.keep(b"left behind")
    import os
    from pathlib import Path

    os.utime(Path(storing.originals.storage.path(storing.originals.key(stray))), (1, 1))

    call_command("tidy_pictures")
    said = capsys.readouterr().out
    assert stray in said
    assert file_of(picture, "WEBP").name in said
    assert storing.originals.has(stray)

    call_command("tidy_pictures", "--delete")

    assert not storing.originals.has(stray)
    assert storing.originals.has(picture.original_name)


def test_removal_that_was_never_carried_out_is_made_good(staff: Staff, capsys: Any) -> None:
    picture = make_picture(staff)
    Rendition.objects.filter(picture=picture).update(removed_at=timezone.now())

    call_command("tidy_pictures")

    assert list(storing.renditions.names()) == []

"""After a withdrawal every place is looked at as readers see it; what is still there is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from editorial import answering, ledger, workflow
from editorial.models import Clearance, Edition, LedgerLine, SiteState
from reading.models import Collection
from stories import surface_checks, surfaces, withdrawing
from stories.models import CaseSurface, Scope, Story, WithdrawalCase
from tests.makers import Staff, make_collection, make_consent, make_staff, make_story, make_tag, publish
from tests.pictures import make_picture, use

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "A title that nothing else has"


@pytest.fixture
def staff() -> Staff:
    return make_staff()


@pytest.fixture(autouse=True)
def _here(settings: Any) -> None:
    settings.SITE_URL = "http://localhost"


@pytest.fixture
def story(staff: Staff) -> Story:
    tag = make_tag("Learning")
    story = make_story(staff, slug="classroom", title=TITLE, tags=[tag])
    publish(story, staff)
    publish(make_collection(staff, slug="lessons", any_of=[tag]), staff)
    publish(make_story(staff, slug="another", title="Another one"), staff)
    return story


def states(case: WithdrawalCase) -> dict[str, str]:
    return {row.surface: row.state for row in surfaces.look(case)}


def take_back(story: Story, **options: Any) -> WithdrawalCase:
    return withdrawing.withdraw(story.pk, by=None, source="code", **options)


AUTOMATIC = (
    "story_page", "page_cache", "lists", "drafts", "queue", "backups", "home", "topics", "collections", "frames",
)  # fmt: skip


def test_every_place_is_found_empty(story: Story) -> None:
    found = states(take_back(story))

    assert {name: found[name] for name in AUTOMATIC} == dict.fromkeys(AUTOMATIC, "checked")
    assert found["translations"] == "not_used"


def test_places_that_only_people_know_wait_for_them(story: Story) -> None:
    found = states(take_back(story))

    assert (found["search_engine"], found["partner"]) == ("waiting", "waiting")
    assert (found["print"], found["social"]) == ("not_used", "not_used")


def test_story_that_was_never_published_has_nothing_to_ask_for(staff: Staff) -> None:
    found = states(take_back(make_story(staff)))

    assert found["search_engine"] == "not_used"
    assert found["story_page"] == "not_used"


def test_former_addresses_are_looked_at(story: Story, staff: Staff) -> None:
    Story.objects.filter(pk=story.pk).update(slug="newer")
    workflow.save(story.pk, by=staff.contributor)
    publish(story, staff)
    case = take_back(story)

    assert surface_checks.addresses([story.pk]) == ["/en/stories/classroom/", "/en/stories/newer/"]
    assert "2 addresses" in surface_checks.story_page(surfaces.Taken(case), timezone.now()).note


SHOWING = ("story_page", "page_cache", "lists", "queue", "home", "topics", "collections", "frames")


def test_whatever_still_shows_it_is_said(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every check notices a story that is still there."""
    with monkeypatch.context() as broken:
        # The no is recorded, but nothing is closed.
        broken.setattr(workflow, "withdraw", lambda *_args, **_kwargs: None)
        case = take_back(story)

    found = states(case)

    assert {name: found[name] for name in SHOWING} == dict.fromkeys(SHOWING, "still_there")


def test_entry_that_is_not_in_the_ledger_is_said(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwritable(*_args: Any, **_kwargs: Any) -> None:
        raise ledger.Unwritable

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "append", unwritable)
        case = take_back(story)

    assert states(case)["backups"] == "still_there"
    assert not LedgerLine.objects.exists()


def test_part_is_looked_at_where_it_was_shown(story: Story) -> None:
    found = states(take_back(story, scopes=[Scope.PARTNERS]))

    assert set(found) == {"frames", "backups", "partner"}
    assert found["frames"] == "checked"


WITH_PICTURES = {
    *("story_page", "lists", "pictures", "drafts", "home", "topics", "collections", "frames"),
}  # fmt: skip


def portrayed(story: Story, staff: Staff) -> None:
    """The same story, published with a portrait."""
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PARTNERS, Scope.PORTRAIT))
    use(story, make_picture(staff, portrait_of=story), staff, is_lead=True)
    publish(story, staff)


def test_portrait_is_looked_for_wherever_it_showed(story: Story, staff: Staff) -> None:
    portrayed(story, staff)

    found = states(take_back(story, scopes=[Scope.PORTRAIT]))

    assert set(found) >= WITH_PICTURES
    assert {name: found[name] for name in WITH_PICTURES} == dict.fromkeys(WITH_PICTURES, "checked")


def test_portrait_that_a_page_still_shows_is_noticed(
    story: Story, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    portrayed(story, staff)
    case = take_back(story, scopes=[Scope.PORTRAIT])
    monkeypatch.setattr("editorial.pictures.showing.allowed", lambda rows, _at: rows)
    SiteState.objects.update(generation=1)

    found = states(case)

    shown = {"story_page", "lists", "home", "topics", "collections", "frames"}
    assert {name: found[name] for name in shown} == dict.fromkeys(shown, "still_there")


def test_portrait_of_a_story_without_pictures_was_nowhere(story: Story) -> None:
    assert set(states(take_back(story, scopes=[Scope.PORTRAIT]))) & WITH_PICTURES == {"pictures"}


def test_translation_alone_is_looked_at(story: Story, staff: Staff) -> None:
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.TRANSLATION_KO))
    translation = make_story(staff, slug="gyosil", title="첫 교실", consented=False)
    Story.objects.filter(pk=translation.pk).update(language="ko", translation_of=story)
    translation.story_narrators.all().delete()
    workflow.save(translation.pk, by=staff.contributor)
    publish(translation, staff)

    found = states(take_back(story, scopes=[Scope.TRANSLATION_KO]))

    assert (found["story_page"], found["translations"]) == ("not_used", "checked")


def test_place_that_cannot_be_looked_at_keeps_no_other_from_it(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = take_back(story)

    def broken(_taken: Any, _now: Any) -> surfaces.Finding:
        raise ValueError

    monkeypatch.setitem(surfaces._surfaces, "lists", surfaces.Surface("lists", "Lists", broken))
    found = states(case)

    assert (found["lists"], found["home"]) == ("still_there", "checked")
    assert "could not be looked at" in caplog.text


def test_same_title_of_another_story_is_no_trace(story: Story, staff: Staff) -> None:
    publish(make_story(staff, slug="namesake", title=TITLE), staff)

    assert states(take_back(story))["lists"] == "checked"


def test_notes_say_nothing_of_the_story(story: Story) -> None:
    case = take_back(story)
    surfaces.look(case)

    for note in CaseSurface.objects.values_list("note", flat=True):
        assert TITLE not in note
        assert "classroom" not in note


def test_task_looks_after_the_commit(story: Story) -> None:
    case = take_back(story)

    surfaces.check_surfaces.call(case.pk)

    assert case.surfaces.get(surface="story_page").state == "checked"


def test_site_answers_itself_as_it_answers_readers(story: Story) -> None:
    shown = answering.answer("/en/stories/classroom/")

    assert (shown.status, TITLE in shown.text) == (200, True)
    tag = shown.headers["ETag"]
    assert answering.answer("/en/stories/classroom/", if_none_match=tag).status == 304
    assert answering.last_tag("/en/stories/classroom/") == tag

    take_back(story)

    assert answering.answer("/en/stories/classroom/", if_none_match=tag).status == 410


def rows(model: type[Model]) -> int:
    return model._default_manager.count()


def test_looking_changes_nothing_but_the_case(story: Story) -> None:
    case = take_back(story)
    before = [rows(model) for model in (Edition, Clearance, Collection)]

    surfaces.look(case)

    assert [rows(model) for model in (Edition, Clearance, Collection)] == before


def test_story_that_was_published_again_is_no_fault(story: Story, staff: Staff) -> None:
    case = take_back(story)
    make_consent(story, by=staff.consent_officer)
    workflow.reclear(story.pk, by=staff.consent_officer)
    publish(story, staff)

    assert "still_there" not in states(case).values()

"""Only what there is of a story can be taken back part by part, and nothing is said to be done that was not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from editorial import workflow
from editorial.models import PictureSubject
from stories import codes, parts, withdrawing
from stories.families import family_of
from stories.models import Narrator, Scope, Story, WithdrawalCase
from tests.editorial.pictures.test_belonging import published
from tests.makers import Staff, make_consent, make_story, publish
from tests.pictures import path_of
from tests.stories.test_code_views import EN, KO, send, ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def outsider() -> Client:
    return Client(headers={"host": "localhost", "sec-fetch-site": "same-origin"})


def made(staff: Staff, *scopes: Scope) -> tuple[Story, str]:
    """A published story, and the words of its narrator."""
    story = make_story(staff, slug="classroom", consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, *scopes))
    publish(story, staff)
    return story, codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")


def offered(client: Client, words: str, path: str = EN) -> list[str]:
    return re.findall(r'name="scopes" value="([^"]+)"', send(client, path, words=words).content.decode())


def there(story: Story) -> list[str]:
    return parts.there_are(story, family_of(story.pk), story.narrator_ids())


# --- What there is ----------------------------------------------------------------------------------------------------
def test_page_offers_what_was_granted_and_nothing_else(staff: Staff, outsider: Client) -> None:
    _story, words = made(staff, Scope.PARTNERS, Scope.TRANSLATION_KO)

    assert offered(outsider, words) == ["partners", "translation:ko"]


def test_page_offers_no_part_where_there_is_none(staff: Staff, outsider: Client) -> None:
    _story, words = made(staff)

    text = send(outsider, words=words).content.decode()
    assert 'value="everything"' in text
    assert 'value="parts"' not in text


def test_language_in_which_it_was_written_is_no_translation(staff: Staff) -> None:
    story, _words = made(staff, Scope.TRANSLATION_EN, Scope.TRANSLATION_KO)

    assert there(story) == ["translation:ko"]


def test_picture_that_readers_see_is_a_part_though_nobody_granted_it(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _picture = published(staff, monkeypatch)

    assert "portrait" in there(story)


def test_part_that_was_taken_back_is_none_any_more(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _picture = published(staff, monkeypatch, Scope.PORTRAIT)

    withdrawing.withdraw(story.pk, by=None, source="code", scopes=[Scope.PORTRAIT, Scope.PARTNERS])

    assert there(story) == []


def test_parts_are_those_of_whoever_has_the_words(staff: Staff, outsider: Client) -> None:
    story, words = made(staff, Scope.PARTNERS, Scope.PRINT)
    other = Narrator.objects.create()
    story.story_narrators.create(narrator=other)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.SOCIAL), narrator=other)
    theirs = codes.make(other.pk, story.pk, by=staff.consent_officer, language="en")

    assert offered(outsider, words) == ["partners", "print"]
    assert offered(outsider, theirs) == ["social"]


def test_wrong_words_are_told_nothing_of_parts(staff: Staff, outsider: Client) -> None:
    made(staff, Scope.PARTNERS)

    assert "scopes" not in send(outsider, words="zoo zoo zoo zoo").content.decode()


def test_page_of_the_desk_offers_the_same(staff: Staff) -> None:
    story, _words = made(staff, Scope.PARTNERS)
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.publisher)

    text = client.get(reverse("admin:stories_story_take_back", args=[story.pk])).content.decode()

    assert re.findall(r'name="scopes" value="([^"]+)"', text) == ["partners"]


# --- What was done ----------------------------------------------------------------------------------------------------
def test_answer_names_what_was_hidden_and_what_there_was_none_of(staff: Staff, outsider: Client) -> None:
    _story, words = made(staff, Scope.PARTNERS)

    text = send(outsider, ticket=ticket(outsider, words), do="parts", scopes=["partners", "voice"]).content.decode()

    hidden, missing = (re.findall(r"<li>([^<]+)</li>", one) for one in text.split("there was none on our site"))
    assert "Websites of other organisations" in hidden
    assert "My voice" in missing


def test_nothing_is_said_to_be_done_where_there_was_none(staff: Staff, outsider: Client) -> None:
    _story, words = made(staff)

    answer = send(outsider, ticket=ticket(outsider, words), do="parts", scopes=["translation:en"])

    assert "Nothing was changed." in answer.content.decode()
    assert "It is done." not in answer.content.decode()
    assert not WithdrawalCase.objects.exists()


def test_wish_to_be_contacted_is_kept_all_the_same(staff: Staff, outsider: Client) -> None:
    _story, words = made(staff)

    send(outsider, ticket=ticket(outsider, words), do="parts", scopes=["voice"], wants_contact="1")

    assert WithdrawalCase.objects.get().is_contact_only


def test_portrait_with_a_covered_face_goes_by_the_page(
    staff: Staff, outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a narrator met: said to be done, and every file still there."""
    story, picture = published(staff, monkeypatch)
    words = codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="ko")

    answer = send(outsider, KO, ticket=ticket(outsider, words, KO), do="parts", scopes=["portrait"])

    assert answer.status_code == 200
    assert outsider.get(path_of(picture)).status_code in {404, 410}
    assert PictureSubject.objects.get().piece_id == story.pk


def test_story_that_was_ended_has_no_picture_to_take_back(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _picture = published(staff, monkeypatch)
    workflow.end(story.pk, by=staff.publisher)

    assert "portrait" not in there(story)


def test_parts_cost_the_same_however_many_pictures(
    staff: Staff, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _picture = published(staff, monkeypatch)
    family, narrators = family_of(story.pk), story.narrator_ids()

    with django_assert_max_num_queries(6):
        parts.there_are(story, family, narrators)

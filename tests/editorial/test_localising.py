"""The desk speaks the language of whoever sits at it and tells their time; visitors' pages hear nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from editorial.models import User
from tests.editorial.test_admin import form_url, logged_in, said, verb_url
from tests.makers import Staff, approve, make_page, make_story, make_user, publish


def with_settings(user: User, **columns: str) -> User:
    User.objects.filter(pk=user.pk).update(**columns)
    return User.objects.get(pk=user.pk)


def korean(user: User) -> User:
    return with_settings(user, language="ko")


def in_korean(text: str) -> str:
    with translation.override("ko"):
        found = translation.gettext(text)
    assert found != text, f"“{text}” has no Korean."
    return found


# --- Language -------------------------------------------------------------------------------------------------------
def test_desk_speaks_korean_to_those_who_want_it(staff: Staff) -> None:
    make_story(staff)

    response = logged_in(korean(staff.contributor)).get(reverse("admin:index"))

    assert '<html lang="ko"' in response.content.decode()
    assert in_korean("My work") in response.content.decode()
    assert in_korean("Your drafts") in response.content.decode()
    assert response.headers["Content-Language"] == "ko"


@pytest.mark.parametrize("language", ["", "en"])
def test_desk_speaks_english_to_the_others(staff: Staff, language: str) -> None:
    response = logged_in(with_settings(staff.contributor, language=language)).get(reverse("admin:index"))

    assert "My work" in response.content.decode()
    assert response.headers["Content-Language"] == "en"


def test_language_of_the_browser_is_not_asked(staff: Staff) -> None:
    response = logged_in(staff.contributor).get(reverse("admin:index"), headers={"accept-language": "ko"})

    assert '<html lang="en' in response.content.decode()


def test_form_and_its_verbs_are_in_korean(staff: Staff) -> None:
    story = make_story(staff)

    page = logged_in(korean(staff.contributor)).get(form_url(story)).content.decode()

    assert all(in_korean(text) in page for text in ("Save and submit for review", "Preview", "History"))


def test_list_tells_states_in_korean(staff: Staff) -> None:
    make_story(staff)

    page = logged_in(korean(staff.editor)).get(reverse("admin:stories_story_changelist")).content.decode()

    assert all(in_korean(text) in page for text in ("do not see it", "What next"))


def test_reasons_against_a_verb_are_told_in_korean(staff: Staff) -> None:
    story = make_story(staff)

    response = logged_in(korean(staff.publisher)).post(verb_url(story, "publish"), follow=True)

    assert in_korean("It is not approved yet. Submit it; a reviewer approves it.") in said(response)


def test_next_person_is_spoken_to_in_their_own_language(staff: Staff) -> None:
    korean(staff.contributor)
    logged_in(staff.contributor).get(reverse("admin:index"))

    assert "My work" in logged_in(staff.editor).get(reverse("admin:index")).content.decode()


def test_readers_pages_keep_the_language_of_their_address(staff: Staff) -> None:
    publish(make_page(staff), staff)
    client = logged_in(korean(staff.contributor))

    assert (
        client.get("/en/pages/about/").content == Client(headers={"host": "localhost"}).get("/en/pages/about/").content
    )


def test_preview_keeps_the_language_of_the_piece(staff: Staff) -> None:
    story = make_story(staff)

    page = logged_in(korean(staff.contributor)).get(reverse("admin:stories_story_preview", args=[story.pk]))

    assert '<html lang="en"' in page.content.decode()


# --- Time -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("zone", "typed", "stored"),
    [
        ("America/New_York", "2099-01-15T09:00", "2099-01-15T14:00:00+00:00"),
        ("America/New_York", "2099-07-15T09:00", "2099-07-15T13:00:00+00:00"),
        ("Asia/Seoul", "2099-01-15T09:00", "2099-01-15T00:00:00+00:00"),
    ],
)
def test_time_is_typed_as_it_is_where_the_editor_sits(staff: Staff, zone: str, typed: str, stored: str) -> None:
    page = make_page(staff)
    approve(page, staff)
    client = logged_in(with_settings(staff.publisher, time_zone=zone))

    client.post(reverse("admin:reading_page_verb", args=[page.pk, "schedule"]), {"at": typed})

    assert page.editions.get().publish_at.isoformat() == stored


def test_end_is_typed_in_the_same_time(staff: Staff) -> None:
    page = make_page(staff)
    approve(page, staff)
    client = logged_in(with_settings(staff.publisher, time_zone="America/New_York"))
    typed = {"at": "2099-01-15T09:00", "expires_at": "2099-01-16T09:00"}

    client.post(reverse("admin:reading_page_verb", args=[page.pk, "schedule"]), typed)

    assert page.editions.get().expires_at.isoformat() == "2099-01-16T14:00:00+00:00"


def test_question_says_in_which_time(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    page = logged_in(with_settings(staff.publisher, time_zone="America/New_York")).get(form_url(story))

    assert "Appears at (America/New_York time)" in page.content.decode()


def test_same_edition_is_told_to_each_in_their_time(staff: Staff) -> None:
    page = make_page(staff)
    at = timezone.now().replace(hour=3, minute=7, second=0, microsecond=0) + timedelta(days=10)
    publish(page, staff, at=at)
    form = reverse("admin:reading_page_change", args=[page.pk])

    seoul = logged_in(with_settings(staff.publisher, time_zone="Asia/Seoul")).get(form).content.decode()
    utc = logged_in(with_settings(staff.reviewer, time_zone="Africa/Abidjan")).get(form).content.decode()

    assert ("12:07 p.m." in seoul, "3:07 a.m." in utc) == (True, True)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "/etc/localtime"])
def test_zone_that_is_unknown_here_is_that_of_the_site(staff: Staff, zone: str) -> None:
    assert logged_in(with_settings(staff.contributor, time_zone=zone)).get(reverse("admin:index")).status_code == 200


def test_time_of_one_person_is_not_that_of_the_next(staff: Staff) -> None:
    page = make_page(staff)
    approve(page, staff)
    logged_in(with_settings(staff.contributor, time_zone="America/New_York")).get(reverse("admin:index"))
    site = timezone.get_default_timezone()

    url = reverse("admin:reading_page_verb", args=[page.pk, "schedule"])
    logged_in(staff.publisher).post(url, {"at": "2099-01-15T09:00"})

    assert page.editions.get().publish_at.astimezone(site).isoformat().startswith("2099-01-15T09:00")


def test_time_that_the_clock_passes_twice_is_taken(staff: Staff) -> None:
    """In the night in which summer time ends."""
    page = make_page(staff)
    approve(page, staff)
    client = logged_in(with_settings(staff.publisher, time_zone="America/New_York"))

    client.post(reverse("admin:reading_page_verb", args=[page.pk, "schedule"]), {"at": "2098-11-02T01:30"})

    assert page.editions.count() == 1


# --- One's own settings ---------------------------------------------------------------------------------------------
def settings_of(user: User, **filled: str) -> Any:
    return logged_in(user).post(reverse("admin:me"), filled, follow=True)


def test_settings_are_kept_and_answered_in_the_new_language(staff: Staff) -> None:
    response = settings_of(staff.contributor, language="ko", time_zone="Asia/Seoul", wants_mail="on")

    staff.contributor.refresh_from_db()
    assert (staff.contributor.language, staff.contributor.time_zone) == ("ko", "Asia/Seoul")
    assert in_korean("Saved. The desk speaks to you this way from now on.") in said(response)


@pytest.mark.parametrize("filled", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}])
def test_settings_that_there_are_not_are_refused(staff: Staff, filled: dict[str, str]) -> None:
    response = settings_of(staff.contributor, **filled)

    staff.contributor.refresh_from_db()
    assert (staff.contributor.language, staff.contributor.time_zone) == ("", "")
    assert response.context["form"].errors


def test_nobody_gives_themselves_a_role_on_that_page(staff: Staff) -> None:
    user = make_user()

    settings_of(user, language="en", is_superuser="on", groups="1", username="admin", user_permissions="1")

    user.refresh_from_db()
    assert (user.is_superuser, user.groups.count(), user.username) == (False, 0, user.username)
    assert user.username != "admin"


def test_settings_change_nobody_else(staff: Staff) -> None:
    settings_of(staff.contributor, language="ko")

    staff.editor.refresh_from_db()
    assert staff.editor.language == ""


def test_without_a_log_in_there_are_no_settings(db: None) -> None:
    assert Client(headers={"host": "localhost"}).get(reverse("admin:me")).status_code == 302

"""What is typed and not saved: kept for one person alone, through a crash, an ended log-in and a stale page.

And who else is at the same piece.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from editorial import autosaving, presence, roles, workflow
from editorial.models import Autosave, Event, Presence, Revision, SiteState, State, User
from stories.models import Story
from tests.editorial.test_admin import filled, form_url, logged_in, verb_url
from tests.makers import Staff, make_story, make_user

PASSPHRASE = "a long enough passphrase"
ORIGIN = "http://localhost"


def slot_url(story: Story, page: str = "autosave") -> str:
    return reverse(f"admin:stories_story_{page}", args=[story.pk])


def type_into(story: Story, by: User, **typed: Any) -> None:
    """As the script sends it while somebody types."""
    data = {name: value for name, value in filled(story, **typed).items() if name != "_save"}
    response = logged_in(by).post(slot_url(story), data)
    assert response.status_code == 200, response.content


def recovered(story: Story, by: User) -> str:
    return logged_in(by).get(f"{form_url(story)}?recover=1").content.decode()


# --- The slot -------------------------------------------------------------------------------------------------------
def test_typing_on_writes_the_one_slot_over(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="First thoughts")

    type_into(story, staff.contributor, title="Second thoughts")

    assert Autosave.objects.get().fields["title"] == ["Second thoughts"]


def test_each_person_and_each_piece_has_a_slot(staff: Staff) -> None:
    one, other = make_story(staff), make_story(staff)
    type_into(one, staff.contributor, title="The contributor’s")
    type_into(one, staff.editor, title="The editor’s")

    type_into(other, staff.contributor, title="Elsewhere")

    assert Autosave.objects.count() == 3


def test_typing_is_no_save(staff: Staff) -> None:
    story = make_story(staff)
    before = Revision.objects.count(), Event.objects.count(), SiteState.objects.get(pk=1).generation

    type_into(story, staff.contributor, title="Not saved")

    story.refresh_from_db()
    assert story.title == "A first classroom"
    assert (Revision.objects.count(), Event.objects.count(), SiteState.objects.get(pk=1).generation) == before


def test_saving_forgets_what_was_typed(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Typed")

    logged_in(staff.contributor).post(form_url(story), filled(story, title="Saved"))

    assert not Autosave.objects.exists()


def test_saving_leaves_what_somebody_else_was_typing(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.editor, title="The editor’s")

    logged_in(staff.contributor).post(form_url(story), filled(story, title="Saved"))

    assert Autosave.objects.get().user == staff.editor


def test_refused_form_keeps_the_slot(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Typed")

    logged_in(staff.contributor).post(form_url(story), filled(story, slug="not a slug!"))

    assert Autosave.objects.exists()


def test_form_says_that_there_is_something_unsaved(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Typed")

    page = logged_in(staff.contributor).get(form_url(story)).content.decode()

    assert "You were typing here" in page
    assert "?recover=1" in page


def test_nobody_else_is_told_of_it_or_sees_it(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Half a thought")

    page = logged_in(staff.editor).get(form_url(story)).content.decode()

    assert "You were typing here" not in page
    assert "Half a thought" not in recovered(story, staff.editor)


def test_recovering_shows_what_was_typed_and_saves_nothing(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Half a thought", _verb="submit")

    page = recovered(story, staff.contributor)

    story.refresh_from_db()
    assert "Half a thought" in page
    assert "This is what you had typed and not saved" in page
    assert (story.title, story.state, story.revisions.count()) == ("A first classroom", State.DRAFT, 1)


def test_text_that_came_back_is_no_error(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Half a thought")

    page = recovered(story, staff.contributor)

    assert "Please correct the error" not in page
    assert "errornote" not in page


def test_fault_in_a_text_that_came_back_is_an_error(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, slug="not a slug!")

    assert "Please correct the error below." in recovered(story, staff.contributor)


def test_recovered_text_can_be_saved(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Half a thought")
    client = logged_in(staff.contributor)
    form = client.get(f"{form_url(story)}?recover=1").context["adminform"].form

    client.post(form_url(story), {name: form[name].value() or "" for name in form.fields} | {"_save": "1"})

    story.refresh_from_db()
    assert story.title == "Half a thought"


def test_recovering_is_for_a_get_alone(staff: Staff) -> None:
    """A save whose address says so is a save."""
    story = make_story(staff)
    type_into(story, staff.contributor, title="Half a thought")

    logged_in(staff.contributor).post(f"{form_url(story)}?recover=1", filled(story, title="Saved"))

    story.refresh_from_db()
    assert story.title == "Saved"


def test_throwing_away_empties_the_slot(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Typed")

    logged_in(staff.contributor).post(slot_url(story, "autosave_forget"))

    assert not Autosave.objects.exists()


def test_what_belongs_to_the_sending_is_not_kept(staff: Staff) -> None:
    story = make_story(staff)

    type_into(story, staff.contributor, _verb="publish", csrfmiddlewaretoken="x", with_ids="1:2", together="1")

    assert not autosaving.NOT_TEXT & set(Autosave.objects.get().fields)


def test_text_that_is_too_long_is_refused_in_words_and_keeps_the_slot(staff: Staff) -> None:
    story = make_story(staff)
    type_into(story, staff.contributor, title="Short")

    response = logged_in(staff.contributor).post(
        slot_url(story), filled(story, body="가" * (autosaving.MOST_BYTES // 3 + 1))
    )

    assert (response.status_code, "too long" in response.json()["sentence"]) == (413, True)
    assert Autosave.objects.get().fields["title"] == ["Short"]


def test_only_those_who_may_write_have_a_slot(staff: Staff) -> None:
    story = make_story(staff)

    response = logged_in(staff.reviewer).post(slot_url(story), {"title": "Mine"})

    assert (response.status_code, Autosave.objects.count()) == (403, 0)


def test_slot_of_a_fortnight_ago_is_not_offered(staff: Staff) -> None:
    story = make_story(staff)
    with time_machine.travel(timezone.now() - autosaving.LIFETIME - timedelta(minutes=1)):
        autosaving.keep(by=staff.contributor, kind="story", piece=story, fields={"title": ["Old"]})

    page = logged_in(staff.contributor).get(form_url(story)).content.decode()

    assert "You were typing here" not in page


# --- A new piece ----------------------------------------------------------------------------------------------------
NEW = "admin:stories_story_autosave_new"
ADD = "admin:stories_story_add"


def test_text_of_a_new_piece_is_kept_and_comes_back(staff: Staff) -> None:
    client = logged_in(staff.contributor)
    client.post(reverse(NEW), {"title": "Not yet a story"})

    page = client.get(f"{reverse(ADD)}?recover=1").content.decode()

    assert "Not yet a story" in page
    assert not Story.objects.exists()


def test_text_of_a_new_piece_is_forgotten_once_it_is_made(staff: Staff) -> None:
    client = logged_in(staff.contributor)
    client.post(reverse(NEW), {"title": "Not yet a story"})

    client.post(reverse(ADD), {"title": "A story", "slug": "a-story", "language": "en", "tags": "", "_save": "1"})

    assert Story.objects.get().title == "A story"
    assert not Autosave.objects.exists()


def test_text_of_a_new_piece_can_be_thrown_away(staff: Staff) -> None:
    client = logged_in(staff.contributor)
    client.post(reverse(NEW), {"title": "Not yet a story"})

    client.post(reverse(NEW), {"forget": "1"})

    assert not Autosave.objects.exists()


def test_new_story_and_new_page_have_a_slot_each(staff: Staff) -> None:
    client = logged_in(staff.contributor)
    client.post(reverse(NEW), {"title": "A story"})

    client.post(reverse("admin:reading_page_autosave_new"), {"title": "A page"})

    assert {slot.kind for slot in Autosave.objects.all()} == {"story", "page"}


# --- Who is here ----------------------------------------------------------------------------------------------------
def here(story: Story, by: User, **sent: str) -> dict[str, Any]:
    answer: dict[str, Any] = logged_in(by).post(slot_url(story, "present"), sent).json()
    return answer


def test_colleague_who_has_it_open_is_named(staff: Staff) -> None:
    story = make_story(staff)
    here(story, staff.reviewer)

    assert here(story, staff.contributor)["others"] == ["reviewer is reading this."]


def test_colleague_who_writes_comes_first(staff: Staff) -> None:
    story = make_story(staff)
    here(story, staff.consent_officer)
    here(story, staff.editor, writing="1")

    assert here(story, staff.contributor)["others"] == ["editor is writing in this.", "consent is reading this."]


def test_nobody_is_told_of_themselves(staff: Staff) -> None:
    story = make_story(staff)

    assert here(story, staff.contributor)["others"] == []


def test_colleague_at_another_piece_is_not_named(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    here(other, staff.reviewer)

    assert here(story, staff.contributor)["others"] == []


@pytest.mark.parametrize(("seconds", "count"), [(29, 1), (31, 0)])
def test_colleague_counts_as_gone_after_half_a_minute(staff: Staff, seconds: int, count: int) -> None:
    story = make_story(staff)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        presence.beat(story, staff.reviewer, is_writing=False)

    with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
        assert len(presence.others(story, staff.contributor)) == count


def test_next_sign_of_life_clears_those_away_who_left_without_a_word(staff: Staff) -> None:
    story = make_story(staff)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        presence.beat(story, staff.reviewer, is_writing=False)

    with time_machine.travel(start + presence.STALE + timedelta(seconds=1), tick=False):
        presence.beat(story, staff.contributor, is_writing=False)

    assert [one.user for one in Presence.objects.all()] == [staff.contributor]


def test_leaving_is_told_at_once(staff: Staff) -> None:
    story = make_story(staff)
    here(story, staff.reviewer)
    here(story, staff.reviewer, leaving="1")

    assert here(story, staff.contributor)["others"] == []


def test_somebody_who_saved_meanwhile_is_named(staff: Staff) -> None:
    story = make_story(staff)
    seen = str(story.lock_version)
    logged_in(staff.editor).post(form_url(story), filled(story, title="Changed"))

    assert here(story, staff.contributor, version=seen)["notice"].startswith("editor changed this piece")


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_version_that_is_none_is_no_notice(staff: Staff, version: str) -> None:
    story = make_story(staff)

    assert here(story, staff.contributor, version=version)["notice"] == ""


def test_sign_of_life_renews_no_page_of_readers(staff: Staff) -> None:
    story = make_story(staff)
    before = SiteState.objects.get(pk=1).generation

    here(story, staff.contributor, writing="1")

    assert SiteState.objects.get(pk=1).generation == before


# --- A log-in that ended --------------------------------------------------------------------------------------------
def kept_in(page: str) -> dict[str, list[str]]:
    """The text that the log-in page carries."""
    found = re.search(r'name="kept" value="([^"]*)"', page)
    assert found, "The log-in page carries nothing."
    from html import unescape

    fields: dict[str, list[str]] = json.loads(unescape(found[1]))
    return fields


def stranger() -> Client:
    return Client(headers={"host": "localhost"})


def logs_in(client: Client, user: User, *, kept: str, path: str) -> Any:
    data = {"username": user.username, "password": PASSPHRASE, "next": path, "kept": kept}
    return client.post(reverse("admin:login"), data)


def test_save_after_the_log_in_ended_asks_to_log_in_and_carries_the_text(staff: Staff) -> None:
    story = make_story(staff)

    response = stranger().post(form_url(story), filled(story, title="An hour’s work"))

    page = response.content.decode()
    story.refresh_from_db()
    assert "what you typed is kept and comes back" in page
    assert kept_in(page)["title"] == ["An hour’s work"]
    assert story.title == "A first classroom"


def test_text_is_back_after_the_log_in(staff: Staff) -> None:
    story, client = make_story(staff), stranger()
    page = client.post(form_url(story), filled(story, title="An hour’s work")).content.decode()

    response = logs_in(client, staff.contributor, kept=json.dumps(kept_in(page)), path=form_url(story))

    assert response.headers["Location"] == f"{form_url(story)}?recover=1"
    assert Autosave.objects.get().user == staff.contributor
    assert escape("An hour’s work") in client.get(response.headers["Location"]).content.decode()


def test_log_in_itself_saves_nothing(staff: Staff) -> None:
    story, client = make_story(staff), stranger()
    kept = json.dumps({"title": ["An hour’s work"], "version": ["0"], "tags": [""]})

    client.get(logs_in(client, staff.contributor, kept=kept, path=form_url(story)).headers["Location"])

    story.refresh_from_db()
    assert (story.title, story.revisions.count()) == ("A first classroom", 1)


def test_mistyped_passphrase_keeps_the_text_on_the_page(staff: Staff) -> None:
    story, client = make_story(staff), stranger()
    data = {"username": "contributor", "password": "wrong", "next": form_url(story), "kept": '{"title": ["Kept"]}'}

    page = client.post(reverse("admin:login"), data).content.decode()

    assert kept_in(page) == {"title": ["Kept"]}


def test_text_of_a_new_piece_comes_back_after_the_log_in(staff: Staff) -> None:
    client = stranger()
    page = client.post(reverse(ADD), {"title": "Not yet a story"}).content.decode()

    response = logs_in(client, staff.contributor, kept=json.dumps(kept_in(page)), path=reverse(ADD))

    assert "Not yet a story" in client.get(response.headers["Location"]).content.decode()


@pytest.mark.parametrize("role", [roles.REVIEWER, roles.CONTRIBUTOR, ""])
def test_somebody_who_may_not_write_there_carries_nothing_over(staff: Staff, role: str) -> None:
    story, client = make_story(staff), stranger()
    user = make_user(role)
    user.set_password(PASSPHRASE)
    user.save()

    logs_in(client, user, kept='{"title": ["Mine"]}', path=form_url(story))

    assert not Autosave.objects.exists()


@pytest.mark.parametrize(
    "kept", ["", "x", "[]", '{"title": "text"}', '{"title": [1]}', '{"title": [{"a": 1}]}', "[" * 5000 + "]" * 5000]
)
def test_what_is_no_text_of_a_form_is_carried_nowhere(staff: Staff, kept: str) -> None:
    story = make_story(staff)

    response = logs_in(stranger(), staff.contributor, kept=kept, path=form_url(story))

    assert response.status_code == 302
    assert not Autosave.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example/admin/stories/story/1/change/", "//elsewhere.example", "/en/", "/admin/nowhere/"],
)
def test_text_is_carried_to_a_form_of_the_desk_alone(staff: Staff, path: str) -> None:
    make_story(staff)

    response = logs_in(stranger(), staff.contributor, kept='{"title": ["Mine"]}', path=path)

    assert "elsewhere.example" not in response.headers["Location"]
    assert not Autosave.objects.exists()


def test_script_is_told_in_words_that_the_log_in_ended(staff: Staff) -> None:
    story = make_story(staff)

    response = stranger().post(slot_url(story), {"title": "Typed"}, headers={"x-desk": "1"})

    assert (response.status_code, "Log in again" in response.json()["sentence"]) == (401, True)


def test_verb_after_the_log_in_ended_does_nothing(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    stranger().post(verb_url(story, "approve"), {"digest": story.digest})

    story.refresh_from_db()
    assert story.state == State.IN_REVIEW


# --- A page that is older than the log-in ---------------------------------------------------------------------------
def strict(user: User) -> Client:
    """A browser whose forms carry a token that is not valid any more."""
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(user)
    return client


def test_stale_token_of_our_own_page_keeps_the_text(staff: Staff) -> None:
    story = make_story(staff)
    sent = filled(story, title="An hour’s work", csrfmiddlewaretoken="stale")

    response = strict(staff.contributor).post(form_url(story), sent, headers={"origin": ORIGIN})

    story.refresh_from_db()
    assert response.headers["Location"] == f"{form_url(story)}?recover=1"
    assert Autosave.objects.get().fields["title"] == ["An hour’s work"]
    assert story.title == "A first classroom"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost.elsewhere.example", ""])
def test_form_of_another_site_does_nothing_and_writes_no_slot(staff: Staff, origin: str) -> None:
    story = make_story(staff)
    headers = {"origin": origin} if origin else {}

    response = strict(staff.contributor).post(form_url(story), filled(story, title="Forged"), headers=headers)

    assert response.status_code == 403
    assert not Autosave.objects.exists()


def test_form_of_another_site_learns_nothing_without_a_log_in(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    response = client.post(form_url(story), filled(story), headers={"origin": "https://elsewhere.example"})

    assert response.status_code == 403


def test_stale_token_without_a_log_in_leads_to_the_log_in_with_the_text(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    response = client.post(form_url(story), filled(story, title="An hour’s work"), headers={"origin": ORIGIN})

    assert kept_in(response.content.decode())["title"] == ["An hour’s work"]


def test_stale_token_does_no_verb(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()

    response = strict(staff.reviewer).post(
        verb_url(story, "approve"), {"digest": story.digest}, headers={"origin": ORIGIN}
    )

    story.refresh_from_db()
    assert (response.status_code, story.state) == (403, State.IN_REVIEW)


def test_readers_pages_keep_no_text(staff: Staff) -> None:
    response = strict(staff.contributor).post("/en/", {"title": "x"}, headers={"origin": ORIGIN})

    assert response.status_code in {403, 405}
    assert not Autosave.objects.exists()


def test_page_that_stayed_open_gets_a_token_that_is_valid(staff: Staff) -> None:
    story, client = make_story(staff), strict(staff.contributor)
    token = client.get(reverse("admin:token")).json()["token"]

    sent = filled(story, title="Saved", csrfmiddlewaretoken=token)
    client.post(form_url(story), sent, headers={"origin": ORIGIN})

    story.refresh_from_db()
    assert story.title == "Saved"
    assert settings.CSRF_COOKIE_HTTPONLY

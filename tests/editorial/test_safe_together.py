"""What survives two people, a crash and an ended log-in; and verbs on many pieces at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import autosaving, presence, roles, workflow
from editorial.models import Autosave, Edition, Piece, User
from research.models import Summary
from stories.models import Story
from tests.makers import Staff, approve, make_page, make_story, make_summary, publish

pytestmark = pytest.mark.django_db


def desk(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user)
    return client


def url(piece: Piece, name: str = "change", *more: object) -> str:
    return reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_{name}", args=[piece.pk, *more])


def form_of(story: Story, **changed: str) -> dict[str, str]:
    fields = ("title", "standfirst", "byline", "how_made", "content_note", "body", "takeaway", "credit_line", "slug")
    newest = story.revisions.first()
    assert newest is not None
    sent = {name: str(getattr(story, name)) for name in fields}
    sent |= {"language": "en", "tags": "", "version": str(story.lock_version), "revision": str(newest.number)}
    return sent | {"_save": "1"} | changed


# --- Two people -----------------------------------------------------------------------------------------------------
def test_second_text_is_saved_only_with_what_was_chosen(staff: Staff) -> None:
    story = make_story(staff)
    seen = form_of(story)
    desk(staff.contributor).post(url(story), seen | {"title": "The first title"})
    late = desk(staff.editor)
    page = late.post(url(story), seen | {"title": "The second title"})
    assert page.status_code == 409
    story.refresh_from_db()
    assert story.title == "The first title"

    sent = {"sealed": page.context["sealed"], "version": str(story.lock_version), "take_title": "theirs"}
    late.post(url(story, "merge"), sent)
    story.refresh_from_db()
    assert story.title == "The first title"


def test_third_text_meanwhile_shows_both_again(staff: Staff) -> None:
    story = make_story(staff)
    seen = form_of(story)
    desk(staff.contributor).post(url(story), seen | {"title": "The first title"})
    late = desk(staff.editor)
    page = late.post(url(story), seen | {"title": "The second title"})
    stale = {"sealed": page.context["sealed"], "version": seen["version"], "take_title": "mine"}

    again = late.post(url(story, "merge"), stale)
    assert again.status_code == 409
    story.refresh_from_db()
    assert story.title == "The first title"


def test_sealed_text_serves_nobody_else(staff: Staff) -> None:
    story = make_story(staff)
    seen = form_of(story)
    desk(staff.contributor).post(url(story), seen | {"title": "The first title"})
    page = desk(staff.editor).post(url(story), seen | {"title": "The second title"})
    story.refresh_from_db()
    sent = {"sealed": page.context["sealed"], "version": str(story.lock_version), "take_title": "mine"}

    desk(staff.contributor).post(url(story, "merge"), sent)
    story.refresh_from_db()
    assert story.title == "The first title"


def test_rows_of_other_tables_are_not_written_over(staff: Staff) -> None:
    summary = make_summary(staff)
    finding = summary.findings.get()
    rows = {"findings-TOTAL_FORMS": "1", "findings-INITIAL_FORMS": "1", "findings-0-id": str(finding.pk)}
    rows |= {"findings-0-summary": str(summary.pk), "findings-0-position": "0", "findings-0-strength": "measured"}
    rows |= {"findings-0-heading": finding.heading, "citations-TOTAL_FORMS": "0", "citations-INITIAL_FORMS": "0"}
    fields = ("title", "standfirst", "question", "answer", "limits", "slug")
    sent = rows | {name: str(getattr(summary, name)) for name in fields} | {"language": "en", "tags": "", "_save": "1"}
    sent |= {"version": str(summary.lock_version), "revision": "1", "findings-0-text": finding.text}
    desk(staff.contributor).post(url(summary), sent | {"findings-0-text": "Counted anew."})

    page = desk(staff.editor).post(url(summary), sent | {"title": "Another title"})
    assert page.status_code == 409
    summary.refresh_from_db()
    late = {"sealed": page.context["sealed"], "version": str(summary.lock_version)}
    desk(staff.editor).post(url(summary, "merge"), late)
    fresh = Summary.objects.get(pk=summary.pk)
    assert (fresh.title, fresh.findings.get().text) == ("Another title", "Counted anew.")


def test_replaced_edition_is_taken_over_field_by_field(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    Piece.objects.filter(pk=page.pk).update(title="Scheduled title", standfirst="Scheduled standfirst")
    workflow.save(page.pk, by=staff.contributor)
    waiting = publish(page, staff, at=timezone.now() + timedelta(days=1))
    workflow.start_fix(page.pk, by=staff.contributor)
    type(page).objects.filter(pk=page.pk).update(body="<p>Mended.</p>")
    workflow.save(page.pk, by=staff.contributor)
    page.refresh_from_db()
    publish(page, staff)

    picks = {"take_title": "theirs", "take_standfirst": "mine"}
    desk(staff.contributor).post(url(page, "rebase", waiting.number), picks)
    page.refresh_from_db()
    assert (page.title, page.standfirst, page.body) == ("Scheduled title", "", "<p>Mended.</p>")
    assert not Edition.objects.get(pk=waiting.pk).is_filed


# --- Presence and slots ---------------------------------------------------------------------------------------------
def test_presence_is_seen_by_others_and_goes_stale(staff: Staff) -> None:
    story = make_story(staff)
    presence.beat(story, staff.contributor, is_writing=True)

    assert [one.is_writing for one in presence.others(story, staff.editor)] == [True]
    assert presence.others(story, staff.contributor) == []
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert presence.others(story, staff.editor) == []


def test_slot_is_one_for_each_person_and_gone_after_saving(staff: Staff) -> None:
    story = make_story(staff)
    client = desk(staff.contributor)
    for title in ("One", "Two"):
        client.post(url(story, "autosave"), {"title": title})
    slot = Autosave.objects.get()
    assert slot.fields == {"title": ["Two"]}
    assert autosaving.slot_of(by=staff.editor, kind="story", piece=story) is None

    client.post(url(story), form_of(story, title="Saved"))
    assert not Autosave.objects.exists()


def test_typed_text_comes_back_to_be_looked_at_and_is_not_saved(staff: Staff) -> None:
    story = make_story(staff)
    client = desk(staff.contributor)
    client.post(url(story, "autosave"), form_of(story, title="Typed and lost"))
    page = client.get(url(story) + "?recover=1")

    assert page.context["adminform"].form.data["title"] == "Typed and lost"
    story.refresh_from_db()
    assert story.title == "A first classroom"


def test_text_travels_over_the_log_in_page(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(headers={"host": "localhost"})
    page = client.post(url(story), form_of(story, title="Typed when the log-in ended"))
    assert "what you typed is kept" in page.content.decode()
    sent = {"username": "contributor", "password": "a long enough passphrase", "next": url(story)}
    response = client.post(reverse("admin:login"), sent | {"kept": page.context["kept"]}, follow=True)

    assert response.context["adminform"].form.data["title"] == "Typed when the log-in ended"
    story.refresh_from_db()
    assert story.title == "A first classroom"


def test_text_is_carried_into_no_slot_of_somebody_who_may_not_write(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(headers={"host": "localhost"})
    page = client.post(url(story), form_of(story))
    sent = {"username": "reviewer", "password": "a long enough passphrase", "next": url(story)}
    client.post(reverse("admin:login"), sent | {"kept": page.context["kept"]})

    assert not Autosave.objects.exists()


def test_token_older_than_the_log_in_loses_nothing(staff: Staff) -> None:
    story = make_story(staff)
    client = desk(staff.contributor, enforce_csrf_checks=True)
    response = client.post(url(story), form_of(story, title="Typed"), headers={"origin": "http://localhost"})

    assert response.status_code == 302
    assert Autosave.objects.get().fields["title"] == ["Typed"]
    story.refresh_from_db()
    assert story.title == "A first classroom"


def test_form_of_another_site_is_kept_nowhere(staff: Staff) -> None:
    story = make_story(staff)
    client = desk(staff.contributor, enforce_csrf_checks=True)
    response = client.post(url(story), form_of(story), headers={"origin": "https://evil.example"})

    assert response.status_code == 403
    assert not Autosave.objects.exists()


# --- Many at once ---------------------------------------------------------------------------------------------------
def test_one_refusal_in_many_touches_no_other(staff: Staff) -> None:
    ready, draft = make_story(staff, title="Ready"), make_story(staff, title="Not ready")
    approve(ready, staff)
    path = reverse("admin:stories_story_bulk", args=["publish"])
    page = desk(staff.publisher).post(path, {"ids": f"{ready.pk},{draft.pk}"})

    assert [one.title for one in page.context["done"]] == ["Ready"]
    assert [one.title for one in page.context["refused"]] == ["Not ready"]
    assert Edition.objects.filter(piece_id=ready.pk).exists()
    assert not Edition.objects.filter(piece_id=draft.pk).exists()


def test_verb_on_many_asks_the_same_guards(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    path = reverse("admin:stories_story_bulk", args=["end"])
    page = desk(staff.contributor).post(path, {"ids": str(story.pk)})

    assert len(page.context["refused"]) == 1


@pytest.mark.parametrize(
    ("verb", "words"), [("publish", "Live, unchanged: nothing to publish"), ("hold", "Live, unchanged")]
)
def test_unchanged_live_piece_is_no_draft_in_a_list(staff: Staff, verb: str, words: str) -> None:
    story = make_story(staff, title="The story")
    publish(story, staff)

    page = desk(staff.publisher).get(reverse("admin:stories_story_bulk", args=[verb]), {"ids": str(story.pk)})

    assert f"The story ({words})" in page.content.decode()


def test_publishing_what_is_live_and_unchanged_is_refused_for_that_reason(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    page = desk(staff.publisher).post(reverse("admin:stories_story_bulk", args=["publish"]), {"ids": str(story.pk)})

    assert [str(why) for why in page.context["refused"][0].reasons] == ["Live, unchanged: nothing to publish."]


def test_changed_draft_of_a_live_piece_is_refused_for_want_of_a_review(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    Story.objects.filter(pk=story.pk).update(title="Another title")
    workflow.save(story.pk, by=staff.contributor)

    page = desk(staff.publisher).post(reverse("admin:stories_story_bulk", args=["publish"]), {"ids": str(story.pk)})

    assert "It is not approved yet." in str(page.context["refused"][0].reasons[0])


def test_approving_many_unread_is_no_verb(staff: Staff) -> None:
    path = reverse("admin:stories_story_bulk", args=["approve"])

    assert desk(staff.reviewer).post(path, {"ids": "1"}).status_code == 404


# --- Preview, language, time ----------------------------------------------------------------------------------------
def test_preview_shows_an_edition_of_this_piece_only(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    publish(other, staff)

    assert desk(staff.editor).get(url(story, "preview") + "?edition=1").status_code == 404
    assert desk(staff.editor).get(url(other, "preview") + "?edition=1").status_code == 200


@pytest.mark.parametrize("form", ["page", "embed", "social"])
def test_preview_may_stand_in_a_frame_of_ours_alone(staff: Staff, form: str) -> None:
    page = desk(staff.editor).get(url(make_story(staff), "preview") + f"?as={form}")

    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_desk_speaks_the_language_of_the_person(staff: Staff) -> None:
    User.objects.filter(pk=staff.editor.pk).update(language="ko")

    page = desk(staff.editor).get(reverse("admin:index"))
    assert '<html lang="ko"' in page.content.decode()
    assert "내 할 일" in page.content.decode()


def test_time_is_typed_in_the_time_zone_of_the_person(staff: Staff) -> None:
    User.objects.filter(pk=staff.publisher.pk).update(time_zone="America/New_York")
    page = make_page(staff)
    approve(page, staff)
    desk(staff.publisher).post(url(page, "verb", "schedule"), {"at": "2031-01-15T09:00"})

    assert page.editions.get().publish_at.isoformat() == "2031-01-15T14:00:00+00:00"


def test_role_of_a_person_is_all_they_may_do(staff: Staff) -> None:
    from django.contrib.auth.models import Permission

    person = User.objects.get(pk=staff.contributor.pk)
    person.user_permissions.add(Permission.objects.get(codename="publish_piece"))
    assert not User.objects.get(pk=person.pk).has_perm("editorial.publish_piece")
    person.groups.add(Group.objects.get(name=roles.PUBLISHER))
    assert User.objects.get(pk=person.pk).has_perm("editorial.publish_piece")

"""What a hostile review of the desk found, and what has to stay mended: one test for each finding."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import installing, roles, sharing, workflow
from editorial.blockers import Refused
from editorial.documents import NotRead, read
from editorial.models import Channel, Edition, Piece, ShareLink, SiteState, Tag, User
from reading.models import Page
from stories.models import Narrator, Story
from tests.makers import Staff, make_page, make_story, make_user, publish

pytestmark = pytest.mark.django_db


def with_roles(*names: str) -> User:
    user = make_user()
    user.groups.add(*Group.objects.filter(name__in=names))
    return User.objects.get(pk=user.pk)


def desk(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def opened(link: ShareLink) -> int:
    return Client(headers={"host": "localhost"}).get(urlsplit(sharing.address_of(link)).path).status_code


def allowed(piece: Piece, staff: Staff) -> ShareLink:
    link = sharing.make(piece.pk, by=staff.contributor, for_whom="A reader")
    sharing.allow(link.pk, by=staff.consent_officer)
    return link


def rewritten(piece: Piece, by: User, **columns: object) -> None:
    type(piece).objects.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=by)
    piece.refresh_from_db()


# --- Share links ----------------------------------------------------------------------------------------------------
def test_leave_covers_the_text_that_was_read_and_no_other(staff: Staff) -> None:
    story = make_story(staff)
    link = allowed(story, staff)
    assert opened(link) == 200
    rewritten(story, staff.contributor, byline="A real name", names_narrator=True)

    assert opened(link) == 404


def test_link_of_a_translation_stays_closed_when_a_writer_unlinks_it_from_a_held_original(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    rewritten(translation, staff.contributor, translation_of=original, language="ko")
    link = sharing.make(translation.pk, by=staff.contributor, for_whom="A reader")
    assert opened(link) == 200
    workflow.hold(original.pk, by=staff.editor, reason="A relative asked.")
    rewritten(translation, staff.contributor, translation_of=None)

    assert opened(link) == 404


def test_another_narrator_voids_the_leave(staff: Staff) -> None:
    story = make_story(staff)
    link = allowed(story, staff)
    narrator = Narrator.objects.create(risk_level=4)
    rows = {"story_narrators-TOTAL_FORMS": "1", "story_narrators-INITIAL_FORMS": "0"}
    rows |= {"story_narrators-0-story": str(story.pk), "code": narrator.code, "risk_level": "4"}
    response = desk(staff.consent_officer).post(reverse("admin:stories_narrator_change", args=[narrator.pk]), rows)
    assert response.status_code == 302
    assert story.narrators.filter(pk=narrator.pk).exists()

    assert opened(link) == 404


# --- Two people -----------------------------------------------------------------------------------------------------
def test_nobody_alone_says_that_one_reviewer_is_enough(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    workflow.mark_sensitive(page.pk, by=staff.editor, is_sensitive=True)
    alone = with_roles(roles.EDITOR, roles.REVIEWER, roles.PUBLISHER)

    assert not workflow.mark_sensitive(page.pk, by=alone, is_sensitive=False)
    with pytest.raises(Refused, match="second_person"):
        workflow.mark_sensitive(page.pk, by=alone, is_sensitive=False)
    rewritten(page, alone, body="<p>Mine alone.</p>")
    with pytest.raises(Refused, match="sensitive"):
        workflow.publish_urgently(page.pk, by=alone, reason="It cannot wait.")


def test_two_reviewers_say_that_one_is_enough(staff: Staff) -> None:
    page = make_page(staff)
    workflow.mark_sensitive(page.pk, by=staff.editor, is_sensitive=True)
    workflow.mark_sensitive(page.pk, by=staff.reviewer, is_sensitive=False)

    assert workflow.mark_sensitive(page.pk, by=make_user(roles.REVIEWER), is_sensitive=False)
    page.refresh_from_db()
    assert not page.is_sensitive


def test_writer_of_a_cancelled_schedule_cannot_confirm_the_same_words(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    rewritten(page, writer, body="<p>Words of the writer.</p>")
    publish(page, staff, at=timezone.now() + timedelta(days=2))
    rewritten(page, staff.editor, standfirst="Of the editor.")
    workflow.cancel_schedule(page.pk, by=staff.publisher)
    edition = workflow.publish_urgently(page.pk, by=staff.publisher, reason="It cannot wait.")

    with pytest.raises(Refused, match="own_text"):
        workflow.confirm(page.pk, by=writer, edition_number=edition.number, digest=edition.digest)


def test_merging_brings_no_discarded_text_back(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    writer = with_roles(roles.EDITOR, roles.REVIEWER)
    rewritten(page, writer, body="<p>Discarded words.</p>")
    base = page.revisions.get(number=2)
    workflow.discard(page.pk, by=staff.editor)
    client = desk(staff.editor)
    form = {"title": "About", "standfirst": "", "slug": "about", "language": "en", "tags": "", "translation_of": ""}
    form |= {"body": "<p>Something of mine.</p>", "version": "0", "revision": str(base.number), "_save": "1"}
    response = client.post(reverse("admin:reading_page_change", args=[page.pk]), form)
    page.refresh_from_db()
    picks = {"sealed": response.context["sealed"], "version": str(page.lock_version), "take_body": "base"}
    client.post(reverse("admin:reading_page_merge", args=[page.pk]), picks)

    assert Page.objects.get(pk=page.pk).body == "<p>Something of mine.</p>"


# --- Readers --------------------------------------------------------------------------------------------------------
def test_migrating_renews_the_generation(staff: Staff) -> None:
    from django.apps import apps

    before = SiteState.objects.get(pk=1).generation
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    installing.after_migrate(app_config=last, using="default")

    assert SiteState.objects.get(pk=1).generation != before


# --- What is sent to the desk ---------------------------------------------------------------------------------------
def test_log_in_page_carries_no_passphrase(staff: Staff) -> None:
    path = reverse("admin:password_change")
    page = Client(headers={"host": "localhost"}).post(path, {"old_password": "a long secret phrase"})

    assert b"a long secret phrase" not in page.content


def test_hold_is_not_stopped_by_a_nul(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    path = reverse("admin:stories_story_verb", args=[story.pk, "hold"])
    desk(staff.editor).post(path, {"reason": "A relative\0 asked."})

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).filter(piece_id=story.pk).exists()


def test_year_that_overflows_is_refused_in_words(staff: Staff) -> None:
    story = make_story(staff)
    path = reverse("admin:stories_story_verb", args=[story.pk, "schedule"])
    response = desk(staff.publisher).post(path, {"at": "9999-12-31T23:59"}, follow=True)

    assert "Choose a year" in response.content.decode()


def test_looking_at_what_was_typed_makes_no_tag(staff: Staff) -> None:
    story = make_story(staff)
    client = desk(staff.editor)
    form = {"title": "Typed", "slug": story.slug, "language": "en", "tags": ["", "new:Never saved"], "version": "0"}
    client.post(reverse("admin:stories_story_autosave", args=[story.pk]), form)
    client.get(reverse("admin:stories_story_change", args=[story.pk]) + "?recover=1")

    assert not Tag.objects.filter(name="Never saved").exists()


def test_number_beyond_all_rows_is_no_such_page(staff: Staff) -> None:
    path = f"/admin/stories/story/{2**63}/history/"

    assert desk(staff.editor).get(path).status_code == 404


def test_document_is_looked_through_whatever_its_parts_are_called() -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.bin" ContentType="{kind}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}" Target="word/document.bin"/></Relationships>',
        "word/document.bin": '<!DOCTYPE x [<!ENTITY a "an entity">]>'
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)

    with pytest.raises(NotRead):
        read("a.docx", buffer.getvalue())


def test_text_far_beyond_what_can_be_published_is_refused_in_words(staff: Staff) -> None:
    page = make_page(staff)
    form = {"title": "About", "slug": "about", "language": "en", "tags": "", "version": str(page.lock_version)}
    form |= {"body": f"<p>{'a ' * 100_001}</p>", "standfirst": "", "translation_of": ""}
    response = desk(staff.editor).post(reverse("admin:reading_page_change", args=[page.pk]), form)

    assert "Divide it among several pieces" in response.content.decode()
    assert Story.objects.count() == 0

"""Two people erase a piece: nothing of its text is left, in no row and in no byte of the database's files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import autosaving, cleaning, comments, ledger, replaying, roles, sharing, workflow
from editorial.blockers import Refused
from editorial.models import (
    Address,
    Autosave,
    Comment,
    Edition,
    Erasure,
    Event,
    Findable,
    LedgerLine,
    Notice,
    Piece,
    ShareLink,
)
from editorial.tombstones import tombstone
from stories.models import Detail, ExternalCopy, Story, ThirdParty
from tests.editorial.erasing_on_disk import erased_on_disk
from tests.makers import (
    Staff,
    make_collection,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)

CANARY = "zweiundvierzig-kanarienvogel"
SLUG = "kanarienvogel-slug"


def told_of(staff: Staff) -> Story:
    """A story that was published, and about which something is written wherever something can be."""
    story = make_story(staff, slug=SLUG, title=f"Title {CANARY}", tags=[make_tag("Learning")])
    Story.objects.filter(pk=story.pk).update(
        standfirst=CANARY, byline=CANARY, body=f"<p>{CANARY}</p>", how_made=CANARY, takeaway=CANARY,
        credit_line=CANARY, content_note=CANARY, descriptors=CANARY,
    )  # fmt: skip
    workflow.save(story.pk, by=staff.contributor)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest, note=CANARY)
    workflow.publish(story.pk, by=staff.publisher)
    Story.objects.filter(pk=story.pk).update(title=f"Second {CANARY}")
    workflow.save(story.pk, by=staff.contributor)
    workflow.publish_urgently(story.pk, by=staff.publisher, reason=CANARY)
    workflow.hold(story.pk, by=staff.editor, reason=CANARY)
    comments.add(story.pk, by=staff.editor, body=CANARY, field="body", quote=CANARY)
    link = ShareLink.objects.create(
        piece_id=story.pk,
        for_whom=CANARY,
        made_by=staff.contributor,
        made_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    Comment.objects.create(piece_id=story.pk, link=link, by_name=CANARY, body=CANARY, at=timezone.now())
    autosaving.keep(by=staff.contributor, kind="story", piece=story, fields={"title": [CANARY]})
    ThirdParty.objects.create(story=story, relation="relative", sealed=CANARY)
    Detail.objects.create(story=story, cls="place", quote=CANARY, marked_by=staff.editor)
    ExternalCopy.objects.create(story=story, kind="press", where=CANARY, noted_by=staff.editor)
    return Story.objects.get(pk=story.pk)


def erase(piece: Piece, staff: Staff) -> None:
    assert workflow.erase(piece.pk, by=staff.publisher) is False
    assert workflow.erase(piece.pk, by=staff.consent_officer) is True


def ended(staff: Staff) -> Story:
    story = told_of(staff)
    workflow.withdraw(story.pk, by=staff.publisher)
    return story


# --- Who, and when --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_first_person_only_asks(staff: Staff) -> None:
    story = ended(staff)

    workflow.erase(story.pk, by=staff.publisher)

    story.refresh_from_db()
    assert (story.erased_at, story.byline) == (None, CANARY)
    assert Event.objects.latest("number").verb == "ask_erase"


@pytest.mark.django_db
def test_person_who_asked_does_not_agree(staff: Staff) -> None:
    story = ended(staff)
    workflow.erase(story.pk, by=staff.publisher)

    with pytest.raises(Refused) as refusal:
        workflow.erase(story.pk, by=staff.publisher)

    assert [one.code for one in refusal.value.blockers] == ["second_person"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
def test_others_may_not_erase(staff: Staff, who: str) -> None:
    story = ended(staff)

    with pytest.raises(Refused) as refusal:
        workflow.erase(story.pk, by=getattr(staff, who))

    assert [one.code for one in refusal.value.blockers] == ["no_permission"]


@pytest.mark.django_db
def test_what_is_live_is_ended_first(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)

    with pytest.raises(Refused) as refusal:
        workflow.erase(story.pk, by=staff.publisher)

    assert [one.code for one in refusal.value.blockers] == ["not_ended"]


@pytest.mark.django_db
def test_what_waits_for_its_time_is_ended_first(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff, at=timezone.now() + timedelta(days=1))

    with pytest.raises(Refused):
        workflow.erase(story.pk, by=staff.publisher)


@pytest.mark.django_db
def test_published_meanwhile_it_is_not_erased(staff: Staff) -> None:
    """Asked for while it was a draft, agreed to after somebody published it."""
    story = make_story(staff)
    workflow.erase(story.pk, by=staff.publisher)
    publish(story, staff)

    with pytest.raises(Refused):
        workflow.erase(story.pk, by=staff.consent_officer)


@pytest.mark.django_db
def test_asking_can_be_taken_back(staff: Staff) -> None:
    story = ended(staff)
    workflow.erase(story.pk, by=staff.publisher)

    workflow.keep(story.pk, by=staff.consent_officer)

    assert workflow.erase(story.pk, by=staff.consent_officer) is False


@pytest.mark.django_db
def test_erased_once_is_erased(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    with pytest.raises(Refused) as refusal:
        workflow.erase(story.pk, by=staff.publisher)

    assert [one.code for one in refusal.value.blockers] == ["erased"]


# --- What is left ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_no_row_holds_any_of_it(staff: Staff) -> None:
    erase(ended(staff), staff)

    assert rows_with(CANARY) == []
    assert rows_with(SLUG) == []


def rows_with(text: str) -> list[str]:
    """The tables in which some row still has it, whatever the column."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(text in str(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


@pytest.mark.django_db
def test_rows_that_are_only_words_are_gone(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    for rows in (Autosave, Notice, Findable, ThirdParty, Detail, ExternalCopy):
        assert not rows._default_manager.exists(), rows


@pytest.mark.django_db
def test_skeleton_stays(staff: Staff) -> None:
    story = ended(staff)
    counts = [story.revisions.count(), story.editions.count(), story.comments.count(), Event.objects.count()]

    erase(story, staff)

    now = [story.revisions.count(), story.editions.count(), story.comments.count(), Event.objects.count()]
    assert now == [*counts[:3], counts[3] + 2]
    assert list(Event.objects.values_list("verb", flat=True)[:2]) == ["erase", "ask_erase"]


@pytest.mark.django_db
def test_key_of_the_digest_is_destroyed(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    story.refresh_from_db()
    assert (story.digest_key, story.digest) == ("", "")


@pytest.mark.django_db
def test_old_address_answers_that_it_is_gone(staff: Staff, reader: Client) -> None:
    story = ended(staff)
    assert reader.get(f"/en/stories/{SLUG}/").status_code == 410

    erase(story, staff)

    assert reader.get(f"/en/stories/{SLUG}/").status_code == 410
    assert reader.get("/en/stories/something-else/").status_code == 404


@pytest.mark.django_db
def test_address_is_never_given_away(staff: Staff) -> None:
    erase(ended(staff), staff)
    other = make_story(staff, slug=SLUG)

    with pytest.raises(Refused) as refusal:
        workflow.submit(other.pk, by=staff.contributor)

    assert "slug_taken" in [one.code for one in refusal.value.blockers]


@pytest.mark.django_db
def test_nothing_can_be_done_with_it_any_more(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    for act in (
        lambda: workflow.restore(story.pk, by=staff.editor, revision_number=1),
        lambda: workflow.discard(story.pk, by=staff.editor),
        lambda: workflow.submit(story.pk, by=staff.contributor),
        lambda: sharing.make(story.pk, by=staff.contributor, for_whom="A reader"),
    ):
        with pytest.raises(Refused):
            act()


def makers() -> list[Any]:
    return [make_story, make_source, make_statistic, make_summary, make_collection, make_page]


@pytest.mark.django_db
@pytest.mark.parametrize("make", makers(), ids=[one.__name__ for one in makers()])
def test_every_kind_can_be_erased(staff: Staff, make: Any) -> None:
    piece = make(staff)
    content = piece.content()

    erase(piece, staff)

    fresh = type(piece).objects.get(pk=piece.pk)
    assert fresh.title == ""
    left = {name for name, value in fresh.content().items() if value and value == content.get(name)}
    assert left <= {"language", "csl_type", "evidence_kind", "bound", "unit", "stat_type", "order", "kinds", "limit"}


@pytest.mark.django_db
def test_erased_edition_says_nothing_again(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    for change in ({"title": "Back"}, {"slug": "back"}, {"content": {"a": 1}}, {"erased_at": None}):
        with pytest.raises(Exception, match="What an edition says"), transaction.atomic():
            Edition.objects.filter(piece_id=story.pk).update(**change)


@pytest.mark.django_db
def test_slug_of_an_edition_is_fixed_until_then(staff: Staff) -> None:
    story = ended(staff)

    with pytest.raises(Exception, match="What an edition says"), transaction.atomic():
        Edition.objects.filter(piece_id=story.pk).update(slug="another")


@pytest.mark.django_db
def test_note_of_a_decision_is_fixed_until_then(staff: Staff) -> None:
    story = ended(staff)

    with pytest.raises(Exception, match="A decision does not change"), transaction.atomic():
        story.approvals.update(note="")


@pytest.mark.django_db
def test_address_cannot_be_read_back(staff: Staff) -> None:
    erase(ended(staff), staff)

    assert set(Address.objects.values_list("slug", flat=True)) == {tombstone("story", "en", SLUG)}
    assert SLUG not in tombstone("story", "en", SLUG)


# --- After a restored backup ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_erasing_is_in_the_ledger(staff: Staff) -> None:
    story = ended(staff)
    erase(story, staff)

    (line,) = ledger.lines()
    assert (line.act, line.piece) == ("erase", story.public_id)
    assert LedgerLine.objects.filter(number=line.number).exists()


@pytest.mark.django_db
def test_restored_piece_is_erased_again_although_it_is_live(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug=SLUG, title=CANARY)
    publish(story, staff)
    ledger.append("erase", story.public_id, at=timezone.now())

    replaying.replay()

    assert rows_with(CANARY) == []
    assert reader.get(f"/en/stories/{SLUG}/").status_code == 410


# --- In the files of the database -----------------------------------------------------------------------------------
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps old rows until a vacuum")
def test_no_byte_of_the_files_holds_any_of_it(tmp_path: Path) -> None:
    """Through the whole of it, in a database that lies on the disk."""
    before, after = erased_on_disk(tmp_path, CANARY)

    assert before > 0
    assert after == {}


@pytest.mark.django_db
def test_cleaning_is_noted_where_the_database_can_do_it(staff: Staff, settings: Any) -> None:
    story = ended(staff)
    erase(story, staff)
    erasure = Erasure.objects.get()

    cleaning.clean_storage.call(erasure.pk)

    erasure.refresh_from_db()
    assert (erasure.storage_cleaned_at is not None) == (connection.vendor == "sqlite")
    assert erasure.files_gone_at is not None


@pytest.mark.django_db
def test_administrator_confirms_what_the_database_cannot_do_itself(staff: Staff) -> None:
    erase(ended(staff), staff)
    erasure = Erasure.objects.get()
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user(roles.ADMINISTRATOR))
    address = reverse("admin:editorial_erasure_changelist")
    assert "vacuumed" in client.get(address).content.decode()

    client.post(address, {"action": "confirm_cleaned", "_selected_action": [str(erasure.pk)]})

    erasure.refresh_from_db()
    assert erasure.storage_cleaned_at is not None
    assert Event.objects.latest("number").verb == "confirm_cleaned"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["publisher", "consent_officer"])
def test_others_only_read_what_was_erased(staff: Staff, who: str) -> None:
    erase(ended(staff), staff)
    by = getattr(staff, who)
    client = Client(headers={"host": "localhost"})
    client.force_login(by)

    assert client.get(reverse("admin:editorial_erasure_changelist")).status_code == 200
    with pytest.raises(Refused):
        cleaning.confirm([Erasure.objects.get().pk], by=by)
    assert Erasure.objects.get().storage_cleaned_at is None


@pytest.mark.django_db
def test_asked_for_only_is_not_confirmed(staff: Staff) -> None:
    story = ended(staff)
    workflow.erase(story.pk, by=staff.publisher)

    assert cleaning.confirm([Erasure.objects.get().pk], by=make_user(roles.ADMINISTRATOR)) == 0

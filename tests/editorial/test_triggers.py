"""What the database itself holds: who renews the generation, and what is refused whoever asks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config.readiness import refuse_without_guards
from editorial import kinds, triggers, workflow
from editorial.instants import FOREVER
from editorial.models import (
    Address,
    Approval,
    Clearance,
    Edition,
    EditionPicture,
    EditionTag,
    Event,
    Label,
    Picture,
    PictureSubject,
    PieceTag,
    Reference,
    Revision,
    SiteState,
    Tag,
    TagAlias,
    User,
)
from editorial.triggers import PUBLIC_TABLES
from research.models import Source
from stories.models import Story
from tests.makers import Staff, make_source, make_statistic, make_story, make_tag, make_user, publish
from tests.pictures import make_picture, use

DAY = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: What a public page reads, with the writes that change it. A new tag is on nothing yet, so its INSERT is not here.
WRITES = [
    (table, write)
    for table, writes in {
        "editorial_edition": ("INSERT", "UPDATE", "DELETE"),
        "editorial_editiontag": ("INSERT", "UPDATE", "DELETE"),
        "editorial_clearance": ("INSERT", "UPDATE", "DELETE"),
        "editorial_reference": ("INSERT", "UPDATE", "DELETE"),
        "editorial_address": ("INSERT", "UPDATE", "DELETE"),
        "editorial_tag": ("UPDATE", "DELETE"),
        "editorial_label": ("INSERT", "UPDATE", "DELETE"),
        "editorial_tagalias": ("INSERT", "UPDATE", "DELETE"),
        "editorial_editionpicture": ("INSERT", "UPDATE", "DELETE"),
        "editorial_rendition": ("UPDATE", "DELETE"),
        "editorial_picturesubject": ("INSERT", "UPDATE", "DELETE"),
    }.items()
    for write in writes
]
#: What the guards refuse altogether, so that it cannot make a kept page untrue.
NEVER_WRITTEN = {
    ("editorial_edition", "DELETE"),
    ("editorial_editiontag", "UPDATE"),
    ("editorial_editiontag", "DELETE"),
    ("editorial_editionpicture", "UPDATE"),
    ("editorial_editionpicture", "DELETE"),
    ("editorial_rendition", "DELETE"),
}


def generation() -> int:
    return SiteState.objects.values_list("generation", flat=True).get(pk=1)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def edition(staff: Staff) -> Edition:
    """A published statistic with a tag, a label of it, and a source that it refers to."""
    source = make_source(staff)
    publish(source, staff)
    statistic = make_statistic(staff, source=source)
    statistic.piece_tags.create(tag=make_tag())
    workflow.save(statistic.pk, by=staff.contributor)
    Label.objects.create(tag=make_tag(), language="ko", text="배움")
    TagAlias.objects.create(tag=make_tag(), name="/lessons", slug="lessons")
    picture = make_picture(staff)
    use(statistic, picture, staff)
    edition = publish(kinds.load(statistic.pk), staff)
    PictureSubject.objects.create(picture=picture, piece_id=source.pk)
    return edition


def bare_picture(by: User) -> Picture:
    return Picture.objects.create(
        label="A slate", original_format="JPEG", width=480, height=320, uploaded_by=by, recipe_digest="a"
    )


@pytest.fixture
def unsealed(edition: Edition) -> Edition:
    """Another edition of it that never was live and whose tags and references are still being written."""
    row = Edition.objects.get(pk=edition.pk)
    row.pk, row.number, row.superseded_at, row.is_sealed = None, 98, row.publish_at, False
    row.save(force_insert=True)
    refer(row)
    return row


def refer(edition: Edition) -> None:
    Reference.objects.create(host_id=edition.piece_id, edition=edition, target_id=edition.piece_id, role="pin")


def insert_edition(edition: Edition) -> None:
    edition.pk, edition.number, edition.superseded_at = None, 99, edition.publish_at
    edition.save(force_insert=True)


INSERTS: dict[str, Callable[[Edition], object]] = {
    "editorial_edition": insert_edition,
    "editorial_editiontag": lambda edition: EditionTag.objects.create(content_object=edition, tag=make_tag("Books")),
    "editorial_clearance": lambda edition: Clearance.objects.create(
        piece=Source.objects.create(title="A book", slug="a-book", created_by_id=edition.published_by_id),
        channel="print",
    ),
    "editorial_reference": lambda edition: Reference.objects.create(
        host_id=edition.piece_id, edition=edition, target_id=edition.piece_id, role="statistic"
    ),
    "editorial_address": lambda edition: Address.objects.create(
        piece_id=edition.piece_id, kind="statistic", language="en", slug="older", since=timezone.now()
    ),
    "editorial_editionpicture": lambda edition: EditionPicture.objects.create(
        edition=edition, picture=bare_picture(edition.published_by), recipe_digest="a"
    ),
    "editorial_picturesubject": lambda edition: PictureSubject.objects.create(
        picture=bare_picture(edition.published_by), piece_id=edition.piece_id
    ),
    "editorial_label": lambda _edition: Label.objects.create(tag=make_tag(), language="en", text="Lessons"),
    "editorial_tagalias": lambda _edition: TagAlias.objects.create(tag=make_tag(), name="/classes", slug="classes"),
}


@pytest.mark.parametrize(("table", "write"), [one for one in WRITES if one not in NEVER_WRITTEN])
def test_write_to_a_public_table_renews_the_generation(unsealed: Edition, table: str, write: str) -> None:
    rows = f"WHERE edition_id = {unsealed.pk}" if table == "editorial_reference" else ""
    with transaction.atomic():
        before = generation()

        if write == "INSERT":
            INSERTS[table](unsealed)
        else:
            run(f"UPDATE {table} SET id = id {rows}" if write == "UPDATE" else f"DELETE FROM {table} {rows}")

        after = generation()
        transaction.set_rollback(True)
    assert after != before


@pytest.mark.parametrize(("table", "write"), sorted(NEVER_WRITTEN))
def test_write_that_could_make_a_kept_page_untrue_is_refused(edition: Edition, table: str, write: str) -> None:
    assert edition.edition_tags.exists()
    assert edition.edition_pictures.exists()

    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"UPDATE {table} SET id = id" if write == "UPDATE" else f"DELETE FROM {table}")


def test_bulk_update_renews_the_generation(edition: Edition) -> None:
    before = generation()

    Edition.objects.filter(pk=edition.pk).update(expires_at=timezone.now())

    assert generation() != before


def test_generation_is_a_random_positive_number(edition: Edition) -> None:
    seen = []
    for _number in range(5):
        Edition.objects.filter(pk=edition.pk).update(end_reason="")
        seen.append(generation())

    assert len(set(seen)) == 5
    assert all(0 <= one < 2**63 for one in seen)
    assert max(seen) > 2**53


def test_verb_that_changes_what_readers_see_renews_the_generation(staff: Staff) -> None:
    story = make_story(staff)
    seen = [generation()]
    publish(story, staff)
    seen.append(generation())
    workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    seen.append(generation())
    workflow.end(story.pk, by=staff.publisher)
    seen.append(generation())

    assert len(set(seen)) == 4


def test_work_on_a_draft_does_not_renew_the_generation(staff: Staff) -> None:
    story, source = make_story(staff), make_source(staff)
    publish(story, staff)
    before = generation()

    story.title, story.credit_id = "Another title", source.pk
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.recall(story.pk, by=staff.contributor)
    workflow.restore(story.pk, by=staff.contributor, revision_number=1)

    assert Revision.objects.filter(piece=story).count() == 3
    assert generation() == before


def test_other_word_for_a_tag_does_not_renew_the_generation(db: None) -> None:
    tag = make_tag()
    before = generation()

    TagAlias.objects.create(tag=tag, name="schooling")

    assert generation() == before


def test_tag_of_a_draft_and_a_new_tag_do_not_renew_the_generation(staff: Staff) -> None:
    story = make_story(staff)
    before = generation()

    PieceTag.objects.create(content_object_id=story.pk, tag=Tag.objects.create(name="Books"))
    workflow.save(story.pk, by=staff.contributor)

    assert generation() == before


def test_staff_and_their_log_ins_do_not_renew_the_generation(staff: Staff) -> None:
    before = generation()

    user = make_user()
    user.last_login = timezone.now()
    user.save()

    assert generation() == before


def copy(edition: Edition, start: datetime, end: datetime) -> None:
    """Another edition of the same piece, live from one instant to the other."""
    edition.pk, edition.number = None, edition.number + 1
    edition.publish_at, edition.superseded_at = start, end
    with transaction.atomic():
        edition.save(force_insert=True)


@pytest.fixture
def closed(staff: Staff) -> Edition:
    """An edition that was live on one day of 2030."""
    edition = publish(make_statistic(staff), staff, at=DAY)
    Edition.objects.filter(pk=edition.pk).update(superseded_at=DAY + timedelta(days=1))
    edition.refresh_from_db()
    return edition


@pytest.mark.parametrize(
    ("start", "end"),
    [(DAY - HOUR, DAY + HOUR), (DAY + HOUR, DAY + 2 * HOUR), (DAY + 23 * HOUR, FOREVER), (DAY - HOUR, FOREVER)],
)
def test_two_editions_live_at_once_are_refused(closed: Edition, start: datetime, end: datetime) -> None:
    with pytest.raises(DatabaseError):
        copy(closed, start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (DAY - HOUR, DAY),
        (DAY + 24 * HOUR, FOREVER),
        (DAY + HOUR, DAY + HOUR),
        (DAY + 2 * HOUR, DAY + HOUR),
    ],
)
def test_editions_that_touch_or_never_were_live_are_taken(closed: Edition, start: datetime, end: datetime) -> None:
    copy(closed, start, end)

    assert Edition.objects.filter(piece_id=closed.piece_id).count() == 2


def test_interval_that_grows_into_another_is_refused(closed: Edition) -> None:
    first = closed.pk
    copy(closed, DAY + 24 * HOUR, FOREVER)

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=first).update(superseded_at=DAY + 25 * HOUR)


@pytest.mark.parametrize(
    "columns",
    [
        {"content": {"title": "Changed"}},
        {"title": "Changed"},
        {"standfirst": "Changed."},
        {"slug": "changed"},
        {"language": "ko"},
        {"kind": "summary"},
        {"number": 7},
        {"digest": "0" * 64, "approved_digest": "0" * 64},
        {"publish_at": DAY},
        {"public_id": "000000000000"},
        {"original_id": 0},
        {"is_citable": False},
        {"schema_version": 99},
        {"is_urgent": True},
        {"shows_name": True},
        {"is_sealed": False},
        {"approval_id": None, "is_urgent": True},
    ],
)
def test_what_an_edition_says_is_frozen(edition: Edition, columns: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**columns)


def erase(edition: Edition, **columns: object) -> None:
    emptied = {"content": {}, "title": "", "standfirst": "", "erased_at": timezone.now()} | columns
    with transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**emptied)


def test_erasing_may_empty_an_edition(edition: Edition) -> None:
    erase(edition)

    assert Edition.objects.get(pk=edition.pk).content == {}


@pytest.mark.parametrize("columns", [{"content": {"title": "Changed"}}, {"title": "Changed"}])
def test_erasing_is_no_way_to_write_something_else(edition: Edition, columns: dict[str, object]) -> None:
    with pytest.raises(DatabaseError):
        erase(edition, **columns)


@pytest.mark.parametrize("columns", [{"erased_at": None}, {"erased_at": DAY}, {"content": {"title": "Back"}}])
def test_erasing_is_final(edition: Edition, columns: dict[str, object]) -> None:
    erase(edition)

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**columns)


@pytest.mark.parametrize(
    "write",
    [
        lambda edition: EditionTag.objects.create(content_object=edition, tag=make_tag("Books")),
        refer,
        lambda edition: edition.references.update(role="pin"),
        lambda edition: edition.references.update(edition=None),
        lambda edition: edition.references.all().delete(),
    ],
)
def test_tags_and_references_of_a_sealed_edition_stay(edition: Edition, write: Callable[[Edition], object]) -> None:
    assert edition.references.exists()

    with pytest.raises(DatabaseError), transaction.atomic():
        write(edition)


def test_reference_cannot_be_moved_to_a_sealed_edition(edition: Edition, unsealed: Edition) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        unsealed.references.update(edition=edition)


@pytest.mark.parametrize(
    "columns", [{"digest": "0" * 64}, {"decision": Approval.Decision.CHANGES_REQUESTED}, {"piece": None}]
)
def test_edition_needs_an_approval_of_its_own_text(edition: Edition, staff: Staff, columns: dict[str, Any]) -> None:
    theirs: dict[str, Any] = {"piece": edition.piece, "digest": edition.digest, "decision": Approval.Decision.APPROVED}
    theirs |= columns
    theirs["piece"] = theirs["piece"] or make_source(staff)
    edition.approval = Approval.objects.create(by=staff.reviewer, at=timezone.now(), **theirs)

    with pytest.raises(DatabaseError), transaction.atomic():
        insert_edition(edition)


def test_end_cannot_be_moved_or_taken_back(edition: Edition, staff: Staff) -> None:
    workflow.end(edition.piece_id, by=staff.publisher)

    for moved in (FOREVER, timezone.now() + timedelta(days=1)):
        by = None if moved == FOREVER else staff.publisher
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(ended_at=moved, ended_by=by)


@pytest.mark.parametrize("table", [Edition, EditionTag, Revision, Event, Approval])
def test_record_cannot_be_deleted(edition: Edition, table: type[Edition]) -> None:
    assert edition.pk
    assert table._default_manager.exists()

    with pytest.raises(DatabaseError), transaction.atomic():
        table._default_manager.all()._raw_delete(using="default")


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("editorial_revision", "content = '{}'"),
        ("editorial_revision", "number = 99"),
        ("editorial_event", "verb = 'nothing'"),
        ("editorial_event", "seal = ''"),
        ("editorial_approval", "digest = ''"),
        ("editorial_approval", "decision = 'changes_requested'"),
    ],
)
def test_record_cannot_be_changed(edition: Edition, table: str, columns: str) -> None:
    assert edition.pk

    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"UPDATE {table} SET {columns}")


@pytest.mark.django_db
def test_putting_the_triggers_in_place_again_changes_nothing() -> None:
    before = names()

    triggers.install(connection)

    assert names() == before
    assert len(before) >= len(triggers.SAME_RULES) + len(WRITES)


def test_table_here_is_the_table_of_the_triggers() -> None:
    assert {(table, write) for table, (writes, _condition) in PUBLIC_TABLES.items() for write in writes} == set(WRITES)


@pytest.mark.django_db
def test_every_public_table_has_its_trigger() -> None:
    assert {f"firsthand_generation_{table}_{write.lower()}" for table, write in WRITES} <= names()


def names() -> set[str]:
    """The triggers of ours that stand in the database."""
    tables = {"sqlite": ("sqlite_master", "name"), "postgresql": ("pg_trigger", "tgname")}
    table, column = tables[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} LIKE 'firsthand%%' ORDER BY 1")
        return {name for (name,) in cursor.fetchall()}


def test_edition_of_a_story_keeps_its_words_after_the_working_copy_changed(staff: Staff) -> None:
    story = make_story(staff)
    edition = publish(story, staff)
    story.body = "<p>Another text.</p>"
    story.save()
    workflow.save(story.pk, by=staff.contributor)

    edition.refresh_from_db()

    assert edition.content["body"] == "<p>The bell rang twice.</p>"
    assert Story.objects.get(pk=story.pk).body == "<p>Another text.</p>"


@pytest.mark.django_db
def test_server_does_not_start_without_the_guards() -> None:
    with transaction.atomic():
        triggers.remove(connection)
        with mock.patch.object(connection, "close"), pytest.raises(SystemExit, match="migrate"):
            refuse_without_guards()
        triggers.install(connection)
    with mock.patch.object(connection, "close"):
        refuse_without_guards()


def test_database_of_the_release_before_can_be_migrated(tmp_path: Path) -> None:
    """SQLite remakes tables, which triggers that look at them would refuse."""
    database = tmp_path / "old.sqlite3"
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "VAR_DIR": str(tmp_path)}

    def manage(*arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], env=env, check=True, cwd=settings.BASE_DIR)

    manage("migrate", "editorial", "0001", "-v0")
    with closing(sqlite3.connect(database)) as opened:
        opened.execute(
            "CREATE TRIGGER firsthand_looking_0 BEFORE INSERT ON editorial_editiontag WHEN EXISTS (SELECT 1 FROM "
            "editorial_edition WHERE id = NEW.content_object_id AND is_sealed) BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    manage("migrate", "-v0")
    with closing(sqlite3.connect(database)) as opened:
        names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "firsthand_looking_0" in names

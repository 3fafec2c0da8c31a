"""After an erasing: takes what was deleted out of the files of the database itself, as far as the database lets us.

SQLite overwrites deleted rows (secure_delete), forgets them in the index of words once it is optimised, and in its log
once that is cut. PostgreSQL keeps old rows until a vacuum, and its log until that is rotated: an administrator does
both, and says so at the desk.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from editorial import events, search_index
from editorial.blockers import Blocker, Refused
from editorial.guards import NO_PERMISSION
from editorial.models import Erasure, Rendition, User
from editorial.tasks import delete_picture_files

#: Between two tries, while somebody reads or files are still there.
PAUSE = timedelta(minutes=1)
PERMISSION = "editorial.change_erasure"


@task
def clean_storage(erasure_id: int | None) -> None:
    """Clean, and note when it was done; again later where it could not be."""
    is_clean = clean(connection)
    are_gone = are_files_gone()
    now = timezone.now()
    found = Erasure.objects.filter(pk=erasure_id or 0)
    if is_clean and connection.vendor == "sqlite":
        found.filter(storage_cleaned_at__isnull=True).update(storage_cleaned_at=now)
    if are_gone:
        found.filter(files_gone_at__isnull=True).update(files_gone_at=now)
    if not (is_clean and are_gone):
        clean_storage.using(run_after=now + PAUSE).enqueue(erasure_id)


@transaction.atomic
def confirm(erasure_ids: Collection[int], *, by: User) -> int:
    """Somebody had the database vacuumed and its logs rotated; how many that settles. Raises Refused."""
    if not (by.is_active and by.has_perm(PERMISSION)):
        raise Refused([Blocker("no_permission", format_lazy(NO_PERMISSION, role=_("Administrator")))])
    open_ones = Erasure.objects.filter(pk__in=erasure_ids, agreed_at__isnull=False, storage_cleaned_at__isnull=True)
    found = list(open_ones.select_for_update(of=("self",)).select_related("piece"))
    open_ones.update(storage_cleaned_at=timezone.now())
    for erasure in found:
        events.record("confirm_cleaned", by=by, piece=erasure.piece)
    return len(found)


def clean(database: BaseDatabaseWrapper) -> bool:
    """Whether all that can be done from here is done: on SQLite nothing of what was deleted is in the files then."""
    if database.vendor != "sqlite":
        return True
    search_index.optimise(database)
    with database.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] != "wal":
            return True
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _frames, _moved = cursor.fetchone()
    return not busy


def are_files_gone() -> bool:
    """Whether every picture file that was taken down is deleted."""
    waiting = DBTaskResult.objects.filter(
        task_path=delete_picture_files.module_path, status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
    )
    left = Rendition.objects.filter(picture__erased_at__isnull=False, deleted_at__isnull=True)
    return not waiting.exists() and not left.exists()

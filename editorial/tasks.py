"""Work that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import autosaving, mailing
from editorial.models import Autosave
from editorial.pictures import preparing, tidying


@task
def optimise_database() -> None:
    """Let the database learn what its tables hold; after a bulk load without it a search was eighty times slower."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA optimize=0x10002" if connection.vendor == "sqlite" else "ANALYZE")


@task
def forget_unsaved() -> None:
    """Empty the slots that nobody came back to; once more later, while there are any."""
    autosaving.forget_old()
    forget_unsaved_later()


def forget_unsaved_later() -> None:
    """In the caller's transaction; not while that is planned already, nor when there is nothing to forget."""
    rows = DBTaskResult.objects.filter(task_path=forget_unsaved.module_path, status=TaskResultStatus.READY)
    if Autosave.objects.exists() and not rows.exists():
        later = timezone.now() + autosaving.LIFETIME
        task_later = forget_unsaved.using(run_after=later) if forget_unsaved.get_backend().supports_defer else None
        if task_later is not None:
            task_later.enqueue()


@task
def mail_notices(user_id: int) -> None:
    """One mail with all that a person is to be told; later again where it could not be sent."""
    again = mailing.mail(user_id, now=timezone.now())
    if again is not None:
        mail_at([user_id], again)


def mail_at(user_ids: Iterable[int], at: datetime) -> None:
    """One mail for each person at that time, in the caller's transaction; not for whom one is waiting already."""
    later = mail_notices.using(run_after=at) if mail_notices.get_backend().supports_defer else mail_notices
    rows = DBTaskResult.objects.filter(task_path=mail_notices.module_path, status=TaskResultStatus.READY)
    waiting = {row["args"][0] for row in rows.values_list("args_kwargs", flat=True)}
    for user_id in sorted(set(user_ids) - waiting):
        later.enqueue(user_id)


@task
def make_renditions(picture_id: int, recipe_digest: str) -> str:
    """The public files of a picture as it is covered now; answers why not, as a code, or nothing."""
    return preparing.make_now(picture_id, recipe_digest)


@task
def delete_picture_files(original: str) -> None:
    """The files that were taken down, and an original that nothing is made from any more."""
    tidying.forget_original(original)
    tidying.forget_removed()

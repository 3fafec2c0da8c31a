"""Makes the public files of a picture in the background, and knows how far that has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from editorial import events
from editorial.models import Picture, Rendition
from editorial.pictures import storing
from editorial.pictures.explaining import NotAccepted
from editorial.pictures.making import Made
from editorial.pictures.naming import rendition_name
from editorial.pictures.recipe import Recipe
from editorial.pictures.verifying import Unsafe
from editorial.pictures.workshop import make_in_workshop

TASK = "editorial.tasks.make_renditions"
#: What the task answers where it did not come to an end; other answers are codes of NotAccepted.
DONE, UNSAFE, NO_ORIGINAL = "", "unsafe", "no_original"
REASONS: dict[str, str | Promise] = {
    UNSAFE: _("One of the files held more than pixels, so none was kept. Tell the administrator."),
    NO_ORIGINAL: _("The original cannot be found. Upload the picture again."),
    "program": _("The program failed. Try again; if it fails again, tell the administrator."),
}


@dataclass(frozen=True)
class Progress:
    """How far the public files have come; `reason` says why they were not made."""

    is_ready: bool = False
    is_waiting: bool = False
    reason: str | Promise = ""

    @property
    def has_failed(self) -> bool:
        return not self.is_ready and not self.is_waiting


def prepare(picture: Picture) -> None:
    """Have the public files made for what the picture is now, in the caller's transaction. Again is harmless."""
    from editorial.tasks import make_renditions

    if not ready([picture]) and not _waiting(picture):
        make_renditions.enqueue(picture.pk, picture.recipe_digest)


def make_now(picture_id: int, digest: str) -> str:
    """Make the files that the picture has to have under this recipe; what came of it, as a code.

    Does nothing where the picture has moved on, or has them already. The files are written before their rows, under
    names that follow from what they are: who is interrupted begins again and finds the same names.
    """
    picture = Picture.objects.filter(pk=picture_id, recipe_digest=digest, erased_at__isnull=True).first()
    if picture is None or picture.seen_at is None or ready([picture]):
        return DONE
    try:
        original = storing.originals.read(picture.original_name)
    except (FileNotFoundError, ValueError):
        return NO_ORIGINAL
    try:
        made = make_in_workshop(original, Recipe.from_json(picture.recipe))
    except NotAccepted as refusal:
        return refusal.code
    except Unsafe:
        return UNSAFE
    keep(picture, digest, made)
    return DONE


def keep(picture: Picture, digest: str, made: Iterable[Made]) -> None:
    """Store the files and their rows; unless somebody erased or changed the picture meanwhile."""
    rows = []
    for one in made:
        name = rendition_name(picture.code, digest, one.format, one.width, one.purpose)
        _write(one.data, name)
        rows.append(
            Rendition(
                picture_id=picture.pk,
                recipe_digest=digest,
                purpose=one.purpose,
                format=one.format,
                width=one.width,
                height=one.height,
                name=name,
                size=len(one.data),
            )
        )
    with transaction.atomic():
        now = Picture.objects.select_for_update(no_key=True).filter(pk=picture.pk).first()
        if now is not None and now.recipe_digest == digest and now.erased_at is None:
            Rendition.objects.bulk_create(rows, ignore_conflicts=True)
            events.record("prepare_picture", by=None, subject=str(picture))
            return
    known = set(Rendition.objects.filter(name__in=[row.name for row in rows]).values_list("name", flat=True))
    for row in rows:
        if row.name not in known:
            storing.renditions.forget(row.name)


def _write(data: bytes, name: str) -> None:
    try:
        storing.renditions.keep(data, name)
    except FileExistsError:
        if Rendition.objects.filter(name=name).exists():
            raise
        # Left by a run that broke off, with other programs than those of today.
        storing.renditions.forget(name)
        storing.renditions.keep(data, name)


def ready(pictures: Collection[Picture]) -> set[int]:
    """The ids of those that have the files of what they are now; one query.

    All rows are written at once, so one says that all are there.
    """
    digests = {picture.pk: picture.recipe_digest for picture in pictures}
    rows = Rendition.objects.filter(picture_id__in=digests, removed_at__isnull=True, purpose="page")
    return {pk for pk, digest in rows.values_list("picture_id", "recipe_digest") if digests[pk] == digest}


def progress(picture: Picture) -> Progress:
    """For the page of a picture: two queries."""
    if ready([picture]):
        return Progress(is_ready=True)
    last = _tasks(picture).order_by("-enqueued_at").first()
    if last is None:
        return Progress(reason=_("They were not made yet. Begin it here."))
    if last.status in {TaskResultStatus.READY, TaskResultStatus.RUNNING}:
        return Progress(is_waiting=True)
    code = "program" if last.status == TaskResultStatus.FAILED else str(last.return_value or "program")
    return Progress(reason=REASONS.get(code) or NotAccepted(code).sentence)


def _tasks(picture: Picture) -> Any:
    return DBTaskResult.objects.filter(
        task_path=TASK, args_kwargs__args__0=picture.pk, args_kwargs__args__1=picture.recipe_digest
    )


def _waiting(picture: Picture) -> bool:
    return bool(_tasks(picture).filter(status=TaskResultStatus.READY).exists())

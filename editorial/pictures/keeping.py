"""Takes pictures in, remembers what of them is covered and what was found in them, and lets them go again.

Every act asks who may do it, and leaves an event that holds codes alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from editorial import events, remembering
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.ledger import Line
from editorial.models import EditionPicture, Picture, PictureSubject, Piece, PiecePicture, Rendition, User
from editorial.pictures import belonging, permitting, preparing, storing, ticking
from editorial.pictures.accepting import Accepted
from editorial.pictures.explaining import NotAccepted
from editorial.pictures.recipe import Recipe
from editorial.pictures.workshop import look_in_workshop, make_for_the_desk_in_workshop
from editorial.typed import one_line

#: How large the upright original is shown to those who cover places in it.
DESK_WIDTH = 1600


@dataclass(frozen=True)
class Described:
    """What is written about a picture: how the staff finds it, who made it, whose narrators it shows."""

    label: str
    credit: str = ""
    subjects: tuple[int, ...] = ()


# --- In -------------------------------------------------------------------------------------------------------------
def upload(data: bytes, *, by: User, name: str = "", content_type: str = "", label: str = "") -> Picture:
    """A new picture. Raises Refused with the reason; then nothing of the file is kept.

    The name of the file is looked at, because it must not contradict the bytes, and then forgotten: such names tell of
    people and places.
    """
    refuse_if(permitting.to_upload(by))
    try:
        found = look_in_workshop(data, name, content_type)
    except NotAccepted as refusal:
        raise Refused([Blocker(refusal.code, refusal.sentence, "files")]) from refusal
    original_name = storing.originals.keep(data)
    try:
        return _stored(found, original_name, by=by, label=label)
    except BaseException:
        storing.originals.forget(original_name)
        raise


@transaction.atomic
def _stored(found: Accepted, original_name: str, *, by: User, label: str) -> Picture:
    recipe = Recipe()
    picture = Picture.objects.create(
        label=_label(label) or _today(),
        original_name=original_name,
        original_sha256=found.sha256,
        original_format=found.format,
        original_bytes=found.size,
        width=found.width,
        height=found.height,
        recipe=recipe.as_json(),
        recipe_digest=recipe.digest(),
        uploaded_by=by,
    )
    events.record("upload_picture", by=by, subject=str(picture))
    return picture


def _label(typed: str) -> str:
    longest = Picture._meta.get_field("label").max_length or 0
    return one_line(typed)[:longest]


def _today() -> str:
    when = date_format(timezone.localtime(), "DATETIME_FORMAT")
    return _label(gettext("Uploaded on {when}").format(when=when))


# --- Looking --------------------------------------------------------------------------------------------------------
def see_original(picture_id: int, *, by: User) -> bytes:
    """The upright original as a JPEG with nothing covered, for who covers places in it. Each look is an event.

    Raises Refused.
    """
    picture = _found(picture_id)
    refuse_if(permitting.to_see_original(picture, by))
    with transaction.atomic():
        events.record("see_original", by=by, subject=str(picture))
    try:
        return make_for_the_desk_in_workshop(storing.originals.read(picture.original_name), DESK_WIDTH).data
    except FileNotFoundError as error:
        raise Refused([_lost()]) from error
    except NotAccepted as refusal:
        raise Refused([Blocker(refusal.code, refusal.sentence)]) from refusal


def _lost() -> Blocker:
    return Blocker("no_file", _("The original cannot be found in its place. Tell the administrator."))


# --- What is covered, what was found ----------------------------------------------------------------------------------
@transaction.atomic
def cover(picture_id: int, recipe: Recipe, *, by: User, version: int, take_down_earlier: bool = False) -> bool:
    """Save which places are covered and where the focal point is; whether that changed anything.

    Only for who has seen the version that it replaces. Every draft that uses the picture is a draft again, because it
    says something else now; readers go on seeing what was approved, unless the earlier version is taken down with it.
    Other shapes make the tick list be gone through again.
    """
    picture, pieces = _locked_with_pieces(picture_id)
    refuse_if([*permitting.to_see_original(picture, by), *_moved(picture, version)])
    digest, before = recipe.digest(), picture.recipe_digest
    refuse_if(_taken_down(picture, digest))
    fields = []
    if take_down_earlier and take_down(Rendition.objects.filter(picture_id=picture.pk).exclude(recipe_digest=digest)):
        fields.append("earlier_version")
    if digest != before:
        fields.append("recipe")
        _save_recipe(picture, recipe)
        _say_again(pieces, by=by)
    if fields:
        events.record("cover_picture", by=by, subject=str(picture), fields=fields)
    return bool(fields)


def _save_recipe(picture: Picture, recipe: Recipe) -> None:
    if recipe.shapes != Recipe.from_json(picture.recipe).shapes:
        picture.seen_by = picture.seen_at = None
    picture.recipe, picture.recipe_digest = recipe.as_json(), recipe.digest()
    picture.lock_version += 1
    picture.save(update_fields=["recipe", "recipe_digest", "seen_by", "seen_at", "lock_version"])
    if picture.seen_at is not None:
        preparing.prepare(picture)


@transaction.atomic
def tick(picture_id: int, seen: Mapping[str, Any], *, by: User, version: int) -> None:
    """Save what was found in the picture as it is now. Once nothing is left open, the public files are made."""
    picture = _locked(picture_id)
    blockers = [*permitting.to_change(picture, by), *_moved(picture, version)]
    answers = ticking.understood(seen)
    if ticking.missing(answers):
        blockers.append(
            Blocker("picture_not_checked", _("Answer every question; what is left out may be what matters."), "seen")
        )
    if ticking.says_covered(answers) and not Recipe.from_json(picture.recipe).shapes:
        sentence = _("You say that something is covered, but nothing is. Draw a box or an ellipse over it and save.")
        blockers.append(Blocker("nothing_covered", sentence, "seen"))
    refuse_if(blockers)
    # What was published as somebody's stays theirs, whatever is found in it later.
    belonging.claim(pictures=[picture.pk])
    picture.seen, picture.seen_by, picture.seen_at = answers, by, timezone.now()
    picture.lock_version += 1
    picture.save(update_fields=["seen", "seen_by", "seen_at", "lock_version"])
    belonging.claim(pictures=[picture.pk])
    preparing.prepare(picture)
    events.record("tick_picture", by=by, subject=str(picture), fields=["seen"])


@transaction.atomic
def retry(picture_id: int, *, by: User) -> None:
    """Have the public files made once more, after that failed."""
    picture = _locked(picture_id)
    blockers = permitting.to_change(picture, by)
    if picture.seen_at is None:
        blockers.append(Blocker("picture_not_checked", _("Go through the tick list first."), "seen"))
    refuse_if(blockers)
    preparing.prepare(picture)


# --- What is written about it -----------------------------------------------------------------------------------------
@transaction.atomic
def describe(picture_id: int, said: Described, *, by: User, version: int) -> bool:
    """Save name, credit and whose narrators it shows; whether anything changed.

    A portrait that was published stays one: to say that it shows nobody after all would free it of their consent.
    """
    picture, pieces = _locked_with_pieces(picture_id)
    subjects = set(_originals(said.subjects))
    before = set(picture.picture_subjects.values_list("piece_id", flat=True))
    label, credit = _label(said.label), one_line(said.credit)[:200]
    blockers = [*permitting.to_change(picture, by), *_moved(picture, version)]
    if not label:
        blockers.append(Blocker("no_label", _("Give it a name by which the staff finds it."), "label"))
    if before - subjects and EditionPicture.objects.filter(picture_id=picture.pk).exists():
        sentence = _("It was published as showing this narrator, so that stays. Upload it again if that was wrong.")
        blockers.append(Blocker("subject_stays", sentence, "subjects"))
    refuse_if(blockers)
    changed = {
        name
        for name, is_changed in (
            ("label", label != picture.label),
            ("credit", credit != picture.credit),
            ("subjects", subjects != before),
        )
        if is_changed
    }
    if not changed:
        return False
    picture.picture_subjects.exclude(piece_id__in=subjects).delete()
    PictureSubject.objects.bulk_create(
        PictureSubject(picture_id=picture.pk, piece_id=pk) for pk in sorted(subjects - before)
    )
    picture.label, picture.credit = label, credit
    picture.lock_version += 1
    picture.save(update_fields=["label", "credit", "lock_version"])
    if "credit" in changed:
        _say_again(pieces, by=by)
    events.record("change_picture", by=by, subject=str(picture), fields=changed)
    return True


def _originals(piece_ids: Collection[int]) -> list[int]:
    """A translation tells of the same people as its original."""
    rows = Piece.objects.filter(pk__in=piece_ids, kind__in=belonging.own_story_kinds())
    return [original or pk for pk, original in rows.values_list("pk", "translation_of_id")]


# --- Out --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def destroy_original(picture_id: int, *, by: User) -> None:
    """Delete the original for good. What was made from it stays; nothing more can be covered then."""
    picture = _locked(picture_id)
    blockers = permitting.to_destroy_original(picture, by)
    if not blockers and not preparing.ready([picture]):
        sentence = _("The public files are not made yet, and nothing could be made afterwards. Wait for them.")
        blockers.append(Blocker("picture_not_ready", sentence))
    refuse_if(blockers)
    name, picture.original_name, picture.original_sha256 = picture.original_name, "", ""
    picture.original_destroyed_at = timezone.now()
    picture.lock_version += 1
    picture.save(update_fields=["original_name", "original_sha256", "original_destroyed_at", "lock_version"])
    events.record("destroy_original", by=by, subject=str(picture))
    delete_files_later(original=name)


def take_down(rows: QuerySet[Rendition]) -> int:
    """Take files off every surface at once, in the caller's transaction; they are deleted afterwards. How many."""
    standing, now = rows.filter(removed_at__isnull=True), timezone.now()
    versions: dict[str, set[str]] = {}
    for code, digest in standing.order_by().values_list("picture__code", "recipe_digest").distinct():
        versions.setdefault(code, set()).add(digest)
    for code, digests in sorted(versions.items()):
        remembering.enter("take_down_picture", code, at=now, scopes=sorted(digests))
    taken = standing.update(removed_at=now)
    if taken:
        delete_files_later()
    return taken


def take_down_again(line: Line) -> bool:
    """Carry out a line of the ledger: these versions of the picture. False where there is no such picture."""
    if not Picture.objects.filter(code=line.piece).exists():
        return False
    rows = Rendition.objects.filter(picture__code=line.piece, recipe_digest__in=line.scopes, removed_at__isnull=True)
    if rows.update(removed_at=timezone.now()):
        delete_files_later()
        events.record("take_down_picture", by=None, subject=f"picture {line.piece}", reason="ledger")
    return True


@transaction.atomic
def drop(picture_id: int, *, by: User) -> None:
    """Erase a picture that nothing uses and nothing ever used."""
    picture = _locked(picture_id)
    blockers = permitting.to_change(picture, by)
    if PiecePicture.objects.filter(picture_id=picture.pk).exists() or picture.edition_pictures.exists():
        sentence = _(
            "It is used, or was published. Take it out of the drafts; what was published is erased with its text."
        )
        blockers.append(Blocker("picture_in_use", sentence))
    refuse_if(blockers)
    erase([picture.pk], by=by)


def erase(picture_ids: Collection[int], *, by: User | None, at: datetime | None = None) -> None:
    """Empty pictures for good, in the transaction of the verb that decided it: it asked who may, and took two people.

    The rows stay and say nothing; the files go afterwards.
    """
    now = at or timezone.now()
    pictures = list(
        Picture.objects.select_for_update(no_key=True).filter(pk__in=picture_ids, erased_at__isnull=True).order_by("pk")
    )
    Rendition.objects.filter(picture_id__in=[one.pk for one in pictures], removed_at__isnull=True).update(
        removed_at=now
    )
    for picture in pictures:
        original = picture.original_name
        empty = {"label": "", "credit": "", "original_name": "", "original_sha256": "", "recipe": {}, "seen": {}}
        for name, value in empty.items():
            setattr(picture, name, value)
        picture.erased_at = now
        picture.original_destroyed_at = picture.original_destroyed_at or now
        picture.lock_version += 1
        picture.save(update_fields=[*empty, "erased_at", "original_destroyed_at", "lock_version"])
        delete_files_later(original=original)
    for picture in pictures:
        events.record("erase_picture", by=by, subject=str(picture), at=now)


def shown_alone_by(piece_ids: Collection[int]) -> set[int]:
    """The pictures that these pieces use, or used, and no other piece does: what is erased with them."""
    mine = Q(piece_pictures__piece_id__in=piece_ids) | Q(edition_pictures__edition__piece_id__in=piece_ids)
    found = set(Picture.objects.filter(mine, erased_at__isnull=True).values_list("pk", flat=True))
    elsewhere = set(
        PiecePicture.objects.filter(picture_id__in=found)
        .exclude(piece_id__in=piece_ids)
        .values_list("picture_id", flat=True)
    ) | set(
        EditionPicture.objects.filter(picture_id__in=found)
        .exclude(edition__piece_id__in=piece_ids)
        .values_list("picture_id", flat=True)
    )
    return found - elsewhere


def delete_files_later(original: str = "") -> None:
    """In the caller's transaction: the task runs once it was committed."""
    from editorial.tasks import delete_picture_files

    delete_picture_files.enqueue(original)


# --- Rows -------------------------------------------------------------------------------------------------------------
def _found(picture_id: int) -> Picture:
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        raise Refused([Blocker("no_such_picture", _("This picture is not there. Go back to the list."))])
    return picture


def _locked(picture_id: int) -> Picture:
    picture = Picture.objects.select_for_update(no_key=True).filter(pk=picture_id).first()
    return picture or _found(picture_id)


def _locked_with_pieces(picture_id: int) -> tuple[Picture, list[Piece]]:
    """The pieces that use it first: whoever saves a piece locks that and then its pictures."""
    from editorial.workflow.locking import lock

    pieces = PiecePicture.objects.filter(picture_id=picture_id, piece__erased_at__isnull=True)
    found = lock(pieces.values_list("piece_id", flat=True))
    return _locked(picture_id), found


def _say_again(pieces: Collection[Piece], *, by: User) -> None:
    """Each draft says something else now, so it is recorded, and has to be approved again."""
    from editorial.workflow.writing import record_revision

    for piece in pieces:
        record_revision(piece, by=by, verb="save")


def _moved(picture: Picture, version: int) -> list[Blocker]:
    if picture.lock_version == version:
        return []
    sentence: str | Promise = _(
        "Somebody changed this picture after you opened it. Load the page again, look, and do it once more."
    )
    return [Blocker("picture_moved", sentence)]


def _taken_down(picture: Picture, digest: str) -> list[Blocker]:
    rows = Rendition.objects.filter(picture_id=picture.pk, recipe_digest=digest, removed_at__isnull=False)
    if not rows.exists():
        return []
    sentence = _("This very version was taken down, and that is final. Cover more, or move a shape a little.")
    return [Blocker("taken_down", sentence)]

"""Builds pictures for tests: drawn by program, small, and made without a process of their own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from editorial import workflow
from editorial.models import Picture, PictureSubject, Piece, PiecePicture, Rendition, User
from editorial.pictures import preparing, storing
from editorial.pictures.making import make
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.ticking import FACE, Thing
from tests.makers import Staff

ALL_ABSENT = {thing.value: "absent" for thing in Thing}
BOX = Shape("box", 0.25, 0.25, 0.5, 0.5)


def png(size: tuple[int, int] = (64, 48), colour: tuple[int, int, int] = (40, 90, 160), name: str = "PNG") -> bytes:
    """A file with one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, name)
    return file.getvalue()


def make_picture(
    staff: Staff,
    *,
    by: User | None = None,
    label: str = "A table",
    recipe: Recipe | None = None,
    seen: dict[str, str] | None = None,
    portrait_of: Piece | None = None,
    is_ready: bool = True,
) -> Picture:
    """One that was gone through, with its public files; with `portrait_of` a face that agreed to be seen."""
    recipe = recipe or Recipe()
    data = png()
    seen = seen or (ALL_ABSENT | ({FACE: "agreed"} if portrait_of else {}))
    picture = Picture.objects.create(
        label=label,
        original_name=storing.originals.keep(data),
        original_sha256="0" * 64,
        original_format="PNG",
        original_bytes=len(data),
        width=64,
        height=48,
        recipe=recipe.as_json(),
        recipe_digest=recipe.digest(),
        seen=seen,
        seen_by=staff.editor,
        seen_at=timezone.now(),
        uploaded_by=by or staff.contributor,
    )
    if portrait_of is not None:
        PictureSubject.objects.create(picture=picture, piece_id=portrait_of.pk)
    if is_ready:
        preparing.keep(picture, picture.recipe_digest, make(data, recipe))
    return picture


def use(piece: Piece, picture: Picture, staff: Staff, *, alt: str = "A table with a cup.", **fields: Any) -> None:
    """Put the picture among those of the piece, and save the piece."""
    PiecePicture.objects.create(piece_id=piece.pk, picture=picture, alt=alt, **fields)
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()


def file_of(picture: Picture, form: str = "JPEG", purpose: str = "page") -> Rendition:
    return Rendition.objects.filter(picture=picture, format=form, purpose=purpose).latest("pk")


def path_of(picture: Picture, form: str = "JPEG") -> str:
    extension = {"JPEG": "jpg", "AVIF": "avif", "WEBP": "webp"}[form]
    return f"/pictures/{file_of(picture, form).name}.{extension}"

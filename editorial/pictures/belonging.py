"""Whose picture it is, also where nobody said so: in somebody’s own story it is taken for a picture of them.

Only the answer that no face is in it says otherwise. A face that was covered badly, or was said to identify nobody, is
still a face of somebody, and the narrator of the story is who can take it back.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef

from editorial import kinds
from editorial.models import EditionPicture, Picture, PictureSubject, Piece, PiecePicture
from editorial.pictures.ticking import says_no_face


def own_story_kinds() -> list[str]:
    """The kinds whose pieces are somebody's own story."""
    return [kind.name for kind in kinds.every() if kind.model.sharing_needs_leave]


def named_for(pictures: Collection[Picture]) -> dict[int, set[int]]:
    """The stories whose narrators the pictures were said to show, by picture; one query."""
    rows = PictureSubject.objects.filter(picture__in=pictures).values_list("picture_id", "piece_id")
    found: dict[int, set[int]] = {}
    for picture, piece in rows:
        found.setdefault(picture, set()).add(piece)
    return found


def subjects_in(piece: Piece, pictures: Collection[Picture]) -> dict[int, set[int]]:
    """The stories whose narrators decide over the pictures where this piece uses them: deny by default; one query."""
    found = named_for(pictures)
    if piece.kind in own_story_kinds():
        for picture in pictures:
            if picture.pk not in found and not says_no_face(picture.seen):
                found[picture.pk] = {piece.original_id}
    return found


def is_taken_for_a_portrait(piece: Piece, picture: Picture) -> bool:
    """Whether somebody has to say of which story it shows the narrator before this piece may show it."""
    return piece.kind in own_story_kinds() and not says_no_face(picture.seen)


def claim(
    *, pieces: Collection[int] | None = None, pictures: Collection[int] | None = None, using: str = DEFAULT_DB_ALIAS
) -> set[int]:
    """Give published pictures without a name to the narrators of the stories that show them; which ones.

    From then on it stands in the form of the picture, and nobody can take it away again. One query where there are
    none; all pictures where nothing is named. Again is harmless.
    """
    named = PictureSubject.objects.using(using).filter(picture_id=OuterRef("picture_id"))
    uses = EditionPicture.objects.using(using).filter(
        ~Exists(named), edition__kind__in=own_story_kinds(), picture__erased_at__isnull=True
    )
    if pieces is not None:
        uses = uses.filter(edition__piece_id__in=pieces)
    if pictures is not None:
        uses = uses.filter(picture_id__in=pictures)
    rows = uses.values_list("picture_id", "picture__seen", "edition__original_id")
    owners = {(picture, original) for picture, seen, original in rows if not says_no_face(seen)}
    if owners:
        PictureSubject.objects.using(using).bulk_create(
            (PictureSubject(picture_id=picture, piece_id=piece) for picture, piece in sorted(owners)),
            ignore_conflicts=True,
        )
    return {picture for picture, _piece in owners}


def shown_in(pieces: Collection[int]) -> set[int]:
    """The pictures of these stories that are taken for portraits, in drafts and editions, named or not."""
    used = PiecePicture.objects.filter(piece_id__in=pieces).values_list("picture_id", "picture__seen")
    published = EditionPicture.objects.filter(edition__piece_id__in=pieces).values_list("picture_id", "picture__seen")
    named = PictureSubject.objects.filter(piece_id__in=pieces).values_list("picture_id", flat=True)
    return {picture for picture, seen in (*used, *published) if not says_no_face(seen)} | set(named)

"""What the pictures of a working copy have against its being published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import clearing, kinds
from editorial.blockers import Blocker
from editorial.models import Clearance, Edition, Part, Piece, PiecePicture
from editorial.models.clearance import REFUSED
from editorial.pictures import belonging, preparing, ticking
from editorial.prose import ProseField
from editorial.prose_nodes import slots_in

#: The part of the form where the pictures of a piece stand.
FIELD = "piece_pictures"
SENTENCES: dict[str, Any] = {
    "picture_erased": _("A picture of it was erased. Take it out."),
    "no_alt": _("Say in words what “{label}” shows, for those who do not see it, or tick “decorative”."),
    "picture_not_checked": _("Nobody has gone through the tick list of “{label}” yet. Open the picture and do it."),
    "portrait_without_story": _(
        "“{label}” shows a face. Open the picture and say of which story it shows the narrator."
    ),
    "face_without_story": _(
        "The tick list of “{label}” does not say that no face is in it. Open the picture and say of which story it "
        "shows the narrator: only then can they take it back."
    ),
    "portrait_elsewhere": _("“{label}” shows the narrator of another story. Only that story may show it. Take it out."),
    "no_portrait": _(
        "Not everybody whom “{label}” shows agrees to a portrait at that time. Ask the consent officer, or take it out."
    ),
    "picture_not_ready": _(
        "“{label}” is still being prepared for readers. Wait a minute; open the picture if it takes longer."
    ),
    "picture_not_there": _(
        "The text shows a picture that is not among its pictures. Add it below the text, or take it out."
    ),
}


def blockers(piece: Piece, at: datetime | None = None, *, has_none: bool = False) -> list[Blocker]:
    """Every reason, picture by picture; one query for a piece without pictures, none where that is known."""
    at = at or timezone.now()
    uses = [] if has_none else list(PiecePicture.objects.filter(piece_id=piece.pk).select_related("picture"))
    found = [_blocker("picture_not_there", "", name) for name in _unknown_slots(piece, uses)]
    if not uses:
        return found
    pictures = [use.picture for use in uses]
    ready, subjects = preparing.ready(pictures), belonging.named_for(pictures)
    for use in uses:
        codes = _codes(piece, use, subjects.get(use.picture_id, set()), at, is_ready=use.picture_id in ready)
        found += [_blocker(code, use.picture.label) for code in codes]
    return found


def _blocker(code: str, label: str, field: str = FIELD) -> Blocker:
    sentence = SENTENCES[code]
    return Blocker(code, format_lazy(sentence, label=label) if label else sentence, field)


def _unknown_slots(piece: Piece, uses: Collection[PiecePicture]) -> list[str]:
    """The fields whose text shows a picture that the piece does not have."""
    known = {use.picture_id for use in uses}
    names = [field.name for field in piece._meta.get_fields() if isinstance(field, ProseField)]
    return [name for name in names if set(slots_in(getattr(piece, name))) - known]


def _codes(piece: Piece, use: PiecePicture, subjects: set[int], at: datetime, *, is_ready: bool) -> Iterator[str]:
    picture = use.picture
    if picture.erased_at is not None:
        yield "picture_erased"
        return
    if not use.is_decorative and not use.alt.strip():
        yield "no_alt"
    if subjects and piece.original_id not in subjects:
        yield "portrait_elsewhere"
    elif subjects and not portrait_is_granted(piece, subjects, at):
        yield "no_portrait"
    if picture.seen_at is None or ticking.missing(picture.seen):
        yield "picture_not_checked"
        return
    if not subjects and ticking.shows_a_face(picture.seen):
        yield "portrait_without_story"
    elif not subjects and belonging.is_taken_for_a_portrait(piece, picture):
        yield "face_without_story"
    if not is_ready:
        yield "picture_not_ready"


def portrait_is_granted(piece: Piece, subjects: Collection[int], at: datetime) -> bool:
    """Whether a portrait with these subjects might be shown in this piece at that instant, were it published now."""
    from editorial.freezing import working_edition

    if not _holds(piece, [working_edition(piece, at)], at):
        return False
    family = {piece.pk, piece.original_id}
    if not all(_holds(one, clearing.counted(one, at), at) for one in map(kinds.load, set(subjects) - {piece.pk})):
        return False
    return all(_was_published_since(pk) for pk in set(subjects) - family)


def _holds(piece: Piece, editions: list[Edition], at: datetime) -> bool:
    window = clearing.windows_of(piece, editions, at).get(Part.PORTRAIT, REFUSED)
    return window.holds(at) and not clearing.is_held(piece, editions)


def _was_published_since(piece_id: int) -> bool:
    """Whether two people published the story again after its narrator had taken a portrait back, if ever."""
    row = Clearance.objects.filter(piece_id=piece_id, channel=Part.PORTRAIT).first()
    return row is not None and Edition.objects.filter(piece_id=piece_id, number__gte=row.from_edition).exists()

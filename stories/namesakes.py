"""Words that look like a narrator’s name and mean somebody else: said by the consent role, for one piece at a time."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, kinds, workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import Piece, User
from editorial.standing import Standing
from stories import lexicon, private_terms
from stories.models import Narrator
from stories.person import Namesake, opened, to_read, write_person
from stories.private_terms import Place


@transaction.atomic
def read_places(piece: Piece, *, by: User) -> list[Place]:
    """Where private terms stand in the working copy; recorded. Raises Refused and sealing.CannotOpen."""
    refuse_if(to_read(by))
    found = private_terms.places(Standing(piece), timezone.now())
    if found:
        events.record("read_private_terms", by=by, piece=piece)
    return found


@transaction.atomic
def note(narrator_id: int, piece_id: int, words: str, *, by: User) -> None:
    """These words of this piece do not mean this narrator. Raises Refused, where they do not stand there too."""
    refuse_if(to_read(by))
    narrator = Narrator.objects.select_for_update(no_key=True).filter(pk=narrator_id).first()
    if narrator is None:
        raise Refused([Blocker("no_such_row", _("This narrator is not there any more. Reload the page."))])
    workflow.lock([piece_id])
    piece, folded = kinds.load(piece_id), lexicon.folded(words)
    places = private_terms.places(Standing(piece), timezone.now())
    stands = any(one.owner.narrator == narrator.pk and lexicon.folded(one.words) == folded for one in places)
    if not stands:
        raise Refused([Blocker("not_there", _("The text does not have these words any more. Reload the page."))])
    person = opened(narrator)
    one = Namesake(piece.public_id, folded)
    write_person(narrator, replace(person, namesakes=(*person.namesakes, one)), by=by)
    events.record("note_namesake", by=by, piece=piece, subject=f"narrator {narrator}")

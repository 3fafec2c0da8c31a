"""Others whom a story names, tells of or pictures, and what is done about each: open ones stand in the way.

Whoever may change the story adds them and decides. Their names can be typed by everybody who may do that, and are read
again by the consent role alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, guards, sealing, workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import User
from editorial.typed import one_line, tidy
from stories import lexicon
from stories.models import Story, ThirdParty
from stories.person import to_read

LONGEST_NAMES, LONGEST_NOTES = 1000, 4000


@dataclass(frozen=True)
class Known:
    """What `ThirdParty.sealed` holds."""

    names: tuple[str, ...] = field(default=(), repr=False)
    notes: str = field(default="", repr=False)


def context_of(party: ThirdParty) -> str:
    return f"third-party:{party.pk}"


def opened(party: ThirdParty) -> Known:
    """For checks that show nothing of it to anybody. Raises sealing.CannotOpen."""
    stored = sealing.unseal(party.sealed, context=context_of(party))
    return Known(tuple(str(name) for name in stored.get("names", [])), str(stored.get("notes", "")))


def names_typed(text: str) -> tuple[str, ...]:
    """One name to a line."""
    return tuple(dict.fromkeys(line for line in map(one_line, text.splitlines()) if line))


def to_change(story: Story, by: User) -> list[Blocker]:
    """Who writes the story takes care of it, and so does the consent role."""
    if guards.may_edit(story, by) or not to_read(by):
        return []
    return [Blocker("not_yours", _("Only its writers, editors and the consent officer may change this."))]


def _locked(story_id: int, by: User) -> Story:
    (story,) = workflow.lock([story_id])
    assert isinstance(story, Story)  # the kinds of this app
    refuse_if(to_change(story, by))
    return story


@transaction.atomic
def add(story_id: int, *, by: User, relation: str, names: str = "", notes: str = "", action: str = "") -> ThirdParty:
    """Somebody else who is in the story. Raises Refused."""
    story = _locked(story_id, by)
    refuse_if([*_known_choices(relation, action), *_typed_well(names, notes)])
    party = ThirdParty.objects.create(story=story, relation=relation, **_decided(action, by))
    known = Known(names_typed(names), tidy(notes))
    if known.names or known.notes:
        party.sealed = sealing.seal(asdict(known), context=context_of(party))
        party.save(update_fields=["sealed"])
    events.record("add_third_party", by=by, piece=story, subject=f"third party {party.pk} of {story}")
    return party


@transaction.atomic
def decide(story_id: int, party_id: int, *, by: User, action: str) -> None:
    """What is done about somebody; an empty action opens the question again. Raises Refused."""
    story = _locked(story_id, by)
    party = _of(story, party_id)
    refuse_if(_known_choices(party.relation, action))
    for name, value in _decided(action, by).items():
        setattr(party, name, value)
    party.save(update_fields=["action", "decided_by", "decided_at"])
    subject = f"third party {party.pk} of {story}"
    events.record("decide_third_party", by=by, piece=story, subject=subject, to_state=action or "open")


@transaction.atomic
def remove(story_id: int, party_id: int, *, by: User) -> None:
    """Somebody who was entered by mistake. Raises Refused."""
    story = _locked(story_id, by)
    party = _of(story, party_id)
    subject = f"third party {party.pk} of {story}"
    party.delete()
    events.record("remove_third_party", by=by, piece=story, subject=subject)


@transaction.atomic
def read_known(parties: Sequence[ThirdParty], *, by: User) -> dict[int, Known]:
    """Names and notes of those of one story, by their ids; recorded. Raises Refused and sealing.CannotOpen."""
    refuse_if(to_read(by))
    known = {party.pk: opened(party) for party in parties if party.sealed}
    if known:
        story = parties[0].story
        events.record("read_third_parties", by=by, piece=story)
    return known


@transaction.atomic
def write_known(story_id: int, party_id: int, *, by: User, names: str, notes: str) -> None:
    """New names and notes in place of the old: for those who could read them. Raises Refused."""
    refuse_if(to_read(by))
    story = _locked(story_id, by)
    party = _of(story, party_id)
    refuse_if(_typed_well(names, notes))
    party.sealed = sealing.seal(asdict(Known(names_typed(names), tidy(notes))), context=context_of(party))
    party.save(update_fields=["sealed"])
    subject = f"third party {party.pk} of {story}"
    events.record("write_third_party", by=by, piece=story, subject=subject, fields=["names", "notes"])


def _of(story: Story, party_id: int) -> ThirdParty:
    party = story.third_parties.filter(pk=party_id).first()
    if party is None:
        raise Refused([Blocker("no_such_row", _("Somebody took this row away meanwhile. Reload the page."))])
    return party


def _decided(action: str, by: User) -> dict[str, object]:
    if not action:
        return {"action": "", "decided_by": None, "decided_at": None}
    return {"action": action, "decided_by": by, "decided_at": timezone.now()}


def _known_choices(relation: str, action: str) -> list[Blocker]:
    found = []
    if relation not in ThirdParty.Relation.values:
        found.append(Blocker("no_relation", _("Say who it is to the narrator."), "relation"))
    if action not in ThirdParty.Action.values:
        found.append(Blocker("no_action", _("Choose from the list what is done about them."), "action"))
    return found


def _typed_well(names: str, notes: str) -> list[Blocker]:
    found = []
    if len(names) > LONGEST_NAMES or len(notes) > LONGEST_NOTES:
        found.append(Blocker("too_long", _("This is too long. Shorten it."), "names"))
    found += [Blocker("bad_term", why, "names") for why in map(lexicon.check_term, names_typed(names)) if why]
    return found

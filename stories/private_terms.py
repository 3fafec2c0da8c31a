"""Names and words that must never be public: where a piece would show one, whatever its kind (DESIGN §4).

Watched for in every piece: the full names and the chosen words of every narrator. In a story besides: given names alone
of its own narrators, and the names of its third parties. A narrator who grants the real name allows the names, never
the words.

What was opened is kept in the memory of the process, nowhere else, and read anew whenever a narrator was sealed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db.models import Count, Max, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models import Piece
from editorial.sealing import CannotOpen
from editorial.standing import Standing
from stories import answers, consent, lexicon, naming, third_parties
from stories.lexicon import Lexicon, Term
from stories.models import Grant, Narrator, Scope, Story, ThirdParty
from stories.person import Person, opened
from stories.searchable import passages

#: So many narrators that changed are looked for beside the others; more, and everything is prepared anew.
MOST_CHANGED = 20
#: How the version is called in a query of the desk that reads it along.
READ_ALONG = "private_version"
AROUND = 40
CLOSED = _("The private names cannot be opened, so nothing can be published. Ask the administrator for the old key.")


@dataclass(frozen=True)
class Owner:
    """Whose term it is, and what it is: a name, a given name alone, a chosen word, or the name of a third party."""

    narrator: int | None
    what: str


@dataclass(frozen=True)
class Place:
    """One private term in a text. For the eyes of the consent role alone, but for the name of the field."""

    name: str
    before: str = field(repr=False)
    words: str = field(repr=False)
    after: str = field(repr=False)
    owner: Owner
    is_by_sound: bool = False


class Watch:
    """A lexicon with the owners of its terms."""

    def __init__(self, terms: Iterable[tuple[Owner, str]]) -> None:
        self.owners: list[Owner] = []
        numbers: dict[Owner, int] = {}
        prepared = []
        for owner, text in terms:
            if owner not in numbers:
                numbers[owner] = len(self.owners)
                self.owners.append(owner)
            is_name = owner.what != "term"
            prepared.append(Term(numbers[owner], text, is_name=is_name, is_given_alone=owner.what == "given"))
        self.lexicon = Lexicon(prepared)

    def places(self, content: Mapping[str, Any]) -> Iterator[Place]:
        if not self.owners:
            return
        for name, text in passages(content):
            for one in self.lexicon.find(text):
                before, after = text[max(0, one.start - AROUND) : one.start], text[one.end : one.end + AROUND]
                owner = self.owners[one.term_id]
                yield Place(name, before, text[one.start : one.end], after, owner, one.is_by_sound)


def _name_terms(owner: Owner, names: Iterable[str], *, given: bool) -> Iterator[tuple[Owner, str]]:
    for name in names:
        forms = naming.forms(name)
        # As it was typed too: a name in a script of which the rules know nothing.
        yield from ((owner, form) for form in {name, *forms.full})
        if given:
            yield from ((Owner(owner.narrator, "given"), form) for form in forms.given)


# --- Every narrator -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Opened:
    """All narrators as of one version: `base` for most, `recent` for those that changed since it was prepared."""

    version: str
    tokens: Mapping[int, str] = field(repr=False)
    people: Mapping[int, Person] = field(repr=False)
    base: Watch = field(repr=False)
    recent: Watch = field(repr=False)
    #: Narrators whose terms in `base` are of yesterday.
    outdated: frozenset[int] = frozenset()
    base_tokens: Mapping[int, str] = field(default_factory=dict, repr=False)

    def places(self, content: Mapping[str, Any]) -> Iterator[Place]:
        yield from (place for place in self.base.places(content) if place.owner.narrator not in self.outdated)
        yield from self.recent.places(content)


_lock = Lock()
_opened: Opened | None = None


def _version() -> QuerySet[Any, Any]:
    """One row with one text, another one whenever a narrator was sealed anew, emptied or added."""
    slash = Value("/")
    parts = (Cast(Count("pk"), TextField()), slash, Cast(Max("sealed_at"), TextField()), slash, Max("sealed"))
    grouped = Narrator.objects.exclude(sealed="").order_by().values(one=Value(1))
    return grouped.annotate(version=Concat(*parts, output_field=TextField())).values_list("version")


#: For a query that is made anyway; none where nobody is sealed.
VERSION = Coalesce(Subquery(_version()), Value(""), output_field=TextField())


def every_narrator(version: str | None = None) -> Opened:
    """One query while nothing changed, none where the version was read along. Raises CannotOpen."""
    global _opened  # noqa: PLW0603  (the one place that keeps it)
    if version is None:
        version = next((row[0] for row in _version()), "")
    known = _opened
    if known is not None and known.version == version:
        return known
    with _lock:
        _opened = _read_anew(version, _opened)
        return _opened


def _read_anew(version: str, known: Opened | None) -> Opened:
    rows = list(Narrator.objects.exclude(sealed="").only("pk", "sealed"))
    tokens = {row.pk: row.sealed for row in rows}
    before = known.tokens if known else {}
    people = {
        row.pk: known.people[row.pk] if known and before.get(row.pk) == row.sealed else opened(row) for row in rows
    }
    base_tokens = known.base_tokens if known else {}
    changed = {pk for pk in {*tokens, *base_tokens} if tokens.get(pk) != base_tokens.get(pk)}
    if known is None or len(changed) > MOST_CHANGED:
        return Opened(version, tokens, people, Watch(_terms(people)), Watch([]), base_tokens=tokens)
    recent = Watch(_terms({pk: people[pk] for pk in changed if pk in people}))
    return Opened(version, tokens, people, known.base, recent, frozenset(changed), base_tokens)


def _terms(people: Mapping[int, Person]) -> Iterator[tuple[Owner, str]]:
    for pk, person in people.items():
        yield from _name_terms(Owner(pk, "name"), (name.text for name in person.names), given=False)
        yield from ((Owner(pk, "term"), term) for term in person.terms)


# --- One story ------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def _watch_of_story(sealed_narrators: tuple[tuple[int, str], ...], parties: tuple[tuple[int, str], ...]) -> Watch:
    """Prepared from what is sealed, so that the key of this memory holds no name."""
    terms: list[tuple[Owner, str]] = []
    for pk, token in sealed_narrators:
        person = opened(Narrator(pk=pk, sealed=token))
        for name in person.names:
            terms += [(Owner(pk, "given"), form) for form in naming.forms(name.text).given]
    for pk, token in parties:
        known = third_parties.opened(ThirdParty(pk=pk, sealed=token))
        terms += _name_terms(Owner(None, "third_party"), known.names, given=False)
        terms += [(Owner(None, "given"), form) for name in known.names for form in naming.forms(name).given]
    return Watch(terms)


def _of_story(story: Story, everyone: Opened, content: Mapping[str, Any]) -> Iterator[Place]:
    own = tuple((pk, everyone.tokens[pk]) for pk in story.narrator_ids() if pk in everyone.tokens)
    agreed = ThirdParty.Action.CONSENTED
    parties = tuple((one.pk, one.sealed) for one in story.parties() if one.sealed and one.action != agreed)
    if own or parties:
        yield from _watch_of_story(own, parties).places(content)


# --- What is allowed ------------------------------------------------------------------------------------------------
def places(standing: Standing, at: datetime) -> list[Place]:
    """Every private term that the piece would show, in the order of its fields. Raises CannotOpen."""
    piece, content = standing.piece, standing.content
    everyone = every_narrator(standing.given(READ_ALONG))
    said = {**content, "tags": standing.tag_words if content.get("tags") else []}
    found = list(everyone.places(said))
    if isinstance(piece, Story):
        found += _of_story(piece, everyone, said)
    found = [place for place in found if not _is_somebody_else(place, piece, everyone)]
    named = {place.owner.narrator for place in found if place.owner.what != "term" and place.owner.narrator}
    allowed = _allowing(piece, named, at) if named else set()
    order = {name: number for number, name in enumerate(content)}
    kept = [one for one in dict.fromkeys(found) if one.owner.what == "term" or one.owner.narrator not in allowed]
    return sorted(kept, key=lambda place: order.get(place.name, len(order)))


def _is_somebody_else(place: Place, piece: Piece, everyone: Opened) -> bool:
    """Whether the consent officer said that these words mean another person."""
    person = everyone.people.get(place.owner.narrator or 0)
    if person is None:
        return False
    folded = lexicon.folded(place.words)
    return any(one.piece == piece.public_id and one.words == folded for one in person.namesakes)


def _allowing(piece: Piece, narrators: Collection[int], at: datetime) -> set[int | None]:
    """Those who grant their real name: to this story, if it is theirs, else to any of their stories."""
    own = set(piece.narrator_ids()) if isinstance(piece, Story) else set()
    allowed: set[int | None] = set()
    if isinstance(piece, Story):
        allowed |= piece.granting(Scope.REAL_NAME, at) & set(narrators)
    others = set(narrators) - own
    if others:
        asked = Grant.objects.filter(scope=Scope.REAL_NAME, consent__narrator_id__in=others)
        by_story: dict[int, set[int]] = {}
        for story, narrator in asked.values_list("consent__story_id", "consent__narrator_id"):
            by_story.setdefault(story, set()).add(narrator)
        for story, people in by_story.items():
            said = answers.by_narrator_and_scope(answers.answers({story}))
            allowed |= {pk for pk in people if consent.current(said.get((pk, Scope.REAL_NAME), []), at).holds(at)}
    return allowed


# --- What stands in the way -----------------------------------------------------------------------------------------
def blockers(standing: Standing, at: datetime) -> list[Blocker]:
    """For pieces of every kind: which fields hold a private term, and nothing of the term itself."""
    piece = standing.piece
    try:
        found = {place.name for place in places(standing, at)}
        reasons = [Blocker("private_term", _sentence(piece, name), name) for name in sorted(found)]
        if isinstance(piece, Story) and _reuses_a_name(piece, at, standing.given(READ_ALONG)):
            reasons.append(Blocker("pseudonym_reuses_name", REUSED, "byline"))
    except CannotOpen:
        return [Blocker("private_terms_closed", CLOSED)]
    return reasons


REUSED = _(
    "The byline has a part of the narrator’s real name, or one that is written or sounds like it. Choose another name; "
    "the consent officer can help."
)


def _sentence(piece: Piece, name: str) -> Promise:
    label = next((one.title() for one in piece.content_fields() if one.name == name), name)
    sentence = _("A private name or word stands in “{field}”. Ask the consent officer, who sees which one.")
    return format_lazy(sentence, field=label)


def _reuses_a_name(story: Story, at: datetime, version: str | None) -> bool:
    narrators = story.narrator_ids()
    if not story.byline.strip() or not narrators:
        return False
    people = every_narrator(version).people
    real = {pk: [name.text for name in people[pk].names] for pk in narrators if pk in people}
    if not any(real.values()):
        return False
    granted = story.granting(Scope.REAL_NAME, at)
    return any(naming.reuses(story.byline, names) for pk, names in real.items() if pk not in granted)

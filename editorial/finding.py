"""Finding anything at the desk: working copies by their words, tags, people of the staff, and what upper floors add.

Readers never come here. What a person may not view is not looked through for them, so that not even a number of hits
tells of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from editorial import kinds, search_index, words
from editorial.models import Channel, Edition, Findable, Piece, PieceTag, Revision, State, Tag, User
from editorial.texts import name_of, texts_of
from editorial.words import Part, Query

#: Of so many rows, newest first, the best are chosen: for titles and for texts each. A common word matches any number.
CANDIDATES = 100
#: Who reads the words of what a narrator took back in the answers, too.
READS_WHAT_WAS_TAKEN_BACK = "editorial.record_narrators_yes"
#: More hits than these in one text say nothing more.
MOST_HITS = 10
#: From a tag: its name and its labels, or those of the tag that it was merged into.
NAMES_OF_A_TAG = ("canonical__name", "canonical__labels__text")


@dataclass(frozen=True)
class Link:
    """Something that can be done with what was found, and where."""

    label: str
    url: str


@dataclass(frozen=True)
class Found:
    """One thing that was found, as the desk shows it. Its texts are untrusted."""

    #: The heading under which it stands.
    group: str
    kind: str
    title: tuple[Part, ...]
    url: str
    state: str = ""
    language: str = ""
    #: The name of the field in which it was found, and the words around it.
    where: str = ""
    snippet: tuple[Part, ...] = ()
    #: The piece, and what whoever may see it may always do with it.
    piece_id: int | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Finder:
    """What finds things of one kind, for those who hold the permission and for nobody else."""

    name: str
    permission: str
    find: Callable[[Query, int], list[Found]]


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Add a finder of an upper floor; called in ready()."""
    if finder.name in _finders:
        msg = f"The finder {finder.name!r} is registered twice. Register it once, in the ready() of its app."
        raise RuntimeError(msg)
    _finders[finder.name] = finder


def find(text: str, *, by: User, limit: int = 20) -> list[Found]:
    """What this person may see of what the text names: pieces first, best first, at most `limit` of each kind of thing.

    Takes any text and never raises. A constant number of queries, whatever is found.
    """
    query = words.asked(text)
    if not query.terms:
        return []
    found = _find_pieces(query, kinds_seen_by(by), limit, reads_all=by.has_perm(READS_WHAT_WAS_TAKEN_BACK))
    for finder in [*OWN_FINDERS, *_finders.values()]:
        if by.has_perm(finder.permission):
            found += finder.find(query, limit)
    return found


def kinds_seen_by(user: User) -> list[str]:
    """The names of the kinds of which this person may see pieces."""
    names = {kind.name: kind.model._meta for kind in kinds.every()}
    return [
        name
        for name, opts in names.items()
        if any(user.has_perm(f"{opts.app_label}.{action}_{opts.model_name}") for action in ("view", "change"))
    ]


# --- The index ------------------------------------------------------------------------------------------------------
def index(piece: Piece, content: dict[str, Any]) -> int:
    """Write down by which words the working copy is found, in the transaction that records what it says; how long."""
    if piece.erased_at is not None:
        forget(piece.pk)
        return 0
    findable = Findable(
        piece_id=piece.pk,
        title=words.line([piece.title, piece.slug, piece.public_id]),
        text=words.line(
            [
                piece.slug,
                piece.public_id,
                *_names_of_tags(content.get("tags", [])),
                *(text for _name, text in texts_of(type(piece), content)),
            ]
        ),
    )
    Findable.objects.bulk_create(
        [findable], update_conflicts=True, unique_fields=["piece"], update_fields=["title", "text"]
    )
    return len(findable.title) + len(findable.text)


def _names_of_tags(ids: list[int]) -> list[str]:
    """The names in every language of these tags, or of those that they were merged into."""
    rows = Tag.objects.filter(pk__in=ids).values_list(*NAMES_OF_A_TAG)
    return sorted({name for row in rows for name in row if name})


def forget(*piece_ids: int) -> None:
    """Leave no word of these pieces in the index, nor in what the database keeps of it."""
    Findable.objects.filter(piece_id__in=piece_ids).delete()
    search_index.purge(connection)


# --- Pieces ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """What the rank of a piece follows from: its own row alone, never how often a word occurs elsewhere."""

    pk: int
    changed_at: datetime
    title: str
    text: str

    def rank(self, query: Query) -> tuple[bool, int, int, datetime]:
        """Best highest: the very title, slug or id; then terms in the title; then hits in the text; then the newer."""
        asked = " " + " ".join(token for term in query.terms for token in term.tokens)
        whole = asked if query.terms[-1].is_begun else f"{asked} "
        in_title = sum(words.hits(self.title, term) > 0 for term in query.terms)
        in_text = sum(min(words.hits(self.text, term), MOST_HITS) for term in query.terms)
        return whole in f" {self.title} ", in_title, in_text, self.changed_at


def _find_pieces(query: Query, seen: list[str], limit: int, *, reads_all: bool) -> list[Found]:
    ids = search_index.newest(connection, query.terms, kinds=seen, most=CANDIDATES)
    rows = Piece.objects.filter(pk__in=ids).values_list("pk", "changed_at", "findable__title", "findable__text")
    best = sorted((Row(*row) for row in rows), key=lambda row: row.rank(query), reverse=True)[:limit]
    shown = _shown([row.pk for row in best])
    tags = _tags_of(list(shown))
    found = []
    for piece in (shown[row.pk] for row in best if row.pk in shown):
        one = _found_piece(piece, tags.get(piece.pk, []), query)
        found.append(_without_words(one) if _was_taken_back(piece) and not reads_all else one)
    return found


def _was_taken_back(piece: Any) -> bool:
    return piece.end_reason == "withdrawn" and not piece.is_seen


def _without_words(found: Found) -> Found:
    """What a narrator took back is not shown in passing to whoever looked for something else."""
    return replace(found, where="", snippet=())


def _shown(ids: list[int]) -> dict[int, Any]:
    """The parent rows, each with whether readers see it and with what it says, as it was last saved."""
    public = Edition.objects.public(Channel.WEBSITE, timezone.now()).filter(piece_id=OuterRef("pk")).order_by()
    last = Revision.objects.filter(piece_id=OuterRef("pk")).order_by("-number")
    pieces = Piece.objects.annotate(
        is_seen=Exists(public),
        published=F("base_edition__digest"),
        end_reason=F("base_edition__end_reason"),
        said=Subquery(last.values("content")[:1]),
    )
    return pieces.in_bulk(ids)


def _tags_of(ids: list[int]) -> dict[int, list[str]]:
    """Under which names each of these pieces is found by its tags."""
    names: dict[int, list[str]] = {}
    rows = PieceTag.objects.filter(content_object_id__in=ids).order_by("pk")
    for pk, name, label in rows.values_list("content_object_id", *(f"tag__{path}" for path in NAMES_OF_A_TAG)):
        names.setdefault(pk, []).extend(one for one in (name, label) if one)
    return {pk: list(dict.fromkeys(found)) for pk, found in names.items()}


def _found_piece(piece: Any, tags: list[str], query: Query) -> Found:
    kind = kinds.named(piece.kind)
    opts = kind.model._meta
    content = piece.said or {}
    where, snippet = _where(kind.model, content, tags, query)
    title = words.marked(piece.title, query.terms)
    if not snippet and not any(part.is_hit for part in title):
        where, snippet = _named_by(piece, query)
    name = f"admin:{opts.app_label}_{opts.model_name}"
    return Found(
        group=_("Pieces"),
        kind=str(kind.label),
        title=title or (Part(_("Without a title")),),
        url=reverse(f"{name}_change", args=[piece.pk]),
        state=_state(piece),
        language=str(piece.get_language_display()),
        where=where,
        snippet=snippet or words.beginning(content.get("standfirst", "")),
        piece_id=piece.pk,
        links=(
            Link(_("Preview"), reverse(f"{name}_preview", args=[piece.pk])),
            Link(_("History"), reverse(f"{name}_history", args=[piece.pk])),
        ),
    )


def _state(piece: Any) -> str:
    """In words, as the lists of the desk have them."""
    if _was_taken_back(piece):
        return _("Taken back by its narrator; readers do not see it")
    words_for = str(piece.get_state_display())
    if piece.state == State.DRAFT and piece.published == piece.digest:
        words_for = _("As published") if piece.is_seen else _("As it was published")
    elif piece.published is not None:
        words_for = _("{state}, of a new edition").format(state=words_for)
    readers = _("readers see it") if piece.is_seen else _("readers do not see it")
    return f"{words_for}; {readers}"


def _where(model: type[Piece], content: dict[str, Any], tags: list[str], query: Query) -> tuple[str, tuple[Part, ...]]:
    """The field beside the title that holds most of the terms, the first of several, and the words around them."""
    texts = [(name, text) for name, text in texts_of(model, content) if name != "title"]
    name, text = max([*texts, ("tags", " · ".join(tags))], key=lambda one: words.held(one[1], query.terms))
    snippet = words.snippet(text, query.terms)
    return (name_of(model, name), snippet) if snippet else ("", ())


def _named_by(piece: Piece, query: Query) -> tuple[str, tuple[Part, ...]]:
    """The slug or the id, where that is what was typed."""
    for name, text in ((_("Slug"), piece.slug), (_("Id"), piece.public_id)):
        if snippet := words.snippet(text, query.terms):
            return name, snippet
    return "", ()


# --- Tags and people ------------------------------------------------------------------------------------------------
def holding(query: Query, *columns: str) -> Q:
    """Rows in which every word of the query is part of one of these columns; for tables of some hundred rows."""
    held = Q()
    for term in query.terms:
        one = Q()
        for column in columns:
            one |= Q(**{f"{column}__icontains": term.word})
        held &= one
    return held


def _find_tags(query: Query, limit: int) -> list[Found]:
    """Tags by part of a name, a label in any language or another word for them; a merged one as what it is now."""
    hit = Tag.objects.filter(holding(query, "key", "labels__text", "aliases__key"))
    ids = hit.order_by("canonical_id").values_list("canonical_id", flat=True).distinct()[:CANDIDATES]
    tags = Tag.objects.filter(pk__in=list(ids)).prefetch_related("labels", "aliases")
    first = query.terms[0].word
    best = sorted(tags, key=lambda tag: (not tag.key.startswith(first), tag.name))[:limit]
    return [_found_tag(tag, tag.label(get_language() or "en"), query) for tag in best]


def _found_tag(tag: Tag, label: str, query: Query) -> Found:
    others = {tag.name, *(one.text for one in tag.labels.all()), *(one.name for one in tag.aliases.all())} - {label}
    return Found(
        group=_("Tags"),
        kind=_("Tag"),
        title=words.marked(label, query.terms),
        url=reverse("admin:editorial_tag_change", args=[tag.pk]),
        state=str(tag.get_facet_display()),
        snippet=words.marked(" · ".join(sorted(others)), query.terms),
    )


def _find_staff(query: Query, limit: int) -> list[Found]:
    hit = holding(query, "username", "first_name", "last_name")
    people = User.objects.filter(hit).order_by("-is_active", "username")[:limit]
    return [
        Found(
            group=_("People"),
            kind=_("Member of staff"),
            title=words.marked(person.get_full_name() or person.username, query.terms),
            url=reverse("admin:editorial_user_change", args=[person.pk]),
            state=str(_("Active") if person.is_active else _("No longer active")),
            snippet=words.marked(person.username, query.terms) if person.get_full_name() else (),
        )
        for person in people
    ]


OWN_FINDERS = (
    Finder("tag", "editorial.view_tag", _find_tags),
    Finder("staff", "editorial.view_user", _find_staff),
)

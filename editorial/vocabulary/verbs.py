"""Make, rename, merge, undo: each one act, in one transaction, one at a time.

Editions, approvals, digests and saved queries hold ids of tags, which no verb here changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial import events
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import Label, SiteState, Tag, TagAlias, TagChange, User
from editorial.models.tag import tag_key
from editorial.vocabulary import guards
from editorial.vocabulary.words import ADDRESS, NAME_LENGTH, free_address, holder, labels_that_say, spelled

Ids = Mapping[int, int | None]


def lock() -> None:
    """Wait until nobody else changes the vocabulary; call it in a transaction, before anything is looked up.

    A word is looked for in three tables, and a chain or a circle takes two changes: no row of a tag could guard
    that. Publishing holds this row too before its foreign keys lock tags, so neither waits for the other in a ring.
    """
    SiteState.objects.select_for_update().get(pk=1)


def _tags(*ids: int) -> list[Tag]:
    """The tags with their canonical ones, their rows locked in the order of their ids."""
    rows = Tag.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    if set(rows.values_list("pk", flat=True)) != set(ids):
        raise Refused([Blocker("no_such_tag", _("This tag does not exist. Choose another from the list."))])
    found = Tag.objects.select_related("canonical").in_bulk(ids)
    return [found[pk] for pk in ids]


@transaction.atomic
def make(name: str, *, by: User) -> Tag:
    """The tag that has this word, or a new one if nobody has it. Raises Refused."""
    lock()
    existing = holder(name)
    if existing is not None:
        return existing.canonical
    refuse_if(guards.to_make(name, by))
    tag = Tag(name=spelled(name))
    tag.slug = free_address(tag)
    tag.save()
    events.record("add_tag", by=by, subject=_subject(tag), fields=["name"])
    return tag


@transaction.atomic
def rename(tag_id: int, *, name: str, slug: str | None = None, by: User) -> TagChange:
    """Give a tag another name and, if asked, another address. What it had goes on leading to it. Raises Refused."""
    lock()
    (tag,) = _tags(tag_id)
    name, slug = spelled(name), tag.slug if slug is None else slug
    refuse_if(guards.to_rename(tag, name, slug, by))
    before = {"name": tag.name, "slug": tag.slug}
    languages = list(labels_that_say(tag, tag.name).values_list("language", flat=True))
    added, removed = _kept_words(tag, name, slug)
    TagAlias.objects.filter(tag=tag, name__in=removed).delete()
    _add_words(tag, added)
    _call(tag, name, slug, dict.fromkeys(languages, name))
    return _record(
        TagChange(
            kind=TagChange.Kind.RENAME,
            tag=tag,
            before=before | {"labels": dict.fromkeys(languages, before["name"]), "aliases": removed},
            after={"name": name, "slug": slug, "labels": dict.fromkeys(languages, name), "aliases": list(added)},
        ),
        by,
    )


def _kept_words(tag: Tag, name: str, slug: str) -> tuple[dict[str, str | None], list[str]]:
    """What becomes another word of a renamed tag (with the former address, if it is one), and what is one no more."""
    own = {alias.key: alias for alias in tag.aliases.all()}
    added: dict[str, str | None] = {}
    if tag_key(tag.name) != tag_key(name) and tag_key(tag.name) not in own:
        added[tag.name] = None
    if tag.slug != slug:
        added[f"{ADDRESS}{tag.slug}"[:NAME_LENGTH]] = tag.slug
    removed = [alias.name for alias in own.values() if alias.key == tag_key(name) or alias.slug == slug]
    return added, removed


def _add_words(tag: Tag, words: Mapping[str, str | None]) -> None:
    for word, slug in words.items():
        TagAlias.objects.create(tag=tag, name=word, slug=slug)


def _call(tag: Tag, name: str, slug: str, labels: Mapping[str, str]) -> None:
    """Write what a tag is called, and its address."""
    tag.name, tag.slug = name, slug
    tag.save(update_fields=["name", "key", "slug"])
    for language, text in labels.items():
        Label.objects.filter(tag=tag, language=language).update(text=text)


@transaction.atomic
def merge(tag_id: int, *, into: int, by: User) -> TagChange:
    """Make a tag stand for another one from now on. Its row, its id and its address stay. Raises Refused."""
    lock()
    tag, given = _tags(tag_id, into)
    winner = given.canonical
    refuse_if(guards.to_merge(tag, winner, by))
    canonical, parent = merged(tag, winner)
    ids = sorted({*canonical, *parent})
    stood = {row.pk: row for row in Tag.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    change = TagChange(
        kind=TagChange.Kind.MERGE,
        tag=tag,
        into=winner,
        before={
            "name": tag.name,
            "canonical": _stored({pk: stood[pk].canonical_id for pk in canonical}),
            "parent": _stored({pk: stood[pk].parent_id for pk in parent}),
        },
        after={"name": winner.name, "canonical": _stored(canonical), "parent": _stored(parent)},
    )
    _place(canonical, parent)
    return _record(change, by)


def merged(tag: Tag, winner: Tag) -> tuple[dict[int, int], dict[int, int | None]]:
    """What a merge writes: what stands for which tag (no chains), and what is below which (no circles).

    The narrower tags go to the winner. A winner that was below the tag itself takes its place.
    """
    canonical = dict.fromkeys(Tag.objects.filter(canonical=tag).order_by().values_list("pk", flat=True), winner.pk)
    below = Tag.objects.filter(parent=tag).exclude(pk=winner.pk).order_by()
    parent: dict[int, int | None] = dict.fromkeys(below.values_list("pk", flat=True), winner.pk)
    if tag.pk in guards.above(winner.pk, guards.parents()):
        parent[winner.pk] = tag.parent_id
    return canonical, parent


def _stored(ids: Ids) -> dict[str, int | None]:
    """JSON has no numbers as keys."""
    return {str(pk): value for pk, value in ids.items()}


def _read(stored: Mapping[str, int | None]) -> dict[int, int | None]:
    return {int(pk): value for pk, value in stored.items()}


def _place(canonical: Ids, parent: Ids) -> None:
    for pk, value in canonical.items():
        Tag.objects.filter(pk=pk).update(canonical_id=value)
    for pk, value in parent.items():
        Tag.objects.filter(pk=pk).update(parent_id=value)


@transaction.atomic
def undo(change_id: int, *, by: User) -> TagChange:
    """Take a rename or a merge back. An address that readers knew meanwhile goes on leading there. Raises Refused."""
    lock()
    related = ("tag__canonical", "into__canonical")
    change = TagChange.objects.select_related(*related).filter(pk=change_id).first()
    if change is None:
        raise Refused([Blocker("no_such_change", _("There is no such change. Choose one from the list."))])
    refuse_if(guards.to_undo(change, by))
    if change.kind == TagChange.Kind.MERGE:
        _place(_read(change.before["canonical"]), _read(change.before["parent"]))
    else:
        _call_as_before(change)
    change.undone_by, change.undone_at = by, timezone.now()
    change.save(update_fields=["undone_by", "undone_at"])
    events.record(f"undo_{change.kind}_tag", by=by, subject=_subject(change.tag), fields=_fields_of(change))
    return change


def _call_as_before(change: TagChange) -> None:
    (tag,) = _tags(change.tag_id)
    before, after = change.before, change.after
    TagAlias.objects.filter(tag=tag, name__in=after["aliases"]).delete()
    held = set(TagAlias.objects.filter(tag=tag).values_list("name", flat=True))
    _add_words(
        tag,
        {word: after["slug"] if word.startswith(ADDRESS) else None for word in before["aliases"] if word not in held},
    )
    meanwhile = tag.slug
    _call(tag, before["name"], before["slug"], before["labels"])
    if meanwhile != before["slug"]:
        TagAlias.objects.get_or_create(
            slug=meanwhile, defaults={"tag": tag, "name": f"{ADDRESS}{meanwhile}"[:NAME_LENGTH]}
        )


def _record(change: TagChange, by: User) -> TagChange:
    change.by, change.at = by, timezone.now()
    change.save(force_insert=True)
    events.record(f"{change.kind}_tag", by=by, subject=_subject(change.tag), fields=_fields_of(change))
    return change


def _fields_of(change: TagChange) -> list[str]:
    of_tag = ("name", "slug", "labels") if change.kind == TagChange.Kind.RENAME else ("canonical", "parent")
    return [field for field in of_tag if change.after[field] != change.before[field]]


def _subject(tag: Tag) -> str:
    return f"tag {tag.slug}"[:60]

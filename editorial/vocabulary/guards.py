"""What stands in the way of a change of the vocabulary: every reason at once, in words that name the tag in the way."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.blockers import Blocker
from editorial.guards import NO_PERMISSION
from editorial.models import Label, Tag, TagChange, User
from editorial.vocabulary.words import ADDRESS, NAME_LENGTH, address_holder, holder, key_of, spelled

ROLE = gettext_lazy("Editor")


def may_merge(by: User) -> bool:
    return by.is_active and by.has_perm("editorial.merge_tag")


def may_make(by: User) -> bool:
    return by.is_active and by.has_perm("editorial.create_tag")


def _role(is_allowed: bool) -> list[Blocker]:
    return [] if is_allowed else [Blocker("no_permission", format_lazy(NO_PERMISSION, role=ROLE))]


def known_as(tag: Tag) -> str:
    """A tag as a sentence names it, with the one that it was merged into."""
    if tag.canonical_id == tag.pk:
        return _("the tag “{tag}”").format(tag=tag.name)
    return _("the tag “{tag}”, which was merged into “{winner}”").format(tag=tag.name, winner=tag.canonical.name)


# --- Words and addresses --------------------------------------------------------------------------------------------
def to_have_word(word: str, *, besides: int = 0, field: str = "name") -> list[Blocker]:
    """Against a word as the name or another word of a tag; `besides` is the tag itself."""
    if not key_of(word):
        return [Blocker("no_name", _("Write a name."), field)]
    found = []
    if len(spelled(word)) > NAME_LENGTH or len(key_of(word)) > 2 * NAME_LENGTH:
        found.append(Blocker("name_too_long", _("The name is too long. Use at most 100 characters."), field))
    if spelled(word).startswith(ADDRESS):
        found.append(Blocker("name_is_address", _("A name does not begin with a slash. Leave it out."), field))
    other = holder(word, besides=besides)
    if other is not None:
        sentence = _("“{word}” belongs to {owner} already. Use that tag, or choose another word.")
        found.append(Blocker("name_taken", sentence.format(word=spelled(word), owner=known_as(other)), field))
    return found


def to_have_address(slug: str, *, besides: int = 0) -> list[Blocker]:
    try:
        validate_unicode_slug(slug)
    except ValidationError:
        sentence = _("The address may hold letters, digits and hyphens, and no spaces.")
        return [Blocker("bad_address", sentence, "slug")]
    if len(slug) > NAME_LENGTH:
        return [Blocker("address_too_long", _("The address is too long. Use at most 100 characters."), "slug")]
    other = address_holder(slug, besides=besides)
    if other is None:
        return []
    sentence = _(
        "The address “{slug}” is or was that of {owner}; readers may have links to it. Choose another address."
    )
    return [Blocker("address_taken", sentence.format(slug=slug, owner=known_as(other)), "slug")]


def to_put_under(tag: Tag, parent: Tag | None) -> list[Blocker]:
    """Against a broader tag: it must not be the tag itself, nor below it, nor merged away."""
    if parent is None:
        return []
    if parent.canonical_id != parent.pk:
        sentence = _("“{parent}” was merged into “{winner}”. Choose “{winner}”.")
        text = sentence.format(parent=parent.name, winner=parent.canonical.name)
        return [Blocker("parent_is_merged", text, "parent")]
    if parent.pk == tag.pk:
        return [Blocker("circle", _("A tag cannot be broader than itself. Choose another tag, or none."), "parent")]
    if tag.pk in above(parent.pk, parents()):
        sentence = _("“{parent}” stands below “{tag}” already, so it cannot be broader. Choose another tag, or none.")
        return [Blocker("circle", sentence.format(parent=parent.name, tag=tag.name), "parent")]
    return []


def parents() -> dict[int, int | None]:
    """Every tag with its broader one; one query."""
    return dict(Tag.objects.order_by().values_list("pk", "parent_id"))


def above(tag_id: int, broader: Mapping[int, int | None]) -> list[int]:
    """The broader tags of a tag, the nearest first; in a circle, each once."""
    found: list[int] = []
    here = broader.get(tag_id)
    while here is not None and here not in found:
        found.append(here)
        here = broader.get(here)
    return found


# --- The verbs ------------------------------------------------------------------------------------------------------
def to_make(name: str, by: User | None) -> list[Blocker]:
    return [*_role(by is not None and may_make(by)), *to_have_word(name)]


def _to_change(tag: Tag, by: User) -> list[Blocker]:
    found = _role(may_merge(by))
    if tag.canonical_id != tag.pk:
        sentence = _("“{tag}” was merged into “{winner}”. Go on with that one, or undo the merge first.")
        text = sentence.format(tag=tag.name, winner=tag.canonical.name)
        found.append(Blocker("merged_already", text))
    return found


def to_rename(tag: Tag, name: str, slug: str, by: User) -> list[Blocker]:
    found = _to_change(tag, by)
    if (spelled(name), slug) == (tag.name, tag.slug):
        return [*found, Blocker("nothing_changed", _("Write the new name or the new address."), "name")]
    return [*found, *to_have_word(name, besides=tag.pk), *to_have_address(slug, besides=tag.pk)]


def to_merge(tag: Tag, into: Tag, by: User) -> list[Blocker]:
    """Against merging a tag into another, given with its canonical one."""
    found = _to_change(tag, by)
    if into.canonical_id == tag.pk:
        found.append(Blocker("same_tag", _("That is this very tag. Choose the tag that is to take it in."), "into"))
    return found


def to_undo(change: TagChange, by: User) -> list[Blocker]:
    """Against taking a rename or merge back: later changes that build on it have to be undone first."""
    found = _role(may_merge(by))
    if change.undone_at is not None:
        return [*found, Blocker("undone_already", _("This was undone already."))]
    if change.kind == TagChange.Kind.RENAME:
        return [*found, *_to_undo_rename(change)]
    return [*found, *_to_undo_merge(change)]


def _to_undo_rename(change: TagChange) -> list[Blocker]:
    tag, before, after = change.tag, change.before, change.after
    labels = dict(Label.objects.filter(tag=tag, language__in=after["labels"]).values_list("language", "text"))
    if tag.canonical_id != tag.pk:
        sentence = _("“{tag}” was merged into “{winner}” since. Undo that first.")
        return [Blocker("merged_since", sentence.format(tag=tag.name, winner=tag.canonical.name))]
    if (tag.name, tag.slug) != (after["name"], after["slug"]) or labels != after["labels"]:
        sentence = _("The tag has been renamed again since and is now “{tag}”. Undo the newer change first.")
        return [Blocker("renamed_since", sentence.format(tag=tag.name))]
    found = to_have_word(before["name"], besides=tag.pk)
    for word in before["aliases"]:
        found += to_have_word(word, besides=tag.pk) if not word.startswith(ADDRESS) else []
    return [*found, *to_have_address(before["slug"], besides=tag.pk)]


def _to_undo_merge(change: TagChange) -> list[Blocker]:
    before, after, into = change.before, change.after, change.into
    assert into is not None
    ids = {int(pk) for part in ("canonical", "parent") for pk in after[part]}
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=ids).select_related("canonical")}
    found = []
    if any(tags[int(pk)].canonical_id != winner for pk, winner in after["canonical"].items()):
        sentence = _("“{tag}” was merged into “{winner}” since. Undo that first.")
        text = sentence.format(tag=into.name, winner=into.canonical.name)
        found.append(Blocker("merged_since", text))
    for pk, parent in after["parent"].items():
        if tags[int(pk)].parent_id != parent:
            sentence = _("“{tag}” was given another broader tag since. Give it back the one it had after the merge.")
            found.append(Blocker("moved_since", sentence.format(tag=tags[int(pk)].name)))
    if found:
        return found
    broader = parents() | {int(pk): parent for pk, parent in before["parent"].items()}
    if any(int(pk) in above(int(pk), broader) for pk in before["parent"]):
        sentence = _("The broader tags have changed since, so that undoing would make a circle. Mend those first.")
        return [Blocker("circle", sentence)]
    return []

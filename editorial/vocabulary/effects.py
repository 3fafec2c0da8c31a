"""What a rename or a merge would change, and what not: shown before anybody does it. Nothing is written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial.blockers import Blocker
from editorial.models import Label, PieceTag, Tag, TagAlias, User
from editorial.vocabulary import guards, usage
from editorial.vocabulary.usage import KindCount, Use
from editorial.vocabulary.verbs import merged
from editorial.vocabulary.words import spelled


@dataclass(frozen=True)
class Named:
    """What readers of one language see as the name of the topic, before and after."""

    language: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Moved:
    """An address that leads elsewhere afterwards."""

    before: str
    after: str


@dataclass(frozen=True)
class Effects:
    """Everything that one has to know before doing it."""

    blockers: list[Blocker]
    names: list[Named]
    #: The pieces that are listed under the tag now, and under the one that stands for it afterwards.
    before: list[KindCount]
    after: list[KindCount]
    moved: list[Moved]
    uses: list[Use]
    #: What one may not expect, in sentences.
    notes: list[str]
    #: Differs when any of what was shown has changed meanwhile.
    seen: str

    @property
    def is_public(self) -> bool:
        """Whether any of the addresses answers; a topic without anything public does not exist for readers."""
        return any(count.public for count in (*self.before, *self.after))


def of_rename(tag: Tag, *, name: str, slug: str, by: User) -> Effects:
    """What renaming a tag would do."""
    name = spelled(name)
    counted = usage.counts([tag.pk]).get(tag.pk, [])
    labels = dict(Label.objects.filter(tag=tag).values_list("language", "text"))
    names = [
        Named(str(label), labels.get(code, tag.name), name if labels.get(code, tag.name) == tag.name else labels[code])
        for code, label in settings.LANGUAGES
    ]
    unchanged = [named for named in names if not named.is_changed]
    notes = [
        _("In {language} readers go on reading “{name}”. Change that in the form of the tag.").format(
            language=named.language, name=named.before
        )
        for named in unchanged
        if name != tag.name
    ]
    return Effects(
        blockers=guards.to_rename(tag, name, slug, by),
        names=names,
        before=counted,
        after=counted,
        moved=_moved([tag.slug, *_former([tag.pk])], slug) if slug != tag.slug else [],
        uses=usage.uses(_group(tag)),
        notes=notes,
        seen=_stamp(tag.name, tag.slug, names),
    )


def of_merge(tag: Tag, into: Tag, *, by: User) -> Effects:
    """What merging a tag into another would do; `into` is the canonical one."""
    blockers = guards.to_merge(tag, into, by)
    if blockers:
        return Effects(blockers, [], [], [], [], [], [], "")
    group = _group(tag)
    names = _named_after_merge(tag, into)
    slugs = [*Tag.objects.filter(pk__in=group).values_list("slug", flat=True), *_former(group)]
    return Effects(
        blockers=[],
        names=names,
        before=usage.counts([tag.pk]).get(tag.pk, []),
        after=usage.counted_together([tag.pk, into.pk]),
        moved=_moved(sorted(slugs), into.slug),
        uses=usage.uses([*group, *_group(into)]),
        notes=_conflicts(tag, into),
        seen=_stamp(tag.name, tag.slug, into.pk, into.name, into.slug, group, names),
    )


def _group(tag: Tag) -> list[int]:
    return list(Tag.objects.filter(canonical=tag).order_by("pk").values_list("pk", flat=True))


def _former(tags: list[int]) -> list[str]:
    former = TagAlias.objects.filter(tag__in=tags, slug__isnull=False)
    return [str(slug) for slug in former.order_by("slug").values_list("slug", flat=True)]


def _moved(slugs: list[str], to: str) -> list[Moved]:
    return [
        Moved(reverse("reading:topic", args=[code, slug]), reverse("reading:topic", args=[code, to]))
        for slug in slugs
        if slug != to
        for code, _label in settings.LANGUAGES
    ]


def _named_after_merge(tag: Tag, into: Tag) -> list[Named]:
    found: dict[int, dict[str, str]] = {tag.pk: {}, into.pk: {}}
    for label in Label.objects.filter(tag__in=found):
        found[label.tag_id][label.language] = label.text
    return [
        Named(str(label), found[tag.pk].get(code, tag.name), found[into.pk].get(code, into.name))
        for code, label in settings.LANGUAGES
    ]


def _conflicts(tag: Tag, into: Tag) -> list[str]:
    """Where the two differ, so that something of the one that is merged is not seen any more."""
    notes = []
    if tag.facet != into.facet:
        sentence = _("“{tag}” is filed under {one}, “{into}” under {other}. All of it will be under {other}.")
        one, other = tag.get_facet_display(), into.get_facet_display()
        notes.append(sentence.format(tag=tag.name, into=into.name, one=one, other=other))
    held = set(into.labels.values_list("language", flat=True))
    for label in tag.labels.exclude(language__in=held):
        sentence = _("“{tag}” is called “{text}” in {language}, “{into}” has no name there. Add one in its form.")
        language = dict(settings.LANGUAGES).get(label.language, label.language)
        notes.append(sentence.format(tag=tag.name, into=into.name, text=label.text, language=language))
    if tag.description and tag.description != into.description:
        notes.append(_("Its description is kept, but no longer shown: “{text}”").format(text=tag.description))
    both = _with_both(tag, into)
    if both:
        notes.append(_("Pieces that have both tags, which will be listed once: {number}.").format(number=both))
    _canonical, parent = merged(tag, into)
    moving = Tag.objects.filter(Q(pk__in=parent) & ~Q(pk=into.pk)).values_list("name", flat=True)
    if moving:
        sentence = _("Narrower tags that move below “{into}”: {names}.")
        notes.append(sentence.format(into=into.name, names=", ".join(moving)))
    if into.pk in parent:
        sentence = _("“{into}” stands below “{tag}” now and takes its place.")
        notes.append(sentence.format(into=into.name, tag=tag.name))
    return notes


def _with_both(tag: Tag, into: Tag) -> int:
    first = PieceTag.objects.filter(tag__canonical=tag).values("content_object")
    return (
        PieceTag.objects.filter(tag__canonical=into, content_object__in=first, content_object__erased_at__isnull=True)
        .values("content_object")
        .distinct()
        .count()
    )


def _stamp(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

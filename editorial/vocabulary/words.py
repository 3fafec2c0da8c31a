"""Which tag a word belongs to: as its name, as another word for it, or as its name in a language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from editorial.models import Label, Tag
from editorial.models.tag import tag_key
from editorial.typed import one_line

#: A former address is kept as another word that begins with this, so that no name can be taken for it.
ADDRESS = "/"
NAME_LENGTH = 100


def spelled(text: str) -> str:
    """A word as it is kept: NFC, single spaces, no signs that nobody sees."""
    return one_line(text)


def key_of(text: str) -> str:
    """The one spelling by which a typed text is the same word as another."""
    return tag_key(spelled(text))


def holder(word: str, *, besides: int = 0) -> Tag | None:
    """The tag that has this word, merged or not, but for the one whose id is given; up to three queries."""
    key = key_of(word)
    if not key:
        return None
    others = Tag.objects.select_related("canonical").exclude(pk=besides)
    found = others.filter(key=key).first() or others.filter(aliases__key=key).first()
    return found or others.filter(labels__text__iexact=spelled(word)).order_by("name").first()


def address_holder(slug: str, *, besides: int = 0) -> Tag | None:
    """The tag that stands at this address or once stood there, but for the one whose id is given."""
    others = Tag.objects.select_related("canonical").exclude(pk=besides)
    return others.filter(Q(slug=slug) | Q(aliases__slug=slug)).first()


def free_address(tag: Tag) -> str:
    """The first address made of its name that no tag has or had."""
    start = tag.slugify(tag.name)[: NAME_LENGTH - 8]
    numbered = (f"{start}-{number}" for number in count(2))
    return next(slug for slug in chain([start], numbered) if address_holder(slug) is None)


def holding(text: str) -> Q:
    """Tags with this text as a part of any word of theirs. May find a row more than once, so put it into Exists."""
    word, key = spelled(text), key_of(text)
    synonym = Q(aliases__key__contains=key, aliases__slug__isnull=True)
    return Q(key__contains=key) | synonym | Q(labels__text__icontains=word)


def finding(text: str) -> QuerySet[Tag]:
    """The tags that one can choose, by part of any word of theirs or of a tag that was merged into them.

    First those that have it as a whole word, then those whose name begins with it, then the others, by name.
    """
    chosen: QuerySet[Tag] = Tag.objects.filter(canonical=F("pk")).select_related("parent")
    word, key = spelled(text), key_of(text)
    if not key:
        return chosen.order_by("name")
    group = Tag.objects.filter(canonical=OuterRef("pk")).order_by()
    whole = Q(key=key) | Q(aliases__key=key) | Q(labels__text__iexact=word)
    rank = Case(
        When(Exists(group.filter(whole)), then=Value(0)),
        When(key__startswith=key, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        chosen.filter(Exists(group.filter(holding(text))))
        .annotate(rank=rank)
        .order_by("rank", "name")
        .prefetch_related("merged__labels", "merged__aliases")
    )


def other_words(tag: Tag) -> Iterator[str]:
    """Every word that finds a tag but its own name. Reads what `finding` fetched along."""
    for one in sorted(tag.merged.all(), key=lambda one: one.pk != tag.pk):
        if one.pk != tag.pk:
            yield str(one.name)
        yield from (label.text for label in one.labels.all())
        yield from (alias.name for alias in one.aliases.all() if alias.slug is None)


def matched(tag: Tag, text: str) -> str:
    """Which other word of a tag holds the text; empty when its own name does. Reads what `finding` fetched along."""
    key = key_of(text)
    if not key or key in tag.key:
        return ""
    found = [word for word in other_words(tag) if key in tag_key(word)]
    return min(found, key=lambda word: (tag_key(word) != key, not tag_key(word).startswith(key)), default="")


def labels_that_say(tag: Tag, name: str) -> QuerySet[Label]:
    """The names in a language that repeat this name, so that they have to change with it."""
    return Label.objects.filter(tag_id=tag.pk, text=name)

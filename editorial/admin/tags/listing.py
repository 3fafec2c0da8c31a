"""What the list of tags shows of each, and by what it can be narrowed down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import kinds
from editorial.models import Channel, Edition, EditionTag, PieceTag, Tag
from editorial.vocabulary import usage
from editorial.vocabulary.usage import KindCount


class UseFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("seen", gettext_lazy("Readers see it")),
            ("unused", gettext_lazy("Nothing uses it")),
            ("own", gettext_lazy("Not merged")),
            ("merged", gettext_lazy("Merged into another")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        own = queryset.filter(canonical=F("pk"))
        if self.value() == "seen":
            return own.filter(Exists(_links(EditionTag).filter(content_object__in=_listed_now())))
        if self.value() == "unused":
            free = own.filter(
                ~Exists(_links(PieceTag).filter(content_object__erased_at__isnull=True)), ~Exists(_links(EditionTag))
            )
            return free.exclude(pk__in=_asked_for(free))
        if self.value() == "merged":
            return queryset.exclude(canonical=F("pk"))
        return own if self.value() == "own" else queryset


def _links(through: Any) -> Any:
    """The links to a canonical tag of the outer query or to one that was merged into it."""
    return through.objects.filter(tag__canonical=OuterRef("pk"))


def _listed_now() -> QuerySet[Edition]:
    """What the topic pages may list at this moment."""
    listed = [kind.name for kind in kinds.every() if kind.is_listed]
    return Edition.objects.public(Channel.WEBSITE, timezone.now()).filter(kind__in=listed)


def _asked_for(tags: QuerySet[Any]) -> set[int]:
    """Those among the tags for which something of an upper floor asks, by themselves or by a merged one."""
    group = dict(Tag.objects.filter(canonical__in=tags).order_by().values_list("pk", "canonical_id"))
    return {group[pk] for use in usage.uses(group) for pk in use.tags}


def with_piece_count(tags: QuerySet[Any]) -> QuerySet[Any]:
    """With the number of working copies, for sorting."""
    links = PieceTag.objects.filter(tag__canonical=OuterRef("pk"), content_object__erased_at__isnull=True).order_by()
    number = links.values("tag__canonical").annotate(number=Count("content_object", distinct=True)).values("number")
    found: QuerySet[Any] = tags.annotate(piece_count=Coalesce(Subquery(number, output_field=IntegerField()), 0))
    return found


def count_pieces(tags: list[Any]) -> None:
    """Put the counts on the tags of one page of the list; one query."""
    counted = usage.counts([tag.pk for tag in tags if tag.canonical_id == tag.pk])
    for tag in tags:
        tag.counted = counted.get(tag.pk, [])


def name_cell(tag: Any) -> SafeString:
    """The name, and beneath it its other names and words, and what it is a part of or was merged into."""
    lines = ((line,) for line in _beneath(tag))
    return format_html("{}{}", tag.name, format_html_join("", ' <span class="tag-beneath">{}</span>', lines))


def _beneath(tag: Any) -> Iterator[SafeString | str]:
    if tag.canonical_id != tag.pk:
        yield _("merged into “{winner}”").format(winner=tag.canonical.name)
        return
    labels = format_html_join(", ", '<span lang="{}">{}</span>', ((one.language, one.text) for one in tag.labels.all()))
    if labels:
        yield labels
    words = [alias.name for alias in tag.aliases.all() if alias.slug is None]
    words += [one.name for one in tag.merged.all() if one.pk != tag.pk]
    if words:
        yield _("also: {words}").format(words=", ".join(words))
    if tag.parent is not None:
        yield _("part of “{tag}”").format(tag=tag.parent.name)


def count_in_words(count: KindCount) -> str:
    """How many of a kind, and how many of those readers see, if not all."""
    if count.working == count.public:
        return _("{kind}: {working}").format(kind=count.kind.label_plural, working=count.working)
    sentence = _("{kind}: {working} ({public} public)")
    return sentence.format(kind=count.kind.label_plural, working=count.working, public=count.public)


def counts_cell(tag: Any) -> SafeString | str:
    if tag.canonical_id != tag.pk:
        return ""
    lines = ((count_in_words(count),) for count in tag.counted)
    return format_html_join(", ", '<span class="tag-count">{}</span>', lines) or _("on no piece")


def public_cell(tag: Any) -> str:
    """The number of pieces under it that readers see now."""
    if tag.canonical_id != tag.pk or not tag.counted:
        return ""
    return _("{number} public").format(number=sum(count.public for count in tag.counted))

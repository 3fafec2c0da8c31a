"""Where a piece is used: what somebody should know before it is ended.

Upper apps add finders in ready(): for collections that show it by their query, and for frames on partner sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.models import Address, Channel, Edition, Piece, Reference, User

Text = str | Promise

#: What a host does with the target of a reference; its title stands before these words.
ROLES: dict[str, Text] = {
    "statistic": _("shows this number"),
    "source": _("cites it"),
    "credit": _("credits it"),
    "pin": _("pins it"),
}
REFERS = _("refers to it")
TRANSLATES = _("translates it")


@dataclass(frozen=True)
class Use:
    """One place. Of what the person may not see there is neither title nor address."""

    host: int
    #: The name of the host's kind in the registry.
    kind: str
    title: str
    role: Text
    #: Readers see it there now.
    is_public: bool = False
    #: An edition that waits for its time has it.
    is_waiting: bool = False
    #: Only the working copy has it.
    is_draft: bool = False
    #: The form of the host.
    url: str = ""

    @property
    def kind_label(self) -> Text:
        return kinds.named(self.kind).label

    @property
    def where(self) -> Text:
        """How far it has come, in words."""
        if self.is_public:
            return _("readers see it now")
        if self.is_waiting:
            return _("in an edition that is scheduled")
        if self.is_draft:
            return _("in a draft only")
        return _("published, but readers do not see it now")


@dataclass(frozen=True)
class Found:
    """What a finder of an upper app found, and what it did not look through."""

    uses: list[Use] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class WhereUsed:
    """The uses, the old addresses that lead to the piece, and what was not looked through."""

    uses: list[Use]
    addresses: list[str]
    notes: list[Text]

    def __iter__(self) -> Iterator[Use]:
        return iter(self.uses)

    def __len__(self) -> int:
        return len(self.uses)

    def __bool__(self) -> bool:
        return bool(self.uses or self.addresses)


Finder = Callable[[Piece, datetime], Found]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a finder. Called in ready() of the app that knows such a place; again is harmless."""
    if finder not in _finders:
        _finders.append(finder)


def where_used(piece: Piece, *, by: User, now: datetime | None = None) -> WhereUsed:
    """Every place that shows the piece now, is scheduled to, or would once a draft is published.

    Four queries, whatever the number of uses, and those of the finders.
    """
    now = now or timezone.now()
    seen = _seen(piece, now)
    found = [finder(piece, now) for finder in _finders]
    uses = [*_references(piece, seen, now), *_translations(piece, seen), *(use for one in found for use in one.uses)]
    return WhereUsed(
        uses=sorted((_as_seen_by(by, use) for use in uses), key=_order),
        addresses=_old_addresses(piece, seen),
        notes=list({str(note): note for one in found for note in one.notes}.values()),
    )


def _order(use: Use) -> tuple[bool, bool, bool, str]:
    return not use.is_public, use.is_draft, not use.title, use.title.casefold()


def _as_seen_by(by: User, use: Use) -> Use:
    opts = kinds.named(use.kind).model._meta
    if not any(by.has_perm(f"{opts.app_label}.{action}_{opts.model_name}") for action in ("view", "change")):
        return replace(use, title="", url="")
    return replace(use, url=reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[use.host]))


@dataclass(frozen=True)
class _Seen:
    """What readers see now: editions that may use the piece, pieces that translate it, slugs of its own."""

    editions: set[int]
    translations: set[int]
    slugs: set[str]


def _seen(piece: Piece, now: datetime) -> _Seen:
    hosts = Reference.objects.filter(target_id=piece.pk, edition__isnull=False).values("edition_id")
    wanted = Q(pk__in=hosts) | Q(original_id=piece.pk) | Q(piece_id=piece.pk)
    rows = list(
        Edition.objects.public(Channel.WEBSITE, now)
        .filter(wanted)
        .order_by()
        .values_list("pk", "piece_id", "original_id", "slug")
    )
    return _Seen(
        editions={pk for pk, _piece, _original, _slug in rows},
        translations={of for _pk, of, original, _slug in rows if original == piece.pk and of != piece.pk},
        slugs={slug for _pk, of, _original, slug in rows if of == piece.pk},
    )


def _references(piece: Piece, seen: _Seen, now: datetime) -> list[Use]:
    """One use for each host and role, whether its working copy has it, an edition that is not over, or both."""
    is_over = Q(edition__ends_at__lte=now) | Q(edition__ends_at__lte=F("edition__publish_at"))
    rows = (
        Reference.objects.filter(target_id=piece.pk)
        .exclude(is_over, edition__isnull=False)
        .exclude(host_id=piece.pk)
        .order_by("pk")
        .values_list("host_id", "host__kind", "host__title", "role", "edition_id", "edition__publish_at")
    )
    uses: dict[tuple[int, str], Use] = {}
    for host, kind, title, role, edition, start in rows:
        use = uses.get((host, role)) or Use(host, kind, title, ROLES.get(role, REFERS), is_draft=True)
        if edition is not None:
            use = replace(
                use,
                is_public=use.is_public or edition in seen.editions,
                is_waiting=use.is_waiting or start > now,
                is_draft=False,
            )
        uses[host, role] = use
    return list(uses.values())


def _translations(piece: Piece, seen: _Seen) -> list[Use]:
    rows = piece.translations.order_by("pk").values_list("pk", "kind", "title", "base_edition_id")
    return [
        Use(pk, kind, title, TRANSLATES, is_public=pk in seen.translations, is_draft=edition is None)
        for pk, kind, title, edition in rows
    ]


def _old_addresses(piece: Piece, seen: _Seen) -> list[str]:
    """Where it stood before. They lead readers on as long as the piece is public."""
    now_at = seen.slugs or {piece.slug}
    name = kinds.named(piece.kind).url_name
    rows = Address.objects.filter(piece_id=piece.pk).order_by("since", "pk").values_list("language", "slug")
    return [reverse(name, args=[language, slug]) for language, slug in rows if slug not in now_at]

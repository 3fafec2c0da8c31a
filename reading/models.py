"""Collections (saved tag queries) and pages of the site itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.blockers import Blocker
from editorial.constraints import one_of
from editorial.models import Edition, Piece, Tag
from editorial.models.clearance import Windows, everything_allowed
from editorial.models.reference import Referring
from editorial.pictures.wording import picture_fields
from editorial.prose import ProseField, text_of
from editorial.prose_nodes import one_each, referring_in
from editorial.prose_table import WITH_MENTIONS
from editorial.wording import ContentField, Shape, described, items

MOST = 48
#: First parts of addresses that lists have; a page there could never be reached.
RESERVED = {"stories", "research", "statistics", "sources", "topics", "collections"}


class Collection(Piece):
    """A saved, named tag query with introduction, pins and exclusions. Consent is a condition that nobody can edit."""

    class Order(models.TextChoices):
        NEWEST = "newest", _("Newest first")
        OLDEST = "oldest", _("Oldest first")
        TITLE = "title", _("By title")

    intro = ProseField(_("introduction"), blank=True, holds=WITH_MENTIONS)
    kinds = models.JSONField(
        _("kinds"), default=list, blank=True, help_text=_("Which kinds it may show; none chosen means all.")
    )
    order = models.CharField(_("order"), max_length=10, choices=Order, default=Order.NEWEST)
    limit = models.PositiveSmallIntegerField(
        _("at most"), default=24, validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )

    has_quick_exit = models.BooleanField(
        _("quick exit"),
        default=False,
        help_text=_("Pages of this collection and of its stories have a link that leaves at once, to a neutral page."),
    )

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        constraints = [
            one_of("collection_order_is_known", "order", ["newest", "oldest", "title"]),
            CheckConstraint(name="collection_limit_1_to_48", condition=Q(limit__gte=1, limit__lte=MOST)),
        ]

    def content(self) -> dict[str, Any]:
        chosen = list(self.chosen.order_by("position", "pk").values_list("role", "piece_id"))
        return self.common_content() | {
            "intro": self.intro,
            "clauses": [clause.content() for clause in self.clauses.order_by("position", "pk")],
            "kinds": sorted(self.kinds),
            "order": self.order,
            "limit": self.limit,
            "pins": [piece for role, piece in chosen if role == Chosen.Role.PINNED],
            "exclusions": sorted(piece for role, piece in chosen if role == Chosen.Role.EXCLUDED),
            **({"has_quick_exit": True} if self.has_quick_exit else {}),
        }

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        known = tuple((kind.name, kind.label_plural) for kind in kinds.every())
        return cls.with_common_fields(
            *described(cls, "intro"),
            items("clauses", Clause, described(Clause, "rule", "tags")),
            ContentField("kinds", _("kinds"), Shape.LIST, choices=known),
            *described(cls, "order", "limit", "has_quick_exit"),
            ContentField("pins", _("pieces always first"), Shape.PIECES),
            ContentField("exclusions", _("pieces left out"), Shape.PIECES),
            picture_fields(),
        )

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        self.intro = content.get("intro", "")
        self.kinds = content.get("kinds", [])
        self.order = content.get("order", "newest")
        self.limit = content.get("limit", 24)
        self.has_quick_exit = content.get("has_quick_exit", False)
        self.save()
        self.clauses.all().delete()
        self.chosen.all().delete()
        for position, stored in enumerate(content.get("clauses", [])):
            clause = Clause.objects.create(collection=self, rule=stored["rule"], position=position)
            clause.tags.set(stored["tags"])
        for role, field in ((Chosen.Role.PINNED, "pins"), (Chosen.Role.EXCLUDED, "exclusions")):
            Chosen.objects.bulk_create(
                Chosen(collection=self, piece_id=piece, role=role, position=position)
                for position, piece in enumerate(content.get(field, []))
            )

    def referring(self) -> list[Referring]:
        pins = self.chosen.filter(role=Chosen.Role.PINNED)
        found = [Referring(piece, "pin") for piece in pins.values_list("piece_id", flat=True)]
        return one_each([*found, *referring_in(self.intro)])

    def blockers(self, at: datetime) -> list[Blocker]:
        found = []
        if not self.clauses.exists() and not self.chosen.filter(role=Chosen.Role.PINNED).exists():
            found.append(
                Blocker(
                    "empty_query",
                    _("Add a condition or pin a piece, or the collection would hold everything."),
                    "clauses",
                )
            )
        if self.clauses.filter(tags__isnull=True).exists():
            found.append(
                Blocker("empty_clause", _("One of the conditions names no tag. Choose one, or delete it."), "clauses")
            )
        if not self.standfirst.strip():
            found.append(Blocker("no_standfirst", _("Write a standfirst; lists show it."), "standfirst"))
        if unknown := set(self.kinds) - {kind.name for kind in kinds.every()}:
            found.append(Blocker("unknown_kind", _("One of the kinds does not exist: %s") % min(unknown), "kinds"))
        return found

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        return everything_allowed()


class Clause(models.Model):
    """One condition on tags; a piece has to meet every clause."""

    class Rule(models.TextChoices):
        ALL = "all", _("has all of")
        ANY = "any", _("has any of")
        NONE = "none", _("has none of")

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="clauses")
    rule = models.CharField(_("rule"), max_length=10, choices=Rule, default=Rule.ANY)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="+")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [one_of("clause_rule_is_known", "rule", ["all", "any", "none"])]

    def __str__(self) -> str:
        return self.get_rule_display()

    def content(self) -> dict[str, Any]:
        return {"rule": self.rule, "tags": sorted(self.tags.values_list("pk", flat=True))}


class Chosen(models.Model):
    """A piece that an editor put first, or left out, whatever its tags."""

    class Role(models.TextChoices):
        PINNED = "pinned", _("Always first")
        EXCLUDED = "excluded", _("Left out")

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="chosen")
    piece = models.ForeignKey(Piece, verbose_name=_("piece"), on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("place"), max_length=10, choices=Role, default=Role.PINNED)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("pinned or left out")
        verbose_name_plural = _("pinned or left out")
        constraints = [
            UniqueConstraint(fields=["collection", "piece"], name="chosen_once_per_collection"),
            one_of("chosen_role_is_known", "role", ["pinned", "excluded"]),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.piece_id}"


class Page(Piece):
    """A page about the site itself, such as "About"."""

    body = ProseField(_("text"), blank=True, holds=WITH_MENTIONS)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def content(self) -> dict[str, Any]:
        return self.common_content() | {"body": self.body}

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        return cls.with_common_fields(*described(cls, "body"), picture_fields())

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        self.body = content.get("body", "")
        self.save()

    def referring(self) -> list[Referring]:
        return one_each(referring_in(self.body))

    def blockers(self, at: datetime) -> list[Blocker]:
        found = [] if text_of(self.body) else [Blocker("no_text", _("Write the page."), "body")]
        if self.slug in RESERVED:
            found.append(
                Blocker("slug_reserved", _("This slug belongs to a list of the site. Choose another."), "slug")
            )
        return found

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        return everything_allowed()

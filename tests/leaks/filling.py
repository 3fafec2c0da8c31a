"""Fills the fields of a row with canaries, whatever the model: a field that is added tomorrow is filled as well."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from editorial.field_classes import PUBLIC, classes
from editorial.models import Tag, User
from editorial.prose import ProseField
from tests.leaks.canaries import PARTNERS, WEBSITE, Canary, Nest, digits, latin, said
from tests.leaks.seeing import roles_for

ROOM_FOR_A_WORD = 12
NOWHERE: frozenset[str] = frozenset()
EVERYWHERE = frozenset({WEBSITE, PARTNERS})
#: What lists, cards and frames show of a piece.
ON_CARDS = {"editorial.piece.title", "editorial.piece.standfirst"}
#: What has a form of its own, so that a canary would only break the page; with a value that serves.
PLAIN: dict[str, Any] = {
    "editorial.piece.language": "en",
    "editorial.user.language": "en",
    "editorial.user.time_zone": "UTC",
    "research.statistic.value": "",
    "research.statistic.low": "",
    "research.statistic.high": "",
    "research.statistic.period": "2007",
    "research.summary.period": "1991/2010",
    "research.source.issued": "2008",
    "research.citation.locator_label": "page",
    "reading.collection.kinds": [],
}
#: Of a public piece, and yet on no page of readers.
NOT_ON_A_PAGE = {
    "research.citation.as_printed",
    "research.citation.note_number",
    "research.source.volume",
    "research.source.issue",
    "research.source.url",
    "research.contributor.name_original",
}


@dataclass
class Who:
    """Who may see what is planted now."""

    surfaces: frozenset[str] = NOWHERE
    #: Hiding it would be wrong, too.
    must: bool = False
    person: str = ""
    links: frozenset[str] = NOWHERE
    roles: frozenset[str] | None = None


@dataclass
class Planter:
    nest: Nest = field(default_factory=Nest)

    def canary(self, key: str, row: str, who: Who) -> Canary:
        is_public = classes()[key] == PUBLIC
        surfaces = who.surfaces if is_public else NOWHERE
        must = frozenset[str]()
        if who.must and is_public and key not in NOT_ON_A_PAGE:
            # The frame of a collection has its title alone.
            is_card = key in ON_CARDS and not (row.startswith("collection") and key.endswith("standfirst"))
            must = surfaces if is_card else surfaces & {WEBSITE}
        roles = roles_for(key) if who.roles is None else who.roles
        return self.nest.plant(
            Canary(key, row, surfaces=surfaces, must=must, roles=roles, person=who.person, links=who.links)
        )

    def value(self, model: type[models.Model], one: Any, row: str, who: Who) -> Any:
        """A canary in the form that the field takes; a plain value where it takes none."""
        key = f"{one.model._meta.label_lower}.{one.name}"
        if key in PLAIN:
            return PLAIN[key]
        if one.choices:
            return one.get_default() if one.has_default() or one.blank else next(iter(one.flatchoices))[0]
        match one:
            case ProseField():
                return f"<p>{said(self.canary(key, row, who))}</p>"
            case models.URLField():
                return f"https://example.org/{latin(self.canary(key, row, who).number)}"
            case models.EmailField():
                return f"{latin(self.canary(key, row, who).number)}@example.org"
            case models.SlugField():
                return latin(self.canary(key, row, who).number)
            case models.CharField() if one.max_length and one.max_length < ROOM_FOR_A_WORD:
                return one.get_default() if one.has_default() else secrets.token_hex(one.max_length // 2)
            case models.CharField() | models.TextField():
                if one.has_default() and one.get_default():
                    return one.get_default()
                return said(self.canary(key, row, who), one.max_length or 1_000)
            case models.JSONField():
                words = said(self.canary(key, row, who))
                return [words] if isinstance(one.get_default(), list) else {"said": [words]}
            case models.PositiveIntegerField() | models.BigIntegerField() if not one.has_default():
                return digits(self.canary(key, row, who).number)
        return self.plain(one)

    def plain(self, one: Any) -> Any:
        """What is no text."""
        if one.has_default():
            return one.get_default()
        match one:
            case models.ForeignKey() | models.OneToOneField():
                return None if one.null else self.some(one.related_model)
            case models.DateTimeField():
                return None if one.null else timezone.now()
            case models.DateField():
                return None if one.null else timezone.localdate() + timedelta(days=30)
            case models.UUIDField():
                return uuid.uuid4()
        return None if one.null else 1 if isinstance(one, models.IntegerField) else False

    def some(self, model: type[models.Model]) -> Any:
        """Any row of a model; a new one where there is none."""
        found = model._default_manager.order_by("pk").first()
        return found if found is not None else self.row(model, f"some {model._meta.model_name}", Who())

    def filled(self, model: type[models.Model], row: str, who: Who, **fixed: Any) -> dict[str, Any]:
        """The value of each field that a person could have written; `fixed` ones are as they are."""
        found: dict[str, Any] = {}
        for one in model._meta.concrete_fields:
            is_given = one.name in fixed or one.attname in fixed
            if is_given or one.primary_key or one.generated or getattr(one, "auto_now_add", False):
                continue
            if issubclass(model, Tag) and one.name in {"key", "canonical"}:
                continue
            if one.name == "created_by":
                continue
            is_working = not one.editable and one.model._meta.label_lower == "editorial.piece"
            found[one.name] = self.plain(one) if is_working else self.value(model, one, row, who)
        return found | fixed

    def row(self, model: type[models.Model], row: str, who: Who, **fixed: Any) -> Any:
        """A new row."""
        return model._default_manager.create(**self.filled(model, row, who, **fixed))

    def written_anew(self, instance: Any, row: str, who: Who) -> None:
        """Other canaries in every text of a working copy, as if somebody had written on; the caller saves."""
        for one in instance._meta.concrete_fields:
            is_text = isinstance(one, (models.CharField, models.TextField, models.JSONField))
            if not is_text or one.choices or not one.editable or one.name == "slug":
                continue
            if f"{one.model._meta.label_lower}.{one.name}" not in PLAIN:
                setattr(instance, one.name, self.value(type(instance), one, row, who))

    def tag(self, row: str, who: Who) -> Tag:
        tag: Tag = self.row(Tag, row, who)
        return tag

    def person(self, role: str) -> User:
        """A member of staff of a role, all of whose names are canaries."""
        from tests.makers import make_user

        row = f"{role or 'no role'}"
        who = Who()
        username = latin(self.canary("editorial.user.username", row, who).number)
        user = make_user(role, username=username)
        for name in ("first_name", "last_name", "email"):
            setattr(user, name, self.value(User, User._meta.get_field(name), row, who))
        user.save()
        return user

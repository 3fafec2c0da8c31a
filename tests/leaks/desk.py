"""The desk, as each role finds it: every page about some rows of every model, lists, searches, questions by query."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import reverse

from editorial.field_classes import SECRET, classes
from tests.leaks.canaries import latin
from tests.leaks.crawling import Ask, Visitor, logged_in
from tests.leaks.finding_urls import Pool, Route, fillings
from tests.leaks.planting import World
from tests.leaks.searching import Search
from tests.leaks.seeing import roles_for

#: What stands in the holes of the desk's addresses besides the number of a row.
WORDS: dict[str, list[str]] = {
    "verb": ["approve", "publish"],
    "group": ["reviews", "mine", "drafts", "withdrawals"],
    "kind": ["statistic", "source"],
    "names": ["story", "story,summary,statistic,source", "source"],
    "app_label": ["stories"],
    "name": ["website", "embed", "card"],
    "surface": ["website", "embed", "card"],
}
NEVER = ("logout", "jsi18n", "static")


def visitors(world: World, roles: Iterator[str] | list[str]) -> list[Visitor]:
    return [logged_in(world.people[role], role) for role in roles]


def addresses(
    known: list[Route], found: Pool, *, rows: dict[type[models.Model], list[int]], most: int
) -> Iterator[str]:
    """Each page of the desk about the first rows of its model, and those that belong to no row."""
    for route in known:
        if not route.is_desk or any(word in route.route for word in NEVER):
            continue
        ids = (
            [str(pk) for pk in (rows.get(route.model) or found.ids.get(route.model, [])[:most])]
            if route.model
            else ["1"]
        )
        choices = [hole(name, converter, ids) for name, converter in route.holes]
        for filling in itertools.islice(fillings(choices), 200):
            yield route.filled(filling)


def hole(name: str, converter: str, ids: list[str]) -> list[Any]:
    if name in {"object_id", "pk", "id", "content_type_id"} or name.endswith(("_id", "_pk")):
        return list(ids)
    if converter == "int":
        return [1, 2]
    return list(WORDS.get(name, ["x"]))


def questions(world: World) -> Iterator[str]:
    """The searches of the desk, with words that stand in hidden rows."""
    words = [
        latin(canary.number)
        for canary in world.nest
        if canary.number and canary.row in {"draft", "held", "draft: name, sealed"}
    ][:12]
    names = ("admin:find", "admin:find_answers", "admin:choose_tag")
    paths = [reverse(name) for name in names]
    paths += [reverse("admin:choose_piece", args=["story"]), reverse("admin:prose_choose", args=["statistic"])]
    paths += [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    for path, word in itertools.product(paths, words):
        yield f"{path}?q={word}"
        yield f"{path}?text={word}"


def oracles(search: Search, world: World, who: Visitor) -> Iterator[str]:
    """Lists that answer yes or no about a column that this role does not see."""
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for lookup, value in _lookups(model, who):
            true = search.ask(Ask(f"{path}?{lookup}__startswith={value}"), who)
            false = search.ask(Ask(f"{path}?{lookup}__startswith=~"), who)
            if true.status != false.status or rows_in(true.body) != rows_in(false.body):
                yield f"{who} can ask {path}?{lookup}__startswith=…"


def rows_in(body: bytes) -> int:
    return body.count(b"<tr")


def _lookups(model: type[models.Model], who: Visitor) -> Iterator[tuple[str, str]]:
    """Own columns, and secret ones one relation away, with the first letters of a true value."""
    paths: list[tuple[str, Any, type[models.Model]]] = [
        (one.attname, one, model) for one in model._meta.concrete_fields if isinstance(one, models.CharField)
    ]
    for relation in model._meta.get_fields():
        other: Any = getattr(relation, "related_model", None)
        if other is None or not isinstance(other, type) or getattr(relation, "name", "").endswith("+"):
            continue
        paths += [
            (f"{relation.name}__{one.name}", one, other)
            for one in fields_of(other)
            if isinstance(one, models.CharField | models.TextField) and classes()[_key(one)] == SECRET
        ]
    for lookup, one, holder in paths:
        if who.role in roles_for(_key(one)):
            continue
        value = holder._default_manager.exclude(**{one.attname: ""}).values_list(one.attname, flat=True).first()
        if value:
            yield lookup, str(value)[:4]


def fields_of(model: Any) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _key(one: Any) -> str:
    return f"{one.model._meta.label_lower}.{one.name}"

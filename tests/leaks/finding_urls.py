"""Finds addresses by itself: what the resolver knows, filled with everything in the database that could stand there."""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters
from django.urls.resolvers import RoutePattern

#: Where addresses stand in a page, a feed, a sitemap or JSON.
LINK = re.compile(
    r"""(?:href|src|action|formaction|poster|data-[a-z-]+|content|cite)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
    r"""|<(?:loc|link|id|url)>([^<]+)<|"((?:https?:)?/[^"\s\\]*)\""""
)
SRCSET = re.compile(r"""srcset\s*=\s*"([^"]*)\"""")
FIELD = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*\bname\s*=\s*"([^"]+)\"""")
SHORT_TEXT = 160


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: the parts of its address and the converter of each hole."""

    name: str
    route: str
    holes: tuple[tuple[str, str], ...]
    model: type[models.Model] | None = None

    @property
    def is_desk(self) -> bool:
        return self.route.startswith("admin/")

    def filled(self, values: Iterable[Any]) -> str:
        address = self.route
        for (name, _converter), value in zip(self.holes, values, strict=True):
            address = re.sub(
                rf"<(?:[^<>:]+:)?{re.escape(name)}>", quote(str(value), safe="/").replace("\\", "%5C"), address, count=1
            )
        return f"/{address}"


HOLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>]+)>")


def routes() -> list[Route]:
    """Every address pattern of the product, by the resolver."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Iterable[URLPattern | URLResolver], before: str, namespace: str) -> Iterator[Route]:
    for part in patterns:
        route = f"{before}{_route_of(part)}"
        if isinstance(part, URLResolver):
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            yield from _walk(part.url_patterns, route, inner)
        else:
            holes = tuple((found["name"], found["converter"] or "str") for found in HOLE.finditer(route))
            yield Route(f"{namespace}{part.name or route}", route, holes, _model_of(route))


def _route_of(part: URLPattern | URLResolver) -> str:
    pattern: Any = part.pattern
    if isinstance(pattern, RoutePattern):
        return str(pattern._route)  # type: ignore[attr-defined]  # Django shows it nowhere else
    # A regular expression: its groups are holes, and one that lists words says what may stand there.
    plain = GROUP.sub(_hole_of, str(pattern.regex.pattern))
    return re.sub(r"\\(.)", r"\1", plain.replace("\\Z", "").replace("\\z", "").strip("^$"))


GROUP = re.compile(r"\(\?P<(\w+)>([^()]*)\)")


def _hole_of(group: re.Match[str]) -> str:
    words = group[2] if re.fullmatch(r"\w+(?:\|\w+)*", group[2]) else "str"
    return f"<{words}:{group[1]}>"


def _model_of(route: str) -> type[models.Model] | None:
    """The model whose rows an address of the admin is about."""
    match = re.match(r"admin/(\w+)/(\w+)/", route)
    if match is None:
        return None
    try:
        return apps.get_model(match[1], match[2])
    except LookupError:
        return None


@dataclass
class Pool:
    """Everything in the database that could stand in an address."""

    #: By the name of the column.
    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def every_id(self) -> list[Any]:
        return sorted({one for ids in self.ids.values() for one in ids if isinstance(one, int) and one < 10_000})

    def every_word(self) -> set[str]:
        return set().union(*self.words.values())

    def for_hole(self, name: str, converter: str, *, is_full: bool) -> list[Any]:
        """What is tried in a hole of a route."""
        known: Any = get_converters().get(converter)
        allowed = converter if known is None else str(known.regex)
        if re.fullmatch(r"\w+(?:\|\w+)+", allowed):
            return allowed.split("|")
        if name in {"extension", "ext", "format", "suffix"}:
            return list(EXTENSIONS)
        match converter:
            case "language":
                return [code for code, _name in settings.LANGUAGES]
            case "edition":
                return [1, 2, 3]
            case "int":
                return self.every_id()[: 200 if is_full else 20]
        own = self.words.get(name, set()) or self.words["slug"]
        found = sorted(self.every_word() if is_full else own)
        plain = r"[-a-zA-Z0-9_]+" if converter == "slug" else r".+" if is_full else r"[-\w.]+"
        return [word for word in found if re.fullmatch(plain, word)]


EXTENSIONS = ("jpg", "webp", "avif", "png", "json", "csv", "svg")
#: Columns of these names, and all that are unique, are what addresses are made of.
TELLING = re.compile(r"^slug$|code|token|^key$|name$|public_id|lookup")
MOST_FILLINGS, FEW_FILLINGS = 4_000, 1_200


def pool(tokens: Iterable[str] = ()) -> Pool:
    """Slugs, codes, keys, public ids and names of files of every row; `tokens` are what addresses are signed as."""
    found = Pool()
    for model in apps.get_models(include_auto_created=True):
        manager = model._default_manager
        found.ids[model] = list(manager.order_by("pk").values_list("pk", flat=True)[:500])
        for one in model._meta.local_concrete_fields:
            is_short = isinstance(one, models.CharField) and (one.max_length or 0) <= 120
            if is_short and not one.choices and (one.unique or TELLING.search(one.name)):
                rows = manager.order_by().values_list(one.attname, flat=True).distinct()[:500]
                found.words[one.name].update(str(row) for row in rows if row)
    found.words["token"].update(tokens)
    return found


def public_addresses(known: list[Route], found: Pool, *, is_full: bool) -> Iterator[str]:
    """Every address of readers, with everything that could stand in it.

    In the short form a slug is tried under the addresses of its own kind, and one of eight under any other.
    """
    own = slugs_by_route()
    for route in known:
        if route.is_desk:
            continue
        choices = [found.for_hole(name, converter, is_full=is_full) for name, converter in route.holes]
        if not is_full and route.name in own:
            place = [name for name, _converter in route.holes].index("slug")
            choices[place] = [
                word
                for at, word in enumerate(choices[place])
                if word in own[route.name] or (at + len(route.route)) % 8 == 0
            ]
        for filling in fillings(choices, MOST_FILLINGS if is_full else FEW_FILLINGS):
            yield route.filled(filling)


def slugs_by_route() -> dict[str, set[str]]:
    """The slugs of each kind, by the name of the route that shows it."""
    from editorial import kinds
    from editorial.models import Address, Edition, Piece

    found: dict[str, set[str]] = {}
    for kind in kinds.every():
        slugs = {
            slug
            for model in (Piece, Edition, Address)
            for slug in model._default_manager.filter(kind=kind.name).order_by().values_list("slug", flat=True)
        }
        for name in (kind.url_name, kind.edition_url_name):
            if name:
                found[name] = slugs
    return found


def fillings(choices: list[list[Any]], most: int = MOST_FILLINGS) -> Iterator[tuple[Any, ...]]:
    """Every combination; where there are too many, each value of each hole once, beside the first of the others."""
    if math.prod(map(len, choices)) <= most:
        yield from itertools.product(*choices)
        return
    for place, values in enumerate(choices):
        for value in values:
            yield tuple(value if at == place else one[0] for at, one in enumerate(choices) if one)


def links_in(text: str, at: str) -> Iterator[str]:
    """Every address of this site that a page, a feed or an answer in JSON leads to, without its fragment."""
    from html import unescape

    here = f"{settings.SITE_URL}{at}"
    raw = [next(group for group in match.groups() if group is not None) for match in LINK.finditer(text)]
    for srcset in SRCSET.findall(text):
        raw += [part.split()[0] for part in srcset.split(",") if part.strip()]
    for link in raw:
        if len(link) > 2_000 or link.startswith(("#", "data:", "mailto:", "javascript:")):
            continue
        if not link.startswith(("/", "?", "http")):
            # Ours are all absolute; a relative one leads deeper with each step.
            continue
        try:
            target = urlsplit(urljoin(here, unescape(link)))._replace(fragment="")
        except ValueError:
            continue
        if target.geturl().startswith(f"{settings.SITE_URL}/") or target.netloc == "":
            yield target._replace(scheme="", netloc="").geturl()


def parameters_in(text: str) -> set[str]:
    """The names of what forms send and links ask, to be tried everywhere."""
    found = set(FIELD.findall(text))
    found |= set(re.findall(r"[?&](?:amp;)?([a-z_]{1,30})=", text))
    return {name for name in found if len(name) <= 30 and "csrf" not in name}

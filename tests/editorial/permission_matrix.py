"""Asks every address of the desk as every role about pieces in every state, and writes down the answers as a table.

The table that people have read is permission_matrix.txt; test_permission_matrix.py compares.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zlib import crc32

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import constants
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone

from editorial import kinds
from editorial.admin.acting import VERBS
from editorial.admin.bulk import BULKS
from editorial.models import Piece, User
from editorial.pictures.ticking import Thing
from tests.editorial.permission_house import COLUMNS, House

LEGEND = """\
# Who may ask for what at the desk. Made by tests/editorial/permission_matrix.py, read by people.
#
# A line is an address by its name, with what was asked of it, and the row that it was asked about.
# A column is a person: "writer" is the contributor who began the pieces, "other" is another contributor.
# A cell is what GET and POST answer. After each POST everything is put back.
#
#   ok     shown, or taken           done  done                     edit  a form that may be changed
#   login  asked to log in           no    refused, with reasons    read  a form that may only be looked at
#   ->     led elsewhere             none  nothing in the list      form  the form comes back
#   403    not their role            404   no such page             405   not in this way
#
# A verb is only ever posted, so its lines hold one word; that GET does nothing is asked once.
#
"""
#: Letters that a name has room for; and how many parts the table is asked in.
WIDTH, PARTS = 39, 5
PIECES = [kind.model._meta.label_lower.replace(".", "_") for kind in kinds.every()]
#: The pages beside the form are asked in these states, the verbs in all.
STATES_OF_PAGES = ("draft", "review", "approved", "live")
#: Verbs over a list are asked about drafts, but where only another state lets anybody do it.
OF_BULK = {"publish": ("approved",), "schedule": ("approved",), "recall": ("review",), "end": ("live",)}
#: States change the verbs in the same way for every kind; what differs is who may write.
OF_OTHER_KINDS = ("submit", "approve", "discard", "hold")


# --- What is asked --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Question:
    """One line of the table before its answers."""

    name: str
    #: Of what model, and which row of it.
    model: str
    about: str
    path: str
    data: dict[str, str] = field(default_factory=dict)
    #: A verb: what GET answers is asked once.
    is_post_alone: bool = False


@dataclass(frozen=True)
class Filling:
    """Arguments for an address, and what is sent along in a POST."""

    values: dict[str, str]
    what: str = ""
    about: str = ""
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""
    is_post_alone: bool = False


ARGUMENT = re.compile(r"<(?:[^>:]+:)?(\w+)>")
OF_A_ROW = {"pk", "object_id", "id"}
NO_SHAPES = {"focal_x": "50", "focal_y": "50", "version": "0"}
PICTURE_ACTS = {
    "save": {**NO_SHAPES, **{f"seen-{thing.value}": "absent" for thing in Thing}},
    "about": {"label": "A chair", "version": "0"},
    **{act: {"version": "0"} for act in ("retry", "destroy", "drop")},
}
#: Enough for every verb, so that a refusal for want of an input hides none for want of a permission.
INPUTS = {"note": "A note.", "reason": "A reason.", "on": "2100-01-01", "revision": "1"}


def _inputs() -> dict[str, str]:
    return {**INPUTS, "at": (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}


def questions(house: House) -> Iterator[Question]:
    """Every address under admin/, and the page of a shared draft, with each way to fill in its arguments."""
    for name, route in _walk(get_resolver().url_patterns, ""):
        if not route.startswith(("admin/", "draft/")):
            continue
        if route.endswith("(?P<url>.*)$"):
            yield Question("(anything else)", "", "", "/admin/no-such-page/")
        elif "(?P<app_label>" in route:
            for label in route[route.index(">") + 1 : route.index(")")].split("|"):
                yield Question(name, "", label, f"/admin/{label}/")
        else:
            for filling in _fillings(house, name, route):
                yield _filled(name, route, filling)


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield pattern.name or "(old address)", route


def _filled(name: str, route: str, filling: Filling) -> Question:
    path = "/" + ARGUMENT.sub(lambda match: filling.values[match[1]], route)
    if resolve(path).route != route:
        # Another address stands before it; some spellings of a number still lead to it.
        path = "/" + ARGUMENT.sub(lambda match: f"+{filling.values[match[1]]}", route)
        name += " of Django"
    model = _model(route)
    words = f"{name} {filling.what}".strip()
    if model in PIECES and words.startswith(model):
        words = "piece" + words.removeprefix(model)
    return Question(words, model, filling.about, path + filling.query, filling.data, filling.is_post_alone)


def _model(route: str) -> str:
    """As "stories_story"; of an address that is not about one, two other words or none."""
    return "_".join(route.split("/")[1:3])


def _fillings(house: House, name: str, route: str) -> Iterator[Filling]:
    arguments = set(ARGUMENT.findall(route))
    if arguments & OF_A_ROW and "content_type_id" not in arguments:
        yield from _of_rows(house, name, route)
    elif "extension" in arguments:
        tokens = house.tokens if "token" in arguments else {"": ""}
        for what, token in tokens.items():
            yield Filling({"name": house.picture_file, "extension": "jpg", "token": token}, what)
    elif name in {"find", "find_answers"}:
        for what, q in (("a title", "classroom"), ("a narrator", house.narrator)):
            yield Filling({}, what, query=f"?q={q}")
    elif name == "autocomplete":
        for model, column in (("consent", "narrator"), ("storynarrator", "narrator"), ("label", "tag")):
            app = "editorial" if model == "label" else "stories"
            query = f"?app_label={app}&model_name={model}&field_name={column}"
            yield Filling({}, f"{column} of {model}", query=query)
    elif name.endswith("_bulk"):
        yield from _in_bulk(house, route)
    elif "content_type_id" in arguments:
        kind = ContentType.objects.get_by_natural_key("stories", "story").pk
        yield Filling({"content_type_id": str(kind), "object_id": str(house.rows["stories_story"]["draft"])})
    else:
        yield from (
            Filling({argument: value}, what)
            for argument in arguments
            for what, value in {
                "token": house.tokens,
                "group": {"drafts": "drafts"},
                "names": {"any": "any"},
                "kind": {"source": "source"},
            }[argument].items()
        )
        if not arguments:
            yield Filling({})


def _in_bulk(house: House, route: str) -> Iterator[Filling]:
    kind = _model(route)
    tag = house.rows["editorial_tag"]["of its own"]
    for bulk in BULKS if kind == "stories_story" else BULKS[:1]:
        for about in OF_BULK.get(bulk.name, ("draft",)):
            if (pk := house.rows[kind].get(about)) is not None:
                data = {**_inputs(), "ids": str(pk), "tag": str(tag)}
                is_first = bulk == BULKS[0]
                yield Filling({"verb": bulk.name}, bulk.name, about, data, f"?ids={pk}", is_post_alone=not is_first)


def _of_rows(house: House, name: str, route: str) -> Iterator[Filling]:
    """Addresses about one row, whose model stands in the address."""
    model = "tag_change" if name == "editorial_tag_undo" else _model(route)
    page = name.removeprefix(f"{model}_")
    for about, pk in house.rows[model].items():
        values = dict.fromkeys(OF_A_ROW, str(pk))
        piece = house.pieces[pk] if model in PIECES else None
        if page == "act":
            yield from (Filling({**values, "act": act}, act, about, data) for act, data in PICTURE_ACTS.items())
        elif piece is None:
            values |= {"what": "receipt", "file": "1"}
            data = {"into": str(house.rows["editorial_tag"]["merged"]), "seen": house.seen, "name": "Another"}
            told = {"do": "tell", "how": "In person"} if page == "do" else {}
            yield Filling(values, "", about, data if page in {"merge", "rename"} else told)
        elif page == "verb":
            yield from _verbs(house, piece, values, about)
        elif about in STATES_OF_PAGES or (page, about) == ("rebase", "fixing"):
            values["edition"] = str(_filed(piece))
            yield from _pages(house, piece, page, values, about)


def _filed(piece: Piece) -> int:
    found = piece.editions.filter(is_filed=True).values_list("number", flat=True)
    return found.first() or 1


def _verbs(house: House, piece: Piece, values: dict[str, str], about: str) -> Iterator[Filling]:
    urgent = piece.editions.filter(is_urgent=True).first()
    digest = urgent.digest if urgent else piece.digest
    edition = urgent.number if urgent else _filed(piece)
    reviewer = house.people["reviewer"]
    assert reviewer is not None
    data = {**_inputs(), "digest": digest, "edition": str(edition)}
    for verb in VERBS if piece.kind == "story" else OF_OTHER_KINDS:
        more = {"reviewer": str(reviewer.pk)} if verb == "assign" else {}
        is_first = (verb, about) == ("submit", "draft")
        yield Filling({**values, "verb": verb}, verb, about, data | more, is_post_alone=not is_first)


def _pages(house: House, piece: Piece, page: str, values: dict[str, str], about: str) -> Iterator[Filling]:
    link = {"link": str(house.links.get(piece.pk, 0))}
    asked: dict[str, dict[str, dict[str, str]]] = {
        "share": {"make": {"do": "make", "for_whom": "A reader", "days": "7"}},
        "comments": {"say": {"body": "A comment."}},
        "rebase": {"take over": {}, "drop": {"drop": "1"}},
    }
    if piece.pk in house.links:
        asked["share"] |= {"allow": {"do": "allow"} | link, "revoke": {"do": "revoke"} | link}
    for what, data in asked.get(page, {"": {}}).items():
        yield Filling(values, what, about, data, "?number=1" if page == "revision" else "")


# --- What is answered -----------------------------------------------------------------------------------------------
def answers(house: House, part: int | None) -> Iterator[tuple[Question, list[str]]]:
    """Each question of the part with one cell for each column.

    Views are called behind the middleware: what they answer hangs on their own guards, and there are thousands.
    """
    people = [_arrived(person) for person in house.people.values()]
    for question in questions(house):
        if part in {None, part_of(question.name)}:
            yield question, [_cell(question, person) for person in people]


def part_of(name: str) -> int:
    """In which part of the table a name stands; parts may be asked at the same time, each of a house of its own."""
    return crc32(name.encode()) % PARTS


def name_in(line: str) -> str:
    """The name at the beginning of a line of the table."""
    return line[:WIDTH].rstrip()


def _arrived(person: User | None) -> User | AnonymousUser:
    """With the permissions read once."""
    if person is None:
        return AnonymousUser()
    person.has_perm("editorial.hold_piece")
    return person


def _cell(question: Question, person: User | AnonymousUser) -> str:
    """What GET and POST answer to this person."""
    posted = _posted(question, person)
    return posted if question.is_post_alone else f"{_sign(_asked(question, person))}/{posted}"


def _posted(question: Question, person: User | AnonymousUser) -> str:
    with transaction.atomic():
        sign = _sign(_asked(question, person, data=question.data))
        transaction.set_rollback(True)
    return sign


def _asked(question: Question, person: User | AnonymousUser, data: dict[str, str] | None = None) -> Any:
    """The answer of the view, as yet without its page; a number where it refuses by an exception."""
    path, _mark, query = question.path.partition("?")
    made = RequestFactory(headers={"host": "localhost"})
    request: Any = made.get(path, QUERY_STRING=query) if data is None else made.post(path, data)
    # A copy, so that no form changes the person for the questions that follow.
    request.user, request.session = copy.copy(person), SessionStore()
    request._messages, request._dont_enforce_csrf_checks = FallbackStorage(request), True
    match = request.resolver_match = resolve(path)
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return 403
    except Http404:
        return 404
    response.wsgi_request = request
    return response


def _sign(response: Any) -> str:
    """One word for an answer."""
    if isinstance(response, int):
        return str(response)
    if response.status_code == 302:
        return "login" if response.headers["Location"].startswith("/admin/login/?next=") else _told(response)
    if response.status_code != 200:
        return {422: "no", 409: "form"}.get(response.status_code, str(response.status_code))
    return _of_page(response, getattr(response, "context_data", None) or {})


def _of_page(response: Any, context: dict[str, Any]) -> str:
    """What a page that is shown says of itself."""
    is_post = response.wsgi_request.method == "POST"
    if is_post and "bulk" in context:
        return "no" if context["refused"] else "done" if context["done"] else "none"
    if "kept" in context and not response.wsgi_request.user.is_authenticated:
        return "login"
    if isinstance(response, JsonResponse):
        answer = json.loads(response.content)
        lists = [answer[name] for name in ("results", "groups", "people") if name in answer]
        return "none" if lists and not any(lists) else "ok"
    if "adminform" in context and not is_post:
        return "edit" if context["has_add_permission" if context["add"] else "has_change_permission"] else "read"
    return "form" if (is_post and "form" in context) or "adminform" in context else "ok"


def _told(response: Any) -> str:
    """Whether somebody who was led elsewhere was told that it is done, or why not."""
    levels = {message.level for message in response.wsgi_request._messages._queued_messages}
    if constants.ERROR in levels:
        return "no"
    return "done" if constants.SUCCESS in levels else "->"


# --- The table ------------------------------------------------------------------------------------------------------
def table(house: House, part: int | None = None) -> str:
    """All answers as text, or those of one part. Rows that are answered alike share a line."""
    answered: dict[str, dict[tuple[str, ...], list[Question]]] = {}
    for question, answer in answers(house, part):
        answered.setdefault(question.name, {}).setdefault(tuple(answer), []).append(question)
    lines = []
    for name, alike in answered.items():
        most = max(alike.values(), key=len)
        for cells, asked in alike.items():
            is_rest = asked is most and len(asked) > 1
            about = ("otherwise" if len(alike) > 1 else "all") if is_rest else _rows_named(asked)
            lines.append(_line(name, about, cells))
    return table_head() + "\n".join(lines) + "\n"


def table_head() -> str:
    return LEGEND + _line("what is asked", "about", COLUMNS) + "\n"


def _line(name: str, about: str, cells: Iterable[str]) -> str:
    assert len(name) < WIDTH, f"Widen the table for {name!r}."
    return (f"{name:{WIDTH}}{about:40} " + " ".join(f"{cell:11}" for cell in cells)).rstrip()


def _rows_named(asked: list[Question]) -> str:
    """As "story: draft, live; page: draft"; without the model where there is no choice of it."""
    rows: dict[str, list[str]] = {}
    for question in asked:
        rows.setdefault(question.model if question.model in PIECES else "", []).append(question.about)
    parts = []
    for model, abouts in rows.items():
        words = ", ".join(about for about in abouts if about)
        parts.append(": ".join(part for part in (model.rpartition("_")[2], words) if part))
    return "; ".join(parts)

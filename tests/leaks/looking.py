"""The looks that together make a search. A breakage names the one that has to see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import time_machine
from django.db.models import Model

from editorial import sharing, workflow
from editorial.models import ShareLink
from tests.leaks import beside, changing, desk, finding_urls, planting_pictures
from tests.leaks.canaries import PARTNERS, WEBSITE
from tests.leaks.crawling import READER, Ask
from tests.leaks.finding_urls import Pool
from tests.leaks.judging import Leak
from tests.leaks.planting import World
from tests.leaks.searching import Search, first_addresses
from tests.leaks.seeing import ADMINISTRATOR, EDITOR

#: In the short form the roles between which most differs.
FEW_ROLES = [ADMINISTRATOR, EDITOR]
#: Of each kind of piece these rows are looked at, in the short form.
ROWS = ("draft", "held", "summary: draft", "statistic: draft")
Look = Callable[["Searcher"], None]


class Searcher:
    """One search of a world, short or full."""

    def __init__(self, world: World, *, is_full: bool = False) -> None:
        self.world, self.is_full = world, is_full
        self.search = Search.of(world.nest, world.album)
        self.routes = finding_urls.routes()

    @property
    def site(self) -> object:
        return self.search.site

    def pool(self) -> Pool:
        tokens = [address.rstrip("/").rpartition("/")[2] for address in self.world.links.values()]
        return finding_urls.pool(tokens)

    def findings(self, *, with_missing: bool = True) -> list[Leak]:
        return [*self.search.leaks, *(self.search.judge.missing() if with_missing else [])]

    @contextmanager
    def listening(self) -> Iterator[None]:
        with self.search.site.listening():
            yield


def readers(searcher: Searcher) -> None:
    """As anybody, cold."""
    addresses = first_addresses(searcher.routes, searcher.pool(), is_full=searcher.is_full)
    searcher.search.read(addresses)


def beaten_track(searcher: Searcher) -> None:
    """Only where something was found in an unbroken world, and where something is hidden."""
    if not searcher.world.beaten:
        first = Searcher(searcher.world)
        with first.listening():
            readers(first)
        remember(first)
    searcher.search.read(searcher.world.beaten)


def remember(searcher: Searcher) -> None:
    """Where a search of the unbroken world found something, so that the next ones need not look everywhere."""
    own = finding_urls.slugs_by_route()
    hidden = [
        route.filled([{"slug": slug, "language": language, "number": 1}[name] for name, _converter in route.holes])
        for route in searcher.routes
        if route.name in own
        for slug in sorted(own[route.name])
        for language in (("en", "ko") if route.name == "stories:story" else ("en",))
    ]
    files = [path for path in searcher.search.statuses if path.startswith("/pictures/")]
    searcher.world.beaten = [*searcher.search.known, *hidden, *files]


def pictures_made_anew(searcher: Searcher) -> None:
    """The public files once more, by the pipeline as it is now; the files of the world come back afterwards."""
    search, world = searcher.search, searcher.world
    paths = planting_pictures.addresses(world)
    before = {path: search.ask(Ask(path)).status for path in paths}
    with planting_pictures.made_anew(world):
        for path in paths:
            if search.ask(Ask(path)).status != before[path]:
                search.leaks.append(Leak("readers", "", 404, WEBSITE, f"the file {path}", is_missing=True))
    # Nothing else was asked for, so nothing else is missing.
    others = {word for word, canary in world.nest.by_word.items() if not canary.literal.startswith("open-")}
    for surface in (WEBSITE, PARTNERS):
        search.judge.found.setdefault(surface, set()).update(others)


def erased_for_good(searcher: Searcher) -> None:
    """What was erased stands in no column of any table, and is found by nobody."""
    world = searcher.world
    row = "withdrawn by the code"
    workflow.erase(world.pk(row), by=world.staff.consent_officer)
    workflow.erase(world.pk(row), by=world.staff.publisher)
    of_it = {word for word, canary in world.nest.by_word.items() if canary.row == row and "tag" not in canary.key}
    others = world.nest.by_word.keys() - of_it
    beside.in_the_database(searcher.search, others)


def readers_again(searcher: Searcher) -> None:
    """Warm, in other ways, with odd requests, and with parameters that were learned."""
    search = searcher.search
    known = list(search.known)
    search.read_again(known if searcher.is_full else known[::3])
    search.other_verbs(known if searcher.is_full else known[::20])
    public = [route for route in searcher.routes if not route.is_desk]
    search.odd_requests(searcher.routes if searcher.is_full else public)
    words = ["x", "1", *(str(one) for one in islice(searcher.pool().every_word(), 0, 3))]
    search.with_parameters(words if searcher.is_full else words[:1])
    beside.kept_pages(search)


def taken_back(searcher: Searcher) -> None:
    """What was seen, after it was taken back; with the tags that browsers hold."""
    search = searcher.search
    tags = dict(search.known)
    changing.take_back(searcher.world)
    once_more(searcher, tags)


def later(searcher: Searcher) -> None:
    """The same after an hour in which nobody did anything."""
    with time_machine.travel(changing.LATER, tick=False):
        changing.time_passed(searcher.world)
        once_more(searcher, dict(searcher.search.known))


def once_more(searcher: Searcher, tags: dict[str, str]) -> None:
    search = searcher.search
    search.judge.found.clear()
    for path, tag in tags.items():
        if tag:
            held = search.ask(Ask(path, headers=(("If-None-Match", tag),)))
            part = search.ask(Ask(path, headers=(("Range", "bytes=0-200"), ("If-Range", tag))))
        plain = search.ask(Ask(path))
        if tag and held.status == 304 and (plain.status != 200 or plain.header("ETag") != tag):
            search.leaks.append(
                Leak("anonymous", str(held.ask), 304, "the status", "304 for what is not there any more")
            )
        if tag and part.status == 206:
            search.leaks.append(Leak("anonymous", str(part.ask), 206, "the status", "a part of a page"))


def the_desk_as_editor(searcher: Searcher) -> None:
    """One role that sees texts and no secrets."""
    one_role(searcher, EDITOR)


def the_desk_as_administrator(searcher: Searcher) -> None:
    """One role that sees accounts and no texts."""
    one_role(searcher, ADMINISTRATOR)


def the_desk_as(role: str) -> Look:
    """As somebody of that role; as a reader, who is asked to log in, where there is none."""

    def look(searcher: Searcher) -> None:
        one_role(searcher, role)

    return look


def one_role(searcher: Searcher, role: str) -> None:
    """Every page of the desk about some rows of each model, searches, and questions to lists."""
    world, pool = searcher.world, searcher.pool()
    rows: dict[type[Model], list[int]] = {}
    for row in () if searcher.is_full else ROWS:
        rows.setdefault(type(world.pieces[row]), []).append(world.pk(row))
    who = desk.visitors(world, [role])[0] if role else READER
    most = 8 if searcher.is_full else 1
    searcher.search.at_the_desk(who, desk.addresses(searcher.routes, pool, rows=rows, most=most))
    questions = list(desk.questions(world))
    searcher.search.at_the_desk(who, questions if searcher.is_full else questions[:12])
    for sentence in desk.oracles(searcher.search, world, who) if role else ():
        searcher.search.leaks.append(Leak(str(who), sentence, 200, "a list", "a column that this role does not see"))


def links_of_drafts(searcher: Searcher) -> None:
    """Every share link that there is, also those that must not open any more."""
    for link in ShareLink.objects.all():
        address = sharing.address_of(link)
        path = address[address.index("/draft/") :]
        for asked in (path, f"{path}x", path.rstrip("/")):
            searcher.search.ask(Ask(asked))
            searcher.search.ask(Ask(asked, "POST", body=b"name=x&body=x"))


def codes_of_narrators(searcher: Searcher) -> None:
    """The page of withdrawal, with words that are right and words that are wrong."""
    headers = (("Sec-Fetch-Site", "same-origin"), ("Origin", "null"))
    for row, words in searcher.world.codes.items():
        for language in ("en", "ko"):
            for typed in (words, "wrong wrong wrong wrong"):
                body = f"words={typed.replace(' ', '+')}".encode()
                answer = searcher.search.ask(Ask(f"/{language}/withdraw/", "POST", headers, body))
                assert answer.status < 500, row


def outside(searcher: Searcher) -> None:
    """Mail, queue, record, and what a thief of the database reads."""
    beside.mails(searcher.search, searcher.world)
    beside.tasks(searcher.search, searcher.world)
    beside.events(searcher.search, searcher.world)
    beside.sealed_in_clear(searcher.search, searcher.world)


def on_the_disk(searcher: Searcher) -> None:
    for sentence in beside.private_files(searcher.search):
        searcher.search.leaks.append(Leak("a thief", sentence, 0, "the disk", "a private file"))


def nothing_moves(searcher: Searcher) -> None:
    """Changing what readers do not see changes no byte of what they see."""
    search = searcher.search
    paths = [path for path in search.statuses if "/draft/" not in path]
    before = {path: search.pages[path] for path in paths}
    changing.write_on(searcher.world)
    for path in paths:
        answer = search.ask(Ask(path))
        if (answer.status, answer.body, answer.header("ETag")) != before[path]:
            was = before[path]
            why = f"{was[0]} became {answer.status}" if was[0] != answer.status else difference(was[1], answer.body)
            search.leaks.append(Leak("anonymous", str(answer.ask), answer.status, "the bytes", f"a hidden row: {why}"))


def difference(before: bytes, after: bytes) -> str:
    place = next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), 0)
    return f"{before[place - 30 : place + 30]!r} became {after[place - 30 : place + 30]!r}"

"""Who heard what that they should not have, and what they should have seen and did not; in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from tests.leaks import pixels
from tests.leaks.canaries import PARTNERS, WEBSITE, Canary, Nest
from tests.leaks.crawling import Answer, Ask, Visitor
from tests.leaks.decoding import readings, texts_in, unpacked

#: The surfaces for organisations; all else is this website.
FOR_PARTNERS = ("/embed/", "/oembed", "/api/", "/feeds/")
#: Files that pages of both surfaces show.
FOR_BOTH = ("/pictures/",)
SHARED = "/draft/"
DESK = "/admin/"
AROUND = 50


@dataclass(frozen=True)
class Leak:
    """One finding. `where` says in which part of the answer, or of what got out beside it."""

    who: str
    ask: str
    status: int
    where: str
    canary: str
    field_class: str = ""
    around: str = ""
    is_missing: bool = False

    def __str__(self) -> str:
        if self.is_missing:
            return f"MISSING  {self.canary} was not found by {self.who} on {self.where}, though it is public there."
        said = f"LEAK  {self.who} heard {self.canary} ({self.field_class})"
        said += f"\n      {self.ask} → {self.status}, in {self.where}"
        return f"{said}\n      … {self.around} …" if self.around else said


@dataclass
class Judge:
    """Knows what was planted and hears everything that comes out."""

    nest: Nest
    pictures: pixels.Album
    leaks: list[Leak] = field(default_factory=list)
    #: By surface, the canaries that readers found there.
    found: dict[str, set[str]] = field(default_factory=dict)
    _heard: dict[bytes, frozenset[str]] = field(default_factory=dict)

    def hear(self, answer: Answer) -> None:
        """Judge one answer."""
        echoed = self._echo(answer.ask)
        body = self._in_body(answer)
        for word in body:
            self._judge(answer, word, "the body", echoed)
        for name, value in answer.headers:
            for word in self.words(value):
                if name.lower() == "set-cookie":
                    # What a browser keeps lies on a disk, whoever it is.
                    self._add(answer, word, "a cookie")
                else:
                    self._judge(answer, word, f"the header {name}", echoed)
        for line in answer.logged:
            self.hear_line(answer, line, echoed)
        if answer.status == 200 and not answer.who.is_staff:
            self._note(answer, body)

    def hear_line(self, answer: Answer, line: str, echoed: frozenset[str]) -> None:
        """A line of the log names nothing, but for the address that somebody asked for; and no address that opens."""
        for word in self.words(line):
            if word not in echoed or opens_there(self.nest.by_word[word], answer.ask):
                self._add(answer, word, f"the log: {line[:120]}")

    def hear_beside(self, who: str, where: str, text: str, allowed: Iterable[str] = ()) -> None:
        """Something that got out beside the answers: a mail, a cache, a file for everybody."""
        for word in self.words(text) - set(allowed):
            self._leak(who, where, 0, where, word)

    def words(self, text: str) -> frozenset[str]:
        """The canaries in a text, in any reading."""
        found: set[str] = set()
        for reading in readings(text):
            found |= self.nest.heard_in(reading)
        return frozenset(found)

    def allowed(self, answer: Answer, canary: Canary) -> bool:
        """Whether this visitor may hear it there."""
        path = answer.ask.path
        if answer.who.is_staff and path.startswith(DESK):
            is_theirs = canary.person != "" and canary.person == answer.who.username
            return is_theirs or answer.who.role in canary.roles or bool(canary.surfaces)
        if path.startswith(SHARED):
            return bool(canary.surfaces) or any(link in path for link in canary.links)
        return bool(canary.surfaces & surfaces_of(path))

    def missing(self, surfaces: Iterable[str] = (WEBSITE, PARTNERS)) -> list[Leak]:
        """What is public and was found nowhere: hiding too much is a fault as well."""
        return [
            Leak("readers", "", 200, surface, str(canary), is_missing=True)
            for surface in surfaces
            for canary in self.nest
            if surface in canary.must and id(canary) not in self._found_on(surface)
        ]

    # --- Inside ---------------------------------------------------------------------------------------------------
    def _echo(self, ask: Ask) -> frozenset[str]:
        text = "\n".join((ask.path, *(value for _name, value in ask.headers), ask.body.decode("utf-8", "replace")))
        return self.words(text)

    def _in_body(self, answer: Answer) -> frozenset[str]:
        key = blake2b(answer.body, digest_size=16).digest()
        if key not in self._heard:
            data = unpacked(answer.body, answer.header("Content-Encoding")) if answer.body else b""
            found: set[str] = set()
            for text in texts_in(data):
                found |= self.words(text)
            found |= self.pictures.seen_in(data)
            self._heard[key] = frozenset(found)
        return self._heard[key]

    def _judge(self, answer: Answer, word: str, where: str, echoed: frozenset[str]) -> None:
        canary = self.nest.by_word[word]
        if word in echoed:
            return
        if not self.allowed(answer, canary):
            self._add(answer, word, where)

    def _add(self, answer: Answer, word: str, where: str) -> None:
        around = ""
        if where == "the body":
            text = unpacked(answer.body, answer.header("Content-Encoding")).decode("utf-8", "replace")
            place = text.find(word)
            around = " ".join(text[max(0, place - AROUND) : place + AROUND].split()) if place >= 0 else ""
        self._leak(str(answer.who), str(answer.ask), answer.status, where, word, around)

    def _leak(self, who: str, ask: str, status: int, where: str, word: str, around: str = "") -> None:
        from editorial.field_classes import classes

        canary = self.nest.by_word[word]
        self.leaks.append(Leak(who, ask, status, where, str(canary), str(classes().get(canary.key, "")), around))

    def _note(self, answer: Answer, words: frozenset[str]) -> None:
        for surface in surfaces_of(answer.ask.path):
            self.found.setdefault(surface, set()).update(words)

    def _found_on(self, surface: str) -> set[int]:
        return {id(self.nest.by_word[word]) for word in self.found.get(surface, set())}


def opens_there(canary: Canary, ask: Ask) -> bool:
    """Whether the request was one that this key opens: then not even the log may repeat it."""
    return canary.opens and (canary.literal not in ask.path or f"{SHARED}{canary.literal}" in ask.path)


def surfaces_of(path: str) -> frozenset[str]:
    """To which surfaces an address of readers belongs."""
    if path.startswith(FOR_BOTH):
        return frozenset({WEBSITE, PARTNERS})
    return frozenset({PARTNERS if path.startswith(FOR_PARTNERS) else WEBSITE})


def report(leaks: list[Leak], *, most: int = 40) -> str:
    """For a person: each leak once for each field and place, with one example and the number of the others."""
    groups: dict[tuple[str, str, str, bool], list[Leak]] = {}
    for leak in leaks:
        groups.setdefault((leak.who, leak.where.partition(":")[0], leak.canary, leak.is_missing), []).append(leak)
    lines = list(_lines(groups, most))
    return "\n".join([f"{len(leaks)} findings, {len(groups)} different ones.", *lines])


def _lines(groups: dict[tuple[str, str, str, bool], list[Leak]], most: int) -> Iterator[str]:
    for place, group in enumerate(groups.values()):
        if place == most:
            yield f"… and {len(groups) - most} more."
            return
        more = f"\n      and {len(group) - 1} more like it" if len(group) > 1 else ""
        yield f"{group[0]}{more}"


def about(visitor: Visitor) -> str:
    return str(visitor)

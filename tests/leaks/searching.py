"""The search itself: who asks what, in which order, at which instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.leaks import finding_urls
from tests.leaks.canaries import Nest
from tests.leaks.crawling import READER, Answer, Ask, Site, Visitor
from tests.leaks.finding_urls import Pool, Route
from tests.leaks.judging import DESK, Judge, Leak
from tests.leaks.pixels import Album

#: What every address is asked besides a plain GET.
OTHER_WAYS: tuple[tuple[str, tuple[tuple[str, str], ...], bytes], ...] = (
    ("GET", (("Accept-Encoding", "br"),), b""),
    ("GET", (("Accept-Encoding", "gzip"), ("Accept-Language", "ko")), b""),
    ("HEAD", (), b""),
    ("GET", (("Range", "bytes=0-400"),), b""),
    ("GET", (("Accept", "application/json"),), b""),
)
OTHER_VERBS: tuple[tuple[str, bytes], ...] = (
    ("OPTIONS", b""), ("POST", b"title=x&_save=1"), ("PUT", b"x"), ("TRACE", b""), ("DELETE", b""), ("PATCH", b"x"),
)  # fmt: skip
#: What breaks programs.
ODD = ("%00", "x" * 3_000, "..%2f..%2fetc", "%ff%fe", "9" * 40, "-1", "'\"><x>", "%EC%9D", "null")


@dataclass
class Search:
    """One search of one world. What was learned on the way is kept for the next step."""

    site: Site
    judge: Judge
    #: Addresses of readers that gave something, with the tag of the last answer.
    known: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    #: Of each address the body and the tag, for comparing two crawls.
    pages: dict[str, tuple[int, bytes, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, nest: Nest, album: Album) -> Search:
        return cls(Site(), Judge(nest, album))

    @property
    def leaks(self) -> list[Leak]:
        return self.judge.leaks

    def ask(self, ask: Ask, who: Visitor = READER) -> Answer:
        answer = self.site.ask(ask, who)
        self.judge.hear(answer)
        return answer

    # --- Readers --------------------------------------------------------------------------------------------------
    def read(self, first: Iterable[str]) -> None:
        """Every address given, and all that can be reached from there."""
        waiting = list(dict.fromkeys(first))[::-1]
        while waiting:
            path = waiting.pop()
            if path in self.statuses or path.startswith((DESK, "/static/")):
                continue
            answer = self.ask(Ask(path))
            self.statuses[path] = answer.status
            self.pages[path] = (answer.status, answer.body, answer.header("ETag"))
            if answer.status in {200, 301, 302, 410}:
                self.known[path] = answer.header("ETag")
                waiting.extend(self._leads(answer))

    def _leads(self, answer: Answer) -> list[str]:
        kind = answer.header("Content-Type")
        text = answer.body.decode("utf-8", "replace") if "image" not in kind else ""
        self.parameters |= finding_urls.parameters_in(text)
        location = answer.header("Location")
        found = list(finding_urls.links_in(text, answer.ask.path))
        return [*found, *(finding_urls.links_in(f'href="{location}"', answer.ask.path) if location else ())]

    def read_again(self, paths: Iterable[str] | None = None) -> None:
        """What is known by now, warm, in every other way of asking."""
        for path in list(paths if paths is not None else self.known):
            for method, headers, body in OTHER_WAYS:
                self.ask(Ask(path, method, headers, body))
            if tag := self.known.get(path, ""):
                self.ask(
                    Ask(path, headers=(("If-None-Match", tag), ("If-Modified-Since", "Wed, 01 Jan 2025 00:00:00 GMT")))
                )

    def other_verbs(self, paths: Iterable[str]) -> None:
        for path in paths:
            for method, body in OTHER_VERBS:
                self.ask(Ask(path, method, body=body))

    def odd_requests(self, known: list[Route]) -> None:
        """Addresses, parameters and hosts that are not meant."""
        for route in known:
            for odd in ODD:
                self.ask(Ask(route.filled([odd] * len(route.holes)) if route.holes else f"/{route.route}{odd}"))
        for path in ("/en/", "/en/stories/", "/embed/v1/c/x"):
            self.ask(Ask(path, headers=(("Host", "evil.example"),)))
            self.ask(Ask(path, headers=(("X-Forwarded-Host", "evil.example"), ("Authorization", "Basic eDp4"))))

    def with_parameters(self, words: Iterable[str]) -> None:
        """Each kind of page with every parameter whose name was learned somewhere."""
        of_each_kind: dict[str, str] = {}
        for path in self.known:
            of_each_kind.setdefault("/".join(path.split("?")[0].split("/")[:3]), path.split("?")[0])
        for path in of_each_kind.values():
            for name in sorted(self.parameters):
                for word in words:
                    self.read([f"{path}?{name}={word}"])

    # --- The desk -------------------------------------------------------------------------------------------------
    def at_the_desk(self, who: Visitor, paths: Iterable[str]) -> None:
        for path in paths:
            self.ask(Ask(path), who)


def first_addresses(known: list[Route], found: Pool, *, is_full: bool = False) -> list[str]:
    """Where a reader's search begins."""
    addresses = finding_urls.public_addresses(known, found, is_full=is_full)
    return ["/", "/robots.txt", "/sitemap.xml", "/favicon.ico", *addresses]

"""Asks the whole application, page cache included, as somebody, and keeps everything that comes back or gets out."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.wsgi import get_wsgi_application

from editorial.models import User
from reading.page_cache import PageCache

ANYBODY = "anonymous"


@dataclass(frozen=True)
class Visitor:
    """Who asks: a reader, or a member of staff by role."""

    name: str = ANYBODY
    role: str = ""
    username: str = ""
    cookie: str = ""

    @property
    def is_staff(self) -> bool:
        return bool(self.role)

    def __str__(self) -> str:
        return self.name


READER = Visitor()


def logged_in(user: User, role: str) -> Visitor:
    """A member of staff with a session of their own."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(timedelta(days=2))
    session.create()
    return Visitor(role, role, user.get_username(), f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


@dataclass(frozen=True)
class Ask:
    """One request. The path holds the query and is written as a browser sends it."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        rest = "".join(f" {name}: {value[:60]}" for name, value in self.headers)
        return f"{self.method} {self.path}{rest}"


@dataclass
class Answer:
    """What came back. `body` is as it was sent, compressed where the client took that."""

    who: Visitor
    ask: Ask
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    #: What was written to the log meanwhile.
    logged: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        return next((value for one, value in self.headers if one.lower() == name.lower()), "")


class Listener(logging.Handler):
    """Hears what the log of a real site would get: through the same filter, in the same form."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        described: Any = settings.LOGGING
        self.setLevel(described["root"]["level"])
        for name in described["handlers"]["console"].get("filters", []):
            self.addFilter(_filter(described["filters"][name]))
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def heard(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


def _filter(described: dict[str, Any]) -> Any:
    from django.utils.module_loading import import_string

    made = described["()"]
    factory = import_string(made) if isinstance(made, str) else made
    return factory(**{name: value for name, value in described.items() if name != "()"})


class Site:
    """The application, with a page cache of its own, and an ear for what gets out beside the answers."""

    def __init__(self, application: Any = None) -> None:
        self.cache = PageCache(application or get_wsgi_application())
        self.listener = Listener()
        self.asked = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        root = logging.getLogger()
        others, root.handlers = root.handlers, [self.listener]
        try:
            yield
        finally:
            root.handlers = others

    def ask(self, ask: Ask, who: Visitor = READER) -> Answer:
        """One request through the whole stack."""
        self.asked += 1
        started: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = [status, headers]
            return lambda _data: None

        chunks = self.cache(environ_of(ask, who), begin)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return Answer(who, ask, int(started[0][:3]), started[1], body, self.listener.heard())


def environ_of(ask: Ask, who: Visitor) -> dict[str, Any]:
    """As a server would make it of the bytes on the wire."""
    split = urlsplit(settings.SITE_URL)
    target, _mark, query = ask.path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _unquoted(target),
        "QUERY_STRING": quote(query, safe="%=&+?/:;,@!$'()*~.-_"),
        "SERVER_NAME": split.hostname or "localhost",
        "SERVER_PORT": str(split.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": split.scheme,
        "wsgi.input": io.BytesIO(ask.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(ask.body)) if ask.body else "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if ask.method in {"POST", "PUT"} else "",
    }
    if who.cookie:
        environ["HTTP_COOKIE"] = who.cookie
    for name, value in ask.headers:
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


def _unquoted(path: str) -> str:
    """PATH_INFO holds the bytes of the path, each as one Latin-1 letter."""
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def sent_mail() -> list[str]:
    """Every mail that went out, headers included."""
    return [message.message().as_string() for message in getattr(mail, "outbox", [])]

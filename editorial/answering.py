"""What this site answers at one of its own addresses: asked of the whole application, page cache included.

Nothing is fetched: the application is called in this process, as a server would call it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


def answer(path: str, *, method: str = "GET", **headers: str) -> Answer:
    """For a path, with its query if it has one. Headers are given as `if_none_match="…"`."""
    began: list[Any] = []
    application = _application()
    chunks = application(
        _environ(path, method, headers), lambda status, fields, _info=None: began.extend((status, fields))
    )
    try:
        body = b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
    return Answer(int(began[0][:3]), dict(began[1]), body)


def last_tag(path: str) -> str:
    """The tag with which this process last answered a page, whether or not that is still so; empty if it knows none."""
    known = getattr(_application(), "last_tag", None)
    return str(known(path)) if known else ""


def _application() -> Any:
    """As the server runs it. Raises RuntimeError where it would not start."""
    try:
        return get_internal_wsgi_application()
    except SystemExit as refusal:
        # Whoever only asks, as a task does, must not end because of it.
        raise RuntimeError(str(refusal)) from None


def _environ(path: str, method: str, headers: dict[str, str]) -> dict[str, Any]:
    site, asked = urlsplit(settings.SITE_URL), urlsplit(path)
    port = str(site.port or (443 if site.scheme == "https" else 80))
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # As WSGI has it: bytes, each written as one letter.
        "PATH_INFO": unquote_to_bytes(quote(asked.path, safe="/%")).decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if proxy := getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        environ[proxy[0]] = proxy[1]
    return environ | {f"HTTP_{name.upper()}": value for name, value in headers.items()}

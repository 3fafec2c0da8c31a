"""The page cache in front of Django: finished bytes, never past their truth (DESIGN §5).

An entry is filed under the generation that was read before its page was rendered, and lives until the first instant
at which an edition or a clearance starts or ends. Each hit costs one read of the generation; if that read fails, the
answer is 503 and never the kept page.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import brotli
from django.conf import settings

from editorial.door import KEEP, Keep
from reading import shared_cache
from reading.generation import Unreadable, current_generation
from reading.kept import Entry, Kept

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

#: Headers that the cache writes itself, for each answer anew.
OWN = {"content-length", "etag", "content-encoding", "vary", "cache-control", "connection", "date"}
FORBIDDEN = {"set-cookie"}
#: Never kept, nor looked for in a cache that others can read: the path of a shared draft is its key. Pictures are asked
#: for anew each time (editorial/picture_views.py): their bytes would fill the memory that pages need.
NOT_FOR_ALL = ("/admin/", "/static/", "/draft/", "/pictures/")
LONGEST_KEY = 2_000


class PageCache:
    """A WSGI application that answers public pages from memory and hands everything else to Django."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._kept = Kept(settings.PAGE_CACHE_MEGABYTES * 1_000_000)
        self._renders: dict[str, threading.Lock] = {}
        self._renders_lock = threading.Lock()
        self._is_shared = bool(settings.CACHE_URL)
        self._scheme = urlsplit(settings.SITE_URL).scheme

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        try:
            generation, is_new_file = current_generation()
        except Unreadable:
            return unavailable(start_response)
        if is_new_file:
            self._kept.clear()
        entry = self._entry(key, generation)
        if entry is None:
            with self._render_lock(key):
                entry = self._entry(key, generation)
                if entry is None:
                    return self._render(key, generation, environ, start_response)
        return answer(entry, environ, start_response)

    def last_tag(self, path: str) -> str:
        """The tag of the plain bytes with which a page was last answered here, true or not; empty if it never was."""
        entry = self._kept.get(path if "?" in path else f"{path}?")
        return f'"{entry.tag}"' if entry else ""

    def _key(self, environ: Environ) -> str | None:
        """What a request is filed under, or nothing when it is not for the cache."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if path.startswith(NOT_FOR_ALL) or len(path) + len(query) > LONGEST_KEY:
            return None
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        if host not in settings.ALLOWED_HOSTS or self._scheme_of(environ) != self._scheme:
            return None
        return f"{path}?{query}"

    def _scheme_of(self, environ: Environ) -> str:
        header = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
        if header:
            return "https" if environ.get(header[0]) == header[1] else "http"
        return str(environ["wsgi.url_scheme"])

    def _entry(self, key: str, generation: int) -> Entry | None:
        entry = self._kept.get(key)
        now = time.time()
        if entry is not None and entry.is_true(generation, now):
            return entry
        if self._is_shared:
            entry = shared_cache.get(key)
            if entry is not None and entry.is_true(generation, now):
                self._kept.put(key, entry)
                return entry
        return None

    def _render_lock(self, key: str) -> threading.Lock:
        """One render for each key at a time in this process."""
        with self._renders_lock:
            if len(self._renders) > 10_000:
                self._renders.clear()
            return self._renders.setdefault(key, threading.Lock())

    def _render(self, key: str, generation: int, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django answer, and keep the answer where the view allowed it."""
        started: dict[str, Any] = {}

        def begin(status: str, headers: Headers, exc_info: Any = None) -> Any:
            started.update(status=status, headers=headers, exc_info=exc_info)
            return lambda _data: None

        inner = dict(environ, REQUEST_METHOD="GET")
        # Django answers conditional requests itself only where a view asks for it; ours never do.
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"):
            inner.pop(name, None)
        chunks = self._application(inner, begin)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        keep: Keep | None = inner.get(KEEP)
        if keep is None or not may_keep(started["status"], started["headers"]):
            start_response(started["status"], started["headers"], started["exc_info"])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        entry = finished(body, started["headers"], keep, generation)
        self._kept.put(key, entry)
        if self._is_shared:
            shared_cache.put(key, entry)
        return answer(entry, environ, start_response)


def may_keep(status: str, headers: Headers) -> bool:
    """Only a 200 that is the same for everybody."""
    if not status.startswith("200"):
        return False
    for name, value in headers:
        lower = name.lower()
        if lower in FORBIDDEN:
            return False
        if lower == "cache-control" and ("private" in value or "no-store" in value):
            return False
        if lower == "vary" and value.strip().lower() != "accept-encoding":
            return False
    return True


def finished(body: bytes, headers: Headers, keep: Keep, generation: int) -> Entry:
    """The entry with its compressed forms; brotli 5 and gzip 6 cost a millisecond together."""
    return Entry(
        generation=generation,
        until=keep.until.timestamp(),
        max_age=keep.max_age,
        headers=tuple((name, value) for name, value in headers if name.lower() not in OWN),
        bodies={
            "": body,
            "br": brotli.compress(body, quality=5),
            "gzip": gzip.compress(body, compresslevel=6, mtime=0),
        },
        tag=hashlib.sha256(body).hexdigest()[:32],
    )


def accepted(header: str) -> str:
    """The best encoding that the client takes: br, gzip or none."""
    offered = {}
    for part in header.lower().split(","):
        name, _semicolon, weight = part.strip().partition(";")
        offered[name.strip()] = weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((encoding for encoding in ("br", "gzip") if offered.get(encoding)), "")


def answer(entry: Entry, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """200 with the bytes, or 304 to a client that holds just these bytes."""
    encoding = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
    tag = f'"{entry.tag}{"-" + encoding if encoding else ""}"'
    seconds = min(entry.max_age, int(entry.until - time.time()))
    headers = [
        *entry.headers,
        ("ETag", tag),
        ("Vary", "Accept-Encoding"),
        ("Cache-Control", f"public, max-age={seconds}" if seconds > 0 else "public, no-cache"),
    ]
    held = [one.strip().removeprefix("W/") for one in environ.get("HTTP_IF_NONE_MATCH", "").split(",")]
    if tag in held:
        start_response("304 Not Modified", [pair for pair in headers if pair[0].lower() != "content-type"])
        return []
    body = entry.bodies[encoding]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def unavailable(start_response: StartResponse) -> Iterable[bytes]:
    """The database cannot say whether a kept page is still true, so nothing is shown."""
    body = b"Firsthand cannot be read at this moment. Please try again in a few seconds.\n"
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Retry-After", "2"),
    ]
    start_response("503 Service Unavailable", headers)
    return [body]

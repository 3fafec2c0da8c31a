"""Measures the public pages, side by side in one run: CPU of a hit, a 304 and a miss, as ratios to a bare Django view.

Also queries and bytes of each page, and lines per floor. In process, without a server: what is compared is the
application alone. Needs a seeded database (`make demo` makes one).

Usage: python -m bench.pages
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("FIRSTHAND_MODE", "development")
ROUNDS, CALLS = 9, 200
PAGES = {
    "home": "/en/",
    "stories": "/en/stories/",
    "story": "/en/stories/learning-to-think/",
    "research": "/en/research/",
    "summary": "/en/research/why-most-refugees-are-women/",
    "statistics": "/en/statistics/",
    "statistic": "/en/statistics/arrivals-in-south-korea/",
    "source": "/en/sources/jeon-2008-trauma/",
    "topics": "/en/topics/",
    "topic": "/en/topics/women/",
    "collection": "/en/collections/women/",
    "page": "/en/about/",
    "frame": "/embed/v1/c/women",
}
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def environ(path: str, **more: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": "br",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **more,
    }


def ask(application: Application, path: str, **more: str) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    chunks = application(environ(path, **more), lambda status, headers, _info=None: seen.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = seen[0]
    return status, dict(headers), body


def cpu_of(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median CPU milliseconds of each, taken in turn so that a drift of the machine touches all alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            times = CALLS if name != "story, rendered" else CALLS // 10
            start = time.process_time()
            for _ in range(times):
                call()
            taken[name].append((time.process_time() - start) * 1000 / times)
    return {name: statistics.median(values) for name, values in taken.items()}


def lines_per_floor() -> None:
    print("\nlines of Python, without migrations")
    for floor in ("config", "editorial", "stories", "research", "reading", "embeds", "tests", "bench"):
        names = subprocess.run(["git", "ls-files", f"{floor}/*.py"], capture_output=True, text=True, check=True).stdout
        files = [Path(name) for name in names.split() if "/migrations/" not in name]
        print(f"  {floor:<10} {sum(len(path.read_text().splitlines()) for path in files):>6}  in {len(files)} files")


def main() -> None:
    import brotli
    import django

    django.setup()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.test.utils import CaptureQueriesContext
    from django.urls import path

    from config import urls
    from config.wsgi import application, django_application

    status, _headers, body = ask(django_application, PAGES["story"])
    if not status.startswith("200"):
        msg = "There is nothing to measure yet. Run `make demo` once: it makes the database. Then try again."
        raise SystemExit(msg)

    def hello(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(body)

    patterns: list[Any] = urls.urlpatterns
    patterns.insert(0, path("bench-hello", hello))
    bare = get_wsgi_application()
    story = PAGES["story"]
    tag = ask(application, story)[1]["ETag"]
    assert ask(application, story, HTTP_IF_NONE_MATCH=tag)[0].startswith("304")
    took = cpu_of(
        {
            "hello-world view of the same bytes, our middleware": lambda: ask(bare, "/bench-hello"),
            "story, kept (hit)": lambda: ask(application, story),
            "story, unchanged (304)": lambda: ask(application, story, HTTP_IF_NONE_MATCH=tag),
            "story, rendered": lambda: ask(django_application, story),
        }
    )
    base = took["hello-world view of the same bytes, our middleware"]
    print(f"CPU per request, median of {ROUNDS} rounds, with the hello-world view as 1 ({base:.3f} ms)")
    for name, value in took.items():
        print(f"  {name:<52} {value / base:6.3f}")
    print("\npage        queries   bytes   brotli 5")
    for name, address in PAGES.items():
        with CaptureQueriesContext(connection) as queries:
            status, _headers, text = ask(django_application, address)
        assert status.startswith("200"), (address, status)
        print(f"  {name:<11} {len(queries):>5} {len(text):>8} {len(brotli.compress(text, quality=5)):>9}")
    lines_per_floor()


if __name__ == "__main__":
    main()

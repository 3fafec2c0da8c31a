"""Measures how fast a story is gone: 50 clients ask for it without pause, with old tags; a code takes it back.

A site of its own on loopback, as `make demo` starts it. For each surface: when the last answer that still had the story
came in, and how many requests that began after the answer of the withdrawal got its bytes or a 304 (none must).

Usage: python -m bench.withdrawal [--clients 50] [--seconds 5] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.hammering import Hammer, Measured, Target, measured, withdraw_by_code

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0
MOST_CLIENTS, MOST_SECONDS, MOST_ROUNDS = 200, 60.0, 10
#: A story in a topic, a collection and its frame of their own, and its code.
MAKE = """
import sys, json, itertools, time, django; django.setup()
from editorial.models import User
from stories import codes
from tests import makers, pictures
makers._numbers = itertools.count(time.time_ns())
person = {user.username: user for user in User.objects.all()}
staff = makers.Staff(*(person[name] for name in ("contributor", "editor", "reviewer", "publisher", "consent")))
slug = f"hammered-{sys.argv[1]}"
tag = makers.make_tag(f"Hammered {sys.argv[1]}")
story = makers.make_story(staff, slug=slug, title=f"A story under the hammer {sys.argv[1]}", tags=[tag])
makers.make_consent(story, by=staff.consent_officer, scopes=("website", "partners", "portrait"))
picture = pictures.make_picture(staff, portrait_of=story)
pictures.use(story, picture, staff, is_lead=True)
makers.publish(story, staff)
makers.publish(makers.make_collection(staff, slug=slug, any_of=[tag]), staff)
words = codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")
file = pictures.path_of(picture)
print(json.dumps({"slug": slug, "topic": tag.slug, "title": story.title, "words": words, "picture": file}))
"""


def targets(made: dict[str, str]) -> list[Target]:
    path = f"/en/stories/{made['slug']}/"
    traces = (path, made["title"])
    return [
        Target("story page", path, traces),
        Target("list", "/en/stories/", traces),
        Target("list (Korean)", "/ko/stories/", traces),
        Target("home", "/en/", traces),
        Target("topic", f"/en/topics/{made['topic']}/", traces),
        Target("topics", "/en/topics/", (f"/en/topics/{made['topic']}/",)),
        Target("collection", f"/en/collections/{made['slug']}/", traces),
        Target("frame", f"/embed/v1/c/{made['slug']}", traces),
        Target("picture", made["picture"]),
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "FIRSTHAND_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder),
        "SITE_URL": f"http://localhost:{port}",
        "DATABASE_URL": os.environ.get("DATABASE_URL", "") or f"sqlite:///{folder / 'firsthand.sqlite3'}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    clients = min(max(asked.clients, 1), MOST_CLIENTS)
    seconds = min(max(asked.seconds, 1.0), MOST_SECONDS)
    with tempfile.TemporaryDirectory(prefix="firsthand-withdrawal-") as name:
        folder, port = Path(name), free_port()
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "config.demo", "--port", str(port)],
                cwd=ROOT,
                env=environment(folder, port),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait(log, server)
            worst = 0
            for number in range(min(max(asked.rounds, 1), MOST_ROUNDS)):
                worst += hammered(folder, port, number, clients=clients, seconds=seconds)
        finally:
            server.terminate()
            server.wait(timeout=20)
    print("\nNothing stale after the answer." if not worst else f"\n{worst} stale answers to requests after it.")
    return int(bool(worst))


def wait(log: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while "Firsthand is running" not in log.read_text():
        if time.monotonic() > end or server.poll() is not None:
            raise SystemExit(log.read_text())
        time.sleep(0.2)


def hammered(folder: Path, port: int, number: int, *, clients: int, seconds: float) -> int:
    """One round; how many answers after the withdrawal were stale."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(number)],
        cwd=ROOT,
        env=environment(folder, port),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    made = json.loads(done.stdout.strip().splitlines()[-1])
    hammer = Hammer(f"http://localhost:{port}", targets(made), clients)
    if missing := hammer.warm():
        msg = f"Not shown before the withdrawal: {', '.join(missing)}."
        raise SystemExit(msg)
    hammer.start()
    time.sleep(seconds / 2)
    sent, answered = withdraw_by_code(hammer.url, made["words"])
    time.sleep(seconds)
    hammer.stop()
    rows = measured(hammer.samples, answered)
    report(rows, took=answered - sent, number=number, clients=clients)
    return sum(row.not_modified + row.with_bytes for row in rows)


def report(rows: list[Measured], *, took: float, number: int, clients: int) -> None:
    print(f"\nround {number + 1}: {clients} clients; the withdrawal itself took {took * 1000:.0f} ms under that load")
    print("  surface          asked before  asked after   304   bytes   last stale answer   first refusal   failed")
    for row in rows:
        print(
            f"  {row.surface:<16} {row.answers_before:>12} {row.answers_after:>12} {row.not_modified:>5} "
            f"{row.with_bytes:>7} {milliseconds(row.last_stale):>19} {milliseconds(row.first_gone):>15} {row.failed:>8}"
        )


def milliseconds(seconds: float | None) -> str:
    return "none" if seconds is None else f"{seconds * 1000:+.0f} ms"


if __name__ == "__main__":
    sys.exit(main())

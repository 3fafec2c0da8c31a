"""`make demo`: an empty machine's database, content, static files and server; a second run just starts.

Usage: python -m config.demo [--port 8000]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Refusal(Exception):  # noqa: N818  (a sentence for the person at the keyboard)
    """Why the demonstration cannot start, and what to do."""


def prepare() -> str:
    """Bring database, content and static files up to date; what to tell about log-ins."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    if needs_migrating():
        print("Preparing the database …", flush=True)
        call_command("migrate", verbosity=0)
        call_command("rebuild_search", stdout=io.StringIO())
    call_command("compile_translations")
    from reading import seeding

    log_ins = "  Demo log-ins: as printed at the first start; `make passwords` sets and prints new ones."
    if not seeding.is_seeded():
        print("Loading the demonstration through the workflow …", flush=True)
        try:
            passwords = seeding.seed(lambda line: print(line, flush=True))
        except seeding.BadFixture as error:
            msg = f"{error}\nNothing was loaded."
            raise Refusal(msg) from error
        lines = [f"    {username:<14} {password}" for username, password in passwords.items()]
        log_ins = "\n".join(["  Demo log-ins (printed this once; `make passwords` sets new ones):", *lines])
    stamp = Path(settings.VAR_DIR) / "static-stamp"
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        print("Collecting static files …", flush=True)
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(state)
    return log_ins


def needs_migrating() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_state() -> str:
    """Changes with any of our static files or with an installed package."""
    sources = sorted((ROOT / "static").rglob("*")) + sorted((ROOT / "requirements").glob("*.txt"))
    parts = [f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in sources if path.is_file()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def announcement(port: int, log_ins: str) -> str:
    site = f"http://localhost:{port}"
    return "\n".join(
        [
            "",
            "Firsthand is running.",
            f"  The site:          {site}/",
            f"  The editors’ desk: {site}/admin/",
            f"  An embed:          {site}/embed/v1/c/learning",
            log_ins,
            "  Ctrl-C stops it; the content stays. `make clean` undoes everything.",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FIRSTHAND_MODE", "development")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    from config.serve import is_taken, serve

    if is_taken(port):
        print(f"Port {port} is in use. End the other program, or choose another port: make demo PORT={port + 1}")
        return 1
    started = time.monotonic()
    try:
        log_ins = prepare()
    except Refusal as refusal:
        print(refusal)
        return 1
    print(f"Ready in {time.monotonic() - started:.1f} s; starting the server …", flush=True)
    from django.db import connections

    connections.close_all()
    return serve(port, workers=2, announcement=announcement(port, log_ins))


if __name__ == "__main__":
    sys.exit(main())

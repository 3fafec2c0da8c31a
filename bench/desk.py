"""Measures the desk against Wagtail's, side by side in one run: CPU, queries and bytes of the edit page, list and save.

Each site runs in a process of its own and is asked in turn, so that a drift of the machine touches both alike. What is
compared is the application alone, without a server. Makes its own databases in a temporary folder, and once a virtual
environment for Wagtail under var/. It asserts no time. bench/README.md says what is equal and what is not.

Usage: python -m bench.desk
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "bench.txt"
ENVIRONMENT = ROOT / "var" / "bench-venv"
#: What is asked, how it is called, and how many requests a batch has.
READ, WRITTEN = {"edit": 10, "list": 5}, {"save": 5}
NAMES = {"edit": "edit page", "list": "list page", "save": "save"}
WARM_UP, ROUNDS = 10, 15
#: Seconds since the start: how long installing may take, when no further round of reading and of saving begins, and
#: when everything is given up.
INSTALLED_BY, READ_BY, SAVED_BY, GIVEN_UP = 100, 115, 145, 175
OURS = "Firsthand"
#: As the Makefile installs, with less patience where nothing answers.
PIP_INSTALL = [
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"),
    *("--require-hashes", "--only-binary", ":all:"),
]


class Skipped(Exception):  # noqa: N818  (a sentence for the person at the keyboard)
    """Why there is no Wagtail to compare with."""


class Ended(Exception):  # noqa: N818
    """One of the two processes is gone; what it said stands above."""


# --- Wagtail’s environment ------------------------------------------------------------------------------------------
def wagtail_python(folder: Path = ENVIRONMENT) -> Path:
    """The Python that has Wagtail, installed from the hashed lock when it is not there yet. Raises Skipped."""
    python, stamp = folder / "bin" / "python", folder / "made"
    state = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return python
    print("Installing Wagtail into an environment of its own, once …", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    install = [*PIP_INSTALL, "-r", str(LOCK)]
    try:
        for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], [str(python), *install]):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALLED_BY)
    except subprocess.TimeoutExpired as late:
        msg = f"it was not installed after {INSTALLED_BY} seconds"
        raise Skipped(msg) from late
    except subprocess.CalledProcessError as error:
        raise Skipped(reason(error.stderr or error.stdout)) from error
    stamp.write_text(state)
    return python


def reason(said: str) -> str:
    """Why pip failed, in half a sentence, from what it wrote."""
    if "connection" in said.lower():
        return "pip cannot reach the package registry"
    lines = [line.removeprefix("ERROR:").strip() for line in said.splitlines() if line.startswith("ERROR:")]
    return f"it could not be installed ({lines[-1].rstrip('.') if lines else 'without a reason given'})"


# --- The two processes ----------------------------------------------------------------------------------------------
@dataclass
class Site:
    """One of the two, in a process of its own; what it took, in milliseconds, by page and round."""

    name: str
    process: subprocess.Popen[str]
    taken: dict[str, list[list[float]]] = field(default_factory=dict)

    def ask(self, *order: Any) -> Any:
        """Its answer to one order. Raises Ended."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Ended(self.name) from error
        return self.answer()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Ended(self.name)
        return json.loads(line)

    def run_batch(self, page: str, times: int) -> None:
        self.taken.setdefault(page, []).append(self.ask("batch", page, times))

    def all_of(self, page: str) -> list[float]:
        return [value for values in self.taken[page] for value in values]


def start(name: str, python: Path | str, module: str, folder: Path) -> Site:
    """Begins to make one site ready. Nothing of the environment can point it at another database or server."""
    folder.mkdir()
    surroundings = os.environ | {
        "FIRSTHAND_MODE": "development",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/firsthand.sqlite3",
        "CACHE_URL": "locmemcache://",
        "MAIL": "console:",
        "ALLOWED_HOSTS": "localhost",
        "TIME_ZONE": "Asia/Seoul",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    process = subprocess.Popen(
        [str(python), "-m", module],
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Site(name, process)


@contextmanager
def both(python: Path | None, seconds: float) -> Iterator[list[Site]]:
    """The sites, ready to be asked; ours alone where there is no Wagtail. After so many seconds they are ended."""
    with tempfile.TemporaryDirectory() as folder:
        sites = [start(OURS, sys.executable, "bench.desk_firsthand", Path(folder) / "ours")]
        if python is not None:
            sites.append(start("Wagtail", python, "bench.wagtail_site.answering", Path(folder) / "wagtail"))
        watch = threading.Timer(seconds, end, [sites])
        watch.start()
        try:
            for site in sites:
                site.name = site.answer()
            yield sites
        finally:
            watch.cancel()
            end(sites)
            for site in sites:
                site.process.communicate()


def end(sites: list[Site]) -> None:
    for site in sites:
        site.process.kill()


# --- Measuring and telling ------------------------------------------------------------------------------------------
def measure(sites: list[Site], pages: dict[str, int], until: float) -> None:
    """Batches in turn, each round in the other order. The first round always, then as many as there is time for."""
    for page in pages:
        for site in sites:
            site.ask("batch", page, WARM_UP)
    for number in range(ROUNDS):
        if number and time.monotonic() > until:
            print(f"  (The machine was too busy for more than {number} of {ROUNDS} rounds.)")
            return
        for page, times in pages.items():
            for site in sites[:: -1 if number % 2 else 1]:
                site.run_batch(page, times)


def tell(sites: list[Site], page: str) -> None:
    """The lines of one page; a ratio below 1 says that ours costs less."""
    for site in sites:
        values, size = site.all_of(page), site.ask("size", page)
        print(
            f"  {NAMES[page]:<10} {site.name:<14} {statistics.median(values):8.1f} {min(values):8.1f}"
            f" {site.ask('queries', page):8} {size or '':>9}"
        )
    if len(sites) == 1:
        return
    ours, other = sites
    ratio = statistics.median(ours.all_of(page)) / statistics.median(other.all_of(page))
    least = min(ours.all_of(page)) / min(other.all_of(page))
    rounds = [
        statistics.median(mine) / statistics.median(its)
        for mine, its in zip(ours.taken[page], other.taken[page], strict=True)
    ]
    span = f"median by round {min(rounds):.2f} to {max(rounds):.2f}"
    print(f"  {'':<10} {'ratio':<14} {ratio:8.2f} {least:8.2f}   ({span})\n")


def compare(python: Path | None, began: float) -> None:
    with both(python, began + GIVEN_UP - time.monotonic()) as sites:
        for site in sites:
            print(f"  {site.name}: {site.ask('about')}")
        measure(sites, READ, began + READ_BY)
        print(f"\n  {'page':<10} {'site':<14} {'median':>8} {'min':>8} {'queries':>8} {'bytes':>9}")
        for page in READ:
            tell(sites, page)
        measure(sites, WRITTEN, began + SAVED_BY)
        for page in WRITTEN:
            tell(sites, page)


def main() -> int:
    began = time.monotonic()
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    python = None
    try:
        python = wagtail_python()
    except Skipped as why:
        print(f"The comparison with Wagtail was skipped, because {why}.")
    print("\nthe desk: CPU of one request in milliseconds, both sites in turn in one run", flush=True)
    if load > cores:
        print(f"  The machine is busy (load {load:.1f} on {cores} cores): trust the ratios more than the milliseconds.")
    try:
        compare(python, began)
    except Ended as gone:
        print(f"{gone} did not answer to the end. If nothing above says why, the machine was too busy: run it again.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the application server and one task worker side by side; one Ctrl-C ends both.

Usage: python -m config.serve [--port 8000] [--workers 2]
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from config.sqlite import serving_threads

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 10.0


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def commands(port: int, workers: int) -> list[list[str]]:
    """The server and the worker. One thread for each server process where SQLite has only its rollback journal."""
    server = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *(
            "--workers",
            str(workers),
            "--blocking-threads",
            str(serving_threads()),
            "--no-ws",
            "--respawn-failed-workers",
        ),
        *("--log-level", "warning", "--workers-kill-timeout", "5", "config.wsgi:application"),
    ]
    worker = [sys.executable, "manage.py", "db_worker", "--no-startup-delay"]
    return [server, worker]


def wait_until_answering(port: int, children: list[subprocess.Popen[bytes]]) -> bool:
    """True as soon as the server takes connections; false when a child ended or nothing happened in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if any(child.poll() is not None for child in children):
            return False
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def end_all(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask each child to end, and make it end after a while."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=6)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve(port: int, workers: int, announcement: str = "") -> int:
    """Run until a signal comes or a child ends; the exit status."""
    if is_taken(port):
        print(f"Port {port} is in use. End the other program, or choose another port: make demo PORT={port + 1}")
        return 1
    # Its own group: the terminal's Ctrl-C then reaches this process alone, which ends both in order.
    children = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True)
        for command in commands(port, workers)
    ]
    asked_to_end = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_end
        asked_to_end = True

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    try:
        if not wait_until_answering(port, children):
            print("The server did not start. What it says stands above.")
            return 1
        if announcement:
            print(announcement, flush=True)
        while not asked_to_end and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        end_all(children)
    if not asked_to_end:
        print("The server or the task worker ended by itself; both are stopped. Start again with: make demo")
        return 1
    print("\nStopped.")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    sys.exit(serve(arguments.port, arguments.workers))

"""Times the search of the desk over many drafts: a temporary SQLite database with 100,000 made-up rows.

By hand; it asserts nothing. Building takes some minutes and about a gigabyte of the temporary folder.

Usage: python -m bench.finding [--rows 100000] [--words 200]
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
BATCH, ROUNDS = 1000, 15
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후은을이에의"
PARTICLES = ("은", "는", "이", "가", "을", "를", "에서", "에게", "의", "으로")
RARE, RARE_KOREAN = "quillwort", "북한이탈주민"
#: What is looked for, and why.
QUERIES = {
    "a title": "lesson 4711",
    "a common word": "the",
    "a common word being typed": "th",
    "three common words": "the and of",
    "a common and a rare word": f"the {RARE}",
    "a rare word": RARE,
    "a rare word being typed": RARE[:6],
    "a rare Korean noun": RARE_KOREAN,
    "a common Korean noun": "학교",
    "one syllable": "학",
    "two Korean nouns": "학교 학생",
    "one letter": "t",
    "a slug": "lesson-4711",
    "an id": "000000004711",
    "nothing": "xyzzyx",
}


def vocabulary(chance: random.Random) -> tuple[list[str], list[str]]:
    """Made-up words, the first ones short as common words are."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    english = ["the", "and", "of", "to", "in", "that", "they", "then"]
    english += ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(30_000)]
    korean = ["학교", "학생", "배움", "교실"]
    korean += ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(10_000)]
    return english, korean


def texts(rows: int, length: int) -> Iterator[str]:
    """Texts of so many words that are as unevenly common as those of a language; every third one is Korean."""
    chance = random.Random(7)
    english, korean = vocabulary(chance)
    of_english = list(itertools.accumulate(1 / rank for rank in range(1, len(english) + 1)))
    of_korean = list(itertools.accumulate(1 / rank for rank in range(1, len(korean) + 1)))
    for number in range(rows):
        if number % 3:
            words = chance.choices(english, cum_weights=of_english, k=length)
        else:
            nouns = chance.choices(korean, cum_weights=of_korean, k=length)
            words = [noun + chance.choice(PARTICLES) for noun in nouns]
        if number % 5000 == 1:
            words[length // 2] = RARE
        if number % 5000 == 3:
            words[length // 2] = RARE_KOREAN + "은"
        yield " ".join(words)


def build(rows: int, length: int, by: Any) -> None:
    from django.utils import timezone

    from editorial import words
    from editorial.models import Findable, Piece, Revision

    now = timezone.now()
    for batch in itertools.batched(enumerate(texts(rows, length), 1), BATCH):
        pieces, revisions, lines = [], [], []
        for number, text in batch:
            title, slug, public_id = f"Lesson {number} {text[:40]}", f"lesson-{number}", f"{number:012}"
            pieces.append(
                Piece(
                    pk=number, public_id=public_id, kind="story", title=title, slug=slug, created_by=by, changed_at=now
                )
            )
            content = {"title": title, "slug": slug, "body": f"<p>{text}</p>"}
            revisions.append(
                Revision(piece_id=number, number=1, made_by=by, made_at=now, content=content, schema_version=1)
            )
            names = [title, slug, public_id]
            lines.append(Findable(piece_id=number, title=words.line(names), text=words.line([*names, text])))
        Piece.objects.bulk_create(pieces)
        Revision.objects.bulk_create(revisions)
        Findable.objects.bulk_create(lines)
        if batch[-1][0] % 10_000 == 0:
            print(f"  {batch[-1][0]} rows", flush=True)


def measure(by: Any) -> None:
    from editorial import finding

    print(f"{'':28} {'p50 ms':>8} {'worst':>8}  found")
    for name, text in QUERIES.items():
        taken, found = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            found = finding.find(text, by=by)
            taken.append((time.perf_counter() - start) * 1000)
        print(f"{name:28} {statistics.median(taken):8.1f} {max(taken):8.1f}  {len(found)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VAR_DIR": folder, "FIRSTHAND_MODE": "development"}
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        import django

        django.setup()
        from django.core.management import call_command

        from editorial.models import User

        call_command("migrate", verbosity=0)
        by = User.objects.create_superuser("bench")
        start = time.perf_counter()
        build(options.rows, options.words, by)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.sqlite3")) / 1_000_000
        print(f"{options.rows} rows of {options.words} words in {time.perf_counter() - start:.0f} s, {size:.0f} MB")
        measure(by)
    return 0


if __name__ == "__main__":
    sys.exit(main())

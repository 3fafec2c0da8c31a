"""Measures how long it takes to compare two long texts, and how that grows with their length. It asserts no time.

Usage: python -m bench.comparing
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("FIRSTHAND_MODE", "development")

ROUNDS = 5
SHORT, LONG = 10_000, 100_000
#: Letters of a made-up word with its space.
PER_WORD = 6


def words(numbers: random.Random, count: int) -> list[str]:
    """As unevenly often as in a language."""
    return [f"word{int(numbers.paretovariate(0.6)) % 3000}" for _ in range(count)]


def rewritten(numbers: random.Random, paragraph: list[str]) -> list[str]:
    """A tenth of the words gone, a third of the others new."""
    kept = [word for word in paragraph if numbers.random() > 0.1]
    return [word if numbers.random() > 0.3 else f"new{numbers.randrange(2000)}" for word in kept]


def prose(paragraphs: list[list[str]]) -> str:
    return "".join(f"<p>{' '.join(one)}.</p>" for one in paragraphs)


def many_paragraphs(numbers: random.Random, size: int) -> tuple[str, str]:
    text = [words(numbers, 60) for _ in range(size // (60 * PER_WORD))]
    return prose(text), prose([rewritten(numbers, one) for one in text if numbers.random() > 0.1])


def one_paragraph(numbers: random.Random, size: int) -> tuple[str, str]:
    text = words(numbers, size // PER_WORD)
    return prose([text]), prose([rewritten(numbers, text)])


def two_words(numbers: random.Random, size: int) -> tuple[str, str]:
    """The worst there is: nothing in it is unique."""
    before, after = ([numbers.choice("ab") for _ in range(size // 2)] for _ in range(2))
    return prose([before]), prose([after])


TEXTS: dict[str, Callable[[random.Random, int], tuple[str, str]]] = {
    "heavy changes, many paragraphs": many_paragraphs,
    "heavy changes, one paragraph": one_paragraph,
    "two words alone": two_words,
}


def seconds(before: str, after: str) -> float:
    """Of the processor, the best of some rounds: the machine may be busy."""
    from editorial.comparing import rows
    from editorial.wording import Names
    from stories.models import Story

    taken = []
    for _round in range(ROUNDS):
        start = time.process_time()
        rows({"body": before}, {"body": after}, Story(), names=Names(tags={}, pieces={}))
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    import django

    django.setup()
    print("\ncomparing two texts: CPU in seconds, the best of some rounds")
    print(f"  {'text':<32} {f'{SHORT:,} letters':>16} {f'{LONG:,} letters':>16} {'ratio':>7}")
    for name, make in TEXTS.items():
        short, long = (seconds(*make(random.Random(2), size)) for size in (SHORT, LONG))
        print(f"  {name:<32} {short:16.3f} {long:16.3f} {long / short:7.1f}")


if __name__ == "__main__":
    main()

"""Which runs two sequences have in common. Pure; the work is bounded, however long and however different they are."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

#: A stretch with more pairs of equal items than this is first cut at the items that are unique in it.
STRETCH = 20_000
#: Cutting a stretch into shorter ones is tried so many times.
DEPTH = 8


class Same(NamedTuple):
    """A run that both have: where it starts in each, and how long it is."""

    before: int
    after: int
    length: int


@dataclass
class Work:
    """What a whole comparison may still cost, in pairs of equal items. What is not looked at counts as different."""

    left: int = 1_000_000


Box = tuple[int, int, int, int]


def same_runs(before: Sequence[Hashable], after: Sequence[Hashable], work: Work | None = None) -> list[Same]:
    """In order, and none overlapping another."""
    work = work or Work()
    found: list[Same] = []
    waiting = [((0, len(before), 0, len(after)), DEPTH)]
    while waiting:
        box, depth = waiting.pop()
        box = _without_equal_ends(before, after, box, found)
        low, high, first, last = box
        if low == high or first == last:
            continue
        cost = _cost(before[low:high], after[first:last])
        anchors = _unique_in_both(before, after, box) if cost > STRETCH and depth else []
        if anchors:
            corners = [(low, first), *anchors, (high, last)]
            waiting += [((a, c, b, d), depth - 1) for (a, b), (c, d) in pairwise(corners)]
        elif cost <= work.left:
            work.left -= cost
            matcher = SequenceMatcher(None, before[low:high], after[first:last], autojunk=False)
            found += [Same(low + a, first + b, length) for a, b, length in matcher.get_matching_blocks() if length]
    return _joined(sorted(found))


def _without_equal_ends(before: Sequence[Hashable], after: Sequence[Hashable], box: Box, found: list[Same]) -> Box:
    low, high, first, last = box
    start = low
    while low < high and first < last and before[low] == after[first]:
        low, first = low + 1, first + 1
    if low > start:
        found.append(Same(start, first - (low - start), low - start))
    end = high
    while low < high and first < last and before[high - 1] == after[last - 1]:
        high, last = high - 1, last - 1
    if high < end:
        found.append(Same(high, last, end - high))
    return low, high, first, last


def _cost(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """How many pairs of equal items there are: what one pass of the matcher looks at."""
    counts = Counter(after)
    return sum(counts[item] for item in before)


def _unique_in_both(before: Sequence[Hashable], after: Sequence[Hashable], box: Box) -> list[tuple[int, int]]:
    """Where the items stand that each has exactly once; of those the longest chain in the same order in both."""
    low, high, first, last = box
    here, there = Counter(before[low:high]), Counter(after[first:last])
    places = {after[b]: b for b in range(first, last) if there[after[b]] == 1}
    pairs = [(a, places[before[a]]) for a in range(low, high) if here[before[a]] == 1 and before[a] in places]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs, sorted by their first numbers, in which the second numbers rise too."""
    tops: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_a, b) in enumerate(pairs):
        place = bisect_left(tops, b)
        previous.append(ends[place - 1] if place else -1)
        tops[place : place + 1] = [b]
        ends[place : place + 1] = [index]
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]


def _joined(runs: list[Same]) -> list[Same]:
    """Runs that touch in both sequences as one."""
    joined: list[Same] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.before + last.length, last.after + last.length) == (run.before, run.after):
            joined[-1] = last._replace(length=last.length + run.length)
        else:
            joined.append(run)
    return joined


def pairs_of(
    before: Sequence[Sequence[Hashable]], after: Sequence[Sequence[Hashable]], work: Work, *, share: float
) -> list[tuple[int, int]]:
    """Which passages of two lists are the same passage changed: each with at most one other, in order.

    A pair has at least that share of its items in common.
    """
    runs = same_runs([item for one in before for item in one], [item for one in after for item in one], work)
    of_before = [index for index, one in enumerate(before) for _item in one]
    of_after = [index for index, one in enumerate(after) for _item in one]
    common = Counter((of_before[a + k], of_after[b + k]) for a, b, length in runs for k in range(length))
    best_after: dict[int, tuple[int, int]] = {}
    best_before: dict[int, tuple[int, int]] = {}
    for (a, b), count in sorted(common.items()):
        best_after[a] = max(best_after.get(a, (0, 0)), (count, -b))
        best_before[b] = max(best_before.get(b, (0, 0)), (count, -a))
    return [
        (a, -b)
        for a, (count, b) in sorted(best_after.items())
        if best_before[-b] == (count, -a) and 2 * count >= share * (len(before[a]) + len(after[-b]))
    ]

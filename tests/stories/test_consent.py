"""When consents allow something. Not asked means refused; a refusal ends what was granted before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from editorial.models import Window
from editorial.models.clearance import REFUSED
from stories.consent import Said, current, windows


def day(number: int) -> datetime:
    return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=number)


def yes(start: int, end: int) -> Said:
    return Said(Window(day(start), day(end)), is_granted=True)


def no(start: int, end: int = 999) -> Said:
    return Said(Window(day(start), day(end)), is_granted=False)


def spans(*said: Said) -> list[tuple[int, int]]:
    """The windows in days; the consents stand in the order in which they were recorded."""
    found = windows(said)
    return [((window.start - day(0)).days, (window.end - day(0)).days) for window in found]


def test_nothing_said_is_no_window() -> None:
    assert spans() == []


def test_touching_windows_are_joined() -> None:
    assert spans(yes(0, 10), yes(10, 20)) == [(0, 20)]


def test_overlapping_windows_are_joined() -> None:
    assert spans(yes(0, 10), yes(5, 20), yes(6, 8)) == [(0, 20)]


def test_gap_stays_a_gap() -> None:
    assert spans(yes(0, 10), yes(11, 20)) == [(0, 10), (11, 20)]


def test_refusal_cuts_from_its_own_start() -> None:
    assert spans(yes(0, 10), no(4)) == [(0, 4)]


def test_refusal_does_not_end_by_itself() -> None:
    assert spans(yes(0, 10), no(4, 6)) == [(0, 4)]


def test_grant_after_a_refusal_counts_from_its_own_start() -> None:
    assert spans(yes(0, 10), no(4), yes(6, 20)) == [(0, 4), (6, 20)]


def test_refusal_recorded_before_a_grant_takes_nothing_from_it() -> None:
    assert spans(no(0), yes(1, 5)) == [(1, 5)]


def test_refusal_recorded_after_a_grant_ends_it_even_when_dated_earlier() -> None:
    assert spans(yes(1, 5), no(0)) == []


def test_refusal_cuts_every_window_before_it() -> None:
    assert spans(yes(0, 10), yes(2, 30), no(3)) == [(0, 3)]


def test_current_of_nothing_is_refused() -> None:
    assert current([], day(0)) == REFUSED


def test_current_is_the_window_that_holds() -> None:
    assert current([yes(0, 10), yes(12, 20)], day(9)) == Window(day(0), day(10))


def test_current_in_a_gap_is_the_next_window() -> None:
    assert current([yes(0, 10), yes(12, 20)], day(10)) == Window(day(12), day(20))


def test_current_after_the_last_is_the_one_that_has_passed() -> None:
    assert current([yes(0, 10), yes(12, 20)], day(20)) == Window(day(12), day(20))


consents = st.lists(
    st.builds(
        lambda start, length, is_granted: Said(Window(day(start), day(start + length)), is_granted),
        st.integers(0, 30),
        st.integers(1, 10),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda said: said.window.start,
)


@given(consents, st.integers(-1, 45))
def test_a_day_is_in_a_window_when_a_grant_holds_that_no_later_record_refused(said: list[Said], number: int) -> None:
    at = day(number)
    is_granted = any(
        one.is_granted
        and one.window.holds(at)
        and not any(later.window.start <= at for later in said[place:] if not later.is_granted)
        for place, one in enumerate(said)
    )

    assert any(window.holds(at) for window in windows(said)) is is_granted

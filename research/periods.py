"""Periods in EDTF as a reader reads them. Pure: a text in, a text out; what is not understood stays as it is."""

from __future__ import annotations

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAY = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(~)?$")


def moment(text: str, language: str) -> str:
    """ "2014-07-31" to "31 July 2014" or "2014년 7월 31일"; "1997~" to "about 1997"."""
    match = DAY.match(text)
    if match is None:
        return text
    year, month, day, about = match.groups()
    if language == "ko":
        words = f"{year}년" + (f" {int(month)}월" if month else "") + (f" {int(day)}일" if day else "")
        return f"{words}경" if about else words
    words = f"{MONTHS[int(month) - 1]} {year}" if month and 1 <= int(month) <= 12 else year
    words = f"{int(day)} {words}" if day else words
    return f"about {words}" if about else words


def is_period(text: str) -> bool:
    """Whether a text is a moment or an interval in the part of EDTF used here, with the earlier end first."""
    start, slash, end = text.partition("/")
    open_ends = {"", ".."} if slash else set()
    if any(part not in open_ends and not _is_moment(part) for part in ((start, end) if slash else (start,))):
        return False
    if start in open_ends or end in open_ends:
        return start not in open_ends or end not in open_ends
    shared = min(len(start.rstrip("~")), len(end.rstrip("~")))
    return start[:shared] <= end[:shared]


def _is_moment(text: str) -> bool:
    match = DAY.match(text)
    return match is not None and 1 <= int(match[2] or 1) <= 12 and 1 <= int(match[3] or 1) <= 31


def words(period: str, language: str) -> str:
    """ "1953/1989" to "1953 to 1989"; an open end ("2010/..") is said as "from 2010"."""
    start, slash, end = period.partition("/")
    if not slash:
        return moment(period, language)
    if end in {"", ".."}:
        return f"{moment(start, language)}부터" if language == "ko" else f"from {moment(start, language)}"
    if start in {"", ".."}:
        return f"{moment(end, language)}까지" if language == "ko" else f"until {moment(end, language)}"
    if language == "ko":
        return f"{moment(start, language)}~{moment(end, language)}"
    return f"{moment(start, language)} to {moment(end, language)}"

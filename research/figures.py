"""Numbers in words, in English and Korean. Pure: values in, text out; never more digits than were recorded.

Source of the rules: DESIGN §7 and the Korean style of large numbers in steps of ten thousand (만, 억).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]

SMALL_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNITS_EN = {
    "people": "",
    "percent": "%",
    "percentage_points": " percentage points",
    "times": " times",
    "years": " years",
    "months": " months",
    "programmes": " programmes",
    "periods": " periods",
    "none": "",
}
UNITS_KO = {
    "people": "명",
    "percent": "%",
    "percentage_points": "%포인트",
    "times": "배",
    "years": "년",
    "months": "개월",
    "programmes": "개 프로그램",
    "periods": "개 시기",
    "none": "",
}
ORDERS_EN = {"100": "hundreds", "1000": "thousands", "10000": "tens of thousands"}
ORDERS_KO = {"100": "수백", "1000": "수천", "10000": "수만"}


@dataclass(frozen=True)
class Figure:
    """A quantity as it was recorded; the numbers are texts, so that 36 stays 36 beside 56.4."""

    value: str = ""
    low: str = ""
    high: str = ""
    bound: str = "exact"
    unit: str = "none"


NUMBER = re.compile(r"(-?)(\d+)((?:\.\d+)?)")


#: 33,000 is a number with its thousands set apart; 56,4 is not one, and must never become 564.
WITH_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def without_separators(digits: str) -> str:
    """The digits without the commas that set thousands apart; any other text as it is, for others to refuse."""
    text = digits.strip()
    return text.replace(",", "") if WITH_THOUSANDS.fullmatch(text) else text


def grouped(digits: str) -> str:
    """33000 as "33,000"; the digits after the point as they were recorded. What is no number stays as it is."""
    match = NUMBER.fullmatch(digits)
    if match is None:
        return digits
    sign, whole, rest = match.groups()
    return f"{sign}{int(whole):,}{rest}"


def in_myriads(digits: str) -> str:
    """33000 as "3만 3천", 500000 as "50만"; below ten thousand, and with a fraction, the plain number."""
    if not digits.isascii() or not digits.isdigit() or int(digits) < 10_000:
        return grouped(digits)
    number, parts = int(digits), []
    for size, name in ((100_000_000, "억"), (10_000, "만")):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{count:,}{name}")
    if number and number % 1000 == 0:
        parts.append(f"{number // 1000}천")
    elif number:
        parts.append(f"{number:,}")
    return " ".join(parts)


def is_number(digits: str) -> bool:
    """Whether a recorded text is a plain decimal number, such as 33000 or 56.4."""
    return digits.isascii() and NUMBER.fullmatch(digits) is not None


def words(figure: Figure, language: Language) -> str:
    """The figure as a reader reads it: "more than 33,000", "3만 3천 명 이상", "no difference found"."""
    return _korean(figure) if language == "ko" else _english(figure)


def _english(figure: Figure) -> str:
    unit = UNITS_EN[figure.unit]
    if figure.bound == "null_finding":
        return "no difference found"
    if figure.bound == "order_of_magnitude":
        return ORDERS_EN.get(figure.value, grouped(figure.value or "0")) + unit
    if figure.bound == "majority":
        return f"a majority, {grouped(figure.value)}{unit}" if figure.value else "a majority"
    if figure.bound == "range" or (not figure.value and figure.low and figure.high):
        return f"{grouped(figure.low)} to {grouped(figure.high)}{unit}"
    if not figure.value:
        return "not stated"
    text = grouped(figure.value)
    if figure.unit in {"times", "programmes", "periods"} and figure.value.isdigit() and int(figure.value) <= 10:
        text = SMALL_EN[int(figure.value)]
    if unit.endswith("s") and figure.value == "1":
        unit = unit[:-1]
    lead = {"at_least": "at least ", "more_than": "more than ", "at_most": "at most ", "about": "about "}
    return f"{lead.get(figure.bound, '')}{text}{unit}"


def _korean(figure: Figure) -> str:
    unit = UNITS_KO[figure.unit]
    gap = " " if figure.unit == "people" else ""
    if figure.bound == "null_finding":
        return "차이가 확인되지 않음"
    if figure.bound == "order_of_magnitude":
        return ORDERS_KO.get(figure.value, in_myriads(figure.value or "0")) + gap + unit
    if figure.bound == "majority":
        return f"과반, {figure.value}{unit}" if figure.value else "과반"
    if figure.bound == "range" or (not figure.value and figure.low and figure.high):
        return f"{_span(figure.low, figure.high)}{gap}{unit}"
    if not figure.value:
        return "명시되지 않음"
    text = in_myriads(figure.value)
    spaced = gap if text[-1] in "만억천" else ""
    if figure.bound == "more_than" and figure.unit == "people" and figure.value.endswith("0"):
        return f"{text}여 {unit}"  # "somewhat over": 이상 would include the number itself
    tail = {"at_least": " 이상", "more_than": " 초과", "at_most": " 이하"}
    lead = "약 " if figure.bound == "about" else ""
    return f"{lead}{text}{spaced}{unit}{tail.get(figure.bound, '')}"


def _span(low: str, high: str) -> str:
    first, second = in_myriads(low), in_myriads(high)
    # 24만~42만, not 240,000~420,000
    return f"{first}~{second}"

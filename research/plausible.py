"""Values of a statistic that cannot be, each with its field and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from research import periods
from research.figures import is_number, without_separators

Impossible = tuple[str, Any]
WHOLE = {"people", "programmes", "periods"}
WITHOUT_VALUE = {"null_finding"}


def impossible(fields: Mapping[str, Any]) -> list[Impossible]:
    """What cannot be in the fields of a statistic, as they are stored or as they were typed."""
    texts = {name: without_separators(fields.get(name) or "") for name in ("value", "low", "high")}
    numbers = {name: Decimal(text) for name, text in texts.items() if is_number(text)}
    found: list[Impossible] = [
        (name, _("Write digits only, such as 33000 or 56.4, with a point before decimals."))
        for name, text in texts.items()
        if text and name not in numbers
    ]
    found += _units(numbers, str(fields.get("unit") or ""))
    found += _order(numbers)
    bound = str(fields.get("bound") or "")
    if bound in {"at_least", "more_than"} and "high" in numbers:
        found.append(("high", _("“At least” has no highest value. Choose the bound “a range”, or take it out.")))
    if bound in WITHOUT_VALUE and numbers:
        found.append(("value", _("“No difference found” has no value. Take it out, or choose another bound.")))
    if fields.get("sample_size") == 0:
        found.append(("sample_size", _("A sample has at least one person. Leave it empty if it is not stated.")))
    if fields.get("period") and not periods.is_period(str(fields["period"])):
        found.append(("period", _("Write it as 2007, 2007-09, 2007-09/2007-10 or 1991/.., the earlier first.")))
    return found


def _units(numbers: Mapping[str, Decimal], unit: str) -> list[Impossible]:
    found: list[Impossible] = []
    for name, number in numbers.items():
        if unit == "percent" and not 0 <= number <= 100:
            found.append((name, _("A share lies between 0 and 100.")))
        elif unit != "percentage_points" and number < 0:
            found.append((name, _("This cannot be below zero.")))
        elif unit in WHOLE and number != number.to_integral_value():
            found.append((name, _("This is counted in whole numbers.")))
    return found


def _order(numbers: Mapping[str, Decimal]) -> list[Impossible]:
    value, low, high = numbers.get("value"), numbers.get("low"), numbers.get("high")
    if low is not None and high is not None and low > high:
        return [("low", _("The lowest value is above the highest. Exchange them."))]
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        return [("value", _("The value lies outside its own range. Check the three numbers."))]
    return []

"""The same without the refusals of Python itself: what is left is what the system refuses, to programs in C as well."""

from __future__ import annotations

from editorial.pictures import workbench
from tests.editorial.pictures import misbehaving


def main() -> None:
    workbench.FORBIDDEN = ("nothing",)  # type: ignore[assignment]
    misbehaving.main()

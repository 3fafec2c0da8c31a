"""A picture is not accepted: a code and the values of its sentence. Pure; explaining.py has the sentences."""

from __future__ import annotations

Value = str | int | float


class Unfit(Exception):  # noqa: N818  (what it says of a picture; it is no error of the program)
    """The picture is refused for the reason that the code names."""

    def __init__(self, code: str, **values: Value) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

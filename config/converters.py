"""What may stand in an address."""

from __future__ import annotations

from django.conf import settings


class LanguageConverter:
    """One of the languages of the site."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class EditionConverter:
    """The number of an edition; long ones are no numbers of ours and would overflow the database."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)

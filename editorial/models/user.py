"""The people who work here."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of staff. Never deleted, only deactivated: editions keep who approved them."""

    class Meta(AbstractUser.Meta):
        verbose_name = "member of staff"
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        # The admin copies this into logs and messages; the log-in name says enough.
        return self.get_username()

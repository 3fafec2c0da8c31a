"""The people who work here."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. Never deleted, only deactivated: editions keep who approved them."""

    language = models.CharField(
        _("language of the desk"),
        max_length=12,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("In which language the desk speaks to you. Empty: that of the site."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        blank=True,
        help_text=_("In which times are shown and typed. Empty: that of the site."),
    )
    wants_mail = models.BooleanField(
        _("mails"),
        default=True,
        help_text=_("Tell you by mail what waits for you, gathered, and without any title or text."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("member of staff")  # type: ignore[assignment]  # the stubs know no lazy text
        verbose_name_plural = _("staff")  # type: ignore[assignment]

    def __str__(self) -> str:
        # The admin copies this into logs and messages; the log-in name says enough.
        return self.get_username()

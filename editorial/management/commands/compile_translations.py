"""Compiles locale/*/LC_MESSAGES/*.po without gettext, which a bare machine lacks."""

from __future__ import annotations

from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the translations, where a compiled file is missing or older than its source."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        for path in settings.LOCALE_PATHS:
            for source in path.glob("*/LC_MESSAGES/*.po"):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    polib.pofile(str(source)).save_as_mofile(str(target))

"""The application that a server runs: Django behind the page cache."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from config.readiness import refuse_without_guards, when_ready  # noqa: E402  (settings stand only now)
from reading.page_cache import PageCache  # noqa: E402

refuse_without_guards()

application = when_ready(PageCache(django_application))

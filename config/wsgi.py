"""The application that a server runs: Django behind the page cache."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from reading.page_cache import PageCache  # noqa: E402  (it reads settings, which stand only now)

application = PageCache(django_application)

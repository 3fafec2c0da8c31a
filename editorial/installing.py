"""What every database needs beside its tables: the one row of site state, the triggers, the search index, the roles.

Put in place after each migrate, because SQLite loses triggers when a table is remade, and because permissions exist
only then. Doing it again is harmless.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections

from editorial import roles, search_index, triggers


def before_migrate(*, app_config: AppConfig, using: str, plan: Any = None, **_kwargs: Any) -> None:
    """SQLite remakes a table by dropping it, which its triggers, and those that look at it, would refuse.

    They are back after the last app. If a migration breaks off in between, the server does not start (checks.py).
    """
    first = next(iter(apps.get_app_configs()))
    if app_config is first and plan:
        triggers.remove(connections[using])


def after_migrate(*, app_config: AppConfig, using: str, plan: Any = None, **_kwargs: Any) -> None:
    """Runs once, after the last app that has tables."""
    with_tables = [config for config in apps.get_app_configs() if config.models_module is not None]
    if app_config is not with_tables[-1]:
        return
    search_index.install(connections[using])
    tables = set(connections[using].introspection.table_names())
    if not set(triggers.PUBLIC_TABLES) <= tables:
        return  # migrating back to before the tables existed
    from editorial.models import SiteState

    SiteState.objects.using(using).get_or_create(pk=1)
    triggers.install(connections[using])
    # Whoever wrote while the triggers were away renewed nothing.
    SiteState.objects.using(using).filter(pk=1).update(generation=secrets.randbits(63))
    roles.make()
    from editorial.pictures import belonging

    # Pictures that were published before anybody asked whose they are.
    belonging.claim(using=using)

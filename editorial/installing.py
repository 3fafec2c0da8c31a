"""What every database needs beside its tables: the one row of site state, the triggers, the roles.

Put in place after each migrate, because SQLite loses triggers when a table is remade, and because permissions exist
only then. Doing it again is harmless.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections

from editorial import roles, triggers


def after_migrate(*, app_config: AppConfig, using: str, plan: Any = None, **_kwargs: Any) -> None:
    """Runs once, after the last app that has tables."""
    with_tables = [config for config in apps.get_app_configs() if config.models_module is not None]
    if app_config is not with_tables[-1]:
        return
    tables = set(connections[using].introspection.table_names())
    if not set(triggers.PUBLIC_TABLES) <= tables:
        return  # migrating back to before the tables existed
    from editorial.models import SiteState

    SiteState.objects.using(using).get_or_create(pk=1)
    triggers.install(connections[using])
    roles.make()

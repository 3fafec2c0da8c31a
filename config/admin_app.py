"""The admin site of the project."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class FirsthandAdminConfig(AdminConfig):
    default_site = "editorial.admin_site.FirsthandAdminSite"

    def ready(self) -> None:
        """Every app has registered its tables by then, also those of packages that have no place at our desk."""
        super().ready()
        from django.contrib import admin
        from django_tasks_db.models import DBTaskResult
        from taggit.models import Tag as StockTag

        for model in (StockTag, DBTaskResult):
            if admin.site.is_registered(model):
                admin.site.unregister(model)

"""The admin site of the project."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class FirsthandAdminConfig(AdminConfig):
    default_site = "editorial.admin_site.FirsthandAdminSite"

"""What a person may do comes from their roles alone: nobody holds a permission of their own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission


class RolesBackend(ModelBackend):
    """Django's own, without the permissions of single persons: the forms of the desk never give any."""

    def _get_user_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.none()

"""The desk for notices: what narrators are told. Added and read, never changed: a changed text is a new notice."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from editorial import events
from editorial.models import User
from stories.models import ConsentNotice


@admin.register(ConsentNotice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the consent role alone."""

    list_display = ("title", "language", "made_at")
    fields = ("title", "language", "text")
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.made_by = request.user
        super().save_model(request, obj, form, change)
        events.record("add_notice", by=request.user, subject=f"notice {obj.pk}", fields=form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: our own record says who did what."""

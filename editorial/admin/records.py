"""The record of events, to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editorial.models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who did what when; nobody changes it."""

    list_display = ("number", "at", "actor", "verb", "subject", "edition_number", "change")
    list_filter = ("verb",)
    search_fields = ("subject", "actor")
    actions = None
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "verb__exact"

    @admin.display(description=_("what"))
    def change(self, event: Any) -> str:
        states = f"{event.from_state} → {event.to_state}" if event.from_state != event.to_state else ""
        return "; ".join(part for part in (states, ", ".join(event.fields), event.reason) if part)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

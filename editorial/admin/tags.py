"""Tags and their labels."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag as StockTag

from editorial import events
from editorial.models import Label, Tag, User

if admin.site.is_registered(StockTag):
    # Its merge ignores permission and leaves the old tags behind.
    admin.site.unregister(StockTag)


class LabelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Label
    extra = 1
    verbose_name = _("name in a language")
    verbose_name_plural = _("names in other languages")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Labels are live: what is changed here shows at once."""

    list_display = ("name", "facet", "slug", "pieces")
    list_filter = ("facet",)
    search_fields = ("name", "labels__text")
    fields = ("name", "facet", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (LabelInline,)
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "facet__exact"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).annotate(piece_count=Count("piece_links"))
        return found

    @admin.display(description=_("pieces"), ordering="piece_count")
    def pieces(self, tag: Any) -> int:
        return int(tag.piece_count)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Readers have links to it."""
        return ("slug",) if obj is not None else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else dict(self.prepopulated_fields)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        fields = [*form.changed_data, *("labels" for formset in formsets if formset.has_changed())]
        if fields:
            assert isinstance(request.user, User)
            verb = "change_label" if change else "add_tag"
            events.record(verb, by=request.user, subject=f"tag {form.instance.slug}"[:60], fields=fields)

"""What was erased for good, to read; and where the database cannot clean its files itself, that somebody did."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import cleaning
from editorial.blockers import Refused
from editorial.comments import named
from editorial.models import Erasure, User


@admin.register(Erasure)
class ErasureAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Each with when its files were gone, and when the database no longer held the text anywhere."""

    list_display = (
        *("which", "who_asked", "when_asked", "who_agreed", "when_agreed", "files_gone", "storage_cleaned"),
        "left_to_do",
    )
    list_display_links = None
    list_select_related = ("piece", "asked_by", "agreed_by")
    actions = ("confirm_cleaned",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(cleaning.PERMISSION)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Erasures"), **(extra_context or {})})

    @admin.display(description=gettext_lazy("piece"), ordering="piece")
    def which(self, erasure: Any) -> str:
        return str(erasure.piece)

    @admin.display(description=gettext_lazy("asked by"))
    def who_asked(self, erasure: Any) -> str:
        return named(erasure.asked_by)

    @admin.display(description=gettext_lazy("asked at"), ordering="asked_at")
    def when_asked(self, erasure: Any) -> Any:
        return erasure.asked_at

    @admin.display(description=gettext_lazy("agreed by"))
    def who_agreed(self, erasure: Any) -> str:
        return named(erasure.agreed_by) if erasure.agreed_by else ""

    @admin.display(description=gettext_lazy("agreed at"), ordering="agreed_at")
    def when_agreed(self, erasure: Any) -> Any:
        return erasure.agreed_at

    @admin.display(description=gettext_lazy("files gone at"), ordering="files_gone_at")
    def files_gone(self, erasure: Any) -> Any:
        return erasure.files_gone_at

    @admin.display(description=gettext_lazy("database cleaned at"), ordering="storage_cleaned_at")
    def storage_cleaned(self, erasure: Any) -> Any:
        return erasure.storage_cleaned_at

    @admin.display(description=gettext_lazy("left to do"))
    def left_to_do(self, erasure: Any) -> str:
        if erasure.agreed_at is None:
            return _("A second person has to agree.")
        if erasure.files_gone_at is None:
            return _("Its files are being deleted.")
        if erasure.storage_cleaned_at is None:
            return _("An administrator has the database vacuumed and its logs and backups rotated, then confirms it.")
        return ""

    @admin.action(
        permissions=["confirm"],
        description=gettext_lazy("Confirm: the database was vacuumed, its logs were rotated"),
    )
    def confirm_cleaned(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        assert isinstance(request.user, User)
        try:
            count = cleaning.confirm(list(queryset.values_list("pk", flat=True)), by=request.user)
        except Refused as refusal:
            for blocker in refusal.blockers:
                messages.error(request, str(blocker.sentence))
            return
        messages.success(request, _("Confirmed for %(count)d.") % {"count": count})

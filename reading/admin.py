"""The desk for collections and pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editorial import kinds
from editorial.admin.choosing import PieceField, TagsField, TagsForm
from editorial.admin.form import PieceForm
from editorial.admin.piece import PieceAdmin
from reading.models import Chosen, Clause, Collection, Page


def listed_kinds() -> list[tuple[str, Any]]:
    return [(kind.name, kind.label_plural) for kind in kinds.every() if kind.is_listed]


class CollectionForm(PieceForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        choices=listed_kinds,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Which kinds it may show; none chosen means all."),
    )


class ClauseForm(TagsForm):
    tags = TagsField(label=_("Tags"), required=True)

    class Meta:
        model = Clause
        fields = ("rule", "tags", "position")


class ClauseInline(admin.TabularInline):  # type: ignore[type-arg]
    """A piece has to meet every condition."""

    model = Clause
    form = ClauseForm
    extra = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("tags")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.by = request.user
        return formset


class ChosenInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Chosen
    fk_name = "collection"
    extra = 1
    fields = ("role", "piece", "position")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "piece":
            names = [name for name, _label in listed_kinds()]
            return PieceField(*names, label=_("Piece"), required=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Collection)
class CollectionAdmin(PieceAdmin):
    form = CollectionForm
    inlines = (ClauseInline, ChosenInline)
    kind_fields = ("intro", "kinds", ("order", "limit"), "has_quick_exit")  # type: ignore[assignment]


@admin.register(Page)
class PageAdmin(PieceAdmin):
    kind_fields = ("body",)

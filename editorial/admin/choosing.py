"""Fields that pick tags and pieces from a searchable list."""

from __future__ import annotations

from typing import Any

from dal import autocomplete
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial import kinds
from editorial.models import Piece, Tag


class TagsWidget(autocomplete.ModelSelect2Multiple):  # type: ignore[misc]  # dal ships no types
    """Chips; a name that is not there yet can be made by those who may.

    Sends an empty value along, so that a form without any chip differs from a form that lost the field.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            '<input type="hidden" name="{}" value="">{}', name, super().render(name, value, attrs, renderer)
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [pk for pk in super().value_from_datadict(data, files, name) or [] if pk]


class TagsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TagsWidget(url=reverse_lazy("admin:choose_tag")))
        kwargs.setdefault("required", False)
        super().__init__(queryset=Tag.objects.order_by("name"), **kwargs)


class PieceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One piece of the given kinds, shown by its title."""

    def __init__(self, *kind_names: str, **kwargs: Any) -> None:
        names = ",".join(kind_names) or "any"
        kwargs.setdefault("widget", autocomplete.ModelSelect2(url=reverse_lazy("admin:choose_piece", args=[names])))
        kwargs.setdefault("required", False)
        super().__init__(queryset=pieces_of(names), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return titled(obj)


class PiecesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several pieces of the given kinds, shown by their titles."""

    def __init__(self, *kind_names: str, **kwargs: Any) -> None:
        names = ",".join(kind_names)
        url = reverse_lazy("admin:choose_piece", args=[names])
        kwargs.setdefault("widget", autocomplete.ModelSelect2Multiple(url=url))
        kwargs.setdefault("required", False)
        kwargs.setdefault("queryset", pieces_of(names))
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return titled(obj)


def pieces_of(names: str) -> QuerySet[Piece]:
    found = Piece.objects.filter(erased_at__isnull=True).order_by("title")
    return found if names == "any" else found.filter(kind__in=names.split(","))


def titled(piece: Piece) -> str:
    return f"{piece.title} ({kinds.named(piece.kind).label}, {piece.language})"


def visible_kinds(request: HttpRequest) -> list[str]:
    """The kinds of which this person may see pieces, and so pick one."""
    return [
        kind.name
        for kind in kinds.every()
        if request.user.has_perm(f"{kind.model._meta.app_label}.view_{kind.model._meta.model_name}")
    ]


class ChooseTag(autocomplete.Select2QuerySetView):  # type: ignore[misc]  # dal ships no types
    """Tags by part of their name or of a label in any language."""

    create_field = "name"
    search_fields = ("name", "labels__text")

    def get_queryset(self) -> QuerySet[Tag]:
        if not visible_kinds(self.request):
            return Tag.objects.none()
        found: QuerySet[Tag] = Tag.objects.order_by("name")
        if self.q:
            found = self.get_search_results(found, self.q)
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("editorial.create_tag"))

    def create_object(self, text: str) -> Tag:
        from editorial.models.tag import tag_key

        existing = Tag.objects.filter(key=tag_key(text)).first()
        if existing is not None:
            return existing
        tag = Tag(name=text)
        tag.save()
        return tag


class ChoosePiece(autocomplete.Select2QuerySetView):  # type: ignore[misc]  # dal ships no types
    """Pieces by part of their title or slug."""

    search_fields = ("title", "slug")

    def get_queryset(self) -> QuerySet[Piece]:
        found = pieces_of(self.kwargs["names"]).filter(kind__in=visible_kinds(self.request))
        if self.q:
            found = self.get_search_results(found, self.q)
        return found

    def get_result_label(self, result: Piece) -> str:
        return titled(result)

"""The pictures in the form of a piece: chosen from the library, with the words that readers get."""

from __future__ import annotations

from typing import Any

from dal import autocomplete
from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import guards
from editorial.admin.choosing import Known
from editorial.admin.pictures import thumbnail, thumbnail_name
from editorial.models import Picture, PiecePicture, User


class OnePictureWidget(Known, autocomplete.ModelSelect2):  # type: ignore[misc]  # dal ships no types
    """One picture."""


class PictureField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One picture of the library, by its name at the desk."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", OnePictureWidget(url=reverse_lazy("admin:choose_picture")))
        super().__init__(queryset=Picture.objects.filter(erased_at__isnull=True), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ChoosePicture(autocomplete.Select2QuerySetView):  # type: ignore[misc]  # dal ships no types
    """Pictures by part of their name at the desk, the newest first."""

    http_method_names = ("get", "head")
    search_fields = ("label", "code")

    def get_queryset(self) -> QuerySet[Picture]:
        by = self.request.user
        if not isinstance(by, User) or not by.has_perm("editorial.view_picture"):
            return Picture.objects.none()
        found = Picture.objects.filter(erased_at__isnull=True).annotate(thumbnail_name=thumbnail_name())
        return self.get_search_results(found, self.q) if self.q else found

    def get_result_label(self, result: Any) -> str:
        state = "" if result.seen_at else f" ({_('tick list to go through')})"
        return f"{result.label}{state}"

    def get_selected_result_label(self, result: Any) -> str:
        return str(result.label)


class PiecePictureForm(forms.ModelForm):  # type: ignore[type-arg]
    picture = PictureField(label=gettext_lazy("Picture"))

    class Meta:
        model = PiecePicture
        fields = ("picture", "is_lead", "alt", "is_decorative", "caption", "position")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_decorative") and cleaned.get("alt"):
            self.add_error("alt", _("A decorative picture has no alternative text. Take one of the two out."))
        return cleaned


class PiecePictureFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Tells each row the name of its picture, and sees that one leads at most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance, data = kwargs.get("instance"), kwargs.get("data")
        if instance is not None and instance.__dict__.get("has_pictures") is False and data is None:
            # The page of a piece without pictures asks for none.
            kwargs["queryset"] = PiecePicture.objects.none()
        super().__init__(*args, **kwargs)
        if data is not None and f"{self.prefix}-{TOTAL_FORM_COUNT}" not in data:
            # What was sent says nothing of pictures, as from a page that was opened before there were any: they stay.
            sent = data.copy()
            for name in (TOTAL_FORM_COUNT, INITIAL_FORM_COUNT):
                sent[f"{self.prefix}-{name}"] = "0"
            self.data = sent

    def get_queryset(self) -> Any:
        found = super().get_queryset()
        self.labels = {use.picture_id: str(use.picture.label) for use in found}
        return found

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        self.get_queryset()
        if "picture" in form.fields:
            form.fields["picture"].widget.known = self.labels

    def clean(self) -> None:
        super().clean()
        rows = [row.cleaned_data for row in self.forms if getattr(row, "cleaned_data", None)]
        kept = [row for row in rows if not row.get("DELETE")]
        if sum(bool(row.get("is_lead")) for row in kept) > 1:
            raise forms.ValidationError(_("Only one picture leads the page. Take the tick from the others."))


class PiecePictureInline(admin.StackedInline):  # type: ignore[type-arg]
    """Whoever may change the piece may change its pictures."""

    model = PiecePicture
    form = PiecePictureForm
    formset = PiecePictureFormSet
    fk_name = "piece"
    extra = 0
    verbose_name = gettext_lazy("picture")
    verbose_name_plural = gettext_lazy("pictures")
    readonly_fields = ("shown",)
    fields = ("shown", ("picture", "is_lead", "position"), ("alt", "is_decorative"), "caption")
    template = "admin/piece/pictures.html"

    class Media:
        css = {"all": ("css/desk/pictures.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        name = thumbnail_name("picture_id", "picture__recipe_digest")
        found: QuerySet[Any] = super().get_queryset(request).select_related("picture").annotate(thumbnail_name=name)
        return found

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"alt", "caption"}:
            kwargs["widget"] = admin.widgets.AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("preview"))
    def shown(self, use: Any) -> SafeString:
        if not use.picture_id:
            return SafeString("")
        url = reverse("admin:editorial_picture_change", args=[use.picture_id])
        picture = thumbnail(getattr(use, "thumbnail_name", None))
        return format_html(
            '{} <a href="{}" target="_blank">{}</a>', picture, url, use.picture.label or use.picture.code
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        assert isinstance(request.user, User)
        return obj is None or guards.may_edit(obj, request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

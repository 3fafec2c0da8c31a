"""The form of a tag: what may be written at once. Its name and address change through a rename, which shows first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import F, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models import Label, Tag, TagAlias
from editorial.models.tag import tag_key
from editorial.vocabulary import guards, words


def refuse(blockers: list[Blocker]) -> None:
    """Raises ValidationError with all of them."""
    if blockers:
        raise forms.ValidationError([str(blocker.sentence) for blocker in blockers])


class TagForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new tag takes no word and no address that another one has or had."""

    parent = forms.ModelChoiceField(
        queryset=Tag.objects.filter(canonical=F("pk")).order_by("name"),
        label=_("Broader tag"),
        required=False,
        help_text=_("The tag that this one is a part of; for finding and sorting at the desk."),
    )

    class Meta:
        model = Tag
        fields = ("name", "facet", "slug", "description", "parent")
        widgets = {"description": AdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].label = _("Address")
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("The last part of its address. Left empty, it is made of the name.")
        if "name" in self.fields:
            self.fields["name"].help_text = _("One line, as it stands in lists. A comma may be a part of it.")
        if "facet" in self.fields:
            self.fields["facet"].help_text = _("Under which heading readers find it on the page of topics.")
        if "parent" in self.fields:
            choices: Any = self.fields["parent"]
            choices.queryset = choices.queryset.exclude(pk=self.instance.pk)

    def clean_name(self) -> str:
        name = words.spelled(self.cleaned_data["name"])
        refuse(guards.to_have_word(name, besides=self.instance.pk or 0))
        return name

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug:
            refuse(guards.to_have_address(slug, besides=self.instance.pk or 0))
        return str(slug or "")

    def clean_parent(self) -> Tag | None:
        parent: Tag | None = self.cleaned_data["parent"]
        refuse(guards.to_put_under(self.instance, parent))
        return parent

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" in self.fields and cleaned.get("name") and cleaned.get("slug") == "":
            cleaned["slug"] = words.free_address(Tag(pk=self.instance.pk, name=cleaned["name"]))
        return cleaned


class NamedRows(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows whose boxes have names of their own: the head of a table column names none to a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))


class LabelForm(forms.ModelForm):  # type: ignore[type-arg]
    # With an empty choice, or an empty row would count as filled in.
    language = forms.ChoiceField(label=_("Language"), choices=[("", "–"), *settings.LANGUAGES])

    class Meta:
        model = Label
        fields = ("language", "text")
        labels = {"text": _("Name")}

    def clean_text(self) -> str:
        text = words.spelled(self.cleaned_data["text"])
        refuse(guards.to_have_word(text, besides=self.instance.tag_id or 0))
        return text


class LabelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Label
    form = LabelForm
    formset = NamedRows
    extra = 1
    max_num = len(settings.LANGUAGES)
    verbose_name = _("name in a language")
    verbose_name_plural = _("names that readers see, where they differ from the name above")


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = TagAlias
        fields = ("name",)

    def clean_name(self) -> str:
        word = words.spelled(self.cleaned_data["name"])
        if tag_key(word) == tag_key(self.instance.tag.name):
            raise forms.ValidationError(_("That is its name. Write another word for it, or leave this empty."))
        refuse(guards.to_have_word(word, besides=self.instance.tag_id or 0))
        return word


class AliasFormSet(NamedRows):
    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", {})
            key = words.key_of(cleaned.get("name") or "")
            if not key or cleaned.get("DELETE"):
                continue
            if key in seen:
                form.add_error("name", _("This word is in the list twice. Empty one of the two."))
            seen.add(key)


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]
    """Synonyms; former addresses are kept in the same table and are nothing to edit."""

    model = TagAlias
    form = AliasForm
    formset = AliasFormSet
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).filter(slug__isnull=True)
        return found

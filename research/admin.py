"""The desk for sources, statistics and summaries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editorial.admin.choosing import PieceField, PiecesField
from editorial.admin.form import PieceForm
from editorial.admin.piece import PieceAdmin
from research.models import Citation, Contributor, Finding, Source, Statistic, Summary
from research.plausible import impossible


class ContributorInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Contributor
    extra = 1


@admin.register(Source)
class SourceAdmin(PieceAdmin):
    shows_pictures = False
    inlines = (ContributorInline,)
    kind_fields = (
        "csl_type", "container_title", "publisher", "publisher_place", "volume", "issue", "pages", "issued", "url",
        "evidence_kind", "note",
    )  # fmt: skip


class SourceField(PieceField):
    """A source, chosen by its title."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("source", **kwargs)
        self.queryset = Source.objects.order_by("title")


class CitationForm(forms.ModelForm):  # type: ignore[type-arg]
    source = SourceField(label=_("Source"))

    class Meta:
        model = Citation
        fields = (
            "source",
            "locator",
            "locator_label",
            "note_number",
            "intent",
            "check_state",
            "is_missing",
            "as_printed",
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("source") and not cleaned.get("is_missing"):
            self.add_error("source", _("Choose a source, or tick “missing” where the original names none."))
        if cleaned.get("source") and cleaned.get("is_missing"):
            self.add_error(
                "is_missing", _("A citation with a source is not missing. Untick this, or take the source out.")
            )
        return cleaned


class CitationInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Citation
    form = CitationForm
    fk_name = "host"
    extra = 0
    fields = (
        ("source", "locator", "locator_label"),
        ("intent", "check_state"),
        ("note_number", "is_missing", "as_printed"),
    )


class FindingCitationForm(CitationForm):
    """Without a finding it would stand in no edition, so it has to have one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].required = True

    class Meta(CitationForm.Meta):
        fields = (*CitationForm.Meta.fields, "finding")  # type: ignore[assignment]  # one more than the parent's


class FindingCitationInline(CitationInline):
    form = FindingCitationForm
    fields = ("finding", *CitationInline.fields)  # type: ignore[assignment]  # one more than the parent's
    verbose_name_plural = _("citations of the findings")
    #: There can be a hundred of them.
    classes = ("collapse",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Only the findings of this summary can be chosen; one query for all rows."""
        formset = super().get_formset(request, obj, **kwargs)
        field: Any = formset.form.base_fields.get("finding")
        if field is not None:
            field.queryset = Finding.objects.filter(summary=obj)
        return formset


class StatisticForm(PieceForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, sentence in impossible(cleaned):
            self.add_error(name, sentence)
        return cleaned


@admin.register(Statistic)
class StatisticAdmin(PieceAdmin):
    shows_pictures = False
    form = StatisticForm
    inlines = (CitationInline,)
    kind_fields = (
        ("value", "low", "high"), ("bound", "unit", "stat_type"), "population", "group", "compared_with", "denominator",
        ("period", "period_kind"), "sample_size", "method", "caveat", "as_printed", "source_missing", "reader_note",
    )  # type: ignore[assignment]  # fmt: skip


class LinesField(forms.CharField):
    """A list of texts, one to a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class SummaryForm(PieceForm):
    authors = LinesField(label=_("Authors"), help_text=_("One to a line, as they write their names."))
    summarises = SourceField(label=_("Summarises"))


class FindingForm(forms.ModelForm):  # type: ignore[type-arg]
    statistics = PiecesField(
        "statistic",
        label=_("Statistics"),
        queryset=Statistic.objects.order_by("title"),
        help_text=_("Their values are shown beside the finding, always as they are now."),
    )

    class Meta:
        model = Finding
        fields = ("position", "heading", "text", "strength", "strength_note", "statistics")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class FindingInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Finding
    form = FindingForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("statistics")


@admin.register(Summary)
class SummaryAdmin(PieceAdmin):
    form = SummaryForm
    inlines = (FindingInline, FindingCitationInline)
    kind_fields = (
        "question", "answer", "body", "method", "limits", "authors", "author_role", "summarises", "period",
    )  # fmt: skip

"""The desk for stories, and for those whose stories they are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, sharing, workflow
from editorial.admin.choosing import PieceField
from editorial.admin.form import PieceForm
from editorial.admin.piece import PieceAdmin
from editorial.models import User
from stories.models import Consent, Grant, Narrator, Story, StoryNarrator, stories_of

CONSENT_DAYS = 730


class StoryForm(PieceForm):
    credit = PieceField(
        "source",
        label=_("Credited source"),
        help_text=_("The record of the work that the credit line names."),
    )


@admin.register(Story)
class StoryAdmin(PieceAdmin):
    form = StoryForm
    kind_fields = (
        "byline",
        "names_narrator",
        "how_made",
        "content_note",
        "body",
        "takeaway",
        "credit_line",
        "credit",
    )


class StoryNarratorInline(admin.TabularInline):  # type: ignore[type-arg]
    model = StoryNarrator
    extra = 1
    verbose_name = _("story of this narrator")
    verbose_name_plural = _("stories of this narrator")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "story":
            return StoryField(label=_("Story"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StoryField(PieceField):
    """A story, chosen by its title."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("story", required=True, **kwargs)
        self.queryset = Story.objects.order_by("title")


@admin.register(Narrator)
class NarratorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the consent role alone."""

    list_display = ("code", "risk_level", "next_review")
    search_fields = ("code",)
    fields = ("code", "risk_level", "next_review")
    inlines = (StoryNarratorInline,)
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = set(stories_of([form.instance.pk]))
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        stories = {*before, *stories_of([form.instance.pk])}
        workflow.reclear(*stories, by=request.user)
        if any(formset.has_changed() for formset in formsets):
            sharing.void_leaves(stories)
        verb = "change_narrator" if change else "add_narrator"
        events.record(verb, by=request.user, subject=f"narrator {form.instance}", fields=form.changed_data)


class DayField(forms.DateField):
    """A day in the site's time zone, stored as its first instant."""

    widget = AdminDateWidget

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime) else value

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return midnight(day) if day else day


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class ConsentForm(forms.ModelForm):  # type: ignore[type-arg]
    story = StoryField(label=_("Story"))
    valid_from = DayField(label=_("Valid from"), initial=timezone.localdate)
    valid_until = DayField(
        label=_("Valid until"),
        initial=lambda: timezone.localdate() + timedelta(days=CONSENT_DAYS),
        help_text=_("It ends at the first moment of this day. At most five years after its start."),
    )

    class Meta:
        model = Consent
        fields = (
            "narrator", "story", "basis", "evidence", "asked_by", "asked_on", "asked_in", "note", "valid_from",
            "valid_until",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end:
            if end <= start:
                self.add_error("valid_until", _("Choose a day after the day on which it starts."))
            elif end > start + timedelta(days=5 * 366):
                self.add_error("valid_until", _("Choose a day within five years of its start, and ask again then."))
        if cleaned.get("basis") == Consent.Basis.ASKED:
            for name in ("asked_by", "asked_on"):
                if not cleaned.get(name):
                    self.add_error(name, _("Say who asked the narrator, and on which day."))
            asked = cleaned.get("asked_on")
            if asked and (asked > timezone.localdate() or (start and asked > timezone.localdate(start))):
                self.add_error("asked_on", _("The day on which the narrator was asked is not after the start."))
        elif not cleaned.get("evidence"):
            self.add_error("evidence", _("Cite the narrator’s own publication."))
        narrator, story = cleaned.get("narrator"), cleaned.get("story")
        if narrator and story and not story.narrators.filter(pk=narrator.pk).exists():
            self.add_error(
                "story", _("This narrator is not recorded for that story. Add it on the narrator’s page first.")
            )
        return cleaned


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Grant
    extra = 4
    verbose_name_plural = _("grants (what is not listed was not asked, and counts as no)")


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the consent role alone. Saving works out at once where the story may be shown."""

    form = ConsentForm
    list_display = ("narrator", "story_title", "basis", "valid_from", "valid_until")
    list_select_related = ("narrator", "story")
    inlines = (GrantInline,)
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    @admin.display(description=_("story"))
    def story_title(self, consent: Any) -> str:
        return str(consent.story.title)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        before = form.initial.get("story")
        workflow.reclear(form.instance.story_id, *([before] if before else []), by=request.user)
        fields = [*form.changed_data, *("grants" for formset in formsets if formset.has_changed())]
        verb = "change_consent" if change else "record_consent"
        events.record(verb, by=request.user, subject=str(form.instance), fields=fields)

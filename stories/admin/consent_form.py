"""The form in which a consent is recorded: one row for every scope, and on what the answers rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import seeing
from editorial.blockers import Blocker
from editorial.models import User
from stories import evidence
from stories.admin.story import StoryField
from stories.models import CHANNELS, Consent, ConsentNotice, Narrator, Scope, Story
from stories.recordable import NO, YES, Draft, default_end, to_record

ANSWERS = [(YES, _("Yes")), (NO, _("No")), ("", _("Not asked"))]


def said(scope: str) -> str:
    """What the row of a scope is called in the form."""
    return f"said_{scope.replace(':', '_')}"


class Day(forms.DateField):
    """A day, typed in the browser's own way."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Midnight(Day):
    """A day in the site's time zone, as its first instant."""

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime) else value

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return midnight(day) if day else None


def midnight(day: date) -> datetime:
    with timezone.override(settings.TIME_ZONE):
        return timezone.make_aware(datetime.combine(day, time()))


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """Several files, each checked by what its bytes are (stories/evidence.py)."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.get_username())


def _answer(scope: Scope) -> forms.ChoiceField:
    return forms.ChoiceField(label=scope.label, choices=ANSWERS, required=False, widget=forms.RadioSelect)


class ConsentForm(forms.Form):
    """Checked by the very function that records it, so that every reason is said at once."""

    narrator = forms.ModelChoiceField(label=_("Narrator"), queryset=Narrator.objects.order_by("code"))
    story = StoryField(label=_("Story"))
    basis = forms.ChoiceField(label=_("On what it rests"), choices=Consent.Basis.choices, widget=forms.RadioSelect)
    asked_by = PersonField(label=_("Asked by"), queryset=User.objects.none(), required=False)
    asked_on = Day(label=_("Asked on"), required=False)
    asked_in = forms.CharField(label=_("Language of the conversation"), max_length=40, required=False)
    interpreter = forms.CharField(
        label=_("Interpreter"), max_length=200, required=False, help_text=_("Kept encrypted. Empty if there was none.")
    )
    notice = forms.ModelChoiceField(
        label=_("What the narrator was told"),
        queryset=ConsentNotice.objects.defer("text"),
        required=False,
        help_text=_("Word for word, in the narrator’s language. A new text is added under “Notices”."),
    )
    method = forms.ChoiceField(label=_("How the answer was given"), choices=Consent.Method.choices, required=False)
    given_by = forms.ChoiceField(label=_("Given by"), choices=Consent.GivenBy.choices)
    comprehension = forms.ChoiceField(
        label=_("Check of understanding"), choices=Consent.Comprehension.choices, required=False
    )
    evidence = forms.CharField(
        label=_("Citation, or where the original is kept"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for an own publication."),
    )
    uploads = FilesField(
        label=_("Files that show it"),
        required=False,
        help_text=_(
            "A signed paper, a recording: PDF, JPEG, PNG, MP3, M4A, OGG, MP4 or TXT, up to 25 MB each. Kept encrypted; "
            "the name of the file is not kept. If the form comes back, choose the files again: browsers forget them."
        ),
    )
    valid_from = Midnight(label=_("Valid from"), required=False)
    valid_until = Midnight(
        label=_("Valid until"),
        required=False,
        help_text=_("It ends at the first moment of this day. Two years are usual, five are the most."),
    )
    review_on = Day(
        label=_("Ask again on"), required=False, help_text=_("My work reminds you. The consent goes on meanwhile.")
    )
    jurisdiction = forms.CharField(
        label=_("Whose law applies"), max_length=60, required=False, help_text=_("For example: Republic of Korea.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names and no contact here; they have their place on the narrator’s page."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, by: User, replaces: Consent | None = None, what: str = "given", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.replaces, self.what = by, replaces, what
        for scope in Scope:
            self.fields[said(scope)] = _answer(scope)
        people = seeing.holders("stories.add_consent") | User.objects.filter(pk=by.pk)
        self.fields["asked_by"].queryset = people.distinct().order_by("first_name", "username")  # type: ignore[attr-defined]

    def rows(self, *scopes: Scope) -> Iterable[forms.BoundField]:
        return [self[said(scope)] for scope in scopes]

    @property
    def channels(self) -> Iterable[forms.BoundField]:
        return self.rows(*CHANNELS)

    @property
    def parts(self) -> Iterable[forms.BoundField]:
        return self.rows(*(scope for scope in Scope if scope not in CHANNELS))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if isinstance(cleaned.get("narrator"), Narrator) and isinstance(cleaned.get("story"), Story):
            self.take(to_record(self.draft(), self.by))
        files = cleaned.get("uploads") or []
        self.take(evidence.checked(files)[1])
        return cleaned

    def take(self, blockers: Iterable[Blocker]) -> None:
        """Say each reason beside the field that mends it; what the field itself says against it is enough."""
        known = set(self.errors)
        for blocker in blockers:
            name = said(blocker.field) if blocker.field in Scope.values else blocker.field
            if name not in known:
                self.add_error(name if name in self.fields else None, str(blocker.sentence))

    def _said(self) -> list[tuple[str, str]]:
        """As they were sent: a browser sends one answer for a scope, and what sends two is told so."""
        found = []
        for scope in Scope.values:
            name = self.add_prefix(said(scope))
            given = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name, "")]
            found += [(scope, value) for value in given if value]
        return found

    def draft(self) -> Draft:
        one = self.cleaned_data
        return Draft(
            narrator=one["narrator"],
            story=one["story"],
            basis=one.get("basis", ""),
            said=self._said(),
            valid_from=one.get("valid_from"),
            valid_until=one.get("valid_until"),
            method=one.get("method", ""),
            given_by=one.get("given_by", ""),
            notice=one.get("notice"),
            comprehension=one.get("comprehension", ""),
            jurisdiction=one.get("jurisdiction", ""),
            citation=one.get("evidence", ""),
            asked_by=one.get("asked_by"),
            asked_on=one.get("asked_on"),
            asked_in=one.get("asked_in", ""),
            interpreter=one.get("interpreter", ""),
            note=one.get("note", ""),
            review_on=one.get("review_on"),
            replaces=self.replaces,
            what=self.what,  # type: ignore[arg-type]  # the view knows only the three
        )


def beginning(narrator: Narrator | None, story: Story | None, by: User) -> dict[str, Any]:
    """What a new form is filled in with."""
    start = midnight(timezone.localdate())
    first: dict[str, Any] = {
        "narrator": narrator,
        "story": story,
        "basis": Consent.Basis.ASKED,
        "given_by": Consent.GivenBy.GUARDIAN if narrator and narrator.is_minor else Consent.GivenBy.NARRATOR,
        "asked_by": by,
        "asked_on": timezone.localdate(),
        "valid_from": start,
        "valid_until": default_end(start),
    }
    return first | {said(scope): "" for scope in Scope}


def after(consent: Consent, what: str, by: User) -> dict[str, Any]:
    """What a form is filled in with that renews or narrows a consent: its answers, and as few other words as hold."""
    first = beginning(consent.narrator, consent.story, by)
    kept = ("basis", "method", "given_by", "notice", "asked_in", "jurisdiction", "evidence")
    first |= {name: getattr(consent, name) for name in kept}
    first |= {said(grant.scope): grant.value for grant in consent.grants.all()}
    if what == "narrowed":
        first["valid_until"] = max(consent.valid_until, first["valid_from"])
    return first

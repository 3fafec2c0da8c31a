"""The form of a narrator: what is plain, and what is sealed, with names in rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.typed import one_line, tidy
from stories import lexicon
from stories.models import Narrator
from stories.person import Name, NameKind, Person, SafeContact

#: Empty rows for names that are to come.
MORE_ROWS = 3
MOST_NAMES, LONGEST_NAME = 30, 200
MOST_TERMS = 100
RISKS = [
    (0, gettext_lazy("0: none")),
    (1, gettext_lazy("1: low")),
    (2, gettext_lazy("2: some; sees the final text first")),
    (3, gettext_lazy("3: high; every detail is looked at")),
    (4, gettext_lazy("4: danger to life, for the person or for relatives")),
]


class NamesWidget(forms.Widget):
    """One name to a row, with its kind; a few empty rows at the end."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        texts, kinds = data.getlist(f"{name}-text"), data.getlist(f"{name}-kind")
        return list(zip(texts, [*kinds, *[""] * len(texts)], strict=False))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-text" not in data

    def id_for_label(self, id_: str | None, index: Any = None) -> str:
        return f"{id_}-0" if id_ else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = [(text, kind) for text, kind in value or [] if text]
        rows = [*given, *[("", NameKind.LEGAL.value)] * MORE_ROWS]
        return format_html('<div class="names">{}</div>', format_html_join("", "{}", self._rows(name, rows)))

    def _rows(self, name: str, rows: list[tuple[str, str]]) -> Any:
        for number, (text, kind) in enumerate(rows):
            options = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                ((one, SafeString(" selected") if one == kind else "", label) for one, label in NameKind.choices),
            )
            html = format_html(
                '<div class="names-row"><input type="text" name="{0}-text" id="id_{0}-{1}" value="{2}" maxlength="{3}" '
                'autocomplete="off" aria-label="{4}"><select name="{0}-kind" aria-label="{5}">{6}</select></div>',
                *(name, number, text, LONGEST_NAME, _("Name {n}").format(n=number + 1)),
                *(_("Kind of name {n}").format(n=number + 1), options),
            )
            yield (html,)


class NamesField(forms.Field):
    """Names; empty rows are left out."""

    widget = NamesWidget

    def prepare_value(self, value: Any) -> Any:
        return [(one.text, one.kind) if isinstance(one, Name) else one for one in value or []]

    def clean(self, value: Any) -> tuple[Name, ...]:
        rows = [(one_line(text), kind) for text, kind in value or []]
        found = tuple(dict.fromkeys(Name(text, kind or NameKind.LEGAL.value) for text, kind in rows if text))
        wrong = [f"“{one.text}”: {why}" for one in found if (why := lexicon.check_term(one.text))]
        if any(one.kind not in NameKind.values for one in found):
            wrong.append(_("Choose the kind of each name from the list."))
        if len(found) > MOST_NAMES or any(len(one.text) > LONGEST_NAME for one in found):
            wrong.append(_("That is more than can be kept here. Keep the names themselves."))
        if wrong:
            raise forms.ValidationError(wrong)
        return found


class TermsField(forms.CharField):
    """Words that must never be public, one to a line."""

    widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = [one_line(line) for line in str(value or "").splitlines()]
        return tuple(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        wrong = [f"“{term}”: {why}" for term in value if (why := lexicon.check_term(term))]
        if len(value) > MOST_TERMS:
            wrong.append(_("A hundred words are the most. Keep those that would give the person away."))
        if wrong:
            raise forms.ValidationError(wrong)


def _text(label: Any, rows: int = 0, help_text: Any = "", longest: int = 200) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"class": "vTextField"})
    widget.attrs["autocomplete"] = "off"
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget, help_text=help_text)


class NarratorForm(forms.ModelForm):  # type: ignore[type-arg]
    risk_level = forms.TypedChoiceField(
        label=gettext_lazy("Risk level"), coerce=int, choices=RISKS, initial=2,
        help_text=gettext_lazy("Of the person and of relatives. A changed name never lowers it to none."),
    )  # fmt: skip
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    names = NamesField(
        label=gettext_lazy("Names"),
        required=False,
        help_text=gettext_lazy(
            "In every script that the person uses: 한글, 漢字, Latin letters. Other spellings are found by themselves. "
            "Save to get more rows."
        ),
    )
    terms = TermsField(
        label=gettext_lazy("Private words"),
        required=False,
        help_text=gettext_lazy("Words that must never be public, one to a line: a nickname, a village, a ship."),
    )
    channel = _text(gettext_lazy("Safe way to reach them"), help_text=gettext_lazy("Telephone, messenger, a friend …"))
    address = _text(gettext_lazy("Number or address"))
    hours = _text(gettext_lazy("When"), help_text=gettext_lazy("Days and hours at which it is safe."))
    language = _text(gettext_lazy("Language"))
    code_word = _text(gettext_lazy("Code word"), help_text=gettext_lazy("By which they know that it is you."))
    may_leave_message = forms.BooleanField(label=gettext_lazy("A message may be left"), required=False)
    representative = _text(gettext_lazy("Representative"), rows=2, longest=1000)
    guardian = _text(gettext_lazy("Guardian"), rows=2, longest=1000)
    relatives = _text(gettext_lazy("Relatives at risk"), rows=3, longest=4000)
    notes = _text(gettext_lazy("Notes"), rows=3, longest=4000)

    #: Set by the admin on the class of one request.
    person: Person | None = None
    #: Whether what is sealed cannot be opened, and so is not to be written over.
    is_closed = False

    OF_CONTACT = ("channel", "address", "hours", "language", "code_word", "may_leave_message")
    PLAIN = ("representative", "guardian", "relatives", "notes")
    SEALED = ("names", "terms", *OF_CONTACT, *PLAIN)

    class Meta:
        model = Narrator
        fields = ("code", "risk_level", "next_review", "is_minor", "has_relatives_at_risk", "claim_pending")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self._version()
        if self.is_closed:
            for name in self.SEALED:
                del self.fields[name]
        elif self.person is not None:
            self.initial.update({name: getattr(self.person, name) for name in ("names", "terms", *self.PLAIN)})
            self.initial.update({name: getattr(self.person.contact, name) for name in self.OF_CONTACT})

    def _version(self) -> str:
        return self.instance.sealed_at.isoformat() if self.instance.sealed_at else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and cleaned.get("version", "") != self._version():
            sentence = _(
                "Somebody changed the names or contacts meanwhile. Nothing was overwritten. Open the page in a second "
                "window, take over what is new there, and save again."
            )
            self.add_error(None, sentence)
            # What was typed is still there; with the next save it is meant.
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed[self.add_prefix("version")] = self._version()
        return cleaned

    def typed_person(self, before: Person) -> Person:
        """What is to be sealed; what the form does not show stays as it was."""
        one = self.cleaned_data
        contact = SafeContact(**{name: _tidied(one[name]) for name in self.OF_CONTACT})
        plain: dict[str, Any] = {name: tidy(one[name]) for name in self.PLAIN}
        return replace(before, names=one["names"], terms=one["terms"], contact=contact, **plain)


def _tidied(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value

"""The form of a piece: prose editor, tags, and no save that overwrites what somebody else saved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.admin.choosing import PieceField, TagsField
from editorial.models import Piece, State
from editorial.prose import text_of


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed; both values are shown, neither is lost."""

    label: str
    theirs: str
    mine: str


class PieceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Saved as typed, complete or not; what is missing is said when it is submitted."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    tags = TagsField(
        label=_("Tags"), help_text=_("What it is about. Type to find one; those who may can add a new one.")
    )
    translation_of = PieceField(
        label=_("Translation of"), help_text=_("The original, when this is a translation of another piece.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        if "translation_of" in self.fields:
            kind = type(self.instance).kind_name()
            label, help_text = self.fields["translation_of"].label, self.fields["translation_of"].help_text
            self.fields["translation_of"] = PieceField(kind, label=label, help_text=help_text)
        if self.instance.pk:
            self.initial["version"] = self.instance.lock_version
            self.initial["revision"] = self.instance.revisions.values_list("number", flat=True).first()
            if self.instance.editions.exists():
                for name in ("language", "translation_of"):
                    if name in self.fields:
                        self.fields[name].disabled = True
                        self.fields[name].help_text = _("Fixed, because it was published.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._refuse_a_taken_slug(cleaned)
        self._refuse_a_translation_of_itself(cleaned)
        if self.instance.pk:
            self._refuse_a_lost_race(cleaned)
        return cleaned

    def _refuse_a_taken_slug(self, cleaned: dict[str, Any]) -> None:
        same = Piece.objects.filter(
            kind=type(self.instance).kind_name(), language=cleaned.get("language", ""), slug=cleaned.get("slug", "")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("slug", _("Another piece has this slug. Choose another, for example with a year."))

    def _refuse_a_translation_of_itself(self, cleaned: dict[str, Any]) -> None:
        original = cleaned.get("translation_of")
        if original is None:
            return
        if (
            original.pk == self.instance.pk
            or original.translation_of_id is not None
            or (self.instance.pk and self.instance.translations.exists())
        ):
            self.add_error("translation_of", _("Choose the original itself, not this piece and not a translation."))
        elif original.language == cleaned.get("language"):
            self.add_error("language", _("A translation has another language than its original."))

    def _refuse_a_lost_race(self, cleaned: dict[str, Any]) -> None:
        """The row is locked by now, so what the instance says is what stands in the database."""
        if "version" not in self.data or self.add_prefix("tags") not in self.data:
            self.add_error(None, _("The form arrived incomplete. Reload the page and save again."))
            return
        if cleaned.get("version") == self.instance.lock_version:
            return
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict can be copied
        seen = self.instance.revisions.filter(number=cleaned.get("revision") or 0).first()
        for name, field in self.fields.items():
            mine, theirs = plain(cleaned.get(name)), plain(self.initial.get(name))
            if name in {"version", "revision"} or mine == theirs or field.disabled:
                continue
            before = plain(seen.content.get(name)) if seen is not None else None
            if before == mine:
                # Only the other person changed this field, so theirs is taken over.
                take_over(data, self.add_prefix(name), self.initial.get(name))
            if before in {mine, theirs}:
                continue
            label = str(field.label or name)
            self.conflicts.append(Conflict(label, shown(self.initial.get(name)), shown(cleaned.get(name))))
        last = self.instance.revisions.select_related("made_by").first()
        who = last.made_by.get_full_name() or last.made_by.get_username() if last else ""
        self.add_error(
            None,
            format_lazy(
                _(
                    "{who} changed this piece while you were typing (it is now: {state}). Nothing was overwritten and "
                    "nothing of yours is lost. What only they changed is taken over; where you both changed something "
                    "you see both texts above, and the form holds yours. Mend it, then save again."
                ),
                who=who or _("Somebody"),
                state=State(self.instance.state).label,
            ),
        )
        # The next save is made in the knowledge of both texts.
        data[self.add_prefix("version")] = str(self.instance.lock_version)
        data[self.add_prefix("revision")] = str(last.number if last else "")
        self.data = data


def plain(value: Any) -> str:
    """A value as it can be compared, whether it was typed, stored or recorded."""
    if isinstance(value, Model):
        return str(value.pk)
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return ",".join(sorted(plain(one) for one in value))
    return "" if value in (None, False) else str(value).strip()


def take_over(data: Any, name: str, value: Any) -> None:
    """Put a stored value into the data of a form, as a browser would send it."""
    if isinstance(value, bool):
        data.setlist(name, ["on"] if value else [])
    elif hasattr(value, "__iter__") and not isinstance(value, str):
        data.setlist(name, ["", *(plain(one) for one in value)])
    else:
        data[name] = plain(value)


def shown(value: Any) -> str:
    """A value as two people can compare it."""
    if value is None or value == "":
        return ""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return ", ".join(sorted(str(one) for one in value))
    if isinstance(value, Piece):
        return str(value.pk)
    text = str(value)
    return text_of(text) if text.lstrip().startswith("<") else text

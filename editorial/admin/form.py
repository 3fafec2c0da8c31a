"""The form of a piece: prose editor, tags, and no save that overwrites what somebody else saved meanwhile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.admin.choosing import PieceField, TagsField, TagsForm
from editorial.comparing import LONGEST_TEXT
from editorial.models import Piece, State
from editorial.standing import Standing

#: The code of the error that keeps a text which came back from being saved.
RECOVERING = "recovering"


class PieceForm(TagsForm):
    """Saved as typed, complete or not; what is missing is said when it is submitted."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    tags = TagsField(
        label=_("Tags"), help_text=_("What it is about. Type to find one; those who may can add a new one.")
    )
    translation_of = PieceField(
        label=_("Translation of"), help_text=_("The original, when this is a translation of another piece.")
    )

    #: How the piece stands, where the page has read it already.
    standing: Standing | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_lost_race = False
        if "translation_of" in self.fields:
            kind = type(self.instance).kind_name()
            label, help_text = self.fields["translation_of"].label, self.fields["translation_of"].help_text
            self.fields["translation_of"] = PieceField(kind, label=label, help_text=help_text)
        if self.instance.pk:
            self.initial["version"] = self.instance.lock_version
            newest = (self.standing or Standing(self.instance)).newest
            self.initial["revision"] = newest.number if newest else None
            has_editions = self.instance.__dict__.get("has_editions")
            if self.instance.editions.exists() if has_editions is None else has_editions:
                for name in ("language", "translation_of"):
                    if name in self.fields:
                        self.fields[name].disabled = True
                        self.fields[name].help_text = _("Fixed, because it was published.")

    #: Whether it shows what was typed and not saved, to be looked at first.
    is_recovering = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_recovering:
            # Said by the page, not as a fault; it is one only so that nothing is saved.
            self.add_error(None, ValidationError(_("Look at it, then save it."), code=RECOVERING))
        self._refuse_what_is_far_too_long(cleaned)
        self._refuse_a_taken_slug(cleaned)
        self._refuse_a_translation_of_itself(cleaned)
        if self.instance.pk:
            self._refuse_a_lost_race(cleaned)
        return cleaned

    def only_faults(self) -> None:
        """Leave what was typed out of the errors: to have typed it is none. For showing, after everything is asked."""
        if self.is_recovering and "__all__" in self.errors:
            said = self.errors["__all__"]
            said.data = [one for one in said.data if getattr(one, "code", "") != RECOVERING]
            if not said.data:
                del self.errors["__all__"]

    def _refuse_what_is_far_too_long(self, cleaned: dict[str, Any]) -> None:
        """Twice what can be published."""
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                sentence = _("This is longer than {most} characters. Divide it among several pieces.")
                self.add_error(name, format_lazy(sentence, most=LONGEST_TEXT))

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
        """The row is locked by now, so what the instance says is what stands in the database.

        The old version stays in the form: whatever is mended first, both texts are shown before anything is written.
        """
        if "version" not in self.data or self.add_prefix("tags") not in self.data:
            self.add_error(None, _("The form arrived incomplete. Reload the page and save again."))
            return
        if cleaned.get("version") == self.instance.lock_version:
            return
        self.has_lost_race = True
        last = self.instance.revisions.select_related("made_by").defer("content").first()
        who = last.made_by.get_full_name() or last.made_by.get_username() if last else ""
        self.add_error(
            None,
            format_lazy(
                _(
                    "{who} changed this piece while you were typing (it is now: {state}). Nothing was overwritten and "
                    "nothing of yours is lost. Mend what is marked here; then save, and you see both texts."
                ),
                who=who or _("Somebody"),
                state=State(self.instance.state).label,
            ),
        )

    def is_complete_but_late(self) -> bool:
        """Whether a lost race is all that stands against saving."""
        return (
            self.has_lost_race
            and set(self.errors) == {"__all__"}
            and len(self.errors["__all__"]) == 1 + (self.is_recovering)
        )

"""Fields that pick tags and pieces from a searchable list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dal import autocomplete
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from editorial import kinds, seeing, vocabulary
from editorial.admin.acting import is_id
from editorial.models import Piece, Tag, User
from editorial.vocabulary import words
from editorial.vocabulary.guards import to_make

#: What a chip sends that names no tag yet: the word itself behind this.
TYPED = "new:"


class Known:
    """Labels that the page has read already for all of its fields, instead of one query for each field and row."""

    known: dict[int, str] | None = None

    def filter_choices_to_render(self, selected_choices: list[str]) -> None:
        chosen = [int(one) for one in selected_choices if is_id(str(one))]
        if self.known is not None and all(pk in self.known for pk in chosen):
            self.choices = [(pk, self.known[pk]) for pk in chosen]
        else:
            super().filter_choices_to_render(selected_choices)  # type: ignore[misc]  # the widget's own


class OnePieceWidget(Known, autocomplete.ModelSelect2):  # type: ignore[misc]  # dal ships no types
    """One piece."""


class PiecesWidget(Known, autocomplete.ModelSelect2Multiple):  # type: ignore[misc]  # dal ships no types
    """Several pieces."""


def knowing(form: Any, inlines: Iterable[Any]) -> None:
    """Tell every field of a page that picks tags or pieces the labels of what it shows; one query for the pieces."""
    forms_of_page = [form, *(row for inline in inlines for row in inline.formset.forms)]
    fields = [(one, name, field) for one in forms_of_page for name, field in one.fields.items()]
    pieces = [(one, name, field) for one, name, field in fields if isinstance(field, PieceField | PiecesField)]
    wanted = {pk for one, name, _field in pieces for pk in _ids(one.initial.get(name))}
    labels = {piece.pk: titled(piece) for piece in Piece.objects.filter(pk__in=wanted)} if wanted else {}
    for _one, _name, field in pieces:
        field.widget.known = labels
    rows = {inline.formset.model: [row.instance for row in inline.formset.initial_forms] for inline in inlines}
    for one, name, field in fields:
        siblings = rows.get(model_of(field))
        if siblings is not None:
            # Rows of this very page can be chosen, such as the findings of a summary.
            field.widget.choices = [("", "---------"), *((row.pk, str(row)) for row in siblings)]
        if isinstance(field, TagsField):
            tags = [tag for tag in one.initial.get(name) or [] if isinstance(tag, Tag) and tag.canonical_id == tag.pk]
            field.widget.known = {tag.pk: str(tag.name) for tag in tags}


def model_of(field: Any) -> Any:
    """What rows a field chooses from; None for a field that chooses from none."""
    queryset = getattr(field, "queryset", None)
    return None if queryset is None else queryset.model


def _ids(value: Any) -> list[Any]:
    """The numbers of pieces in an initial value: one of them, or several, as numbers or as rows."""
    values = value if isinstance(value, list | tuple | QuerySet) else [value]
    return [getattr(one, "pk", one) for one in values if one is not None]


class TagsWidget(Known, autocomplete.ModelSelect2Multiple):  # type: ignore[misc]  # dal ships no types
    """Chips; a name that is not there yet is sent as it was typed, and becomes a tag when the form is saved.

    Sends an empty value along, so that a form without any chip differs from a form that lost the field.
    """

    @property
    def media(self) -> forms.Media:
        media: forms.Media = super().media + forms.Media(css={"screen": ["css/desk/tags.css"]})
        return media

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            '<input type="hidden" name="{}" value="">{}', name, super().render(name, value, attrs, renderer)
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [pk for pk in super().value_from_datadict(data, files, name) or [] if pk]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        """The chips of a form that comes back, those that were typed among them."""
        chosen = [str(one) for one in value if is_id(str(one))]
        typed = [str(one) for one in value if str(one).startswith(TYPED)]
        groups: list[Any] = super().optgroups(name, chosen, attrs)
        options = [
            self.create_option(name, one, one.removeprefix(TYPED), selected=True, index=f"typed-{number}", attrs=attrs)
            for number, one in enumerate(typed)
        ]
        return [*groups, (None, options, len(groups))] if options else groups


class TagsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Tags. A typed one that is new comes out as a tag that is not stored yet, if the person may make it."""

    #: Who fills in the form; nobody may make anything.
    by: User | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TagsWidget(url=reverse_lazy("admin:choose_tag")))
        kwargs.setdefault("required", False)
        super().__init__(queryset=Tag.objects.select_related("canonical").order_by("name"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        if obj.canonical_id == obj.pk:
            return str(obj.name)
        return _("{winner} (was {tag})").format(winner=obj.canonical.name, tag=obj.name)

    def clean(self, value: Any) -> Any:
        typed = [str(one).removeprefix(TYPED) for one in value or [] if str(one).startswith(TYPED)]
        if not typed:
            return super().clean(value)
        chosen = [one for one in value if not str(one).startswith(TYPED)]
        found = {tag.pk: tag for tag in super().clean(chosen)} if chosen else {}
        wrong: list[str] = []
        for word in {words.key_of(word): word for word in typed}.values():
            existing = words.holder(word)
            tag = existing.canonical if existing else Tag(name=words.spelled(word))
            found.setdefault(tag.pk, tag)
            if existing is None:
                wrong += [f"“{word}”: {blocker.sentence}" for blocker in to_make(word, self.by)]
        if wrong:
            raise forms.ValidationError(wrong)
        return list(found.values())

    def made(self, tags: Iterable[Tag]) -> list[Tag]:
        """The same tags, those that are not stored yet made now. Raises Refused."""
        stored = []
        for tag in tags:
            if tag._state.adding:
                assert self.by is not None
                stored.append(vocabulary.make(tag.name, by=self.by))
            else:
                stored.append(tag)
        return stored


class TagsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with chips of tags. A new one is made when the form is saved, so that what is given up leaves none."""

    #: Set by the admin on the class of one request.
    by: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TagsField):
                field.by = self.by

    def _save_m2m(self) -> None:
        # In the admin this alone runs after the whole page, with its related rows, was found valid.
        for name, field in self.fields.items():
            if isinstance(field, TagsField) and name in self.cleaned_data:
                self.cleaned_data[name] = field.made(self.cleaned_data[name])
        super()._save_m2m()  # type: ignore[misc]  # django-stubs does not know it


def with_tags_made(data: QueryDict, bound: Iterable[forms.BaseForm]) -> Any:
    """What a browser sent for these valid forms, with each typed tag made and named by its id.

    For a page that goes on with what was sent, but without the forms that would make them.
    """
    made = data.copy()
    for form in bound:
        for name, field in form.fields.items():
            if isinstance(field, TagsField) and name in getattr(form, "cleaned_data", {}):
                tags = field.made(form.cleaned_data[name])
                made.setlist(form.add_prefix(name), ["", *(str(tag.pk) for tag in tags)])
    return made


class PieceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One piece of the given kinds, shown by its title."""

    def __init__(self, *kind_names: str, **kwargs: Any) -> None:
        names = ",".join(kind_names) or "any"
        kwargs.setdefault("widget", OnePieceWidget(url=reverse_lazy("admin:choose_piece", args=[names])))
        kwargs.setdefault("required", False)
        super().__init__(queryset=pieces_of(names), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return titled(obj)


class PiecesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several pieces of the given kinds, shown by their titles."""

    def __init__(self, *kind_names: str, **kwargs: Any) -> None:
        names = ",".join(kind_names)
        url = reverse_lazy("admin:choose_piece", args=[names])
        kwargs.setdefault("widget", PiecesWidget(url=url))
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
    return seeing.kinds_seen_by(request.user) if isinstance(request.user, User) else []


class ChooseTag(autocomplete.Select2QuerySetView):  # type: ignore[misc]  # dal ships no types
    """Tags by part of any of their words, each once; the answer says which word it was. Makes none."""

    http_method_names = ("get", "head")

    def get_queryset(self) -> QuerySet[Tag]:
        return words.finding(self.q) if visible_kinds(self.request) else Tag.objects.none()

    def get_result_label(self, result: Tag) -> str:
        parts = [result.name, str(result.get_facet_display())]
        if result.parent is not None:
            parts.append(_("part of “{tag}”").format(tag=result.parent.name))
        if word := words.matched(result, self.q):
            parts.append(_("found by “{word}”").format(word=word))
        if result.description:
            parts.append(Truncator(result.description).chars(80))
        return " · ".join(parts)

    def get_selected_result_label(self, result: Tag) -> str:
        return result.name

    def get_create_option(self, context: dict[str, Any], q: str | None) -> list[dict[str, str]]:
        """What was typed, for those who may make a tag and if nobody has the word; sent along with the form."""
        page = context["page_obj"]
        if not q or (page and page.number > 1) or to_make(q, self.request.user):
            return []
        word = words.spelled(q)
        label = _("Make a new tag: “{word}”").format(word=word)
        return [{"id": f"{TYPED}{word}", "text": label, "selected_text": word}]


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

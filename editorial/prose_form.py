"""The prose editor in forms: its toolbar from the one table, and a refusal of mentions that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import ImportMap, Media

from editorial.models import Edition, Piece
from editorial.prose import clean
from editorial.prose_nodes import LONGEST_LOCATOR, PARTS, Mention, mentions_in
from editorial.prose_table import TABLE, chosen

#: Bare names for our modules, so that one that imports another gets the file under its hashed name.
MODULES = ImportMap(
    {
        f"firsthand/prose-{name}": f"js/desk/prose-{name}.js"
        for name in ("asides", "dialog", "mentions", "paste", "picking", "pictures")
    }
)
#: The groups of buttons, left to right. None is a menu that only a mouse can open.
GROUPS = (
    "headings",
    "blockType -headings -lists",
    "lists",
    "nodes -blockType -lists -headings",
    "marks",
    "link",
    "mentions",
    "history",
)


def words() -> dict[str, str]:
    """What the editor says, in the language of the desk."""
    return {
        "toolbar": _("Text tools"),
        "unknown": _("not found"),
        "loading": _("loading …"),
        "change": _("Press Enter to change it."),
        "cancel": _("Cancel"),
        "insert": _("Insert"),
        "link_title": _("Link"),
        "link_label": _("Address, beginning with https:// or mailto:"),
        "link_wrong": _("Give an address that begins with https://, http:// or mailto:."),
        "search": _("Search by title"),
        "none": _("Nothing found. Try fewer letters, or add it on a page of its own first."),
        "count": _("Found: "),
        "more": _("There are more. Type more of the title."),
        "choose_first": _("Choose one from the list first."),
        "failed": _("The list could not be loaded. Check the connection and try again."),
        "which": _("Which value"),
        "newest": _("Always the newest"),
        "for_ever": _("This one for ever: "),
        "prints": _("Prints: "),
        "place": _("Place in the work (may stay empty)"),
        "place_kind": _("That is a"),
        "page": _("page"),
        "chapter": _("chapter"),
        "section": _("section"),
        "choose_picture": _("Choose one of its pictures"),
        "picture": _("Picture"),
        "close": _("Close"),
        "no_pictures": _("It has no pictures yet. Add one under “Pictures”, below the text; then put it here."),
        "not_among": _("not among its pictures: it cannot be published like this"),
        "choose_statistic": _("Choose a number"),
        "choose_source": _("Choose a source"),
        "pictures": _("Pictures are not taken from the clipboard; add them under Pictures."),
    }


class ProseWidget(AdminProseEditorWidget):  # type: ignore[misc]  # django-prose-editor ships no types
    """The editor in the admin with the buttons of the table."""

    @property
    def media(self) -> Any:
        return super().media + Media(importmap=MODULES, css={"all": ["css/desk/prose.css"]})

    def get_config(self) -> dict[str, Any]:
        """Made when the page is, so that every label is in the language of the desk."""
        config: dict[str, Any] = super().get_config()
        elements = chosen(name for name in config["extensions"] if name in TABLE)
        labels = {name: str(label) for element in elements.values() for name, label in element.buttons.items()}
        said = words()
        extensions = config["extensions"]
        extensions["Menu"] = {"groups": [{"group": group} for group in GROUPS]}
        extensions["Toolbar"] = {"labels": labels, "title": said["toolbar"]}
        extensions["CleanPaste"] = {"pictures": said["pictures"]}
        if "Picture" in elements:
            extensions["Picture"] = {"words": said}
        if "Link" in elements:
            extensions["Link"] = {**extensions["Link"], "words": said}
        for name, element in elements.items():
            if element.kind:
                extensions[name] = {
                    "words": said,
                    "kind": element.kind,
                    "chooseUrl": reverse("admin:prose_choose", args=[element.kind]),
                    "printedUrl": reverse("admin:prose_printed"),
                    "parts": PARTS,
                    "longestLocator": LONGEST_LOCATOR,
                }
        return config | {"js_modules": [static("js/desk/prose.js")]}


class ProseFormField(ProseEditorFormField):  # type: ignore[misc]  # see above
    """What it returns is clean, and every mention in it leads to a piece that there is."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        unknown = unknown_mentions(mentions_in(cleaned))
        if unknown:
            sentence = _(
                "The text refers to something that does not exist (%s). Take it out, or choose another from the list. "
                "Nothing of your text is lost."
            )
            raise ValidationError(sentence % ", ".join(map(str, unknown)), code="unknown_mention")
        return cleaned


def unknown_mentions(mentions: Iterable[Mention]) -> list[Mention]:
    """Those whose piece, or edition of it, does not exist, is of another kind or was erased."""
    asked = list(mentions)
    if not asked:
        return []
    pieces = Piece.objects.filter(pk__in={one.piece for one in asked}, erased_at__isnull=True)
    known = set(pieces.values_list("kind", "pk"))
    pins = {one.edition for one in asked if one.edition is not None}
    editions = (
        set(Edition.objects.filter(pk__in=pins, is_citable=True).values_list("piece_id", "pk")) if pins else set()
    )
    return [
        one
        for one in asked
        if (one.kind, one.piece) not in known or (one.edition is not None and (one.piece, one.edition) not in editions)
    ]


def form_field(holds: Sequence[str], **kwargs: Any) -> ProseFormField:
    """A form field with the editor, for text that may hold these elements of the table."""
    config = {"extensions": {name: element.config for name, element in chosen(holds).items()}}
    kwargs["widget"] = ProseWidget
    return ProseFormField(config=config, preset="configurable", sanitize=lambda html: clean(html, holds), **kwargs)

"""Safe prose: the one allow-list for what editors write, from which the editor's buttons come too.

Prose is sanitised when it is saved and again when it is rendered, because the form is not the only way in.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import nh3
from django.db import models
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

#: The editor's extensions, each with the elements that it makes.
EXTENSIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "Bold": (True, ("strong",)),
    "Italic": (True, ("em",)),
    "Heading": ({"levels": [2, 3]}, ("h2", "h3")),
    "Blockquote": (True, ("blockquote",)),
    "BulletList": (True, ("ul",)),
    "OrderedList": (True, ("ol",)),
    "ListItem": (True, ("li",)),
    "Link": ({"enableTarget": False, "protocols": ["https", "mailto"]}, ("a",)),
    "HardBreak": (True, ("br",)),
    "History": (True, ()),
}
CLEANER = nh3.Cleaner(
    tags={"p", *(tag for _config, tags in EXTENSIONS.values() for tag in tags)},
    attributes={"a": {"href"}},
    url_schemes={"https", "http", "mailto"},
    link_rel="noopener noreferrer",
)
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(html: str) -> str:
    """The HTML with nothing in it that the allow-list does not name; text in NFC, without direction overrides."""
    # After the cleaner, not before: it turns entities into the very letters that are taken out here.
    cleaned = CLEANER.clean(html.replace("\x00", ""))
    cleaned = BIDI_CONTROLS.sub("", unicodedata.normalize("NFC", cleaned)).strip()
    return "" if re.fullmatch(r"<(\w+)></\1>", cleaned) else cleaned


def rendered(html: str) -> SafeString:
    """Prose for a page. Trusted because it was just cleaned."""
    return mark_safe(clean(html))  # noqa: S308  (cleaned on the line itself)


def text_of(html: str) -> str:
    """The words alone, for lengths and excerpts."""
    return " ".join(nh3.clean(html.replace("</p>", " "), tags=set()).split())


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class ProseWidget(AdminProseEditorWidget):  # type: ignore[misc]  # django-prose-editor ships no types
    """The editor in the admin with the buttons of the allow-list."""


def form_field(**kwargs: Any) -> ProseEditorFormField:
    """A form field with the editor; what it returns is clean."""
    config = {"extensions": {name: config for name, (config, _tags) in EXTENSIONS.items()}}
    kwargs["widget"] = ProseWidget
    return ProseEditorFormField(config=config, preset="configurable", sanitize=clean, **kwargs)


class ProseField(TextField):
    """Text with the markup of the allow-list. Cleaned on every way into the database, bulk writes included."""

    def get_prep_value(self, value: Any) -> Any:
        return clean(value) if isinstance(value, str) else super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> ProseEditorFormField:
        wanted = {"label": capfirst(self.verbose_name), "help_text": self.help_text, "required": not self.blank}
        return form_field(**wanted)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), dict(kwargs)

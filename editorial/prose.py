"""Safe prose: cleaned by the one table of `prose_table` when it is saved, and again when it is rendered.

Again, because the form is not the only way in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import nh3
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editorial.prose_nodes import Mention, as_stored, plain_aside, walked
from editorial.prose_table import TABLE, WITH_MENTIONS, WORDS

if TYPE_CHECKING:
    from django_prose_editor.fields import ProseEditorFormField

CLEANER = nh3.Cleaner(
    tags={tag for element in TABLE.values() for tag in element.tags},
    # None on every element: by itself nh3 lets title and lang through.
    attributes={"*": set(), "a": {"href"}, "aside": {"class"}, "data": {"value"}, "figure": {"data-picture"}},
    url_schemes={"https", "http", "mailto"},
    link_rel="noopener noreferrer",
)
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(html: str, holds: Sequence[str] = WORDS) -> str:
    """The HTML with nothing in it that these elements of the table do not name.

    Text in NFC, without direction overrides; a mention without any words of its own.
    """
    # After the cleaner, not before: it turns entities into the very letters that are taken out here.
    cleaned = CLEANER.clean(html.replace("\x00", ""))
    cleaned = BIDI_CONTROLS.sub("", unicodedata.normalize("NFC", cleaned)).strip()
    cleaned = walked(cleaned, holds)
    return "" if re.fullmatch(r"<(\w+)></\1>", cleaned) else cleaned


def rendered(
    html: str, shown: Callable[[Mention], str] | None = None, slot: Callable[[int], str] | None = None
) -> SafeString:
    """Prose for a page. Trusted because it was just cleaned.

    `shown` (editorial.mentions.Shown) prints the mentions of other pieces; without it there are none, as in the words
    of a narrator. `slot` (editorial.pictures.showing) prints a picture at its place; without it nothing stands there.
    """
    holds = WORDS if shown is None else WITH_MENTIONS
    safe = walked(clean(html, holds), holds, show=shown or as_stored, open_aside=_opened, slot=slot or _nothing)
    return mark_safe(safe)  # noqa: S308  (cleaned one line above; what is shown comes escaped)


def _nothing(_picture: int) -> str:
    return ""


def _opened(css_class: str) -> str:
    """A passage set apart, as readers and screen readers meet it."""
    if css_class != "content-note":
        return plain_aside(css_class)
    label = _("Before you read on")
    return format_html('<aside class="{}" role="note"><p class="kicker">{}</p>', css_class, label)


def text_of(html: str) -> str:
    """The words alone, for lengths and excerpts."""
    return " ".join(nh3.clean(html.replace("</p>", " "), tags=set()).split())


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class ProseField(TextField):
    """Text with the markup of the table. Cleaned on every way into the database, bulk writes included.

    `holds` names the elements that it may have; without it, those of plain words.
    """

    def __init__(self, *args: Any, holds: Sequence[str] = WORDS, **kwargs: Any) -> None:
        self.holds = tuple(holds)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        return clean(value, self.holds) if isinstance(value, str) else super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> ProseEditorFormField:
        from editorial.prose_form import form_field

        wanted = {"label": capfirst(self.verbose_name), "help_text": self.help_text, "required": not self.blank}
        return form_field(self.holds, **wanted)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), dict(kwargs)

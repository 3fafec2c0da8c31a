"""The one table of what prose may hold. From it come the allow-list, the editor's buttons and the nodes of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Element:
    """Something that prose may hold: the elements that it is made of, and what the editor shows for it."""

    tags: tuple[str, ...] = ()
    #: How the editor's extension is set up.
    config: Any = True
    #: What it is called on the toolbar: the names of the editor's buttons, each with its label.
    buttons: dict[str, str | Promise] = field(default_factory=dict)
    #: For a passage set apart: the one class by which it is known.
    css_class: str = ""
    #: For a mention: the kind of piece that it refers to.
    kind: str = ""
    #: Whether every prose field has it, or only those that ask for it by name.
    is_everywhere: bool = True


#: By the name of the editor's extension, in the order of the toolbar.
TABLE: dict[str, Element] = {
    "Paragraph": Element(("p",), buttons={"paragraph": _("Paragraph")}),
    "Heading": Element(("h2", "h3"), {"levels": [2, 3]}, {"heading2": _("Heading"), "heading3": _("Smaller heading")}),
    "BulletList": Element(("ul",), buttons={"bulletList": _("List")}),
    "OrderedList": Element(("ol",), {"enableListAttributes": False}, {"orderedList": _("Numbered list")}),
    "ListItem": Element(("li",)),
    "Blockquote": Element(("blockquote",), buttons={"blockquote": _("Quotation")}),
    "PullQuote": Element(("aside",), buttons={"pullQuote": _("Pull quote")}, css_class="pull-quote"),
    "ContentNote": Element(("aside",), buttons={"contentNote": _("Content note")}, css_class="content-note"),
    "Picture": Element(("figure",), buttons={"picture": _("Picture")}),
    "Bold": Element(("strong",), buttons={"bold": _("Bold")}),
    "Italic": Element(("em",), buttons={"italic": _("Italic")}),
    "Link": Element(
        ("a",),
        {"enableTarget": False, "protocols": ["https", "mailto"]},
        {"link": _("Link"), "unlink": _("Remove the link")},
    ),
    "HardBreak": Element(("br",)),
    "Statistic": Element(("data",), buttons={"statistic": _("Number")}, kind="statistic", is_everywhere=False),
    "Citation": Element(("data",), buttons={"citation": _("Source")}, kind="source", is_everywhere=False),
    "History": Element(buttons={"history:undo": _("Undo"), "history:redo": _("Redo")}),
}
#: What the words of a narrator may hold: nothing that is bound to a number or a source.
WORDS = tuple(name for name, element in TABLE.items() if element.is_everywhere)
#: What everybody else may write.
WITH_MENTIONS = tuple(TABLE)


def chosen(names: Iterable[str]) -> dict[str, Element]:
    """These elements, in the order of the table. Raises LookupError for a name that it does not have."""
    wanted = set(names)
    if unknown := wanted - TABLE.keys():
        msg = f"No element of prose is called {', '.join(sorted(unknown))}. Known: {', '.join(TABLE)}."
        raise LookupError(msg)
    return {name: element for name, element in TABLE.items() if name in wanted}


def asides(names: Collection[str]) -> frozenset[str]:
    """The classes of the passages set apart that are among these."""
    return frozenset(element.css_class for name, element in TABLE.items() if name in names and element.css_class)


def mentioned_kinds(names: Collection[str]) -> frozenset[str]:
    """The kinds of pieces that may be mentioned, when these are allowed."""
    return frozenset(element.kind for name, element in TABLE.items() if name in names and element.kind)

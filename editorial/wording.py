"""How the parts of a content are called and said to an editor: labels for names, words for ids and codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editorial.digests import EMPTY
from editorial.prose import ProseField, rendered
from editorial.prose_nodes import Mention, mentions_in, slots_in

#: How a passage names the place of a picture, as if it were a mention.
PICTURE = "picture"

Text = str | Promise
Content = Mapping[str, Any]


class Shape(Enum):
    """What the value of a content field is, and so how it is shown and compared."""

    LINE = "a line of text"
    TEXT = "a text of several lines"
    PROSE = "text with markup"
    CHOICE = "a code from a list"
    YES_NO = "true or false"
    NUMBER = "a number"
    DAY = "a day or an instant, as ISO"
    PIECE = "the id of a piece"
    PIECES = "ids of pieces, in their order"
    TAGS = "ids of tags"
    LIST = "texts or codes"
    ITEMS = "rows with fields of their own"
    PICTURE = "the id of a picture"
    RECIPE = "what is covered in a picture"
    SILENT = "what another field of the row says already"
    UNKNOWN = "whatever an older or newer version stored"


@dataclass(frozen=True)
class ContentField:
    """One part of a content: its name there, what editors call it, and how its value is read."""

    name: str
    label: Text
    shape: Shape
    default: Any = None
    choices: tuple[tuple[Any, Text], ...] = ()
    #: Of ITEMS: the fields of a row, the one that tells it from others first; and what one row is called.
    fields: tuple[ContentField, ...] = ()
    item: Text = ""

    def of(self, content: Content) -> Any:
        """Its value in a content; the default where that says nothing."""
        value = content.get(self.name)
        return self.default if says_nothing(value) else value

    def title(self) -> str:
        return capfirst(str(self.label))


def says_nothing(value: Any) -> bool:
    """Whether a value is left out of digests; zero says something."""
    return value in EMPTY and (value is False or value != 0)


# --- From the models ------------------------------------------------------------------------------------------------
def described(model: type[models.Model], *names: str, **stored_as: str) -> list[ContentField]:
    """The fields of a model as fields of a content; `stored_as` for those whose name there is another one."""
    named = [*((name, name) for name in names), *stored_as.items()]
    return [_described(name, model._meta.get_field(column)) for name, column in named]


def items(name: str, model: type[models.Model], fields: Sequence[ContentField]) -> ContentField:
    """Rows of another table that belong to the piece, such as its citations."""
    opts = model._meta
    return ContentField(
        name, opts.verbose_name_plural or name, Shape.ITEMS, fields=tuple(fields), item=opts.verbose_name or name
    )


def _described(name: str, column: Any) -> ContentField:
    choices = tuple(column.flatchoices) if getattr(column, "choices", None) else ()
    # What is required has no default; a value that says nothing stays as it is.
    default = column.get_default() if column.has_default() else None
    default = default.value if isinstance(default, Enum) else default
    return ContentField(name, column.verbose_name, _shape(column), None if says_nothing(default) else default, choices)


def _shape(column: Any) -> Shape:
    if column.is_relation:
        if column.many_to_many:
            return Shape.TAGS if column.related_model._meta.model_name == "tag" else Shape.PIECES
        return Shape.PIECE
    if column.choices:
        return Shape.CHOICE
    for kind, shape in SHAPES.items():
        if isinstance(column, kind):
            return shape
    return Shape.LINE


#: The first that fits.
SHAPES: dict[type[models.Field[Any, Any]], Shape] = {
    ProseField: Shape.PROSE,
    models.TextField: Shape.TEXT,
    models.BooleanField: Shape.YES_NO,
    models.IntegerField: Shape.NUMBER,
    models.DecimalField: Shape.NUMBER,
    models.DateField: Shape.DAY,
    models.JSONField: Shape.LIST,
}


def with_unknown(fields: Sequence[ContentField], *contents: Content) -> list[ContentField]:
    """The fields of the kind, and after them whatever else these contents hold."""
    known = {one.name for one in fields}
    others = sorted({str(name) for content in contents for name in content} - known)
    return [*fields, *(ContentField(name, name.replace("_", " "), Shape.UNKNOWN) for name in others)]


# --- Words for ids --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Names:
    """What the ids in some contents stand for."""

    tags: Mapping[int, str] = field(default_factory=dict)
    pieces: Mapping[int, str] = field(default_factory=dict)
    pictures: Mapping[int, str] = field(default_factory=dict)

    def picture(self, pk: Any) -> str:
        return (isinstance(pk, int) and self.pictures.get(pk)) or _("a picture that is not there any more")

    def piece(self, pk: Any) -> str:
        return (isinstance(pk, int) and self.pieces.get(pk)) or _("a piece that is not there any more")

    def tag(self, pk: Any) -> str:
        return (isinstance(pk, int) and self.tags.get(pk)) or _("a tag that is not there any more")

    def mention(self, value: str) -> str:
        """A piece that is mentioned within a text: by its title, with the place in it, and whether it is pinned."""
        mention = Mention.read(value)
        if mention is None:
            return f"[{value}]"
        if mention.kind == PICTURE:
            return f"[{_('Picture')}: {self.picture(mention.piece)}]"
        place = f", {mention.part} {mention.locator}" if mention.locator else ""
        pinned = f", {_('always the same edition')}" if mention.edition else ""
        return f"[{self.piece(mention.piece)}{place}{pinned}]"


def names_in(fields: Sequence[ContentField], *contents: Content) -> Names:
    """The names of all tags, pieces and pictures that these contents hold; one query for each sort that there is."""
    from editorial.models import Picture, Piece, Tag

    found = {(shape, pk) for content in contents for shape, pk in _ids(fields, content)}
    tags = {pk for shape, pk in found if shape == Shape.TAGS}
    pictures = {pk for shape, pk in found if shape == Shape.PICTURE}
    pieces = {pk for shape, pk in found if shape not in {Shape.TAGS, Shape.PICTURE}}
    named = Piece.objects.filter(pk__in=pieces).values_list("pk", "title", "erased_at") if pieces else ()
    return Names(
        dict(Tag.objects.filter(pk__in=tags).values_list("pk", "name")) if tags else {},
        {pk: _("an erased piece") if erased else title or _("without a title") for pk, title, erased in named},
        _picture_names(Picture.objects.filter(pk__in=pictures).values_list("pk", "label")) if pictures else {},
    )


def _picture_names(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    return {pk: label or _("an erased picture") for pk, label in rows}


def _ids(fields: Iterable[ContentField], content: Content) -> Iterator[tuple[Shape, int]]:
    for one in fields:
        value = one.of(content)
        if one.shape in {Shape.TAGS, Shape.PIECES, Shape.PIECE, Shape.PICTURE}:
            yield from ((one.shape, pk) for pk in listed(value) if isinstance(pk, int))
        elif one.shape == Shape.PROSE:
            yield from ((Shape.PIECE, mention.piece) for mention in mentions_in(str(value or "")))
            yield from ((Shape.PICTURE, picture) for picture in slots_in(str(value or "")))
        elif one.shape == Shape.ITEMS:
            for row in rows_in(value):
                yield from _ids(one.fields, row)


# --- Values ---------------------------------------------------------------------------------------------------------
def listed(value: Any) -> list[Any]:
    """A value as a list, whatever was stored."""
    if says_nothing(value):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def rows_in(value: Any) -> list[Content]:
    """The rows of ITEMS; what is no row is shown as one that holds it."""
    return [row if isinstance(row, dict) else {"value": row} for row in listed(value)]


def said(one: ContentField, value: Any, names: Names) -> str:
    """A single value in words; a text as it is. Empty when it says nothing."""
    if one.shape == Shape.YES_NO:
        return _("yes") if value else _("no")
    if says_nothing(value):
        return ""
    if one.shape in {Shape.CHOICE, Shape.LIST}:
        return str(next((label for code, label in one.choices if code == value), value))
    if one.shape in {Shape.PIECE, Shape.PIECES}:
        return names.piece(value)
    if one.shape == Shape.TAGS:
        return names.tag(value)
    if one.shape == Shape.PICTURE:
        return names.picture(value)
    if one.shape == Shape.DAY:
        return _day(str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _day(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
        if len(text) <= len("2026-01-31"):
            return date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return text
    return date_format(timezone.localtime(at) if timezone.is_aware(at) else at, "DATETIME_FORMAT")


def several(one: ContentField, value: Any, names: Names) -> list[str]:
    """The values of a list in words. Tags have no order of their own, so they are sorted."""
    if one.shape == Shape.RECIPE:
        from editorial.pictures.wording import places

        return places(value)
    words = [said(one, each, names) for each in listed(value)]
    return sorted(words, key=str.casefold) if one.shape == Shape.TAGS else words


def title_of(one: ContentField, row: Content, names: Names) -> str:
    """What a row is called: "Finding: Lessons help"."""
    first = _first(one, row)
    said_first = ", ".join(several(first, first.of(row), names)) if first else ""
    kind = capfirst(str(one.item))
    return f"{kind}: {said_first}" if said_first else kind


def shown(one: ContentField, value: Any, names: Names) -> SafeString:
    """A value to read: prose as prose, all else escaped."""
    if one.shape == Shape.PROSE:
        return rendered(
            said(one, value, names), lambda mention: _mention(mention, names), lambda picture: _slot(picture, names)
        )
    if one.shape == Shape.TEXT:
        return mark_safe(linebreaks(said(one, value, names), autoescape=True))  # noqa: S308  (escaped by it)
    if one.shape == Shape.ITEMS:
        rows = rows_in(value)
        return format_html_join("", '<div class="item">{}</div>', ((row_shown(one, row, names),) for row in rows))
    if one.shape in {Shape.TAGS, Shape.PIECES, Shape.LIST, Shape.RECIPE}:
        return bulleted(escape(words) for words in several(one, value, names))
    return escape(said(one, value, names))


def _mention(mention: Mention, names: Names) -> SafeString:
    return format_html('<span class="mention">{}</span>', names.mention(str(mention)))


def _slot(picture: int, names: Names) -> SafeString:
    return format_html('<p class="mention">{}</p>', names.mention(f"{PICTURE}:{picture}"))


def bulleted(values: Iterable[SafeString]) -> SafeString:
    inner = format_html_join("", "<li>{}</li>", ((value,) for value in values))
    return format_html('<ul class="values">{}</ul>', inner) if inner else inner


def _first(one: ContentField, row: Content) -> ContentField | None:
    """The field that tells a row from others."""
    return next((each for each in one.fields if not says_nothing(each.of(row))), None)


def row_shown(one: ContentField, row: Content, names: Names, *, is_titled: bool = False) -> SafeString:
    """A row to read, field by field; without what its title says already."""
    told = _first(one, row) if is_titled else None
    fields = [each for each in with_unknown(one.fields, row) if each.shape != Shape.SILENT]
    filled = [each for each in fields if each is not told and not says_nothing(each.of(row))]
    return listing((each.title(), shown(each, each.of(row), names)) for each in filled)


def listing(named: Iterable[tuple[str, SafeString]]) -> SafeString:
    """Names with their values."""
    return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", named))

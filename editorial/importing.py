"""A document of another program becomes a draft. Nothing of who wrote it, or what it was called inside, comes along."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from editorial import workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.documents import Document, LeftOut, NotRead, Why, one_line, read
from editorial.models import Address, Piece, User
from editorial.prose import ProseField

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_TITLE = 200
LONGEST_SLUG = 100
#: The field into which the text goes.
TEXT = "body"
#: From this share of Hangul on a text counts as Korean.
KOREAN_SHARE = 0.3
SENTENCES: dict[Why, str | Promise] = {
    Why.UNKNOWN_TYPE: _(
        "Only Word documents (.docx) and Markdown (.md) can be imported. Save it as one of these first."
    ),
    Why.OLD_WORD: _("This is an older Word document, or one with a password. Save it as .docx without a password."),
    Why.MACROS: _("The document holds macros, small programs. Save it as a plain .docx without them."),
    Why.BOMB: _(
        "The document unpacks to far more than a text needs, so it was not opened. Copy its text into a new one."
    ),
    Why.UNREADABLE: _("The document cannot be read; it may be damaged. Open it in its program and save it once more."),
    Why.NOT_UTF8: _("The letters of this file cannot be read. Save it once more with the encoding UTF-8."),
    Why.TOO_LONG: _("The document is longer than a book. Divide it, and import the parts."),
    Why.EMPTY: _(
        "There is no text in this document. A scanned page is a picture; type its text, or have it recognised."
    ),
}


def can_be_imported(model: type[Piece]) -> bool:
    """Whether pieces of this kind have a text of their own."""
    return any(field.name == TEXT and isinstance(field, ProseField) for field in model._meta.get_fields())


def may_import(model: type[Piece], by: User) -> bool:
    opts = model._meta
    return can_be_imported(model) and by.is_active and by.has_perm(f"{opts.app_label}.add_{opts.model_name}")


def to_import(model: type[Piece], by: User, name: str, data: bytes) -> list[Blocker]:
    """What stands in the way before the document is opened."""
    found = []
    if not may_import(model, by):
        found.append(Blocker("no_permission", _("Your role does not include beginning a piece of this kind.")))
    if not name or not data:
        found.append(Blocker("no_file", _("Choose a document that is not empty."), "document"))
    if len(data) > LARGEST_FILE:
        found.append(
            Blocker("too_big", _("The document is larger than 10 MB. Take its pictures out first."), "document")
        )
    return found


def import_document(
    model: type[Piece], *, by: User, name: str, data: bytes, language: str = ""
) -> tuple[Piece, LeftOut]:
    """A new draft of this kind with the text of the document. Without a language, the one that it is written in.

    Raises Refused with the reasons.
    """
    refuse_if(to_import(model, by, name, data))
    # Read before the transaction begins: it may take a while, and nobody else could write meanwhile.
    try:
        document = read(name, data)
    except NotRead as refused:
        raise Refused([Blocker(refused.why, SENTENCES[refused.why], "document")]) from refused
    language = language if language in dict(settings.LANGUAGES) else language_of(document)
    return _drafted(model, document, language, by), document.left_out


@transaction.atomic
def _drafted(model: type[Piece], document: Document, language: str, by: User) -> Piece:
    title, body = fitting(document)
    texts: dict[str, Any] = {"title": title, TEXT: body}
    slug = free_slug(model, language, title)
    piece = model._default_manager.create(language=language, slug=slug, created_by=by, **texts)
    workflow.save(piece.pk, by=by)
    return piece


def fitting(document: Document) -> tuple[str, str]:
    """Title and text; a title that is too long is cut, and then stands whole over the text."""
    title = one_line(document.title) or str(_("Untitled"))
    if len(title) <= LONGEST_TITLE:
        return title, document.html
    return Truncator(title).chars(LONGEST_TITLE), format_html("<h2>{}</h2>", title) + document.html


def language_of(document: Document) -> str:
    """By its letters: a Korean text that quotes English is Korean."""
    letters = [letter for letter in document.title + document.html if letter.isalpha()]
    hangul = sum("가" <= letter <= "힣" for letter in letters)
    return "ko" if hangul > KOREAN_SHARE * len(letters) else "en"


def free_slug(model: type[Piece], language: str, title: str) -> str:
    """A slug from the Latin letters of the title; of a title that has none, the kind and a random word."""
    kind = model.kind_name()
    slug = slugify(title)[:LONGEST_SLUG].strip("-_")
    if not slug:
        return f"{kind}-{secrets.token_hex(4)}"
    same = {"kind": kind, "language": language, "slug__startswith": slug}
    taken = {
        *Piece.objects.filter(**same).values_list("slug", flat=True),
        *Address.objects.filter(**same).values_list("slug", flat=True),
    }
    number = 2
    free = slug
    while free in taken:
        free = f"{slug}-{number}"
        number += 1
    return free

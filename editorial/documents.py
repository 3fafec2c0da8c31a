"""Documents of other programs read as prose: .docx and Markdown. Bytes in, values out; nothing is fetched, nothing run.

What is no prose, pictures, tables, remarks, notes, is left out and counted. Who wrote a document is never read.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth
from mammoth import documents as word
from markdown_it import MarkdownIt
from markdown_it.token import Token

from editorial.prose import BIDI_CONTROLS, clean, text_of
from editorial.tidying import tidied, with_our_headings

#: What a text of a whole book needs, and more than any story or summary.
LARGEST_MARKDOWN = 1_000_000
#: Word needs thirty letters of markup for one of text.
LARGEST_XML = 4_000_000
LARGEST_UNPACKED = 100_000_000
MOST_PARTS = 2_000
#: Text packs to a tenth, at best to a fiftieth.
STEEPEST = 200
#: Below this a part does no harm, however well it packs.
SMALL_PART = 1_000_000
MACROS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
#: What other formats begin with: .doc and documents with a password.
OLD_WORD = b"\xd0\xcf\x11\xe0"
TITLE_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
FIRST_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
NOTE_TEXT = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:[^\n]*(?:\n(?:[ \t]+\S[^\n]*|[ \t]*(?=\n[ \t]+\S)))*\n?", re.MULTILINE)
MARKUP = re.compile(r"<[^<>]*>")
NOTE_CALL = re.compile(r"\[\^[^\]\s]+\]")
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


class Why(StrEnum):
    """Why a document is not read."""

    UNKNOWN_TYPE = "unknown_type"
    OLD_WORD = "old_word"
    MACROS = "macros"
    BOMB = "bomb"
    UNREADABLE = "unreadable"
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"
    EMPTY = "empty"


class NotRead(Exception):  # noqa: N818  (an answer, not a fault)
    """The document was refused."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


@dataclass
class LeftOut:
    """What a text has no place for, counted."""

    pictures: int = 0
    tables: int = 0
    remarks: int = 0
    notes: int = 0
    #: Whether words that were hidden in the document are visible now.
    had_hidden_text: bool = False


@dataclass(frozen=True)
class Document:
    title: str
    html: str
    left_out: LeftOut = field(default_factory=LeftOut)


def read(name: str, data: bytes) -> Document:
    """A document as prose; its title is its first heading, or the name of the file. Raises NotRead."""
    path = PurePosixPath(name.replace("\\", "/"))
    kind = path.suffix.lower()
    if kind == ".docx":
        html, left_out = _from_word(data)
    elif kind in {".md", ".markdown"}:
        html, left_out = _from_markdown(data)
    else:
        raise NotRead(Why.MACROS if kind in {".docm", ".dotm"} else Why.UNKNOWN_TYPE)
    title, rest = _titled(html, path.stem)
    body = tidied(clean(with_our_headings(rest)))
    if not text_of(body):
        raise NotRead(Why.EMPTY)
    return Document(title, body, left_out)


def _titled(html: str, stem: str) -> tuple[str, str]:
    """The first heading as the title; taken out of the text where nothing stands before it."""
    heading = FIRST_HEADING.search(html)
    if heading is None:
        return one_line(stem), html
    title = one_line(unescape(text_of(heading[2])))
    stands_first = not text_of(html[: heading.start()])
    return title or one_line(stem), html[heading.end() :] if stands_first else html


def one_line(text: str) -> str:
    """Words on one line, without control characters and direction overrides."""
    plain = BIDI_CONTROLS.sub("", unicodedata.normalize("NFC", text))
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in plain).split())


# --- Word -------------------------------------------------------------------------------------------------------------
def _from_word(data: bytes) -> tuple[str, LeftOut]:
    if data.startswith(OLD_WORD):
        raise NotRead(Why.OLD_WORD)
    left_out = LeftOut()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            refuse_bombs(package)
            left_out.had_hidden_text = _look_inside(package)
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=TITLE_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=lambda _image: [],
            transform_document=lambda document: without_extras(document, left_out),
        )
    except UNREADABLE as error:
        raise NotRead(Why.UNREADABLE) from error
    return str(result.value), left_out


def refuse_bombs(package: zipfile.ZipFile) -> None:
    """Before anything is unpacked: how large would it become? No part can give more than it declares."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotRead(Why.BOMB)
    for part in parts:
        is_xml = _may_be_read(part.filename)
        is_steep = part.file_size > SMALL_PART and part.file_size > STEEPEST * max(part.compress_size, 1)
        if is_steep:
            raise NotRead(Why.BOMB)
        if is_xml and part.file_size > LARGEST_XML:
            raise NotRead(Why.TOO_LONG)


def _may_be_read(name: str) -> bool:
    """Whether the part can be followed to as text, whatever its name ends in. Pictures are left out unread."""
    return not name.lower().startswith("word/media/")


def _look_inside(package: zipfile.ZipFile) -> bool:
    """Refuses macros and XML that defines entities; says whether there is hidden text."""
    names = package.namelist()
    if any(MACROS.search(name.encode()) for name in names) or MACROS.search(package.read("[Content_Types].xml")):
        raise NotRead(Why.MACROS)
    hides = False
    for name in names:
        if _may_be_read(name):
            # Without the zeros a text in UTF-16 reads like one in ASCII.
            text = package.read(name).replace(b"\0", b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise NotRead(Why.UNREADABLE)
            hides = hides or (
                name.startswith("word/document") and re.search(rb"<w:vanish(?:/| ?/|>)", text) is not None
            )
    return hides


COUNTED = {
    word.Image: "pictures",
    word.Table: "tables",
    word.CommentReference: "remarks",
    word.NoteReference: "notes",
}


def without_extras(element: Any, left_out: LeftOut) -> Any:
    """The element without pictures, tables, remarks and notes inside of it."""
    if not isinstance(element, word.HasChildren):
        return element
    kept = []
    for child in element.children:
        counted = COUNTED.get(type(child))
        if counted is None:
            kept.append(without_extras(child, left_out))
        else:
            setattr(left_out, counted, getattr(left_out, counted) + 1)
    return element.copy(children=kept)


# --- Markdown ---------------------------------------------------------------------------------------------------------
def _from_markdown(data: bytes) -> tuple[str, LeftOut]:
    if len(data) > LARGEST_MARKDOWN:
        raise NotRead(Why.TOO_LONG)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRead(Why.NOT_UTF8) from error
    if "\0" in text:
        raise NotRead(Why.NOT_UTF8)
    left_out = LeftOut()
    # What stands before the text says who wrote it and when.
    text = FRONT_MATTER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = NOTE_TEXT.sub("", text)
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    try:
        tokens = _plain(parser.parse(text), left_out)
        return parser.renderer.render(tokens, parser.options, {}), left_out
    except RecursionError as error:
        raise NotRead(Why.UNREADABLE) from error


def _plain(tokens: list[Token], left_out: LeftOut) -> list[Token]:
    """The tokens without tables, pictures, remarks and notes."""
    kept: list[Token] = []
    in_tables = 0
    for token in tokens:
        if token.type == "table_open":
            in_tables += 1
            left_out.tables += 1
        if not in_tables:
            kept.append(_plain_token(token, left_out))
        if token.type == "table_close":
            in_tables -= 1
    return kept


def _plain_token(token: Token, left_out: LeftOut) -> Token:
    if token.type in {"fence", "code_block"}:
        lines = escape(token.content.strip("\n"), quote=False).replace("\n", "<br>")
        return Token("html_block", "", 0, content=f"<p>{lines}</p>\n")
    if token.type in {"html_block", "html_inline"}:
        token.content = _words_of_markup(token, left_out)
    elif token.type == "text":
        calls = NOTE_CALL.findall(token.content)
        left_out.notes += len(calls)
        token.content = NOTE_CALL.sub("", token.content)
    if token.children:
        left_out.pictures += sum(child.type == "image" for child in token.children)
        token.children = [_plain_token(child, left_out) for child in token.children if child.type != "image"]
    return token


def _words_of_markup(token: Token, left_out: LeftOut) -> str:
    """HTML inside Markdown is taken for its words alone: no cleaner could say what its writer meant by it."""
    lower = token.content.lower().lstrip()
    left_out.remarks += lower.count("<!--")
    left_out.pictures += lower.count("<img")
    left_out.tables += lower.count("<table")
    if lower.startswith("<br"):
        return "<br>"
    if token.type == "html_inline" or lower.startswith(("<!", "<?", "<script", "<style")) or "<table" in lower:
        return ""
    words = escape(unescape(MARKUP.sub(" ", token.content)), quote=False)
    return f"<p>{words}</p>"

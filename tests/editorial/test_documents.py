"""Documents of other programs read as prose: what comes along, what is counted, what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from editorial.documents import LARGEST_MARKDOWN, Document, LeftOut, NotRead, Why, read
from editorial.prose import clean
from editorial.tidying import tidied, with_our_headings
from tests.docx import NAMES, TYPES, docx, item, paragraph, picture, table

FOOTNOTES = (
    f'<w:footnotes {NAMES}><w:footnote w:id="1"><w:p><w:r><w:t>A note at the foot</w:t></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)
COMMENTS = (
    f'<w:comments {NAMES}><w:comment w:id="1" w:author="Secret Author" w:initials="SA"><w:p><w:r><w:t>Is this so?</w:t>'
    "</w:r></w:p></w:comment></w:comments>"
)
NOTE = '<w:r><w:footnoteReference w:id="1"/></w:r>'
REMARK = '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'


def word(*body: str, **parts: str) -> Document:
    return read("text.docx", docx(*body, raw={f"word/{name}.xml": text for name, text in parts.items()}))


def markdown(text: str) -> Document:
    return read("text.md", text.encode())


def why(name: str, data: bytes) -> Why:
    with pytest.raises(NotRead) as refused:
        read(name, data)
    return refused.value.why


# --- Word -------------------------------------------------------------------------------------------------------------
def test_word_document_comes_out_as_our_prose() -> None:
    found = word(
        paragraph("What lessons do", style="Title"),
        paragraph("Before", style="1"),
        paragraph("The bell rang.", bold=True),
        item("A book"),
        item("A pen"),
        paragraph("After", style="2"),
        paragraph("  "),
        paragraph("It\u00a0\u00a0 ended."),
    )

    assert found.title == "What lessons do"
    assert found.html == (
        "<h2>Before</h2><p><strong>The bell rang.</strong></p><ul><li><p>A book</p></li><li><p>A pen</p></li></ul>"
        "<h3>After</h3><p>It ended.</p>"
    )


def test_text_that_is_read_is_clean_already() -> None:
    found = word(paragraph("Before", style="1"), item("A &lt;b&gt; &amp; c"), paragraph("D"))

    assert clean(found.html) == found.html


def test_what_is_no_prose_is_left_out_and_counted() -> None:
    found = word(
        paragraph("One", inside=NOTE + REMARK),
        paragraph("Two", inside=picture() + NOTE),
        table("Left", "Right"),
        footnotes=FOOTNOTES,
        comments=COMMENTS,
    )

    assert found.html == "<p>One</p><p>Two</p>"
    assert found.left_out == LeftOut(pictures=1, tables=1, remarks=1, notes=2)


def test_who_wrote_the_document_does_not_come_along() -> None:
    deleted = '<w:del w:id="3" w:author="Secret Author"><w:r><w:delText>Old words</w:delText></w:r></w:del>'
    inserted = '<w:ins w:id="4" w:author="Secret Author"><w:r><w:t>New words</w:t></w:r></w:ins>'
    found = word(
        f"<w:p>{deleted}{inserted}</w:p>",
        paragraph("b", inside=picture() + REMARK),
        footnotes=FOOTNOTES,
        comments=COMMENTS,
    )

    assert found.html == "<p>New words</p><p>b</p>"
    assert "ecret" not in repr(found)


def test_picture_that_lies_elsewhere_is_not_fetched() -> None:
    found = word(paragraph("One", inside=picture("rFar", link=True)))

    assert (found.html, found.left_out.pictures) == ("<p>One</p>", 1)


def test_link_keeps_its_address() -> None:
    link = '<w:p><w:hyperlink r:id="rLink"><w:r><w:t>the report</w:t></w:r></w:hyperlink></w:p>'

    assert word(link).html == '<p><a href="https://example.org/report" rel="noopener noreferrer">the report</a></p>'


def test_style_map_inside_a_document_is_not_obeyed() -> None:
    raw: dict[str, str | bytes] = {"mammoth/style-map": "p => script:fresh"}

    assert read("text.docx", docx(paragraph("One"), raw=raw)).html == "<p>One</p>"


def test_hidden_text_is_told_of() -> None:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden</w:t></w:r></w:p>"

    assert word(hidden).left_out.had_hidden_text
    assert not word(paragraph("Plain")).left_out.had_hidden_text


@pytest.mark.parametrize("name", ["text.docm", "TEXT.DOTM"])
def test_document_with_macros_is_refused_by_its_name(name: str) -> None:
    assert why(name, docx(paragraph("One"))) is Why.MACROS


@pytest.mark.parametrize(
    "raw",
    [
        {"word/vbaProject.bin": b"x"},
        {"[Content_Types].xml": TYPES.replace("document.main+xml", "document.macroEnabled.main+xml")},
    ],
)
def test_document_with_macros_is_refused_whatever_it_is_called(raw: dict[str, str | bytes]) -> None:
    assert why("text.docx", docx(paragraph("One"), raw=raw)) is Why.MACROS


def test_document_that_unpacks_steeply_is_not_opened() -> None:
    assert why("text.docx", docx(paragraph("One"), raw={"word/media/a.bin": b"\0" * 2_000_000})) is Why.BOMB


def test_document_that_unpacks_to_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editorial.documents.LARGEST_UNPACKED", 5_000)

    assert why("text.docx", docx(paragraph("One"), raw={"word/media/a.bin": b"ab" * 2_000})) is Why.BOMB


def test_document_of_too_many_parts_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editorial.documents.MOST_PARTS", 8)

    assert why("text.docx", docx(paragraph("One"), raw={f"a{number}": b"" for number in range(5)})) is Why.BOMB


def test_document_that_lies_about_its_size_gives_no_more_than_it_declares() -> None:
    honest = docx(paragraph("One"), raw={"word/media/a.bin": b"\0" * 2_000_000})
    size, lie = (2_000_000).to_bytes(4, "little"), (2_000).to_bytes(4, "little")
    with zipfile.ZipFile(io.BytesIO(honest.replace(size, lie))) as package, pytest.raises(zipfile.BadZipFile):
        package.read("word/media/a.bin")


def test_document_as_long_as_many_books_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editorial.documents.LARGEST_XML", 2_000)

    assert why("text.docx", docx(*[paragraph(f"Words {number}") for number in range(50)])) is Why.TOO_LONG


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_defines_entities_is_refused(encoding: str) -> None:
    bomb = (
        f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><w:document {NAMES}><w:body>{paragraph("&a;")}</w:body></w:document>'
    )

    assert why("text.docx", docx(raw={"word/document.xml": bomb.encode(encoding)})) is Why.UNREADABLE


@pytest.mark.parametrize(
    "data",
    [
        b"no zip at all",
        docx(paragraph("One"))[:300],
        docx(raw={"word/document.xml": "<w:document>"}),
        docx(raw={"_rels/.rels": "<Relationships/>", "word/document.xml": ""}),
    ],
)
def test_damaged_document_is_refused(data: bytes) -> None:
    assert why("text.docx", data) is Why.UNREADABLE


def test_older_word_document_is_told_apart() -> None:
    assert why("text.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100) is Why.OLD_WORD


@pytest.mark.parametrize("name", ["text.pdf", "text.doc", "text.odt", "text.html", "text.txt", "text", ".docx", ""])
def test_other_types_are_refused(name: str) -> None:
    assert why(name, b"x") is Why.UNKNOWN_TYPE


def test_document_without_text_is_refused() -> None:
    assert why("text.docx", docx(paragraph(" ", inside=picture()))) is Why.EMPTY
    assert why("text.md", b"# Only a title\n") is Why.EMPTY


# --- Markdown ---------------------------------------------------------------------------------------------------------
def test_markdown_comes_out_as_our_prose() -> None:
    found = markdown(
        "# What lessons do\n\nThe **bell** rang\n*twice*, [see](https://example.org).\n\n## Before\n\n"
        "- A book\n  - its cover\n- A pen\n\n### After\n\n> Quoted\n\n1. First\n"
    )

    assert found.title == "What lessons do"
    assert found.html == (
        "<p>The <strong>bell</strong> rang <em>twice</em>, "
        '<a href="https://example.org" rel="noopener noreferrer">see</a>.</p>'
        "<h2>Before</h2><ul><li><p>A book</p><ul><li><p>its cover</p></li></ul></li><li><p>A pen</p></li></ul>"
        "<h3>After</h3><blockquote><p>Quoted</p></blockquote><ol><li><p>First</p></li></ol>"
    )


def test_markdown_leaves_out_and_counts_what_is_no_prose() -> None:
    found = markdown(
        "One ![alt](a.png)[^1].\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<!-- a remark -->\n\nTwo[^2] <img src=x>\n\n"
        "[^1]: A note\n    that goes on\n[^2]: Another\n"
    )

    assert found.html == "<p>One .</p><p>Two</p>"
    assert found.left_out == LeftOut(pictures=2, tables=1, remarks=1, notes=2)


@pytest.mark.parametrize("fence", ["---", "+++"])
def test_what_stands_before_the_text_does_not_come_along(fence: str) -> None:
    found = markdown(f"{fence}\ntitle: A secret title\nauthor: Secret Author\n{fence}\n\n# Title\n\nText\n")

    assert (found.title, found.html) == ("Title", "<p>Text</p>")


def test_markup_inside_markdown_is_taken_for_its_words() -> None:
    found = markdown(
        '<div onclick="x">Some <b>words</b></div>\n\n<script>alert(1)</script>\n\na <span style=x>b</span><br>c'
    )

    assert found.html == "<p>Some words</p><p>a b<br>c</p>"


def test_code_keeps_its_lines_as_words() -> None:
    assert markdown("One\n\n```\na < b\nc\n```\n").html == "<p>One</p><p>a &lt; b<br>c</p>"


def test_link_that_acts_is_none() -> None:
    assert markdown("[x](javascript:alert(1)) [y](data:text/html,z)").html.count("href") == 0


@pytest.mark.parametrize("data", ["한글".encode("cp949"), b"a\0b", "text".encode("utf-16")])
def test_markdown_in_another_encoding_is_refused(data: bytes) -> None:
    assert why("text.md", data) is Why.NOT_UTF8


def test_markdown_longer_than_a_book_is_refused() -> None:
    assert why("text.md", b"a" * (LARGEST_MARKDOWN + 1)) is Why.TOO_LONG


def test_first_mark_of_a_windows_file_is_no_letter() -> None:
    assert read("text.markdown", b"\xef\xbb\xbf# Title\r\n\r\nText\r\n").title == "Title"


# --- Title and headings -----------------------------------------------------------------------------------------------
def test_without_a_heading_the_file_lends_its_name() -> None:
    assert read("C:\\Texts\\My  story.md", b"Text").title == "My story"


def test_heading_after_some_text_lends_the_title_and_stays() -> None:
    found = markdown("Before all.\n\n# Title\n\nText\n")

    assert (found.title, found.html) == ("Title", "<p>Before all.</p><h2>Title</h2><p>Text</p>")


def test_title_is_words_not_markup() -> None:
    assert markdown("# Tom & *Jerry* \u202e<b>x</b>\n\nText").title == "Tom & Jerry x"


@pytest.mark.parametrize(
    ("html", "ours"),
    [
        ("<h1>a</h1><h2>b</h2><h4>c</h4>", "<h2>a</h2><h3>b</h3><h3>c</h3>"),
        ("<h2>a</h2><h3>b</h3>", "<h2>a</h2><h3>b</h3>"),
        ("<h3>a</h3><H5 id=x>b</H5>", "<h3>a</h3><h3>b</h3>"),
    ],
)
def test_headings_come_in_two_levels(html: str, ours: str) -> None:
    assert with_our_headings(html) == ours


@pytest.mark.parametrize(
    ("html", "ours"),
    [
        ("words<p>a</p> more <em>words</em>", "<p>words</p><p>a</p><p>more <em>words</em></p>"),
        ("<p> a&nbsp;&nbsp; b&nbsp;c </p>", "<p>a b\xa0c</p>"),
        ("<p></p><p>&nbsp;</p><p><br></p><ul><li><p></p></li></ul><p>a</p>", "<p>a</p>"),
        ("<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
        ("<blockquote>a &amp; b</blockquote>", "<blockquote><p>a &amp; b</p></blockquote>"),
        ("<br><p>a<br> b</p>", "<p>a<br>b</p>"),
    ],
)
def test_foreign_prose_is_written_as_the_editor_would(html: str, ours: str) -> None:
    assert tidied(html) == ours

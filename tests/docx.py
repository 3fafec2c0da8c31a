"""Builds the smallest Word documents that hold what a test is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/></Types>'
)
STYLES = f'<w:styles xmlns:w="{W}">' + "".join(
    f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/></w:style>'
    for style, name in [("Title", "Title"), ("1", "heading 1"), ("2", "heading 2"), ("3", "heading 3")]
)
NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
CORE = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>A secret title</dc:title><dc:creator>Secret Author</dc:creator>"
    "<cp:lastModifiedBy>Secret Author</cp:lastModifiedBy></cp:coreProperties>"
)


def relationships(*targets: tuple[str, str, str]) -> str:
    """(id, type, target) each; a target with a scheme lies outside."""
    rows = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for one, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def paragraph(text: str, *, style: str = "", bold: bool = False, inside: str = "") -> str:
    """One paragraph; `inside` is markup that stands before its words."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p>{look}{inside}<w:r>{weight}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def item(text: str) -> str:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*cells: str) -> str:
    return "<w:tbl><w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr></w:tbl>"


def picture(relation: str = "rPicture", *, link: bool = False) -> str:
    how = "link" if link else "embed"
    return (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="A secret name" descr="A secret description"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:{how}="{relation}"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def docx(*body: str, raw: Mapping[str, str | bytes] | None = None) -> bytes:
    """A document with these paragraphs. `raw` adds parts under their full names, or puts others in their place."""
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relationships(("rDocument", "officeDocument", "word/document.xml")),
        "docProps/core.xml": CORE,
        "word/document.xml": f"<w:document {NAMES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": STYLES + "</w:styles>",
        "word/numbering.xml": NUMBERING,
        "word/_rels/document.xml.rels": relationships(
            ("rStyles", "styles", "styles.xml"),
            ("rNumbering", "numbering", "numbering.xml"),
            ("rFootnotes", "footnotes", "footnotes.xml"),
            ("rComments", "comments", "comments.xml"),
            ("rPicture", "image", "media/image1.png"),
            ("rFar", "image", "https://evil.example/picture.png"),
            ("rLink", "hyperlink", "https://example.org/report"),
        ),
        "word/media/image1.png": b"\x89PNG",
        **(raw or {}),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return package.getvalue()

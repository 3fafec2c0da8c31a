"""Why a picture is not accepted, in sentences with the next step."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from editorial.pictures.refusing import Value


class NotAccepted(Exception):  # noqa: N818  (what editors call it; it is no error of the program)
    """A picture is refused; nothing of it is kept. The sentence says why and what to do next."""

    def __init__(self, code: str, values: Mapping[str, Value] | None = None) -> None:
        self.code = code if code in SENTENCES else "unreadable"
        self.sentence = _sentence(self.code, values or {})
        super().__init__(self.code)


SENTENCES: dict[str, str | Promise] = {
    "empty": _("The file is empty. Choose the picture again."),
    "too_large": _(
        "The file has {megabytes} MB, and at most {limit} MB are accepted. "
        "Export it with a lower quality or fewer pixels."
    ),
    "too_long": _(
        "The picture is {width} × {height} pixels, and no side may be longer than {limit}. "
        "Make it smaller and upload it again."
    ),
    "too_many_pixels": _(
        "The picture has {megapixels} megapixels, and at most 50 are accepted. Make it smaller and upload it again."
    ),
    "many_pictures": _(
        "The file holds more than one picture, such as an animation, a moving photo or a photo with a depth map. "
        "What is in the others would go unseen. Export a single still picture as JPEG or PNG."
    ),
    "more_behind": _(
        "Behind the end of the picture the file goes on with {count} bytes that are no part of it, such as a film, a "
        "larger version or another file. Open the picture in a picture program and export it as a new file."
    ),
    "truncated": _("The file ends too early or is damaged. Copy it from the camera or the computer again."),
    "unreadable": _(
        "The picture cannot be read; it may be damaged. Open it in a picture program and export it as JPEG."
    ),
    "mislabelled": _(
        "The file calls itself {claimed}, but it is {found}. Somebody may have renamed it. "
        "Open it in a picture program and export it as JPEG, PNG, WebP or AVIF."
    ),
    "too_hard": _(
        "The picture needs more time or memory than one picture may. "
        "Make it smaller, export it as JPEG, and upload it again."
    ),
    "busy": _("Other pictures are being worked on. Upload it again in a minute."),
    "gif": _("GIF is not accepted, because it can move. Export the picture as PNG or JPEG."),
    "svg": _("SVG is not accepted, because it can hold programs and links. Export the picture as PNG."),
    "pdf": _("PDF is not accepted, because it can hold texts, names and programs. Export the page as PNG or JPEG."),
    "postscript": _(
        "EPS and PostScript are not accepted, because they are programs. Export the picture as PNG or JPEG."
    ),
    "tiff": _(
        "TIFF and raw photos are not accepted, because they can hold several pictures. Export it as JPEG or PNG."
    ),
    "heic": _(
        "HEIC is not accepted, because it can hold several pictures. Export the photo as JPEG; "
        "on an iPhone: Settings, Camera, Formats, Most Compatible."
    ),
    "other_picture": _("This kind of picture is not accepted. Export it as JPEG, PNG, WebP or AVIF."),
    "web_page": _("This is a web page and no picture. Save the picture itself, as JPEG, PNG, WebP or AVIF."),
    "text": _("This is a text and no picture. Choose a file in JPEG, PNG, WebP or AVIF."),
    "archive": _("This is an archive or a document and no picture. Take the picture out of it and upload that."),
    "video": _("This is a film or a sound and no picture. Choose a file in JPEG, PNG, WebP or AVIF."),
    "unknown": _("This is no picture that can be read. Choose a file in JPEG, PNG, WebP or AVIF."),
}

NAMES: dict[str, str] = {"WEBP": "WebP"}

#: For the form, where Recipe.from_json raises ValueError.
RECIPE_UNREADABLE = _("The covered places could not be read. Load the page again and draw them anew.")


def _sentence(code: str, values: Mapping[str, Value]) -> str:
    said = {name: NAMES.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    try:
        return str(SENTENCES[code]).format(**said)
    except (KeyError, IndexError):
        return str(SENTENCES["unreadable"])

"""How a public file is called: by a keyed digest, so that who holds a photo cannot find out whether it is here."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from editorial.pictures.formats import Format
from editorial.pictures.making import Purpose

LENGTH = 32


def rendition_name(
    picture_code: str,
    recipe_digest: str,
    file_format: Format,
    width: int,
    purpose: Purpose = "page",
) -> str:
    """32 hexadecimal digits, the same for the same arguments under the same key.

    The key is `PICTURE_NAME_KEY`, or follows from `SECRET_KEY` where that is empty. A row keeps the name that it was
    given, so a new key breaks no address: what is made afterwards is called otherwise, and that is all.
    """
    said = "\n".join((picture_code, recipe_digest, file_format, str(width), purpose))
    secret = settings.PICTURE_NAME_KEY or settings.SECRET_KEY
    return salted_hmac("editorial.pictures.naming", said, secret=secret, algorithm="sha256").hexdigest()[:LENGTH]

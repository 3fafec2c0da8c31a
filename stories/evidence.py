"""Files that show a yes: what is accepted, and how they are kept, encrypted, where no server hands them out.

The type is what the bytes say, never what the name or the browser says. The name of the file is not kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import events, sealing
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import User
from editorial.typed import CONTROLS
from stories.models import Consent, Evidence
from stories.person import to_read

MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 10
#: What a download is called, by type.
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "text/plain": "txt",
}
ACCEPTED = "PDF, JPEG, PNG, MP3, M4A, OGG, MP4, TXT"
AUDIO_BRANDS = (b"M4A ", b"M4B ", b"M4P ")


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    media_type: str
    data: bytes = field(repr=False)


def media_type_of(data: bytes) -> str:
    """What the bytes are; empty for what is not accepted."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data[4:8] == b"ftyp":
        return "audio/mp4" if data[8:12] in AUDIO_BRANDS else "video/mp4"
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return "text/plain" if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    """Words in UTF-8, without signs that only programs write, and no markup that a program would run."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    start = text.lstrip()[:200].lower()
    is_markup = start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script", "#!", "{\\rtf"))
    has_controls = CONTROLS.search(text.replace("\r\n", "\n").replace("\f", ""))
    return bool(text.strip()) and not is_markup and not has_controls


def checked(files: Iterable[UploadedFile[Any]]) -> tuple[list[Checked], list[Blocker]]:
    """The files that may be kept, and why others may not. Nothing is kept of either yet."""
    kept: list[Checked] = []
    found: list[Blocker] = []
    for number, file in enumerate(files, start=1):
        if number > MOST_FILES:
            found.append(Blocker("many_files", _("Ten files are the most for one consent."), "uploads"))
            break
        if (file.size or 0) > MOST_BYTES:
            sentence = _("File {number} is larger than 25 MB. Make it smaller, or keep it elsewhere and say where.")
            found.append(Blocker("evidence_large", format_lazy(sentence, number=number), "uploads"))
            continue
        file.seek(0)
        data = file.read()
        media_type = media_type_of(data)
        if media_type:
            kept.append(Checked(media_type, data))
        else:
            sentence = _("File {number} is none of the types that are kept: {types}. Save it as one of them.")
            found.append(Blocker("evidence_type", format_lazy(sentence, number=number, types=ACCEPTED), "uploads"))
    return kept, found


def storage() -> Storage:
    return storages["evidence"]


def context_of(name: str) -> str:
    return f"evidence:{name}"


def keep(consent: Consent, file: Checked, *, by: User) -> Evidence:
    """Encrypted, under a random name. Part of recording a consent; its transaction is the caller's."""
    name = secrets.token_hex(20)
    storage().save(name, ContentFile(sealing.seal_bytes(file.data, context=context_of(name))))
    return Evidence.objects.create(
        consent=consent,
        name=name,
        media_type=file.media_type,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        added_by=by,
    )


@transaction.atomic
def read(evidence: Evidence, *, by: User) -> bytes:
    """The file as it was uploaded; recorded. Raises Refused, and sealing.CannotOpen."""
    refuse_if(to_read(by))
    if evidence.erased_at is not None or not storage().exists(evidence.name):
        raise Refused([Blocker("evidence_gone", _("This file was erased. Its row stays."))])
    with storage().open(evidence.name) as stream:
        data = sealing.open_bytes(stream.read(), context=context_of(evidence.name))
    if hashlib.sha256(data).hexdigest() != evidence.sha256:
        raise sealing.CannotOpen(_("This file is not the one that was uploaded. Restore it from a backup."))
    events.record("read_evidence", by=by, subject=f"{evidence} of {evidence.consent}")
    return data


def filename_of(evidence: Evidence) -> str:
    return f"evidence-{evidence.pk}.{ENDINGS.get(evidence.media_type, 'bin')}"

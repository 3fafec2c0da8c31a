"""Files that show a yes: what is accepted, how they lie on the disk, and who reads them."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial.blockers import Refused
from editorial.models import Event, User
from editorial.sealing import CannotOpen
from stories import evidence
from stories.evidence import Checked, checked, media_type_of
from stories.models import Evidence
from tests.makers import Staff, make_consent, make_story

PAPER = b"%PDF-1.4 a signed paper"


@pytest.fixture
def kept(staff: Staff) -> Evidence:
    made = make_consent(make_story(staff, consented=False), by=staff.consent_officer)
    return evidence.keep(made, Checked("application/pdf", PAPER), by=staff.consent_officer)


def download(user: User, one: Evidence) -> object:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client.get(reverse("admin:stories_consent_file", args=[one.consent_id, one.pk]))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PAPER, "application/pdf"),
        (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n rest", "image/png"),
        (b"ID3\x04 mp3", "audio/mpeg"),
        (b"\xff\xfb\x90\x00 mp3", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypM4A rest", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom rest", "video/mp4"),
        (b"OggS rest", "audio/ogg"),
        ("그렇게 하세요.\n".encode(), "text/plain"),
        (b"", ""),
        (b"   \n", ""),
        (b"MZ\x90\x00", ""),
        (b"PK\x03\x04 docx", ""),
        (b"<!DOCTYPE html><p>x", ""),
        (b"  <svg onload=x>", ""),
        (b"#!/bin/sh", ""),
        (b"GIF89a\x01\x00\x01\x00", ""),
        (b"\x7fELF", ""),
        (b"text with a NUL \x00", ""),
    ],
)
def test_type_is_what_the_bytes_say(data: bytes, media_type: str) -> None:
    assert media_type_of(data) == media_type


def test_name_and_browser_are_not_believed() -> None:
    file = SimpleUploadedFile("paper.pdf", b"MZ\x90\x00", content_type="application/pdf")

    kept, found = checked([file])

    assert kept == []
    assert "PDF, JPEG" in str(found[0].sentence)


def test_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", 10)

    assert [one.code for one in checked([SimpleUploadedFile("a.txt", b"eleven bytes")])[1]] == ["evidence_large"]


def test_ten_files_are_the_most() -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"yes") for number in range(11)]

    assert [one.code for one in checked(files)[1]] == ["many_files"]


def test_file_lies_encrypted_under_a_name_that_says_nothing(kept: Evidence) -> None:
    path = Path(evidence.storage().path(kept.name))

    assert PAPER not in path.read_bytes()
    assert path.name == kept.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_hash_and_size_are_those_of_the_upload(kept: Evidence) -> None:
    assert (kept.sha256, kept.size) == (hashlib.sha256(PAPER).hexdigest(), len(PAPER))


def test_consent_role_reads_it_and_each_reading_is_recorded(staff: Staff, kept: Evidence) -> None:
    assert evidence.read(kept, by=staff.consent_officer) == PAPER
    assert Event.objects.get(verb="read_evidence").actor == "consent"


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_do_not(staff: Staff, kept: Evidence, role: str) -> None:
    with pytest.raises(Refused, match="no_permission"):
        evidence.read(kept, by=getattr(staff, role))
    assert download(getattr(staff, role), kept).status_code == 403  # type: ignore[attr-defined]
    assert not Event.objects.filter(verb="read_evidence").exists()


def test_download_is_saved_and_never_shown(staff: Staff, kept: Evidence) -> None:
    response: object = download(staff.consent_officer, kept)

    headers = response.headers  # type: ignore[attr-defined]
    assert response.content == PAPER  # type: ignore[attr-defined]
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == f'attachment; filename="evidence-{kept.pk}.pdf"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_file_of_another_consent_is_not_found(staff: Staff, kept: Evidence) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.consent_officer)
    other = make_consent(make_story(staff, consented=False), by=staff.consent_officer)

    assert client.get(reverse("admin:stories_consent_file", args=[other.pk, kept.pk])).status_code == 404


def test_file_that_was_changed_on_the_disk_is_not_opened(staff: Staff, kept: Evidence) -> None:
    Path(evidence.storage().path(kept.name)).write_bytes(b"something else")

    with pytest.raises(CannotOpen):
        evidence.read(kept, by=staff.consent_officer)


def test_file_cannot_take_the_place_of_another(staff: Staff, kept: Evidence) -> None:
    other = evidence.keep(kept.consent, Checked("text/plain", b"no"), by=staff.consent_officer)
    storage = evidence.storage()
    Path(storage.path(other.name)).write_bytes(Path(storage.path(kept.name)).read_bytes())

    with pytest.raises(CannotOpen):
        evidence.read(other, by=staff.consent_officer)


def test_erased_file_is_said_to_be_gone(staff: Staff, kept: Evidence) -> None:
    Evidence.objects.filter(pk=kept.pk).update(erased_at=timezone.now())
    kept.refresh_from_db()

    with pytest.raises(Refused, match="evidence_gone"):
        evidence.read(kept, by=staff.consent_officer)

"""Originals and public files: apart, private, whole or not there, and never written over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from editorial.pictures.private_files import PrivateFiles
from editorial.pictures.storing import Store, originals, renditions

NAME = "ab" * 16


@pytest.fixture(params=[originals, renditions], ids=lambda store: store.alias)
def store(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_what_is_kept_is_read_again(store: Store) -> None:
    name = store.keep(b"some bytes")

    assert len(name) == 40
    assert store.read(name) == b"some bytes"
    assert store.has(name)
    assert list(store.names()) == [name]


def test_two_files_have_two_names(store: Store) -> None:
    assert store.keep(b"same") != store.keep(b"same")


def test_the_two_places_know_nothing_of_each_other() -> None:
    name = originals.keep(b"private")

    assert not renditions.has(name)


def test_what_is_forgotten_is_gone(store: Store) -> None:
    name = store.keep(b"some bytes")

    store.forget(name)
    store.forget(name)

    assert not store.has(name)
    with pytest.raises(FileNotFoundError):
        store.read(name)


def test_file_is_never_written_over(store: Store) -> None:
    store.keep(b"first", NAME)

    with pytest.raises(FileExistsError):
        store.keep(b"second", NAME)
    assert store.read(NAME) == b"first"


def test_same_file_may_be_kept_again_after_a_crash(store: Store) -> None:
    assert store.keep(b"same", NAME) == store.keep(b"same", NAME) == NAME


def test_name_is_taken_from_nobody_even_in_the_same_instant(tmp_path: Path) -> None:
    place = PrivateFiles(tmp_path)
    place.save("ab/x", ContentFile(b"first"))

    with pytest.raises(FileExistsError):
        place.save("ab/x", ContentFile(b"second"))
    assert (tmp_path / "ab/x").read_bytes() == b"first"


@pytest.mark.parametrize("name", ["../settings", "/etc/passwd", "ab", "AB" * 16, "ab" * 16 + "\n", "", ".half-x"])
def test_what_is_no_name_of_ours_is_refused(store: Store, name: str) -> None:
    for verb in (store.open, store.read, store.has, store.forget):
        with pytest.raises(ValueError, match="no name"):
            verb(name)


def test_only_this_program_may_read(store: Store, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store.keep(b"some bytes")
    finally:
        os.umask(before)

    found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / store.alias).rglob("*")}
    assert {mode for path, mode in found.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in found.items() if path.is_dir()} == {0o700}
    assert (tmp_path / store.alias).stat().st_mode & 0o777 == 0o700


def test_place_that_was_open_to_others_is_closed(store: Store, tmp_path: Path) -> None:
    (tmp_path / store.alias).mkdir(mode=0o755)

    store.keep(b"some bytes")

    assert (tmp_path / store.alias).stat().st_mode & 0o777 == 0o700


def test_private_file_has_no_address(store: Store) -> None:
    with pytest.raises(ValueError, match="no address"):
        store.storage.url(store.key(store.keep(b"x")))


def test_file_that_could_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        PrivateFiles(tmp_path).save("x", ContentFile(b"some bytes"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_file_is_durable_before_it_has_its_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    deeds = []
    fsync, link = os.fsync, os.link

    def noted_fsync(number: int) -> None:
        deeds.append("made durable")
        fsync(number)

    def noted_link(old: Path, new: Path) -> None:
        deeds.append("named")
        link(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "link", noted_link)
    store.keep(b"x", NAME)
    store.forget(NAME)
    deeds.clear()

    store.keep(b"some bytes", NAME)

    assert deeds == ["made durable", "named", "made durable"]


def test_what_a_crash_left_half_written_is_no_file_and_is_swept(store: Store, tmp_path: Path) -> None:
    store.keep(b"some bytes", NAME)
    half = tmp_path / store.alias / NAME[:2] / f".half-1-{'cd' * 16}"
    half.write_bytes(b"ha")

    assert list(store.names()) == [NAME]
    assert store.storage.sweep() == 0  # type: ignore[attr-defined]  # it may still be written
    os.utime(half, (0, 0))
    assert store.storage.sweep() == 1  # type: ignore[attr-defined]
    assert not half.exists()


def test_place_where_nothing_was_ever_kept_is_empty(store: Store) -> None:
    assert list(store.names()) == []

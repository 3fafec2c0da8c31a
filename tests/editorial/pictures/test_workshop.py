"""The process that works with pictures does its work, and can do nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from editorial.pictures import workshop as workshops
from editorial.pictures.explaining import NotAccepted
from editorial.pictures.formats import MEGABYTE, MOST_BYTES
from editorial.pictures.making import make, make_for_the_desk
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.verifying import Unsafe
from editorial.pictures.workbench import memory_for
from editorial.pictures.workshop import (
    Workshop,
    look_in_workshop,
    make_for_the_desk_in_workshop,
    make_in_workshop,
)
from tests.editorial.pictures.mutating import mutated
from tests.editorial.pictures.samples import file_of, heic, photo, planted

BAD = "tests.editorial.pictures.misbehaving"
UNHOOKED = "tests.editorial.pictures.unhooked"
PHOTO = planted("JPEG", photo(320, 240))
RECIPE = Recipe((Shape("ellipse", 0.1, 0.1, 0.3, 0.3),))


def refused(workshop: Workshop, verb: str, **more: object) -> str:
    with pytest.raises(NotAccepted) as caught:
        workshop.order({"verb": verb, **more}, PHOTO)
    return caught.value.code


# --- Its work -------------------------------------------------------------------------------------------------------
def test_picture_is_looked_at() -> None:
    found = look_in_workshop(PHOTO, "portrait.jpg", "image/jpeg")

    assert (found.format, found.width, found.height, found.size) == ("JPEG", 320, 240, len(PHOTO))


def test_files_are_the_same_as_without_a_process() -> None:
    assert make_in_workshop(PHOTO, RECIPE) == make(PHOTO, RECIPE)


def test_preview_is_one_of_the_files_that_the_public_will_get() -> None:
    (preview,) = make_in_workshop(PHOTO, RECIPE, widths=[240], formats=["WEBP"])

    assert preview in make(PHOTO, RECIPE, widths=[240])


def test_desk_gets_the_whole_picture() -> None:
    assert make_for_the_desk_in_workshop(PHOTO) == make_for_the_desk(PHOTO)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (heic(), "a.heic", "heic"),
        (PHOTO, "a.png", "mislabelled"),
        (PHOTO + b"more", "a.jpg", "more_behind"),
        (PHOTO[:-9], "a.jpg", "truncated"),
        (b"", "a.jpg", "empty"),
        (bytes(MOST_BYTES + 1), "a.jpg", "too_large"),
    ],
)
def test_reason_of_a_refusal_comes_through(workshop: Workshop, data: bytes, name: str, code: str) -> None:
    with pytest.raises(NotAccepted) as caught:
        workshop.look(data, name)

    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


def test_picture_that_pillow_cannot_read_is_unreadable(workshop: Workshop) -> None:
    data = bytearray(file_of(photo(320, 240), "WEBP", lossless=True))
    data[200:400] = b"\xff" * 200

    with pytest.raises(NotAccepted) as caught:
        workshop.look(bytes(data))
    assert caught.value.code == "unreadable"


def test_300_broken_uploads_are_each_accepted_or_refused() -> None:
    codes: dict[str, int] = {}
    with Workshop(orders=1000) as workshop:
        for name, data in mutated(300):
            try:
                workshop.look(data, name)
                workshop.make(data, RECIPE, widths=[64], formats=["JPEG"])
                code = "accepted"
            except NotAccepted as error:
                code = error.code
            codes[code] = codes.get(code, 0) + 1
        assert workshop.process.poll() is None
    assert codes["accepted"] > 10
    assert codes["truncated"] > 10
    assert "too_hard" not in codes


# --- What it cannot do ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def bad() -> Iterator[Workshop]:
    with Workshop(bench=BAD, orders=100) as one:
        yield one


@pytest.fixture(scope="module")
def unhooked() -> Iterator[Workshop]:
    with Workshop(bench=UNHOOKED, orders=100) as one:
        yield one


def test_memory_for_12_megapixels_is_less_than_400_megabytes() -> None:
    assert memory_for(4000 * 3000) < 400 * MEGABYTE


def test_process_that_takes_too_much_memory_is_refused(bad: Workshop) -> None:
    assert refused(bad, "allocate", bytes=300 * MEGABYTE) == "too_hard"
    assert bad.order({"verb": "allocate", "bytes": 50 * MEGABYTE}, PHOTO)[0] == {"length": 50 * MEGABYTE}


def test_process_that_does_not_end_is_ended() -> None:
    with Workshop(bench=BAD, seconds=0.5) as workshop:
        assert refused(workshop, "spin") == "too_hard"
        assert workshop.process.wait() < 0


def test_process_that_breaks_is_a_refusal() -> None:
    with Workshop(bench=BAD) as workshop:
        assert refused(workshop, "die") == "too_hard"


def test_process_that_answers_without_end_is_a_refusal() -> None:
    with Workshop(bench=BAD) as workshop:
        assert refused(workshop, "flood") == "too_hard"


def test_process_that_is_not_there_is_a_refusal() -> None:
    with Workshop() as workshop:
        workshop.process.kill()
        workshop.process.wait()
        assert refused(workshop, "look", name="", content_type="") == "too_hard"


def test_file_with_something_in_it_is_found_on_this_side_too(bad: Workshop) -> None:
    with pytest.raises(Unsafe):
        bad.make(PHOTO, RECIPE)


@pytest.mark.parametrize("verb", ["socket", "read", "write", "run", "fork"])
def test_process_may_not_leave(bad: Workshop, tmp_path: Path, verb: str) -> None:
    said, _blobs = bad.order({"verb": verb, "path": str(tmp_path / "x")}, PHOTO)

    assert said["error"] == "PermissionError"


@pytest.mark.parametrize("verb", ["socket", "read", "write", "run", "fork"])
def test_system_itself_keeps_the_process_in(unhooked: Workshop, tmp_path: Path, verb: str) -> None:
    """As a program in C would find out, which asks no leave of Python."""
    said, _blobs = unhooked.order({"verb": verb, "path": str(tmp_path / "x")}, PHOTO)

    assert said["error"]
    assert not (tmp_path / "x").exists()


def test_process_inherits_no_secret_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "only-for-this-test")
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    try:
        with Workshop(bench=BAD) as workshop:
            said, _blobs = workshop.order({"verb": "look_around"}, PHOTO)
    finally:
        os.close(reading)
        os.close(writing)

    assert set(said["surroundings"]) <= {"LC_ALL", "LC_CTYPE", "MALLOC_ARENA_MAX"}
    assert (said["files"], said["folder"], said["django"]) == ([], "/", False)
    assert said["user"] != 0


def test_one_picture_is_worked_with_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshops, "SECONDS", 0.01)
    with workshops._place(), pytest.raises(NotAccepted) as caught:
        look_in_workshop(PHOTO)

    assert caught.value.code == "busy"

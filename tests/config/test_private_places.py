"""Where pictures are kept: two directories or two buckets, neither in the other, neither handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import private_places
from config.private_places import BUCKETS, DIRECTORY, place, refuse_overlap

HERE = Path("/srv/originals")


@pytest.fixture
def _with_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_places, "find_spec", lambda _name: object())


def test_directory_is_chosen_where_no_bucket_is_named() -> None:
    assert place("ORIGINALS_URL", "", HERE) == {"BACKEND": DIRECTORY, "OPTIONS": {"location": "/srv/originals"}}


@pytest.mark.usefixtures("_with_buckets")
def test_bucket_is_chosen_by_its_address() -> None:
    found = place("ORIGINALS_URL", "s3://stories/originals?endpoint=https://objects.example.org&region=eu-1", HERE)

    assert found["BACKEND"] == BUCKETS
    assert found["OPTIONS"] | {"bucket_name": "stories", "location": "originals"} == found["OPTIONS"]
    assert found["OPTIONS"]["endpoint_url"] == "https://objects.example.org"
    assert found["OPTIONS"]["region_name"] == "eu-1"


@pytest.mark.usefixtures("_with_buckets")
def test_bucket_gives_nothing_to_everybody_and_loses_nothing() -> None:
    options = place("ORIGINALS_URL", "s3://stories", HERE)["OPTIONS"]

    assert (options["default_acl"], options["querystring_auth"], options["file_overwrite"]) == (None, True, False)


@pytest.mark.usefixtures("_with_buckets")
@pytest.mark.parametrize(
    "url", ["stories", "http://stories", "s3://", "s3:///folder", "s3://stories?acl=public", "s3://name:secret@stories"]
)
def test_address_that_cannot_be_understood_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="s3://bucket"):
        place("ORIGINALS_URL", url, HERE)


def test_refusal_does_not_repeat_a_secret_of_the_address() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        place("ORIGINALS_URL", "s3://name:hunter2@stories", HERE)

    assert "hunter2" not in str(caught.value)


def test_bucket_without_its_package_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_places, "find_spec", lambda _name: None)

    with pytest.raises(ImproperlyConfigured, match=r"requirements/s3\.txt"):
        place("ORIGINALS_URL", "s3://stories", HERE)


def both(one: str, other: str) -> dict[str, dict[str, Any]]:
    return {
        name: place(name, at if at.startswith("s3:") else "", Path(at))
        for name, at in (("ORIGINALS", one), ("RENDITIONS", other))
    }


@pytest.mark.usefixtures("_with_buckets")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/srv/a", "/srv/a"),
        ("/srv/a", "/srv/a/b"),
        ("/srv/a/../b", "/srv/b"),
        ("s3://a", "s3://a"),
        ("s3://a", "s3://a/b"),
        ("s3://a/b", "s3://a/b?region=x"),
    ],
)
def test_one_place_in_the_other_stops_the_start(one: str, other: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="two places"):
        refuse_overlap(both(one, other), served=[])


@pytest.mark.usefixtures("_with_buckets")
@pytest.mark.parametrize(
    ("one", "other"), [("/srv/a", "/srv/ab"), ("s3://a/b", "s3://a/bc"), ("s3://a", "s3://b"), ("/srv/a", "s3://a")]
)
def test_two_places_beside_each_other_are_right(one: str, other: str) -> None:
    refuse_overlap(both(one, other), served=[Path("/srv/static")])


@pytest.mark.parametrize("served", ["/srv/a", "/srv", "/srv/a/static"])
def test_place_that_is_handed_out_stops_the_start(served: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="handed out"):
        refuse_overlap(both("/srv/a", "/else/b"), served=[Path(served)])


def test_uploads_in_progress_are_private() -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)

    assert incoming.stat().st_mode & 0o077 == 0
    assert not incoming.is_relative_to(settings.STATIC_ROOT)

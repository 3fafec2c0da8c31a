"""Where originals and public pictures are kept: in two directories, or in two buckets of an object store."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

BUCKETS = "storages.backends.s3.S3Storage"
DIRECTORY = "editorial.pictures.private_files.PrivateFiles"
HOW = "Write s3://bucket, s3://bucket/folder or s3://bucket?endpoint=https://…&region=…"


def place(name: str, url: str, directory: Path) -> dict[str, Any]:
    """An entry of STORAGES: the bucket of the address, or the directory where there is none."""
    if not url:
        return {"BACKEND": DIRECTORY, "OPTIONS": {"location": str(directory)}}
    parts, asked = urlsplit(url), parse_qs(urlsplit(url).query)
    if parts.scheme != "s3" or not parts.hostname or set(asked) - {"endpoint", "region"} or parts.username:
        msg = f"{name} cannot be understood. {HOW}; the keys to it go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        raise ImproperlyConfigured(msg)
    if find_spec("storages") is None:
        msg = f"{name} names a bucket, but django-storages is not installed. Install requirements/s3.txt."
        raise ImproperlyConfigured(msg)
    options: dict[str, Any] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        # Whoever may read the bucket is decided there; no file opens it to everybody, and none is written over.
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        "object_parameters": {"CacheControl": "private, no-store"},
    }
    for word, option in (("endpoint", "endpoint_url"), ("region", "region_name")):
        if word in asked:
            options[option] = asked[word][0]
    return {"BACKEND": BUCKETS, "OPTIONS": options}


def refuse_overlap(places: dict[str, dict[str, Any]], served: Iterable[Path]) -> None:
    """Stops the start where one place lies in the other, or in what the server hands out by its address."""
    for (name, one), (other, another) in combinations(places.items(), 2):
        if one == another or _is_nested(_directory(one), _directory(another)) or _is_same_bucket(one, another):
            msg = (
                f"{name} and {other} must be two places, and neither may lie in the other. Set each to one of its own."
            )
            raise ImproperlyConfigured(msg)
    for name, one in places.items():
        if any(_is_nested(_directory(one), directory.resolve()) for directory in served):
            msg = f"{name} lies where files are handed out to everybody. Choose a directory that no server hands out."
            raise ImproperlyConfigured(msg)


def _directory(one: dict[str, Any]) -> Path | None:
    return Path(one["OPTIONS"]["location"]).resolve() if one["BACKEND"] == DIRECTORY else None


def _is_nested(one: Path | None, other: Path | None) -> bool:
    return one is not None and other is not None and (one.is_relative_to(other) or other.is_relative_to(one))


def _is_same_bucket(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if BUCKETS not in {one["BACKEND"]} & {other["BACKEND"]}:
        return False
    if any(one["OPTIONS"].get(key) != other["OPTIONS"].get(key) for key in ("bucket_name", "endpoint_url")):
        return False
    return _is_nested(Path("/", one["OPTIONS"]["location"]), Path("/", other["OPTIONS"]["location"]))

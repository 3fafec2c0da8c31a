"""The world, planted once for all the tests that search it, and gone again before any other test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from editorial import roles
from editorial.models import User
from tests.leaks.filling import Planter
from tests.leaks.planting import NOW, World, plant
from tests.makers import Staff


def people(planter: Planter) -> tuple[Staff, dict[str, User]]:
    """One person for each role."""
    found = {role: planter.person(role) for role in roles.EVERY}
    staff = Staff(
        contributor=found[roles.CONTRIBUTOR],
        editor=found[roles.EDITOR],
        reviewer=found[roles.REVIEWER],
        publisher=found[roles.PUBLISHER],
        consent_officer=found[roles.CONSENT_OFFICER],
    )
    return staff, found


def surroundings(folder: Path) -> dict[str, Any]:
    """Files without a manifest, fast passwords, and all that lies in the folder of the site in one of this run."""
    stored: Any = settings.STORAGES
    storages: dict[str, dict[str, Any]] = {name: dict(entry) for name, entry in stored.items()}
    for name, entry in storages.items():
        if name == "staticfiles":
            storages[name] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        elif "FileSystem" in entry["BACKEND"] or "location" in entry.get("OPTIONS", {}):
            entry["OPTIONS"] = {**entry.get("OPTIONS", {}), "location": str(folder / name)}
    names = [name for name in dir(settings) if name.isupper() and not name.startswith(("STATIC", "VAR_DIR"))]
    paths = {name: getattr(settings, name) for name in names}
    elsewhere = {
        name: folder / "var" / value.relative_to(settings.VAR_DIR)
        for name, value in paths.items()
        if isinstance(value, Path) and value.is_relative_to(settings.VAR_DIR)
    }
    (folder / "var" / "incoming").mkdir(parents=True, exist_ok=True)
    return {
        "STORAGES": storages,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        **elsewhere,
    }


@pytest.fixture(scope="package")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the world lie, private and public."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def around(files: Path) -> dict[str, Any]:
    """The settings under which the world was planted, and is looked at."""
    return surroundings(files)


@pytest.fixture(scope="package")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker, around: dict[str, Any]) -> Iterator[World]:
    """Planted in one transaction, which is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**around), time_machine.travel(NOW, tick=False):
            world = plant(people)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(planted: World, around: dict[str, Any]) -> Iterator[World]:
    """The world as it was planted; what a test changes in the database, or lets canaries do, is taken back."""
    as_planted = [(canary, canary.surfaces, canary.must) for canary in planted.nest]
    count, words = len(planted.nest.canaries), dict(planted.nest.by_word)
    with override_settings(**around), transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield planted
        transaction.set_rollback(True)
    del planted.nest.canaries[count:]
    planted.nest.by_word = words
    for canary, surfaces, must in as_planted:
        canary.surfaces, canary.must = surfaces, must

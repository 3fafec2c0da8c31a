"""The house: foreign keys, templates and folders keep to the floors, as import-linter holds the imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

#: The higher number may lean on the lower. The two families stand on one floor and never lean on each other.
FLOORS = {"editorial": 0, "stories": 1, "research": 1, "reading": 2, "embeds": 3}
ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
INCLUDES = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
#: Folders in which Django itself looks, beside those of our apps.
DJANGOS = {"admin", "registration", "widgets"}
NAMES_THAT_SAY_NOTHING = {"core", "common", "utils", "helpers", "services", "misc", "collections"}


def may_lean_on(upper: str, lower: str) -> bool:
    return upper == lower or FLOORS[lower] < FLOORS[upper]


def our_models() -> list[type[models.Model]]:
    return [model for label in FLOORS for model in apps.get_app_config(label).get_models(include_auto_created=True)]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_relation_leads_down_or_stays(model: type[models.Model]) -> None:
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        target = field.related_model
        if isinstance(target, type) and target._meta.app_label in FLOORS:
            assert may_lean_on(model._meta.app_label, target._meta.app_label), f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_parent_of_a_table_stands_below_it_or_beside_it(model: type[models.Model]) -> None:
    for parent in model._meta.parents:
        assert parent._meta.app_label not in FLOORS or may_lean_on(model._meta.app_label, parent._meta.app_label)


def templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", templates())
def test_template_extends_and_includes_what_stands_below(name: str) -> None:
    folder = name.partition("/")[0] if "/" in name else ""
    for used in INCLUDES.findall((TEMPLATES / name).read_text()):
        below = used.partition("/")[0] if "/" in used else ""
        if folder in FLOORS and below in FLOORS:
            assert may_lean_on(folder, below), f"{name} uses {used}"
        elif folder == "":
            assert below in {"", "editorial"}, f"{name} uses {used}"
        else:
            assert below in {"", "editorial", *DJANGOS}, f"{name} uses {used}"


@pytest.mark.parametrize("name", templates())
def test_template_trusts_nothing_by_itself(name: str) -> None:
    text = (TEMPLATES / name).read_text()

    assert "|safe" not in text
    assert "autoescape" not in text
    assert "<script>" not in text
    assert " style=" not in text
    assert not re.search(r"\son[a-z]+=", text)


def test_template_that_is_used_is_there() -> None:
    used = {one for name in templates() for one in INCLUDES.findall((TEMPLATES / name).read_text())}
    ours = {one for one in used if one.partition("/")[0] not in DJANGOS}

    assert ours <= set(templates())


def folders(of: Path) -> set[str]:
    return {path.name for path in of.iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}


def test_templates_have_one_folder_for_each_app() -> None:
    assert folders(TEMPLATES) - DJANGOS == FLOORS.keys()


def test_tests_have_one_folder_for_each_app() -> None:
    assert folders(ROOT / "tests") >= {*FLOORS, "config"}


@pytest.mark.parametrize("app", [*FLOORS, "config"])
def test_file_is_named_for_the_question_it_answers(app: str) -> None:
    names = {path.stem for path in (ROOT / app).rglob("*.py")} | folders(ROOT / app)

    assert not names & NAMES_THAT_SAY_NOTHING


def test_every_app_of_ours_has_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert ours - {"config"} == FLOORS.keys()

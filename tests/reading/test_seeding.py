"""The demonstration: all of it goes through the workflow, or none of it, with a sentence that says why."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real
from django.core.management import CommandError, call_command
from django.utils import timezone

from editorial import events
from editorial.models import Approval, Channel, Edition, Piece, Revision, Tag, User
from reading import seeding
from stories.models import Story
from tests.makers import Staff, make_page

pytestmark = pytest.mark.django_db

COUNTS = {"collection": 6, "page": 6, "source": 9, "statistic": 41, "story": 1, "summary": 2}


@pytest.fixture
def fixtures(settings: Any, tmp_path: Path) -> Path:
    """A copy of every fixture, from which the seeding reads."""
    for folder in Path(real.BASE_DIR).glob("*/fixtures"):
        shutil.copytree(folder, tmp_path / folder.parent.name / "fixtures")
    settings.BASE_DIR = tmp_path
    return tmp_path


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def refusal() -> str:
    """The sentence with which the seeding stops; nothing of it may stay."""
    with pytest.raises(CommandError) as stopped:
        seed()
    assert not Piece.objects.exists()
    assert not Tag.objects.exists()
    assert str(stopped.value).endswith("Nothing was loaded.")
    return str(stopped.value)


def change_last(path: Path, pattern: str, replacement: str) -> None:
    """Change the last place of a fixture where the pattern stands; the last entry is loaded first."""
    text = path.read_text()
    place = list(re.finditer(pattern, text, re.MULTILINE))[-1]
    path.write_text(text[: place.start()] + replacement + text[place.end() :])


def test_seed_loads_the_whole_demonstration_through_the_workflow() -> None:
    said = seed()

    loaded = {kind: Piece.objects.filter(kind=kind).count() for kind in COUNTS}
    assert loaded == COUNTS
    shown = Edition.objects.public(Channel.WEBSITE, timezone.now())
    assert {kind: shown.filter(kind=kind).count() for kind in COUNTS} == COUNTS
    assert "  41 statistics written, reviewed and published" in said
    assert all(re.search(rf"^  {username} +\S+$", said, re.MULTILINE) for username, _name, _role in seeding.STAFF)
    assert Approval.objects.values("by__username").distinct().get() == {"by__username": "reviewer"}
    assert Revision.objects.values("made_by__username").distinct().get() == {"made_by__username": "contributor"}
    assert shown.values("published_by__username").distinct().get() == {"published_by__username": "publisher"}
    assert events.first_fault() == ""


def test_every_role_has_a_log_in_of_its_own() -> None:
    seeding.make_staff()

    passwords = seeding.set_passwords()

    for username, _name, role in seeding.STAFF:
        user = User.objects.get(username=username)
        assert user.check_password(passwords[username])
        assert [group.name for group in user.groups.all()] == [role]
        assert not user.is_superuser


def test_site_with_content_is_left_alone(staff: Staff) -> None:
    make_page(staff)

    assert seed() == "There is content already; nothing was loaded.\n"

    assert Piece.objects.count() == 1
    assert staff.editor.check_password("a long enough passphrase")


def test_new_passwords_take_the_place_of_the_old_ones() -> None:
    seeding.make_staff()
    first, second = seeding.set_passwords(), seeding.set_passwords()

    editor = User.objects.get(username="editor")
    assert editor.check_password(second["editor"])
    assert not editor.check_password(first["editor"])


def test_passwords_without_log_ins_say_what_to_run() -> None:
    with pytest.raises(CommandError, match="Run: make demo"):
        call_command("set_demo_passwords")


def test_bad_toml_names_the_file_and_the_line(fixtures: Path) -> None:
    (fixtures / "research/fixtures/sources.toml").write_text('[[source]]\nslug = "a\n')

    sentence = refusal()

    assert "research/fixtures/sources.toml is not valid TOML" in sentence
    assert "line 2" in sentence


def test_missing_file_says_how_to_get_it_back(fixtures: Path) -> None:
    (fixtures / "research/fixtures/sources.toml").unlink()

    assert "Restore it with: git checkout research/fixtures/sources.toml" in refusal()


def test_file_without_entries_is_named(fixtures: Path) -> None:
    (fixtures / "research/fixtures/sources.toml").write_text("")

    assert "research/fixtures/sources.toml has no [[source]]." in refusal()


def test_unknown_tag_is_named_with_file_and_entry(fixtures: Path) -> None:
    change_last(fixtures / "research/fixtures/statistics.toml", r"^tags = \[.*\]$", 'tags = ["no-such-tag"]')

    assert re.search(
        r"^research/fixtures/statistics\.toml, statistic '[a-z0-9-]+': there is no 'no-such-tag'\.", refusal()
    )


def test_unknown_source_is_named_with_file_and_entry(fixtures: Path) -> None:
    change_last(fixtures / "research/fixtures/statistics.toml", r'^source = ".*"$', 'source = "no-such-source"')

    sentence = refusal()
    assert sentence.startswith("research/fixtures/statistics.toml, statistic '")
    assert "no-such-source" in sentence


def test_missing_field_is_named_with_file_and_entry(fixtures: Path) -> None:
    change_last(fixtures / "research/fixtures/sources.toml", r'^title = ".*"$', "")

    assert re.search(r"^research/fixtures/sources\.toml, source '[a-z0-9-]+': there is no 'title'\.", refusal())


def test_unknown_choice_is_named_with_file_and_entry(fixtures: Path) -> None:
    change_last(fixtures / "research/fixtures/sources.toml", r'^evidence_kind = ".*"$', 'evidence_kind = "rumour"')

    sentence = refusal()
    assert sentence.startswith("research/fixtures/sources.toml, source '")
    assert "rumour" in sentence


def test_entry_that_the_workflow_refuses_is_named_with_the_reason(fixtures: Path) -> None:
    change_last(fixtures / "stories/fixtures/stories.toml", r'\bwebsite = "granted"', 'website = "refused"')

    sentence = refusal()
    assert re.search(r"^stories/fixtures/stories\.toml, story '[a-z0-9-]+' was refused by the workflow:", sentence)
    assert "Ask the consent officer." in sentence
    assert not Story.objects.exists()

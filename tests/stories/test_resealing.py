"""Changing the key: everything is sealed anew, nothing is lost, and breaking off does no harm."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from editorial import sealing
from stories import coarsening, evidence, recording, third_parties
from stories.evidence import Checked
from stories.models import Consent, Evidence, Narrator, Story, ThirdParty
from stories.person import opened
from stories.resealing import reseal
from tests.makers import Staff, know, make_consent, make_story

OLD, NEW = "the old key of the tests", "the new key of the tests"


@pytest.fixture
def story(staff: Staff, settings: Any) -> Story:
    """With something sealed of every kind, under the old key; the new one has just been put before it."""
    settings.SEALING_KEYS = [OLD]
    story = make_story(staff, consented=False)
    know(story.narrators.get(), "한가람", by=staff.consent_officer)
    third_parties.add(story.pk, by=staff.contributor, relation="friend", names="문보라")
    coarsening.mark(story.pk, by=staff.contributor, cls="other", quote="The bell", precision="nobody", exact="at noon")
    made = make_consent(story, by=staff.consent_officer)
    token = sealing.seal({"interpreter": "통역"}, context=recording.context_of(made))
    Consent.objects.filter(pk=made.pk).update(sealed=token)
    evidence.keep(made, Checked("text/plain", b"yes"), by=staff.consent_officer)
    settings.SEALING_KEYS = [NEW, OLD]
    return story


def everything(story: Story, staff: Staff) -> tuple[Any, ...]:
    by = staff.consent_officer
    return (
        opened(Narrator.objects.get()).names[0].text,
        third_parties.opened(ThirdParty.objects.get()).names,
        list(coarsening.read_exact(Story.objects.get(pk=story.pk), by=by).values()),
        recording.read_interpreter(Consent.objects.get(), by=by),
        evidence.read(Evidence.objects.get(), by=by),
    )


def rotate() -> str:
    out = StringIO()
    call_command("rotate_sealing_key", stdout=out)
    return out.getvalue()


def test_afterwards_the_new_key_alone_opens_everything(story: Story, staff: Staff, settings: Any) -> None:
    rotate()

    settings.SEALING_KEYS = [NEW]
    assert everything(story, staff) == ("한가람", ("문보라",), ["at noon"], "통역", b"yes")


def test_before_it_the_new_key_alone_opens_nothing(story: Story, staff: Staff, settings: Any) -> None:
    settings.SEALING_KEYS = [NEW]

    with pytest.raises(sealing.CannotOpen):
        everything(story, staff)


def test_it_says_how_many_of_what_and_the_next_step(story: Story) -> None:
    said = rotate()

    assert all(line in said for line in ("1 narrators", "1 third parties", "1 consents", "1 evidence files"))
    assert "Take the other keys out" in said


def test_broken_off_at_any_place_it_goes_on(story: Story, staff: Staff, settings: Any) -> None:
    for place in range(1, 6):
        left = [place]

        def stop(left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            reseal(stop)
        assert everything(story, staff)[0] == "한가람"
    rotate()

    settings.SEALING_KEYS = [NEW]
    assert everything(story, staff) == ("한가람", ("문보라",), ["at noon"], "통역", b"yes")


def test_what_no_key_opens_stays_and_is_said(story: Story, settings: Any) -> None:
    before = Narrator.objects.get().sealed
    settings.SEALING_KEYS = [NEW]

    with pytest.raises(CommandError, match="Throw no key away"):
        rotate()

    assert Narrator.objects.get().sealed == before


def test_files_that_were_being_written_are_not_left_behind(story: Story) -> None:
    storage, one = evidence.storage(), Evidence.objects.get()
    Path(storage.path(f"{one.name}.new")).write_bytes(b"half")

    rotate()

    assert [path.name for path in Path(storage.path("")).iterdir()] == [one.name]


def test_when_a_person_was_written_down_stays(story: Story) -> None:
    before = Narrator.objects.get().sealed_at

    rotate()

    assert Narrator.objects.get().sealed_at == before

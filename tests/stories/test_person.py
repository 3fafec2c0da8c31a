"""What is sealed of a narrator: opened by the consent role alone, recorded, and never shown by accident."""

from __future__ import annotations

import pytest

from editorial.blockers import Refused
from editorial.models import Event
from editorial.sealing import CannotOpen
from stories.models import Narrator
from stories.person import Name, Namesake, Person, SafeContact, read_person, write_person
from tests.makers import Staff, make_story

PERSON = Person(
    names=(Name("한가람"), Name("Han Ga-ram", "former")),
    terms=("달빛마을",),
    contact=SafeContact("messenger", "@nobody", "evenings", "Korean", "winter sea", may_leave_message=True),
    representative="A lawyer",
    guardian="An aunt",
    relatives="Two brothers",
    notes="Careful.",
    namesakes=(Namesake("0123456789ab", "hangaram"),),
)


@pytest.fixture
def narrator(staff: Staff) -> Narrator:
    narrator = Narrator.objects.create()
    write_person(narrator, PERSON, by=staff.consent_officer)
    return Narrator.objects.get(pk=narrator.pk)


def test_what_was_written_is_read(staff: Staff, narrator: Narrator) -> None:
    assert read_person(narrator, by=staff.consent_officer) == PERSON


def test_nothing_of_it_stands_in_the_row(narrator: Narrator) -> None:
    assert "한가람" not in narrator.sealed
    assert narrator.sealed_at is not None


def test_nobody_is_a_person_without_anything(staff: Staff) -> None:
    assert read_person(Narrator.objects.create(), by=staff.consent_officer) == Person()


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_cannot_read_or_write(staff: Staff, narrator: Narrator, role: str) -> None:
    by = getattr(staff, role)

    with pytest.raises(Refused, match="no_permission"):
        read_person(narrator, by=by)
    with pytest.raises(Refused, match="no_permission"):
        write_person(narrator, Person(), by=by)
    assert read_person(narrator, by=staff.consent_officer) == PERSON


def test_each_reading_is_recorded_without_any_value(staff: Staff, narrator: Narrator) -> None:
    read_person(narrator, by=staff.consent_officer)
    read_person(narrator, by=staff.consent_officer)

    found = Event.objects.filter(verb="read_narrator")
    assert [(event.subject, event.fields, event.actor) for event in found] == [
        (f"narrator {narrator.code}", [], "consent")
    ] * 2


def test_writing_records_the_names_of_what_changed(staff: Staff, narrator: Narrator) -> None:
    write_person(narrator, Person(names=PERSON.names, terms=("새 말",)), by=staff.consent_officer)

    event = Event.objects.filter(verb="write_narrator").latest("number")
    assert event.fields == ["contact", "guardian", "namesakes", "notes", "relatives", "representative", "terms"]
    assert "새 말" not in str(event.__dict__)


def test_writing_the_same_records_nothing(staff: Staff, narrator: Narrator) -> None:
    write_person(narrator, PERSON, by=staff.consent_officer)

    assert Event.objects.filter(verb="write_narrator").count() == 1


def test_what_belongs_to_another_narrator_is_not_opened(staff: Staff, narrator: Narrator) -> None:
    other = Narrator.objects.create(sealed=narrator.sealed)

    with pytest.raises(CannotOpen) as closed:
        read_person(other, by=staff.consent_officer)
    assert "한가람" not in str(closed.value)


def test_what_cannot_be_opened_is_not_written_over(staff: Staff, narrator: Narrator, settings: object) -> None:
    settings.SEALING_KEYS = ["another key"]  # type: ignore[attr-defined]

    with pytest.raises(CannotOpen):
        write_person(narrator, Person(), by=staff.consent_officer)
    assert Narrator.objects.get(pk=narrator.pk).sealed == narrator.sealed


def test_no_repr_tells_anything() -> None:
    shown = repr(PERSON)

    assert not any(
        word in shown for word in ("한", "달빛", "nobody", "winter", "lawyer", "aunt", "brothers", "Careful")
    )


def test_narrators_are_listed_without_what_is_sealed(staff: Staff) -> None:
    assert all("sealed" in one.get_deferred_fields() for one in make_story(staff).people())

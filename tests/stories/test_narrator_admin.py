"""The page of a narrator: what it opens, records, saves, and never loses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial.models import Channel, Edition, Event, User
from stories.models import ConsentEvent, Narrator, Story
from stories.person import Name, Namesake, Person, SafeContact, opened, write_person
from tests.makers import Staff, make_page, make_story, publish

PERSON = Person(
    names=(Name("한가람"), Name("Han Ga-ram", "former")),
    terms=("달빛마을",),
    contact=SafeContact("messenger", "@nobody", "evenings", "Korean", "winter sea", may_leave_message=True),
    notes="Careful.",
    namesakes=(Namesake("0123456789ab", "x"),),
)


def client_of(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


@pytest.fixture
def narrator(staff: Staff) -> Narrator:
    narrator = make_story(staff).narrators.get()
    write_person(narrator, PERSON, by=staff.consent_officer)
    return Narrator.objects.get(pk=narrator.pk)


def page(narrator: Narrator) -> str:
    return reverse("admin:stories_narrator_change", args=[narrator.pk])


def form(narrator: Narrator, **changes: Any) -> dict[str, Any]:
    """What a browser sends back of the page as it was opened."""
    link = narrator.story_narrators.get()
    return {
        "code": narrator.code,
        "risk_level": str(narrator.risk_level),
        "version": narrator.sealed_at.isoformat() if narrator.sealed_at else "",
        "names-text": ["한가람", "Han Ga-ram", ""],
        "names-kind": ["legal", "former", "legal"],
        "terms": "달빛마을",
        "channel": "messenger",
        "address": "@nobody",
        "hours": "evenings",
        "language": "Korean",
        "code_word": "winter sea",
        "may_leave_message": "on",
        "notes": "Careful.",
        "story_narrators-TOTAL_FORMS": "1",
        "story_narrators-INITIAL_FORMS": "1",
        "story_narrators-0-id": str(link.pk),
        "story_narrators-0-narrator": str(narrator.pk),
        "story_narrators-0-story": str(link.story_id),
    } | changes


def test_opened_page_shows_what_is_sealed_and_is_recorded(staff: Staff, narrator: Narrator) -> None:
    shown = client_of(staff.consent_officer).get(page(narrator)).content.decode()

    assert all(words in shown for words in ("한가람", "Han Ga-ram", "달빛마을", "@nobody", "winter sea", "Careful."))
    assert Event.objects.filter(verb="read_narrator", subject=f"narrator {narrator.code}").count() == 1


def test_list_opens_nothing_and_is_not_recorded(staff: Staff, narrator: Narrator) -> None:
    shown = client_of(staff.consent_officer).get(reverse("admin:stories_narrator_changelist")).content.decode()

    assert narrator.code in shown
    assert "한가람" not in shown
    assert not Event.objects.filter(verb="read_narrator").exists()


def test_what_is_typed_is_sealed(staff: Staff, narrator: Narrator) -> None:
    changes = {
        "names-text": ["한가람", "", "Gaya"],
        "names-kind": ["legal", "legal", "known_as"],
        "terms": "섬\n\n등대섬",
    }

    response = client_of(staff.consent_officer).post(
        page(narrator), form(narrator, **changes | {"terms": "등대섬\n\n등대섬"})
    )

    assert response.status_code == 302
    person = opened(Narrator.objects.get())
    assert person.names == (Name("한가람"), Name("Gaya", "known_as"))
    assert person.terms == ("등대섬",)
    assert person.contact == PERSON.contact


def test_saving_keeps_what_the_form_does_not_show(staff: Staff, narrator: Narrator) -> None:
    client_of(staff.consent_officer).post(page(narrator), form(narrator, notes="Other."))

    assert opened(Narrator.objects.get()).namesakes == PERSON.namesakes


def test_saving_nothing_new_seals_nothing_anew(staff: Staff, narrator: Narrator) -> None:
    client_of(staff.consent_officer).post(page(narrator), form(narrator))

    assert Narrator.objects.get().sealed == narrator.sealed
    assert Event.objects.filter(verb="write_narrator").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"terms": "가"}, "One letter or syllable"),
        ({"names-text": ["…"], "names-kind": ["legal"]}, "Type letters"),
        ({"names-text": ["Han"], "names-kind": ["nonsense"]}, "Choose the kind"),
        ({"risk_level": "7"}, "7"),
    ],
)
def test_refused_form_loses_nothing_that_was_typed(
    staff: Staff, narrator: Narrator, changes: dict[str, Any], words: str
) -> None:
    sent = form(narrator, notes="A new note.", code_word="another word") | changes

    response = client_of(staff.consent_officer).post(page(narrator), sent)

    shown = response.content.decode()
    assert response.status_code == 200
    assert all(typed in shown for typed in (words, "A new note.", "another word"))
    assert opened(Narrator.objects.get()) == PERSON


def test_second_of_two_who_save_is_told_and_can_save_again(staff: Staff, narrator: Narrator) -> None:
    client, sent = client_of(staff.consent_officer), form(narrator, notes="Mine.")
    write_person(narrator, Person(notes="Theirs."), by=staff.consent_officer)

    refused = client.post(page(narrator), sent)
    assert "Somebody changed the names" in refused.content.decode()
    assert opened(Narrator.objects.get()).notes == "Theirs."

    offered = refused.context["adminform"].form["version"].value()
    client.post(page(narrator), sent | {"version": offered})
    assert opened(Narrator.objects.get()).notes == "Mine."


def test_what_cannot_be_opened_is_said_and_stays(staff: Staff, narrator: Narrator, settings: Any) -> None:
    settings.SEALING_KEYS = ["another key"]
    client = client_of(staff.consent_officer)

    assert "cannot be opened" in client.get(page(narrator)).content.decode()
    client.post(page(narrator), form(narrator, notes="Over it.", risk_level="4"))

    saved = Narrator.objects.get()
    assert (saved.sealed, saved.risk_level) == (narrator.sealed, 4)


def test_histories_and_records_hold_no_value(staff: Staff, narrator: Narrator) -> None:
    client_of(staff.consent_officer).post(page(narrator), form(narrator, notes="Whispered.", code_word="whisper"))

    kept = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    kept += " ".join(str(event.__dict__) for event in Event.objects.all())
    assert "hisper" not in kept
    assert Event.objects.filter(verb="write_narrator").latest("number").fields == ["contact", "notes"]


def test_new_narrator_is_made_with_names_and_story(staff: Staff) -> None:
    story = make_story(staff)
    sent = form(story.narrators.get(), code="N-NEW1", **{"story_narrators-INITIAL_FORMS": "0"})
    sent |= {"story_narrators-0-id": "", "story_narrators-0-narrator": "", "story_narrators-0-story": str(story.pk)}

    response = client_of(staff.consent_officer).post(reverse("admin:stories_narrator_add"), sent)

    assert response.status_code == 302
    assert opened(Narrator.objects.get(code="N-NEW1")).names[0] == Name("한가람")
    assert story.narrators.count() == 2


def test_link_from_a_story_fills_in_the_story(staff: Staff) -> None:
    story = make_story(staff, title="To be filled in")

    shown = client_of(staff.consent_officer).get(reverse("admin:stories_narrator_add") + f"?story={story.pk}")

    assert "To be filled in" in shown.content.decode()


# --- What happened --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("sent", "story"), [({"what": "contact_lost"}, False), ({"what": "requested"}, True)])
def test_events_are_noted_by_a_button(staff: Staff, narrator: Narrator, sent: dict[str, str], story: bool) -> None:
    own = Story.objects.get()
    address = reverse("admin:stories_narrator_note", args=[narrator.pk])

    client_of(staff.consent_officer).post(address, sent | ({"story": str(own.pk)} if story else {}))

    event = ConsentEvent.objects.get()
    assert (event.what, event.story_id) == (sent["what"], own.pk if story else None)


def test_events_are_only_posted_and_only_by_the_consent_role(staff: Staff, narrator: Narrator) -> None:
    address = reverse("admin:stories_narrator_note", args=[narrator.pk])

    assert client_of(staff.consent_officer).get(address).status_code == 405
    assert client_of(staff.publisher).post(address, {"what": "died"}).status_code == 403
    assert not ConsentEvent.objects.exists()


def test_narrator_taken_off_a_story_hides_it(staff: Staff, narrator: Narrator) -> None:
    publish(Story.objects.get(), staff)

    client_of(staff.consent_officer).post(page(narrator), form(narrator, **{"story_narrators-0-DELETE": "on"}))

    assert not Edition.objects.public(Channel.WEBSITE, timezone.now()).exists()


# --- Private terms in other pieces ----------------------------------------------------------------------------------
def test_page_of_private_terms_shows_the_place_in_any_piece(staff: Staff, narrator: Narrator) -> None:
    other = make_page(staff)
    type(other).objects.filter(pk=other.pk).update(title="한가람 시집")
    address = reverse("admin:stories_narrator_terms")

    shown = client_of(staff.consent_officer).get(f"{address}?piece={other.pk}").content.decode()

    assert "<mark>한가람</mark>" in shown
    assert client_of(staff.editor).get(address).status_code == 403


def test_somebody_else_can_be_meant(staff: Staff, narrator: Narrator) -> None:
    other = make_page(staff)
    type(other).objects.filter(pk=other.pk).update(title="한가람 시집")
    address = reverse("admin:stories_narrator_terms")
    sent = {"piece": other.pk, "narrator": narrator.pk, "words": "한가람"}

    response = client_of(staff.consent_officer).post(address, sent, follow=True)

    assert "Nothing private stands" in response.content.decode()
    assert (
        Namesake(other.public_id, opened(Narrator.objects.get()).namesakes[-1].words)
        == opened(Narrator.objects.get()).namesakes[-1]
    )

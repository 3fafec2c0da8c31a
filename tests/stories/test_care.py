"""Third parties and details: what stands in the way of publishing, and the page on which it is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import workflow
from editorial.blockers import Refused
from editorial.models import Event, User
from stories import coarsening, third_parties
from stories.models import Consent, Detail, Narrator, Story, ThirdParty
from tests.makers import Staff, know, make_consent, make_story, make_user

TEXT = "<p>In 2009 I left Hyesan as a sergeant. My mother wept.</p>"


def told(staff: Staff, risk: int = 2, body: str = TEXT, **columns: Any) -> Story:
    story = make_story(staff, risk_level=risk)
    Story.objects.filter(pk=story.pk).update(body=body, **columns)
    workflow.save(story.pk, by=staff.contributor)
    return Story.objects.get(pk=story.pk)


def codes(story: Story) -> set[str]:
    return {one.code for one in Story.objects.get(pk=story.pk).blockers(timezone.now())}


def mark(story: Story, staff: Staff, quote: str, cls: str, precision: str = "specific", **more: str) -> Detail:
    return coarsening.mark(story.pk, by=staff.contributor, cls=cls, quote=quote, precision=precision, **more)


def mark_three(story: Story, staff: Staff) -> None:
    for quote, cls in (("2009", "year"), ("Hyesan", "place"), ("sergeant", "unit")):
        mark(story, staff, quote, cls)


def client_of(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def care(story: Story) -> str:
    return reverse("admin:stories_story_care", args=[story.pk])


# --- Details --------------------------------------------------------------------------------------------------------
def test_third_specific_detail_stands_in_the_way(staff: Staff) -> None:
    story = told(staff)
    mark(story, staff, "2009", "year")
    mark(story, staff, "Hyesan", "place")
    assert "too_specific" not in codes(story)

    mark(story, staff, "sergeant", "unit")

    assert "too_specific" in codes(story)


@pytest.mark.parametrize(("risk", "stands"), [(1, False), (2, True), (4, True)])
def test_limit_begins_at_risk_two(staff: Staff, risk: int, stands: bool) -> None:
    story = told(staff, risk)
    mark_three(story, staff)

    assert ("too_specific" in codes(story)) is stands


def test_sentence_names_the_kinds_of_detail(staff: Staff) -> None:
    story = told(staff)
    mark_three(story, staff)

    (blocker,) = [one for one in Story.objects.get(pk=story.pk).blockers(timezone.now()) if one.code == "too_specific"]
    assert "Place, Unit, rank or service, Year" in str(blocker.sentence)


def test_detail_told_in_general_words_counts_no_more(staff: Staff) -> None:
    story = told(staff)
    mark_three(story, staff)

    mark(story, staff, "2009", "year", "coarse")

    assert "too_specific" not in codes(story)


def test_detail_that_left_the_text_counts_no_more(staff: Staff) -> None:
    story = told(staff)
    mark_three(story, staff)

    Story.objects.filter(pk=story.pk).update(body="<p>I left Hyesan as a sergeant.</p>")

    assert "too_specific" not in codes(story)


def test_details_count_in_every_field_that_readers_see(staff: Staff) -> None:
    story = told(staff, body="<p>I left Hyesan.</p>", standfirst="A sergeant.", descriptors="left in 2009")
    mark_three(story, staff)

    assert "too_specific" in codes(story)


@pytest.mark.parametrize(("risk", "stands"), [(2, False), (3, True)])
def test_details_that_nobody_looked_at_stand_in_the_way_from_risk_three(staff: Staff, risk: int, stands: bool) -> None:
    assert ("unmarked_details" in codes(told(staff, risk))) is stands


def test_every_proposal_looked_at_is_enough(staff: Staff) -> None:
    story = told(staff, 3)
    for one in coarsening.proposals(story):
        mark(story, staff, one.quote, one.cls, "nobody")

    assert codes(story) == set()


def test_marking_again_changes_the_answer(staff: Staff) -> None:
    story = told(staff)
    mark(story, staff, "2009", "year")
    mark(story, staff, "2009", "year", "nobody")

    assert [(one.quote, one.precision) for one in story.details.all()] == [("2009", "nobody")]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"quote": "Wonsan"}, "not_in_text"),
        ({"quote": " "}, "no_quote"),
        ({"cls": "mood"}, "no_class"),
        ({"precision": "perhaps"}, "no_precision"),
        ({"quote": "2009 " * 60}, "too_long"),
    ],
)
def test_mark_needs_words_of_the_text(staff: Staff, asked: dict[str, str], code: str) -> None:
    story = told(staff)
    right = {"quote": "2009", "cls": "year", "precision": "specific"}

    with pytest.raises(Refused, match=code):
        coarsening.mark(story.pk, by=staff.contributor, **right | asked)


def test_exact_value_is_sealed_and_read_by_the_consent_role_alone(staff: Staff) -> None:
    story = told(staff)
    detail = mark(story, staff, "2009", "year", exact="the third of March")

    assert "March" not in detail.sealed
    assert coarsening.read_exact(story, by=staff.consent_officer) == {detail.pk: "the third of March"}
    assert Event.objects.filter(verb="read_details").count() == 1
    with pytest.raises(Refused):
        coarsening.read_exact(story, by=staff.editor)


def test_mark_can_be_taken_away(staff: Staff) -> None:
    story = told(staff)
    detail = mark(story, staff, "2009", "year")

    coarsening.unmark(story.pk, detail.pk, by=staff.editor)

    assert not story.details.exists()


# --- Third parties --------------------------------------------------------------------------------------------------
def test_open_third_party_stands_in_the_way_until_decided(staff: Staff) -> None:
    story = told(staff, 0)
    party = third_parties.add(story.pk, by=staff.contributor, relation="relative")
    assert codes(story) == {"third_party_open"}

    third_parties.decide(story.pk, party.pk, by=staff.contributor, action="omit")

    assert codes(story) == set()
    party.refresh_from_db()
    assert (party.decided_by, party.decided_at is not None) == (staff.contributor, True)


def test_third_party_can_be_opened_again(staff: Staff) -> None:
    story = told(staff, 0)
    party = third_parties.add(story.pk, by=staff.contributor, relation="relative", action="omit")

    third_parties.decide(story.pk, party.pk, by=staff.editor, action="")

    assert codes(story) == {"third_party_open"}


def test_open_third_party_of_the_original_stands_in_the_way_of_its_translation(staff: Staff) -> None:
    original, story = told(staff, 0), told(staff, 0)
    third_parties.add(original.pk, by=staff.contributor, relation="broker")
    Story.objects.filter(pk=story.pk).update(translation_of=original)

    assert "third_party_open" in codes(story)


def test_names_of_third_parties_are_sealed_and_read_by_the_consent_role_alone(staff: Staff) -> None:
    story = told(staff, 0)
    party = third_parties.add(
        story.pk, by=staff.contributor, relation="friend", names="문보라\n문보라\n\nMoon", notes="x"
    )

    assert "문보라" not in party.sealed
    known = third_parties.read_known(list(story.third_parties.select_related("story")), by=staff.consent_officer)
    assert known[party.pk].names == ("문보라", "Moon")
    assert Event.objects.filter(verb="read_third_parties").count() == 1
    with pytest.raises(Refused):
        third_parties.read_known([party], by=staff.contributor)


def test_only_who_reads_names_changes_them(staff: Staff) -> None:
    story = told(staff, 0)
    party = third_parties.add(story.pk, by=staff.contributor, relation="friend", names="문보라")

    with pytest.raises(Refused):
        third_parties.write_known(story.pk, party.pk, by=staff.contributor, names="", notes="")
    third_parties.write_known(story.pk, party.pk, by=staff.consent_officer, names="문나래", notes="")

    assert third_parties.opened(ThirdParty.objects.get()).names == ("문나래",)


@pytest.mark.parametrize("role", ["reviewer", "publisher"])
def test_who_does_not_write_the_story_changes_nothing(staff: Staff, role: str) -> None:
    story, by = told(staff, 0), getattr(staff, role)
    party = third_parties.add(story.pk, by=staff.contributor, relation="friend")
    detail = mark(story, staff, "2009", "year")
    acts: tuple[Any, ...] = (
        lambda: third_parties.add(story.pk, by=by, relation="friend"),
        lambda: third_parties.decide(story.pk, party.pk, by=by, action="omit"),
        lambda: third_parties.remove(story.pk, party.pk, by=by),
        lambda: third_parties.write_known(story.pk, party.pk, by=by, names="", notes=""),
        lambda: coarsening.mark(story.pk, by=by, cls="year", quote="2009", precision="nobody"),
        lambda: coarsening.unmark(story.pk, detail.pk, by=by),
    )
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert (story.third_parties.get().action, story.details.get().precision) == ("", "specific")


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"relation": ""}, "no_relation"), ({"action": "hide"}, "no_action"), ({"names": "x"}, "bad_term")],
)
def test_third_party_is_described_from_the_lists(staff: Staff, asked: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        third_parties.add(told(staff).pk, by=staff.contributor, **{"relation": "friend"} | asked)


def test_row_of_another_story_is_not_touched(staff: Staff) -> None:
    story, other = told(staff, 0), told(staff, 0)
    party = third_parties.add(other.pk, by=staff.contributor, relation="friend")

    with pytest.raises(Refused, match="no_such_row"):
        third_parties.remove(story.pk, party.pk, by=staff.contributor)


# --- Narrators ------------------------------------------------------------------------------------------------------
def test_pending_claim_stands_in_the_way_and_nobody_is_told_of_it(staff: Staff) -> None:
    story = told(staff, 0)
    Narrator.objects.update(claim_pending=True)

    (blocker,) = Story.objects.get(pk=story.pk).blockers(timezone.now())
    assert blocker.code == "claim_pending"
    assert "asylum" not in str(blocker.sentence)


def test_minor_needs_a_consent_with_a_guardian(staff: Staff) -> None:
    story = told(staff, 0)
    Narrator.objects.update(is_minor=True)
    assert codes(story) == {"no_guardian"}

    make_consent(story, by=staff.consent_officer, given_by=Consent.GivenBy.GUARDIAN)

    assert codes(story) == set()


def test_consent_with_a_guardian_that_has_ended_is_not_enough(staff: Staff) -> None:
    story = told(staff, 0)
    Narrator.objects.update(is_minor=True)
    past = timezone.now() - timedelta(days=30)
    make_consent(
        story, by=staff.consent_officer, given_by=Consent.GivenBy.GUARDIAN, start=past, end=past + timedelta(days=1)
    )

    assert codes(story) == {"no_guardian"}


# --- The page -------------------------------------------------------------------------------------------------------
def test_page_lists_proposals_with_a_button_for_each_answer(staff: Staff) -> None:
    page = client_of(staff.contributor).get(care(told(staff))).content.decode()

    assert all(words in page for words in ("Hyesan", "2009", "sergeant", "Tells nothing about a person"))


def test_one_click_marks_a_proposal(staff: Staff) -> None:
    story = told(staff)
    sent = {"do": "mark", "quote": "Hyesan", "cls": "place", "precision": "nobody"}

    response = client_of(staff.contributor).post(care(story), sent)

    assert response.status_code == 302
    assert story.details.get().precision == "nobody"


def test_page_keeps_what_was_typed_when_it_is_refused(staff: Staff) -> None:
    sent = {"do": "mark", "quote": "Wonsan", "cls": "place", "precision": "nobody", "exact": "by the pier"}

    response = client_of(staff.contributor).post(care(told(staff)), sent)

    assert response.status_code == 422
    assert all(words in response.content.decode() for words in ("Wonsan", "by the pier", "Save the text first"))


def test_page_adds_and_decides_third_parties(staff: Staff) -> None:
    story, client = told(staff), client_of(staff.editor)
    client.post(care(story), {"do": "add_party", "relation": "broker", "names": "문보라"})
    party = story.third_parties.get()

    client.post(care(story), {"do": "decide", "id": party.pk, "action": "pseudonymise"})

    assert story.third_parties.get().action == "pseudonymise"


@pytest.mark.parametrize(("role", "sees"), [("contributor", False), ("editor", False), ("consent_officer", True)])
def test_page_shows_sealed_names_to_the_consent_role_alone(staff: Staff, role: str, sees: bool) -> None:
    story = told(staff, body="<p>한가람이라는 친구</p>")
    know(story.narrators.get(), "한가람", by=staff.consent_officer)
    third_parties.add(story.pk, by=staff.contributor, relation="friend", names="문보라")
    mark(story, staff, "친구", "other", exact="a neighbour")

    page = client_of(getattr(staff, role)).get(care(story)).content.decode()

    assert ("문보라" in page) is sees
    assert ("a neighbour" in page) is sees
    assert ("<mark>한가람</mark>" in page) is sees
    assert Event.objects.filter(verb__startswith="read_").exists() is sees


def test_page_does_not_tell_the_risk(staff: Staff) -> None:
    page = client_of(staff.contributor).get(care(told(staff, 3))).content.decode().lower()

    assert "risk" not in page


@pytest.mark.parametrize(("role", "may"), [("reviewer", False), ("publisher", False), ("contributor", True)])
def test_page_has_buttons_for_those_who_write_alone(staff: Staff, role: str, may: bool) -> None:
    page = client_of(getattr(staff, role)).get(care(told(staff))).content.decode()

    assert ("Add somebody" in page) is may


def test_page_is_not_for_people_without_a_role(staff: Staff) -> None:
    assert client_of(make_user()).get(care(told(staff))).status_code == 403


def test_form_of_a_story_says_whose_it_is(staff: Staff) -> None:
    story = told(staff)
    narrator = story.narrators.get()
    form = reverse("admin:stories_story_change", args=[story.pk])
    own = reverse("admin:stories_narrator_change", args=[narrator.pk])

    editors, officers = (client_of(user).get(form).content.decode() for user in (staff.editor, staff.consent_officer))

    assert narrator.code in editors
    assert (own in editors, own in officers) == (False, True)


def test_form_of_a_story_without_a_narrator_says_the_next_step(staff: Staff) -> None:
    story = told(staff)
    story.story_narrators.all().delete()
    form = reverse("admin:stories_story_change", args=[story.pk])

    assert "ask the consent officer" in client_of(staff.editor).get(form).content.decode()
    assert f"?story={story.pk}" in client_of(staff.consent_officer).get(form).content.decode()

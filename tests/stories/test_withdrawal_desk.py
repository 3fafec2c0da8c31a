"""At the desk: a story is taken back on a page of its own, and its case is followed to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import finding, ledger, workflow
from editorial.blockers import Refused
from editorial.models import Event, User
from stories import following_up, surfaces, withdrawing
from stories.models import CaseSurface, Story, WithdrawalCase, WithdrawalCode
from tests.makers import Staff, make_story, publish

pytestmark = pytest.mark.django_db


def at_the_desk(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


@pytest.fixture
def story(staff: Staff) -> Story:
    story = make_story(staff, slug="classroom")
    publish(story, staff)
    return story


@pytest.fixture
def case(story: Story) -> WithdrawalCase:
    return withdrawing.withdraw(story.pk, by=None, source="code", narrator=story.narrators.get(), wants_contact=True)


def page(name: str, pk: int) -> str:
    return reverse(f"admin:stories_story_{name}", args=[pk])


def settle(case: WithdrawalCase) -> None:
    case.surfaces.update(state=CaseSurface.State.CHECKED)


# --- Taking back ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["publisher", "consent_officer"])
def test_page_takes_everything_back(staff: Staff, story: Story, reader: Client, who: str) -> None:
    client = at_the_desk(getattr(staff, who))

    answer = client.post(page("take_back", story.pk), {"what": "everything", "how": "telephone"})

    case = WithdrawalCase.objects.get()
    assert answer.headers["Location"] == reverse("admin:stories_withdrawalcase_change", args=[case.pk])
    assert reader.get("/en/stories/classroom/").status_code == 410
    assert case.source == {"publisher": "publisher", "consent_officer": "officer"}[who]


def test_page_takes_a_part_back(staff: Staff, story: Story, reader: Client) -> None:
    data = {"what": "parts", "scopes": ["partners"]}
    at_the_desk(staff.publisher).post(page("take_back", story.pk), data)

    assert WithdrawalCase.objects.get().scopes == ["partners"]
    assert reader.get("/en/stories/classroom/").status_code == 200


def test_parts_without_a_part_are_asked_again(staff: Staff, story: Story) -> None:
    answer = at_the_desk(staff.publisher).post(page("take_back", story.pk), {"what": "parts", "how": "letter"})

    assert answer.status_code == 422
    assert 'value="letter" selected' in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"how": "\0"}, {"how": "x" * 5000, "title": "", "scopes": ["nonsense"]}])
def test_no_field_stops_it(staff: Staff, story: Story, reader: Client, data: dict[str, Any]) -> None:
    at_the_desk(staff.publisher).post(page("take_back", story.pk), data)

    assert reader.get("/en/stories/classroom/").status_code == 410


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
@pytest.mark.parametrize("name", ["take_back", "codes"])
def test_pages_are_not_for_others(staff: Staff, story: Story, who: str, name: str) -> None:
    client = at_the_desk(getattr(staff, who))

    assert client.get(page(name, story.pk)).status_code == 403
    assert client.post(page(name, story.pk), {}).status_code == 403


def test_page_that_is_only_looked_at_takes_nothing_back(staff: Staff, story: Story, reader: Client) -> None:
    assert at_the_desk(staff.publisher).get(page("take_back", story.pk)).status_code == 200
    assert reader.get("/en/stories/classroom/").status_code == 200


def test_desk_of_a_story_leads_to_the_pages(staff: Staff, story: Story) -> None:
    text = at_the_desk(staff.consent_officer).get(page("change", story.pk)).content.decode()

    assert page("take_back", story.pk) in text
    assert page("codes", story.pk) in text


def test_desk_of_an_editor_does_not(staff: Staff, story: Story) -> None:
    assert page("take_back", story.pk) not in at_the_desk(staff.editor).get(page("change", story.pk)).content.decode()


def test_desk_says_that_a_narrator_took_it_back(staff: Staff, story: Story, case: WithdrawalCase) -> None:
    text = at_the_desk(staff.editor).get(page("change", story.pk)).content.decode()

    assert "Taken back by a narrator" in text


# --- Codes ----------------------------------------------------------------------------------------------------------
def test_code_is_shown_once_and_neutrally(staff: Staff, story: Story) -> None:
    client = at_the_desk(staff.consent_officer)
    narrator = story.narrators.get()

    sheet = client.post(page("codes", story.pk), {"do": "make", "narrator": str(narrator.pk), "language": "ko"})

    text = sheet.content.decode()
    assert '<html lang="ko">' in text
    assert "/ko/withdraw/" in text
    for secret in (story.title, narrator.code, "Firsthand"):
        assert secret not in text
    assert WithdrawalCode.objects.get().language == "ko"
    assert "no-store" in sheet.headers["Cache-Control"]


def test_list_of_codes_shows_no_words(staff: Staff, story: Story) -> None:
    client = at_the_desk(staff.consent_officer)
    client.post(page("codes", story.pk), {"do": "make", "narrator": str(story.narrators.get().pk), "language": "en"})

    text = client.get(page("codes", story.pk)).content.decode()

    assert "Has a code, made on" in text
    assert 'class="words"' not in text


def test_sheet_that_is_loaded_again_voids_nothing(staff: Staff, story: Story, reader: Client) -> None:
    """A browser sends the form once more, as it was."""
    client, narrator = at_the_desk(staff.consent_officer), story.narrators.get()
    sent = {"do": "make", "narrator": str(narrator.pk), "language": "en", "seen": "none"}
    client.post(page("codes", story.pk), sent)
    before = WithdrawalCode.objects.get()

    again = client.post(page("codes", story.pk), sent)

    assert again.status_code == 422
    assert "were made already" in again.content.decode()
    assert list(WithdrawalCode.objects.values_list("pk", "revoked_at")) == [(before.pk, None)]


def test_new_code_is_made_from_the_page_that_says_there_is_one(staff: Staff, story: Story) -> None:
    client, narrator = at_the_desk(staff.consent_officer), story.narrators.get()
    sent = {"do": "make", "narrator": str(narrator.pk), "language": "en"}
    client.post(page("codes", story.pk), sent)
    text = client.get(page("codes", story.pk)).content.decode()
    seen = text.partition('name="seen" value="')[2].partition('"')[0]

    assert client.post(page("codes", story.pk), sent | {"seen": seen}).status_code == 200

    assert WithdrawalCode.objects.filter(revoked_at__isnull=True).count() == 1
    assert WithdrawalCode.objects.count() == 2


def test_code_is_revoked(staff: Staff, story: Story) -> None:
    client = at_the_desk(staff.consent_officer)
    narrator = str(story.narrators.get().pk)
    client.post(page("codes", story.pk), {"do": "make", "narrator": narrator, "language": "en"})

    client.post(page("codes", story.pk), {"do": "revoke", "narrator": narrator})

    assert WithdrawalCode.objects.get().revoked_at is not None


# --- The case -------------------------------------------------------------------------------------------------------
def case_url(case: WithdrawalCase) -> str:
    return reverse("admin:stories_withdrawalcase_change", args=[case.pk])


def act(client: Client, case: WithdrawalCase, **data: str) -> Any:
    return client.post(reverse("admin:stories_withdrawalcase_do", args=[case.pk]), data)


@pytest.mark.parametrize("who", ["publisher", "consent_officer"])
def test_case_shows_every_place(staff: Staff, case: WithdrawalCase, who: str) -> None:
    text = at_the_desk(getattr(staff, who)).get(case_url(case)).content.decode()

    for surface in surfaces.every():
        assert f'id="place-{surface.name}"' in text


def test_code_of_the_narrator_is_for_the_consent_role(staff: Staff, case: WithdrawalCase) -> None:
    assert case.narrator is not None
    code = case.narrator.code

    assert code in at_the_desk(staff.consent_officer).get(case_url(case)).content.decode()
    assert code not in at_the_desk(staff.publisher).get(case_url(case)).content.decode()


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
def test_cases_are_not_for_others(staff: Staff, case: WithdrawalCase, who: str) -> None:
    client = at_the_desk(getattr(staff, who))

    assert client.get(case_url(case)).status_code == 403
    assert client.get(reverse("admin:stories_withdrawalcase_changelist")).status_code == 403
    assert act(client, case, do="close").status_code == 403


def test_list_shows_open_cases(staff: Staff, case: WithdrawalCase) -> None:
    client = at_the_desk(staff.publisher)
    address = reverse("admin:stories_withdrawalcase_changelist")
    assert case.code in client.get(address).content.decode()

    WithdrawalCase.objects.update(closed_by=staff.publisher, closed_at=case.received_at)

    assert case.code not in client.get(address).content.decode()
    assert case.code in client.get(f"{address}?open=all").content.decode()


def test_list_costs_the_same_however_many_cases(
    staff: Staff, case: WithdrawalCase, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = at_the_desk(staff.publisher)
    address = reverse("admin:stories_withdrawalcase_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for _number in range(3):
        withdrawing.withdraw(make_story(staff).pk, by=None, source="code")

    with django_assert_num_queries(len(first)):
        client.get(address)


def test_place_that_a_person_knows_is_marked(staff: Staff, case: WithdrawalCase) -> None:
    act(at_the_desk(staff.publisher), case, do="mark", surface="archive", state="asked", note="Wrote to them.")

    row = case.surfaces.get(surface="archive")
    assert (row.state, row.note, row.by) == ("asked", "Wrote to them.", staff.publisher)
    assert Event.objects.latest("number").verb == "mark_surface"


@pytest.mark.parametrize(
    ("surface", "state"), [("story_page", "done"), ("archive", "checked"), ("nowhere", "done"), ("archive", "")]
)
def test_place_is_not_marked_otherwise(staff: Staff, case: WithdrawalCase, surface: str, state: str) -> None:
    answer = act(at_the_desk(staff.publisher), case, do="mark", surface=surface, state=state, note="Typed.")

    assert answer.status_code == 422
    assert case.surfaces.filter(note="Typed.").count() == 0


def test_case_is_not_closed_while_a_place_is_open(staff: Staff, case: WithdrawalCase) -> None:
    answer = act(at_the_desk(staff.publisher), case, do="close")

    case.refresh_from_db()
    assert (answer.status_code, case.closed_at) == (422, None)
    assert "places are not settled" in answer.content.decode()


@pytest.mark.parametrize("state", ["hidden", "still_there", "waiting", "asked"])
def test_one_open_place_is_enough(staff: Staff, case: WithdrawalCase, state: str) -> None:
    settle(case)
    following_up.tell(case.pk, by=staff.publisher, how="In person")
    case.surfaces.filter(surface="home").update(state=state)

    with pytest.raises(Refused) as refusal:
        following_up.close(case.pk, by=staff.publisher)

    assert [one.code for one in refusal.value.blockers] == ["not_settled"]


def test_narrator_who_asked_is_told_first(staff: Staff, case: WithdrawalCase) -> None:
    settle(case)

    with pytest.raises(Refused) as refusal:
        following_up.close(case.pk, by=staff.publisher)

    assert [one.code for one in refusal.value.blockers] == ["not_told"]


def test_case_is_closed_once_all_is_settled(staff: Staff, case: WithdrawalCase) -> None:
    client = at_the_desk(staff.consent_officer)
    settle(case)
    act(client, case, do="tell", how="In person")

    act(client, case, do="close")

    case.refresh_from_db()
    assert (case.told_by, case.closed_by) == (staff.consent_officer, staff.consent_officer)
    assert "In person" in client.get(case_url(case)).content.decode()


def test_closed_case_stays_as_it_is(staff: Staff, case: WithdrawalCase) -> None:
    settle(case)
    following_up.tell(case.pk, by=staff.publisher, how="In person")
    following_up.close(case.pk, by=staff.publisher)

    acts: list[Callable[[], None]] = [
        lambda: following_up.mark(case.pk, "archive", "done", by=staff.publisher),
        lambda: following_up.add_copy(case.pk, "press", "A paper", by=staff.publisher),
        lambda: following_up.close(case.pk, by=staff.publisher),
    ]
    for do in acts:
        with pytest.raises(Refused):
            do()


def test_copy_elsewhere_opens_its_place_again(staff: Staff, case: WithdrawalCase) -> None:
    settle(case)

    act(at_the_desk(staff.publisher), case, do="copy", kind="press", where="A paper, page 3")

    assert case.surfaces.get(surface="press").state == "waiting"
    assert case.story.external_copies.get().where == "A paper, page 3"


@pytest.mark.parametrize(("kind", "where"), [("press", ""), ("moon", "Here")])
def test_copy_without_kind_or_place_is_asked_again(staff: Staff, case: WithdrawalCase, kind: str, where: str) -> None:
    answer = act(at_the_desk(staff.publisher), case, do="copy", kind=kind, where=where)

    assert answer.status_code == 422
    assert not case.story.external_copies.exists()


def test_way_in_which_the_narrator_was_told_is_said(staff: Staff, case: WithdrawalCase) -> None:
    assert act(at_the_desk(staff.publisher), case, do="tell", how=" ").status_code == 422

    case.refresh_from_db()
    assert case.told_at is None


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
def test_acts_ask_for_the_role_themselves(staff: Staff, case: WithdrawalCase, who: str) -> None:
    by = getattr(staff, who)
    acts: list[Callable[[], None]] = [
        lambda: following_up.look_again(case.pk, by=by),
        lambda: following_up.mark(case.pk, "archive", "done", by=by),
        lambda: following_up.add_copy(case.pk, "press", "A paper", by=by),
        lambda: following_up.tell(case.pk, by=by, how="In person"),
        lambda: following_up.close(case.pk, by=by),
    ]
    for do in acts:
        with pytest.raises(Refused) as refusal:
            do()
        assert "no_permission" in [one.code for one in refusal.value.blockers]


def test_contact_alone_is_a_case_that_can_be_closed(staff: Staff, story: Story) -> None:
    case = withdrawing.ask_for_contact(story.pk, narrator=story.narrators.get())
    client = at_the_desk(staff.consent_officer)
    assert "asks to be contacted" in client.get(case_url(case)).content.decode()

    following_up.tell(case.pk, by=staff.consent_officer, how="In person")
    following_up.close(case.pk, by=staff.consent_officer)

    case.refresh_from_db()
    assert case.closed_at is not None


def test_trouble_with_the_ledger_stands_over_the_case(
    staff: Staff, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(*_args: Any, **_kwargs: Any) -> None:
        raise ledger.Unwritable

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "append", unwritable)
        case = withdrawing.withdraw(story.pk, by=staff.publisher, source="publisher")

    client = at_the_desk(staff.publisher)
    for address in (case_url(case), reverse("admin:stories_withdrawalcase_changelist")):
        assert "not in the ledger" in client.get(address).content.decode()


def test_trouble_with_the_ledger_stands_on_the_front_page(
    staff: Staff, story: Story, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.LEDGER_PATH = tmp_path / "file" / "withdrawals.jsonl"
    (tmp_path / "file").chmod(0o400)
    withdrawing.withdraw(story.pk, by=staff.publisher, source="publisher")

    with pytest.MonkeyPatch.context() as patched:
        # Whoever runs the tests may be allowed everything.
        patched.setattr(ledger, "seems_writable", lambda: False)
        assert "not in the ledger" in at_the_desk(staff.publisher).get("/admin/").content.decode()
        assert "not in the ledger" not in at_the_desk(staff.editor).get("/admin/").content.decode()


# --- Erasing --------------------------------------------------------------------------------------------------------
def test_two_people_erase_at_the_desk(staff: Staff, story: Story, case: WithdrawalCase) -> None:
    address = reverse("admin:stories_story_verb", args=[story.pk, "erase"])

    at_the_desk(staff.publisher).post(address)
    story.refresh_from_db()
    assert story.erased_at is None
    assert "asked for it" in at_the_desk(staff.consent_officer).get(page("change", story.pk)).content.decode()

    at_the_desk(staff.consent_officer).post(address)
    story.refresh_from_db()
    assert story.erased_at is not None


def test_pages_of_an_erased_story_still_open(staff: Staff, story: Story, case: WithdrawalCase) -> None:
    for who in (staff.publisher, staff.consent_officer):
        at_the_desk(who).post(reverse("admin:stories_story_verb", args=[story.pk, "erase"]))
    client = at_the_desk(staff.publisher)

    for address in (
        page("change", story.pk),
        page("history", story.pk),
        case_url(case),
        reverse("admin:stories_withdrawalcase_changelist"),
        reverse("admin:stories_story_changelist"),
    ):
        assert client.get(address).status_code == 200, address


# --- After it -------------------------------------------------------------------------------------------------------
def test_desk_says_which_parts_were_taken_back(staff: Staff, story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code", scopes=["partners"])

    text = at_the_desk(staff.editor).get(page("change", story.pk)).content.decode()

    assert "Partner sites" in text.partition("Taken back on")[2].partition("</ul>")[0]


def test_search_of_an_editor_shows_no_words_of_what_was_taken_back(staff: Staff, story: Story) -> None:
    def found(user: User) -> Any:
        return finding.find("bell", by=User.objects.get(pk=user.pk))[0]

    assert found(staff.editor).snippet

    withdrawing.withdraw(story.pk, by=None, source="code")

    assert (found(staff.editor).snippet, found(staff.editor).where) == ((), "")
    assert "Taken back by its narrator" in found(staff.editor).state
    assert found(staff.consent_officer).snippet


def erased(staff: Staff, story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code", narrator=story.narrators.get())
    workflow.erase(story.pk, by=staff.publisher)
    workflow.erase(story.pk, by=staff.consent_officer)


def test_form_of_what_was_erased_asks_for_nothing(staff: Staff, story: Story) -> None:
    erased(staff, story)

    text = at_the_desk(staff.editor).get(page("change", story.pk)).content.decode()

    assert "Erased on" in text
    assert "Write the story." not in text
    assert 'id="desk"' not in text


def test_list_says_that_it_was_erased(staff: Staff, story: Story) -> None:
    erased(staff, story)

    text = at_the_desk(staff.editor).get(reverse("admin:stories_story_changelist")).content.decode()

    assert "Erased on" in text
    assert "The writer submits it." not in text


def test_narrators_page_names_what_was_erased(staff: Staff, story: Story) -> None:
    erased(staff, story)
    address = reverse("admin:stories_narrator_change", args=[story.narrators.get().pk])

    assert "Erased on" in at_the_desk(staff.consent_officer).get(address).content.decode()


def test_second_person_is_led_to_a_page_before_it_is_erased(staff: Staff, story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    workflow.erase(story.pk, by=staff.publisher)
    client, verb = at_the_desk(staff.consent_officer), reverse("admin:stories_story_verb", args=[story.pk, "erase"])

    desk = client.get(page("change", story.pk)).content.decode()
    asking = client.get(page("erase", story.pk)).content.decode()

    assert page("erase", story.pk) in desk
    assert f'action="{verb}"' not in desk
    assert f'action="{verb}"' in asking
    story.refresh_from_db()
    assert story.erased_at is None


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
def test_page_before_erasing_is_not_for_others(staff: Staff, story: Story, who: str) -> None:
    assert at_the_desk(getattr(staff, who)).get(page("erase", story.pk)).status_code == 403


def test_person_who_asked_cannot_agree_on_it(staff: Staff, story: Story) -> None:
    withdrawing.withdraw(story.pk, by=None, source="code")
    workflow.erase(story.pk, by=staff.publisher)

    text = at_the_desk(staff.publisher).get(page("erase", story.pk)).content.decode()

    assert "A second person has to agree." in text
    assert "Erase it for good now" not in text

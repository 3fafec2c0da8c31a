"""The page with the four words: it can hide and ask for contact, and tells nothing to whoever guesses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.signing import dumps
from django.test import Client
from django.utils import timezone, translation

from editorial import workflow
from editorial.blockers import Refused
from editorial.models import Channel, Edition, Event
from stories import code_views, codes, guessing
from stories.models import ConsentEvent, Narrator, Story, WithdrawalCase, WithdrawalCode, WrongCode
from tests.makers import Staff, make_consent, make_story, publish

pytestmark = pytest.mark.django_db

EN, KO = "/en/withdraw/", "/ko/withdraw/"


@pytest.fixture
def outsider() -> Client:
    """Somebody whose browser says that our own page sent the form."""
    return Client(headers={"host": "localhost", "sec-fetch-site": "same-origin"})


@pytest.fixture
def story(staff: Staff) -> Story:
    story = make_story(staff, slug="classroom", title="A title to be hidden")
    publish(story, staff)
    return story


@pytest.fixture
def words(story: Story, staff: Staff) -> str:
    return codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")


def send(client: Client, path: str = EN, **data: Any) -> Any:
    """As a form sends it."""
    body = urlencode(data, doseq=True)
    return client.post(path, body, content_type="application/x-www-form-urlencoded")


def ticket(client: Client, words: str, path: str = EN) -> str:
    answer = send(client, path, words=words).content.decode()
    found = re.search(r'name="ticket" value="([^"]+)"', answer)
    assert found, answer
    return found[1]


# --- The page -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [EN, KO])
def test_page_asks_for_the_words(reader: Client, path: str) -> None:
    answer = reader.get(path)

    assert answer.status_code == 200
    assert 'name="words"' in answer.content.decode()


def test_page_has_a_neutral_title_and_leaves_no_trace(reader: Client) -> None:
    answer = reader.get(EN)

    assert "<title>Firsthand</title>" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not answer.cookies


def test_page_has_no_script(reader: Client) -> None:
    assert "<script" not in reader.get(EN).content.decode()


def test_footer_leads_to_it(reader: Client) -> None:
    assert f'href="{EN}"' in reader.get("/en/").content.decode()


def test_story_leads_to_it(story: Story, reader: Client) -> None:
    text = reader.get("/en/stories/classroom/").content.decode()

    assert "Is it yours?" in text


# --- Taking back ----------------------------------------------------------------------------------------------------
def test_everything_is_hidden(story: Story, words: str, outsider: Client) -> None:
    answer = send(outsider, ticket=ticket(outsider, words), do="everything")

    assert answer.status_code == 200
    assert "It is done." in answer.content.decode()
    assert outsider.get("/en/stories/classroom/").status_code == 410


def test_case_says_who_and_how(story: Story, words: str, outsider: Client) -> None:
    send(outsider, ticket=ticket(outsider, words), do="everything", wants_contact="1")

    case = WithdrawalCase.objects.get()
    assert (case.source, case.narrator, case.wants_contact) == ("code", story.narrators.get(), True)
    assert ConsentEvent.objects.get().how == "code"


def test_parts_are_hidden(story: Story, words: str, outsider: Client) -> None:
    send(outsider, ticket=ticket(outsider, words), do="parts", scopes=["partners", "print"])

    assert WithdrawalCase.objects.get().scopes == ["partners", "print"]
    assert not Edition.objects.public(Channel.PARTNERS, timezone.now()).exists()
    assert outsider.get("/en/stories/classroom/").status_code == 200


def test_contact_is_asked_for_and_nothing_is_hidden(story: Story, words: str, outsider: Client) -> None:
    send(outsider, ticket=ticket(outsider, words), do="contact")

    case = WithdrawalCase.objects.get()
    assert (case.is_contact_only, case.effective_at) == (True, None)
    assert outsider.get("/en/stories/classroom/").status_code == 200


def test_korean_words_are_understood_on_either_page(story: Story, staff: Staff, outsider: Client) -> None:
    words = codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="ko")

    assert ticket(outsider, words.replace(" ", ""), KO)
    assert ticket(outsider, words, EN)


def test_words_are_understood_however_they_are_typed(words: str, outsider: Client) -> None:
    assert ticket(outsider, "  " + words.upper().replace(" ", " - ") + ".")


def test_page_shows_nothing_of_the_story(story: Story, words: str, outsider: Client) -> None:
    first = send(outsider, words=words).content.decode()
    last = send(outsider, ticket=ticket(outsider, words), do="everything").content.decode()

    for text in (first, last):
        assert story.title not in text
        assert story.slug not in text
        assert story.narrators.get().code not in text


def test_words_are_not_in_the_page_that_follows(words: str, outsider: Client) -> None:
    assert words not in send(outsider, words=words).content.decode()


def test_story_that_is_hidden_already_is_said_so(story: Story, words: str, outsider: Client, staff: Staff) -> None:
    workflow.end(story.pk, by=staff.publisher)

    assert "is hidden already" in send(outsider, words=words).content.decode()


def test_story_that_is_scheduled_is_not_said_to_be_hidden(staff: Staff, outsider: Client) -> None:
    story = make_story(staff)
    publish(story, staff, at=timezone.now() + timedelta(days=1))
    words = codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")

    assert "is hidden already" not in send(outsider, words=words).content.decode()


def test_page_loaded_again_makes_no_second_case(words: str, outsider: Client) -> None:
    one = ticket(outsider, words)
    for _number in range(2):
        assert send(outsider, ticket=one, do="everything").status_code == 200

    assert WithdrawalCase.objects.count() == 1


def test_nothing_chosen_is_asked_again(words: str, outsider: Client) -> None:
    answer = send(outsider, ticket=ticket(outsider, words))

    assert answer.status_code == 422
    assert "Choose what is to be done." in answer.content.decode()


@pytest.mark.parametrize("scopes", [[], ["website"], ["everything"]])
def test_parts_without_a_part_are_asked_again(words: str, outsider: Client, scopes: list[str]) -> None:
    answer = send(outsider, ticket=ticket(outsider, words), do="parts", scopes=scopes)

    assert answer.status_code == 422
    assert not WithdrawalCase.objects.exists()


# --- What the code cannot do ----------------------------------------------------------------------------------------
def test_forged_ticket_does_nothing(story: Story, outsider: Client) -> None:
    for forged in ("1", dumps(1), dumps(1, salt="another"), dumps("x", salt=code_views.SALT)):
        assert send(outsider, ticket=forged, do="everything").status_code == 422
    assert not WithdrawalCase.objects.exists()


def test_old_ticket_does_nothing(words: str, outsider: Client) -> None:
    one = ticket(outsider, words)

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert send(outsider, ticket=one, do="everything").status_code == 422


def test_ticket_of_a_code_that_was_revoked_does_nothing(words: str, outsider: Client, staff: Staff) -> None:
    one = ticket(outsider, words)
    codes.revoke(WithdrawalCode.objects.get().pk, by=staff.consent_officer)

    assert send(outsider, ticket=one, do="everything").status_code == 422
    assert not WithdrawalCase.objects.exists()


def test_code_opens_no_other_story(story: Story, words: str, outsider: Client, staff: Staff) -> None:
    other = make_story(staff, slug="other")
    publish(other, staff)

    send(outsider, ticket=ticket(outsider, words), do="everything")

    assert outsider.get("/en/stories/other/").status_code == 200


def test_form_from_another_site_is_refused(words: str) -> None:
    stranger = Client(headers={"host": "localhost", "sec-fetch-site": "cross-site"})

    assert send(stranger, words=words).status_code == 403


# --- Guessing -------------------------------------------------------------------------------------------------------
def test_wrong_and_revoked_words_are_answered_alike(words: str, outsider: Client, staff: Staff) -> None:
    codes.revoke(WithdrawalCode.objects.get().pk, by=staff.consent_officer)
    revoked = send(outsider, words=words)
    unknown = send(outsider, words="abandon abandon abandon zoo")

    assert (revoked.status_code, revoked.content) == (unknown.status_code, unknown.content)


def test_wrong_words_cost_as_many_queries_as_any(
    outsider: Client, words: str, staff: Staff, django_assert_num_queries: Any
) -> None:
    codes.revoke(WithdrawalCode.objects.get().pk, by=staff.consent_officer)
    send(outsider, words="zoo zoo zoo zoo")
    for typed in (words, "abandon abandon abandon zoo", "nonsense"):
        with django_assert_num_queries(6):
            send(outsider, words=typed)


def test_mistyped_word_is_said(outsider: Client) -> None:
    assert "abandom" in send(outsider, words="abandom zoo zoo zoo").content.decode()


def test_what_was_typed_is_foreign_text(outsider: Client) -> None:
    assert "<b>x" not in send(outsider, words="<b>x zoo zoo zoo").content.decode()


def test_eleventh_wrong_try_in_an_hour_is_refused(outsider: Client) -> None:
    statuses = [send(outsider, words=f"zoo zoo zoo {word}").status_code for word in ["zoo"] * 11]

    assert statuses == [422] * 10 + [429]


def test_right_words_are_refused_as_well_then(outsider: Client, words: str) -> None:
    """Else a guesser would only have to go on."""
    for _number in range(10):
        send(outsider, words="zoo zoo zoo zoo")

    answer = send(outsider, words=words)

    assert answer.status_code == 429
    assert f'value="{words}"' in answer.content.decode()  # they need not be typed once more


def test_tries_come_back_after_an_hour(outsider: Client, words: str) -> None:
    for _number in range(10):
        send(outsider, words="zoo zoo zoo zoo")

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert send(outsider, words=words).status_code == 200


def test_right_words_are_not_counted(outsider: Client, words: str) -> None:
    for _number in range(12):
        assert send(outsider, words=words).status_code == 200

    assert not WrongCode.objects.exists()


def test_other_places_have_tries_of_their_own(outsider: Client) -> None:
    for _number in range(11):
        send(outsider, words="zoo zoo zoo zoo")

    other = Client(headers={"host": "localhost", "sec-fetch-site": "same-origin"}, REMOTE_ADDR="198.51.100.7")
    assert send(other, words="zoo zoo zoo zoo").status_code == 422


def test_address_of_the_sender_is_not_kept(outsider: Client) -> None:
    send(outsider, words="zoo zoo zoo zoo")

    row = str(WrongCode.objects.values().get())
    assert "127.0.0.1" not in row
    assert len(WrongCode.objects.get().whence) == 16


def test_key_of_the_place_is_another_one_each_day(rf: Any) -> None:
    request, now = rf.get("/"), timezone.now()

    assert guessing.whence(request, now) != guessing.whence(request, now + timedelta(days=1))


def test_one_household_of_newer_addresses_is_one_place(rf: Any) -> None:
    now = timezone.now()
    one, other, far = (
        guessing.whence(rf.get("/", REMOTE_ADDR=address), now)
        for address in ("2001:db8:1:200::1", "2001:db8:1:2ff::9", "2001:db8:2::1")
    )

    assert one == other != far


def test_proxy_says_who_asks_where_that_is_set(rf: Any, settings: Any) -> None:
    now = timezone.now()
    through = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-real-ip": "198.51.100.7"})
    before = guessing.whence(through, now)
    settings.PROXY_ADDRESS_HEADER = "X-Real-IP"

    assert before == guessing.whence(rf.get("/", REMOTE_ADDR="10.0.0.1"), now)
    assert guessing.whence(through, now) == guessing.whence(rf.get("/", headers={"x-real-ip": "198.51.100.7"}), now)
    assert guessing.whence(through, now) != before


def test_rows_older_than_a_day_are_deleted(outsider: Client) -> None:
    WrongCode.objects.create(at=timezone.now() - timedelta(hours=25), whence="0" * 16)

    send(outsider, words="zoo zoo zoo zoo")

    assert WrongCode.objects.count() == 1


def test_very_many_wrong_words_are_told_to_the_staff_once_an_hour(
    outsider: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "FROM_ANYWHERE", 3)

    for _number in range(6):
        send(outsider, words="zoo zoo zoo zoo")

    assert Event.objects.filter(verb=guessing.NOTICE).count() == 1
    assert caplog.text.count("Very many wrong") == 1


def test_program_that_fills_in_everything_gets_nowhere(words: str, outsider: Client) -> None:
    answer = send(outsider, words=words, homepage="x")

    assert answer.status_code == 422


# --- Making codes ---------------------------------------------------------------------------------------------------
def test_code_is_kept_as_a_hash_alone(words: str) -> None:
    values = {str(value) for value in WithdrawalCode.objects.values().get().values()}

    # Whole values and the words in them: letters of a hash can look like a word.
    assert not {word for value in values for word in re.split(r"\W+", value)} & set(words.split())


def test_new_code_voids_the_one_before(story: Story, words: str, outsider: Client, staff: Staff) -> None:
    codes.make(story.narrators.get().pk, story.pk, by=staff.consent_officer, language="en")

    assert send(outsider, words=words).status_code == 422
    assert WithdrawalCode.objects.filter(revoked_at__isnull=True).count() == 1


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer", "publisher"])
def test_only_the_consent_officer_makes_codes(story: Story, staff: Staff, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        codes.make(story.narrators.get().pk, story.pk, by=getattr(staff, who), language="en")

    assert [one.code for one in refusal.value.blockers] == ["no_permission"]


def test_code_is_made_for_a_narrator_of_the_story(story: Story, staff: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        codes.make(Narrator.objects.create().pk, story.pk, by=staff.consent_officer, language="en")

    assert [one.code for one in refusal.value.blockers] == ["not_theirs"]


def test_event_of_a_code_names_nobody(story: Story, words: str) -> None:
    event = Event.objects.latest("number")

    assert event.verb == "make_withdrawal_code"
    assert story.narrators.get().code not in str(Event.objects.values().get(pk=event.pk))
    assert words


def test_one_narrator_of_two_hides_the_story(staff: Staff, outsider: Client) -> None:
    story = make_story(staff, slug="two")
    other = Narrator.objects.create()
    story.story_narrators.create(narrator=other)
    make_consent(story, by=staff.consent_officer)
    words = codes.make(other.pk, story.pk, by=staff.consent_officer, language="ko")
    with translation.override("ko"):
        one = ticket(outsider, words, KO)

    send(outsider, KO, ticket=one, do="everything")

    assert list(ConsentEvent.objects.values_list("narrator_id", flat=True)) == [other.pk]

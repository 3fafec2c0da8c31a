"""A story that was taken back is gone, at once and from everywhere, whoever did it and however it stood."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import ledger, remembering, sharing, workflow
from editorial.blockers import Refused
from editorial.instants import FOREVER
from editorial.models import Channel, Clearance, Edition, Event, LedgerLine, Notice, Piece, ShareLink, State
from stories import surface_checks, surfaces, withdrawing
from stories.models import ConsentEvent, Narrator, Scope, Story, StoryNarrator, WithdrawalCase
from tests.makers import Staff, approve, make_consent, make_story, make_tag, publish

pytestmark = pytest.mark.django_db

Source = WithdrawalCase.Source
ALL = (Scope.WEBSITE, Scope.PARTNERS, Scope.PRINT, Scope.SOCIAL, Scope.PORTRAIT, Scope.REAL_NAME)


def make_live(staff: Staff, **options: Any) -> Story:
    story = make_story(staff, slug=options.pop("slug", "classroom"), tags=[make_tag("Learning")], **options)
    publish(story, staff)
    return story


def make_translation(story: Story, staff: Staff) -> Story:
    """Korean, allowed and published."""
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.PARTNERS, Scope.TRANSLATION_KO))
    translation = make_story(staff, slug="gyosil", title="첫 교실", consented=False)
    Piece.objects.filter(pk=translation.pk).update(language="ko", translation_of=story)
    StoryNarrator.objects.filter(story=translation).delete()
    workflow.save(translation.pk, by=staff.contributor)
    publish(translation, staff)
    return translation


def take_back(story: Story, **options: Any) -> WithdrawalCase:
    return withdrawing.withdraw(story.pk, by=None, source=Source.CODE, **options)


def is_seen(story: Story, channel: Channel = Channel.WEBSITE) -> bool:
    return Edition.objects.public(channel, timezone.now()).filter(piece_id=story.pk).exists()


# --- Everything -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["publisher", "consent_officer"])
def test_one_person_takes_a_story_back(staff: Staff, reader: Client, who: str) -> None:
    story = make_live(staff)

    withdrawing.withdraw(story.pk, by=getattr(staff, who), source=Source.OFFICER)

    assert reader.get("/en/stories/classroom/").status_code == 410


def test_narrator_without_an_account_takes_a_story_back(staff: Staff, reader: Client) -> None:
    story = make_live(staff)

    take_back(story, narrator=story.narrators.get())

    assert reader.get("/en/stories/classroom/").status_code == 410
    edition = story.editions.get()
    assert (edition.ended_by, edition.end_reason) == (None, "withdrawn")


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer"])
def test_others_of_the_staff_may_not(staff: Staff, who: str) -> None:
    story = make_live(staff)

    with pytest.raises(Refused) as refusal:
        withdrawing.withdraw(story.pk, by=getattr(staff, who), source=Source.OFFICER)

    assert [one.code for one in refusal.value.blockers] == ["no_permission"]
    assert is_seen(story)
    assert not ConsentEvent.objects.exists()


def test_person_who_left_may_not(staff: Staff) -> None:
    story = make_live(staff)
    staff.publisher.is_active = False

    with pytest.raises(Refused):
        withdrawing.withdraw(story.pk, by=staff.publisher, source=Source.PUBLISHER)

    assert is_seen(story)


def test_scheduled_edition_ends_too(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff, at=timezone.now() + timedelta(days=1))

    take_back(story)

    edition = story.editions.get()
    assert edition.ended_at < edition.publish_at
    assert not Edition.objects.public(Channel.WEBSITE, timezone.now() + timedelta(days=2)).exists()


def test_translations_end_with_their_original(staff: Staff, reader: Client) -> None:
    story = make_live(staff)
    make_translation(story, staff)
    assert reader.get("/ko/stories/gyosil/").status_code == 200

    take_back(story)

    assert reader.get("/ko/stories/gyosil/").status_code == 410
    assert not Edition.objects.filter(ended_at=FOREVER).exists()


def test_taking_a_translation_back_takes_the_story_back(staff: Staff, reader: Client) -> None:
    story = make_live(staff)
    translation = make_translation(story, staff)

    case = take_back(translation)

    assert case.story_id == story.pk
    assert reader.get("/en/stories/classroom/").status_code == 410


def test_link_to_the_draft_opens_no_more(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    link = sharing.make(story.pk, by=staff.contributor, for_whom="A reader")
    sharing.allow(link.pk, by=staff.consent_officer)
    address = sharing.address_of(ShareLink.objects.get())
    assert reader.get(address).status_code == 200

    take_back(story)

    assert reader.get(address).status_code == 404
    assert ShareLink.objects.get().expires_at <= timezone.now()


def test_link_closed_by_the_staff_says_who(staff: Staff) -> None:
    story = make_story(staff)
    sharing.make(story.pk, by=staff.contributor, for_whom="A reader")

    withdrawing.withdraw(story.pk, by=staff.publisher, source=Source.PUBLISHER)

    link = ShareLink.objects.get()
    assert (link.revoked_by, link.revoked_why) == (staff.publisher, "withdrawn")


def test_every_channel_is_closed(staff: Staff) -> None:
    story = make_live(staff)

    take_back(story)

    now = timezone.now()
    assert not [row for row in Clearance.objects.filter(piece_id=story.pk) if row.window.holds(now)]


def test_approved_text_is_a_draft_again(staff: Staff) -> None:
    story = make_story(staff)
    approve(story, staff)

    take_back(story)

    story.refresh_from_db()
    assert (story.state, story.approval) == (State.DRAFT, None)


def test_one_of_two_narrators_is_enough(staff: Staff) -> None:
    story = make_live(staff)
    other = Narrator.objects.create()
    StoryNarrator.objects.create(story=story, narrator=other)

    take_back(story, narrator=other)

    assert not is_seen(story)
    assert list(ConsentEvent.objects.values_list("narrator_id", flat=True)) == [other.pk]


def test_staff_records_it_for_each_narrator(staff: Staff) -> None:
    story = make_live(staff)
    StoryNarrator.objects.create(story=story, narrator=Narrator.objects.create())

    withdrawing.withdraw(story.pk, by=staff.consent_officer, source=Source.OFFICER, how="telephone")

    said = ConsentEvent.objects.values_list("what", "scopes", "how", "by__username")
    assert list(said) == [("withdrawn", [], "telephone", "consent")] * 2


def test_story_without_narrators_is_taken_back_as_well(staff: Staff) -> None:
    story = make_live(staff)
    StoryNarrator.objects.all().delete()

    take_back(story)

    assert story.editions.get().end_reason == "withdrawn"


def test_taking_back_again_is_harmless(staff: Staff) -> None:
    story = make_live(staff)
    take_back(story)
    ended = story.editions.get().ended_at

    take_back(story)

    assert story.editions.get().ended_at == ended


def test_record_says_it_and_names_nobody(staff: Staff) -> None:
    story = make_live(staff)
    narrator = story.narrators.get()

    case = take_back(story, narrator=narrator)

    verbs = list(Event.objects.order_by("-number").values_list("verb", "actor", "reason")[:2])
    assert verbs == [("open_withdrawal", "", case.code), ("withdraw", "", "")]
    assert not any(narrator.code in str(row) for row in Event.objects.values())


def test_case_lists_the_surfaces_and_has_them_looked_at(staff: Staff) -> None:
    case = take_back(make_live(staff))

    names = set(case.surfaces.values_list("surface", flat=True))
    assert names >= {"story_page", "lists", "home", "topics", "collections", "frames", "backups", "queue", "print"}
    assert DBTaskResult.objects.filter(task_path=surfaces.check_surfaces.module_path).count() == 1


def test_withdrawal_costs_few_queries_however_long_the_history(
    staff: Staff, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    story = make_live(staff)
    for number in range(3):
        Piece.objects.filter(pk=story.pk).update(title=f"Title {number}")
        workflow.save(story.pk, by=staff.contributor)
        publish(story, staff)

    with django_assert_max_num_queries(110):
        take_back(story)


# --- Parts ----------------------------------------------------------------------------------------------------------
def test_partners_go_and_the_website_stays(staff: Staff, reader: Client) -> None:
    story = make_live(staff)

    take_back(story, scopes=[Scope.PARTNERS])

    assert not is_seen(story, Channel.PARTNERS)
    assert reader.get("/en/stories/classroom/").status_code == 200


def test_translation_goes_and_the_story_stays(staff: Staff, reader: Client) -> None:
    story = make_live(staff)
    make_translation(story, staff)

    take_back(story, scopes=[Scope.TRANSLATION_KO])

    assert reader.get("/ko/stories/gyosil/").status_code == 410
    assert reader.get("/en/stories/classroom/").status_code == 200


def test_real_name_hides_what_holds_it(staff: Staff, reader: Client) -> None:
    story = make_story(staff, slug="classroom", consented=False)
    make_consent(story, by=staff.consent_officer, scopes=ALL)
    Story.objects.filter(pk=story.pk).update(names_narrator=True)
    workflow.save(story.pk, by=staff.contributor)
    publish(story, staff)

    take_back(story, scopes=[Scope.REAL_NAME])

    assert reader.get("/en/stories/classroom/").status_code == 410


def test_portrait_is_closed_and_the_text_stays(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    make_consent(story, by=staff.consent_officer, scopes=ALL)
    publish(story, staff)

    take_back(story, scopes=[Scope.PORTRAIT])

    row = Clearance.objects.get(piece_id=story.pk, channel="portrait")
    assert not row.window.holds(timezone.now())
    assert is_seen(story)


def test_website_means_everything(staff: Staff) -> None:
    story = make_live(staff)

    case = take_back(story, scopes=[Scope.WEBSITE])

    assert case.scopes == []
    assert not is_seen(story, Channel.PARTNERS)


def test_part_that_nobody_knows_is_refused(staff: Staff) -> None:
    with pytest.raises(Refused):
        take_back(make_live(staff), scopes=["everything"])


def test_part_is_no_longer_wanted_of_a_scheduled_edition(staff: Staff) -> None:
    """The narrowing holds for what comes by itself as well."""
    story = make_live(staff)
    publish_again(story, staff, at=timezone.now() + timedelta(hours=1))

    take_back(story, scopes=[Scope.PARTNERS])

    later = timezone.now() + timedelta(hours=2)
    assert not Edition.objects.public(Channel.PARTNERS, later).exists()
    assert Edition.objects.public(Channel.WEBSITE, later).exists()


def publish_again(story: Story, staff: Staff, **options: Any) -> Edition:
    Piece.objects.filter(pk=story.pk).update(title=f"Title {timezone.now().timestamp()}")
    workflow.save(story.pk, by=staff.contributor)
    return publish(story, staff, **options)


# --- Nothing brings it back -----------------------------------------------------------------------------------------
def _reclear(story: Story, staff: Staff) -> None:
    workflow.reclear(story.pk, by=staff.consent_officer)


def _restore(story: Story, staff: Staff) -> None:
    workflow.restore(story.pk, by=staff.editor, revision_number=1)


def _hold_and_lift(story: Story, staff: Staff) -> None:
    workflow.hold(story.pk, by=staff.editor, reason="Wait.")
    workflow.lift_hold(story.pk, by=staff.publisher)
    workflow.lift_hold(story.pk, by=staff.consent_officer)


def _submit(story: Story, staff: Staff) -> None:
    Piece.objects.filter(pk=story.pk).update(title="Another")
    workflow.save(story.pk, by=staff.contributor)
    with pytest.raises(Refused):
        workflow.submit(story.pk, by=staff.contributor)


def _publish_urgently(story: Story, staff: Staff) -> None:
    with pytest.raises(Refused):
        workflow.publish_urgently(story.pk, by=staff.publisher, reason="It cannot wait.")


def _cancel_schedule(story: Story, staff: Staff) -> None:
    with pytest.raises(Refused):
        workflow.cancel_schedule(story.pk, by=staff.publisher)


def _old_fixture(story: Story, staff: Staff) -> None:
    """Rows of the consents from before are loaded once more; the database takes none that is there already."""
    with pytest.raises(IntegrityError), transaction.atomic():
        call_command("loaddata", dumped("stories.consent", "stories.grant"), verbosity=0)
    call_command("loaddata", dumped("stories.storynarrator", "stories.narrator"), verbosity=0)
    workflow.reclear(story.pk, by=None)


def dumped(*models: str) -> str:
    path = ledger.path().parent / "dump.json"
    path.parent.mkdir(exist_ok=True, parents=True)
    call_command("dumpdata", *models, output=str(path), verbosity=0)
    return str(path)


def _bulk_update(story: Story, staff: Staff) -> None:
    """A careless hand opens the windows; the end of the edition is final."""
    Clearance.objects.filter(piece_id=story.pk).update(allowed_until=FOREVER, from_edition=1, held=False)


def _new_narrator(story: Story, staff: Staff) -> None:
    """Whose story it is was changed to somebody who agrees."""
    StoryNarrator.objects.filter(story=story).delete()
    StoryNarrator.objects.create(story=story, narrator=Narrator.objects.create(risk_level=0))
    make_consent(story, by=staff.consent_officer)
    workflow.reclear(story.pk, by=staff.consent_officer)


def _new_consent(story: Story, staff: Staff) -> None:
    make_consent(story, by=staff.consent_officer)
    workflow.reclear(story.pk, by=staff.consent_officer)


WAYS = [
    _reclear, _restore, _hold_and_lift, _submit, _publish_urgently, _cancel_schedule, _old_fixture, _bulk_update,
    _new_narrator, _new_consent,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__.strip("_") for way in WAYS])
def test_nothing_brings_back_what_was_taken_back(staff: Staff, reader: Client, way: Callable[..., None]) -> None:
    story = make_live(staff)
    publish_again(story, staff, at=timezone.now() + timedelta(hours=1))
    take_back(story)

    way(story, staff)

    later = timezone.now() + timedelta(hours=2)
    for channel in Channel:
        assert not Edition.objects.public(channel, later).exists()
    assert reader.get("/en/stories/classroom/").status_code == 410


PART_WAYS = [_reclear, _restore, _hold_and_lift, _old_fixture, _new_consent]


@pytest.mark.parametrize("way", PART_WAYS, ids=[way.__name__.strip("_") for way in PART_WAYS])
def test_nothing_brings_back_a_part(staff: Staff, way: Callable[..., None]) -> None:
    story = make_live(staff)
    take_back(story, scopes=[Scope.PARTNERS])

    way(story, staff)

    assert not is_seen(story, Channel.PARTNERS)


def test_later_consent_and_two_people_publish_it_again(staff: Staff, reader: Client) -> None:
    story = make_live(staff)
    take_back(story)

    make_consent(story, by=staff.consent_officer)
    workflow.reclear(story.pk, by=staff.consent_officer)
    publish(story, staff)

    assert reader.get("/en/stories/classroom/").status_code == 200
    assert story.editions.get(number=1).ended_at < FOREVER


def test_end_of_an_edition_is_held_by_the_database(staff: Staff) -> None:
    story = make_live(staff)
    take_back(story)

    with pytest.raises(Exception, match="An end is final"), transaction.atomic():
        story.editions.update(ended_at=FOREVER, ended_by=None, end_reason="")


def test_withdrawal_is_never_untold(staff: Staff) -> None:
    take_back(make_live(staff))

    with pytest.raises(Exception, match="An event of a consent"), transaction.atomic():
        ConsentEvent.objects.all().delete()


def test_yes_to_the_text_from_before_counts_no_more(staff: Staff) -> None:
    story = make_story(staff, risk_level=2)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.record_narrators_yes(story.pk, by=staff.consent_officer, digest=story.digest)
    assert Story.objects.get(pk=story.pk).approvals_missing() == []

    take_back(story)

    assert [one.code for one in Story.objects.get(pk=story.pk).approvals_missing()] == ["no_narrators_yes"]


def test_translation_with_a_consent_of_its_own_stays_hidden_when_it_is_made_an_original(staff: Staff) -> None:
    story = make_live(staff)
    draft = make_story(staff, slug="other")
    Piece.objects.filter(pk=draft.pk).update(translation_of=story, language="ko")
    take_back(story)

    Piece.objects.filter(pk=draft.pk).update(translation_of=None)

    codes = [one.code for one in Story.objects.get(pk=draft.pk).consent_blockers(timezone.now())]
    assert "no_consent" in codes


# --- The ledger -----------------------------------------------------------------------------------------------------
def test_withdrawal_is_in_the_ledger_by_public_id(staff: Staff) -> None:
    story = make_live(staff)

    case = take_back(story, scopes=[Scope.PARTNERS])

    (line,) = ledger.lines()
    assert (line.act, line.piece, line.scopes) == ("withdraw", story.public_id, ("partners",))
    assert (case.ledger_number, LedgerLine.objects.get().seal) == (line.number, line.seal)


def test_entry_is_written_before_anything_is_hidden(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    story = make_live(staff)
    seen: list[bool] = []
    append = ledger.append

    def noting(*args: Any, **kwargs: Any) -> ledger.Line:
        seen.append(is_seen(story))
        return append(*args, **kwargs)

    monkeypatch.setattr(ledger, "append", noting)
    take_back(story)

    assert seen == [True]


def full(*_args: Any, **_kwargs: Any) -> None:
    raise OSError(28, "No space left on device")


def test_full_disk_keeps_nothing_up(
    staff: Staff, reader: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    story = make_live(staff)
    monkeypatch.setattr(os, "fsync", full)

    case = take_back(story)

    assert reader.get("/en/stories/classroom/").status_code == 410
    assert case.ledger_number is None
    assert "hidden, but not in the ledger" in caplog.text
    assert "1 withdrawal is in effect" in remembering.trouble()


def test_entry_is_written_once_there_is_room_again(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    story = make_live(staff)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        case = take_back(story)
        again = DBTaskResult.objects.get(task_path=remembering.enter_later.module_path)

    remembering.enter_later.call(*again.args_kwargs["args"])
    DBTaskResult.objects.filter(pk=again.pk).delete()

    (line,) = ledger.lines()
    assert (line.piece, line.at) == (story.public_id, case.effective_at)
    assert remembering.trouble() == ""
    assert surface_checks.backups(surfaces.Taken(case), timezone.now()).state == "checked"


def test_entry_that_still_cannot_be_written_is_tried_again(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)

    remembering.enter_later.call("withdraw", "abc", timezone.now().isoformat(), [])

    again = DBTaskResult.objects.get(task_path=remembering.enter_later.module_path)
    assert again.run_after is not None
    assert again.run_after > timezone.now()


def test_those_who_follow_it_up_are_told(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    staff.consent_officer.email = "consent@example.org"
    staff.consent_officer.save()

    withdrawing.withdraw(story.pk, by=None, source=WithdrawalCase.Source.CODE)

    assert Notice.objects.get(user=staff.consent_officer).what == Notice.What.TAKEN_BACK

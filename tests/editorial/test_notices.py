"""Notices: who is told, in one mail instead of a flood, without a word that providers should not read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import comments, mailing, notices, roles, tasks
from editorial.models import Notice, Piece, SiteState, User
from tests.makers import Staff, make_page, make_statistic, make_story, make_user

NOW = timezone.now()
What = Notice.What


@pytest.fixture
def writer(staff: Staff) -> User:
    """Somebody with an address, who wants to be told."""
    staff.contributor.email = "writer@example.org"
    staff.contributor.save()
    return staff.contributor


def tell(user: User, piece: Piece, *whats: What, at: datetime = NOW) -> None:
    for what in whats:
        notices.tell([user.pk], piece, what, None, at)


def send(user: User, at: datetime = NOW) -> datetime | None:
    return mailing.mail(user.pk, now=at)


def waiting_tasks() -> list[list[int]]:
    found = DBTaskResult.objects.filter(task_path=tasks.mail_notices.module_path, status=TaskResultStatus.READY)
    return sorted(row["args"] for row in found.values_list("args_kwargs", flat=True))


# --- Who is told ----------------------------------------------------------------------------------------------------
def test_notice_is_kept_and_a_mail_waits_ten_minutes(staff: Staff, writer: User) -> None:
    notices.tell([writer.pk, None, writer.pk], make_story(staff), What.SENT_BACK, staff.reviewer, NOW)

    (notice,) = Notice.objects.all()
    assert (notice.user, notice.what, notice.actor, notice.mailed_at) == (writer, "sent_back", "reviewer", None)
    assert DBTaskResult.objects.get().run_after == NOW + mailing.PAUSE


def test_nobody_is_told_of_their_own_act(staff: Staff, writer: User) -> None:
    notices.tell([writer.pk], make_story(staff), What.SENT_BACK, writer, NOW)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"wants_mail": False}, {"email": ""}, {"is_staff": False}])
def test_who_wants_or_has_no_mail_is_left_out(staff: Staff, writer: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=writer.pk).update(**change)

    tell(writer, make_story(staff), What.SENT_BACK)

    assert (Notice.objects.exists(), waiting_tasks()) == (False, [])


def test_who_does_not_see_the_piece_is_left_out(staff: Staff) -> None:
    stranger = make_user(roles.ADMINISTRATOR)
    User.objects.filter(pk=stranger.pk).update(email="stranger@example.org")

    tell(stranger, make_story(staff), What.ASSIGNED)

    assert not Notice.objects.exists()


def test_second_notice_waits_for_the_same_mail(staff: Staff, writer: User) -> None:
    tell(writer, make_story(staff), What.SENT_BACK, What.COMMENTED, What.COMMENTED)

    assert waiting_tasks() == [[writer.pk]]


def test_each_person_has_a_mail_of_their_own(staff: Staff, writer: User) -> None:
    User.objects.filter(pk=staff.editor.pk).update(email="editor@example.org")

    notices.tell([writer.pk, staff.editor.pk], make_story(staff), What.PUBLISHED, staff.publisher, NOW)

    assert waiting_tasks() == sorted([[writer.pk], [staff.editor.pk]])


def test_notice_of_an_act_that_failed_is_not_kept(staff: Staff, writer: User) -> None:
    story = make_story(staff)

    @transaction.atomic
    def act() -> None:
        tell(writer, story, What.SENT_BACK)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert (Notice.objects.exists(), waiting_tasks()) == (False, [])


@pytest.mark.parametrize("count", [1, 12])
def test_telling_many_costs_one_query_more_each(staff: Staff, count: int, django_assert_max_num_queries: Any) -> None:
    people = [make_user(roles.EDITOR) for _ in range(count)]
    User.objects.filter(pk__in=[one.pk for one in people]).update(email="somebody@example.org")
    story = make_story(staff)

    with django_assert_max_num_queries(3 + count):
        notices.tell([one.pk for one in people], story, What.PUBLISHED, staff.publisher, NOW)


def test_notice_does_not_renew_the_generation(staff: Staff, writer: User) -> None:
    story = make_story(staff)
    before = SiteState.objects.get(pk=1).generation

    tell(writer, story, What.SENT_BACK)
    send(writer)

    assert SiteState.objects.get(pk=1).generation == before


# --- The mail -------------------------------------------------------------------------------------------------------
def test_one_mail_holds_all_that_waits(staff: Staff, writer: User) -> None:
    story, statistic = make_story(staff), make_statistic(staff)
    tell(writer, story, What.COMMENTED, What.COMMENTED, What.SENT_BACK)
    tell(writer, statistic, What.APPROVED)

    send(writer)

    (message,) = mail.outbox
    assert message.to == ["writer@example.org"]
    assert message.from_email == project.DEFAULT_FROM_EMAIL
    assert message.subject == "Firsthand: 4 things for you at the desk"
    assert "There are 2 new comments." in message.body
    assert f"{project.SITE_URL}/admin/stories/story/{story.pk}/change/" in message.body
    assert f"{project.SITE_URL}/admin/research/statistic/{statistic.pk}/change/" in message.body
    assert not Notice.objects.filter(mailed_at__isnull=True).exists()


def test_one_thing_is_told_in_the_singular(staff: Staff, writer: User) -> None:
    tell(writer, make_story(staff), What.COMMENTED)

    send(writer)

    assert mail.outbox[0].subject == "Firsthand: 1 thing for you at the desk"
    assert "There is 1 new comment." in mail.outbox[0].body
    assert "/change/#comments" in mail.outbox[0].body


def test_who_is_asked_for_a_leave_is_led_to_the_links(staff: Staff, writer: User) -> None:
    story = make_story(staff)
    tell(writer, story, What.LEAVE_ASKED)

    send(writer)

    assert f"/admin/stories/story/{story.pk}/share/" in mail.outbox[0].body


@pytest.mark.parametrize("what", What.values)
def test_everything_has_words_and_the_mail_no_title_text_or_name(staff: Staff, writer: User, what: str) -> None:
    writer.first_name = "Writer’s name"
    writer.save()
    story = make_story(staff, title="A title with a name\r\nBcc: everybody@example.org")
    comments.add(story.pk, by=staff.editor, body="A text of a comment", quote="The bell rang")
    Notice.objects.all().delete()
    notices.tell([writer.pk], story, What(what), staff.editor, NOW)

    send(writer)

    (message,) = mail.outbox
    whole = message.message().as_string()
    for word in ("A title", "Bcc", "A text", "The bell", "A chosen name", "editor@", "Writer", "contributor", "Demo"):
        assert word not in whole
    assert "- " in message.body


def test_mail_is_in_the_language_of_the_person(staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import translation

    spoken: list[str | None] = []

    def subject(_count: int) -> str:
        spoken.append(translation.get_language())
        return "x"

    monkeypatch.setattr(mailing, "subject", subject)
    for language in ("ko", ""):
        User.objects.filter(pk=writer.pk).update(language=language)
        tell(writer, make_story(staff), What.COMMENTED)
        send(writer, NOW + timedelta(hours=len(spoken)))

    assert spoken == ["ko", project.LANGUAGE_CODE]


def test_second_mail_within_ten_minutes_is_put_off(staff: Staff, writer: User) -> None:
    story = make_story(staff)
    tell(writer, story, What.COMMENTED)
    send(writer)
    tell(writer, story, What.COMMENTED)

    again = send(writer, NOW + timedelta(minutes=9))

    assert (len(mail.outbox), again) == (1, NOW + mailing.PAUSE)


def test_nothing_waiting_is_no_mail(writer: User) -> None:
    assert (send(writer), mail.outbox) == (None, [])


@pytest.mark.parametrize("change", [{"is_active": False}, {"wants_mail": False}, {"email": ""}])
def test_who_wants_no_mail_any_more_gets_none(staff: Staff, writer: User, change: dict[str, Any]) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    User.objects.filter(pk=writer.pk).update(**change)

    send(writer)

    assert (mail.outbox, Notice.objects.exists()) == ([], False)


def test_piece_that_one_does_not_see_any_more_is_left_out(staff: Staff, writer: User) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    writer.groups.clear()

    send(writer)

    assert (mail.outbox, Notice.objects.filter(mailed_at__isnull=True).exists()) == ([], False)


def test_erased_piece_is_left_out(staff: Staff, writer: User) -> None:
    story = make_story(staff)
    tell(writer, story, What.COMMENTED)
    Piece.objects.filter(pk=story.pk).update(erased_at=NOW)

    send(writer)

    assert mail.outbox == []


def test_long_list_is_cut(staff: Staff, writer: User) -> None:
    for number in range(mailing.MOST_PIECES + 2):
        tell(writer, make_page(staff, slug=f"page-{number}"), What.COMMENTED)

    send(writer)

    assert "There is something on 2 more pieces" in mail.outbox[0].body
    assert mail.outbox[0].body.count("/change/") == mailing.MOST_PIECES


def test_old_notices_are_not_kept(staff: Staff, writer: User) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    send(writer)

    send(writer, NOW + mailing.KEPT + timedelta(days=1))

    assert not Notice.objects.exists()


# --- A mail server that does not answer -----------------------------------------------------------------------------
class Broken:
    """A mail server that refuses."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *_arguments: Any, **_more: Any) -> int:
        raise self.error


@pytest.mark.parametrize("error", [OSError("no route"), ConnectionRefusedError(), TimeoutError(), ValueError("header")])
def test_failure_leaves_everything_for_the_next_try(
    staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Broken(error))

    again = send(writer)

    assert again == NOW + mailing.AFTER_A_FAILURE
    assert Notice.objects.filter(mailed_at__isnull=True).count() == 1


def test_address_that_would_add_a_header_sends_nothing(staff: Staff, writer: User) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    User.objects.filter(pk=writer.pk).update(email="writer@example.org\nBcc: everybody@example.org")

    send(writer)

    assert mail.outbox == []
    assert Notice.objects.filter(mailed_at__isnull=True).exists()


def test_failure_is_logged_without_the_address(
    staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Broken(OSError("writer@example.org unknown")))

    send(writer)

    assert f"staff {writer.pk}" in caplog.text
    assert "example.org" not in caplog.text


def test_after_days_of_failure_it_waits_for_the_next_notice(
    staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Broken(OSError()))

    assert send(writer, NOW + mailing.PATIENCE) is None
    assert Notice.objects.filter(mailed_at__isnull=True).count() == 1


def test_task_asks_for_another_try(staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(writer, make_story(staff), What.COMMENTED)
    DBTaskResult.objects.all().delete()
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Broken(OSError()))

    tasks.mail_notices.call(writer.pk)

    assert waiting_tasks() == [[writer.pk]]


def test_task_of_somebody_who_is_gone_does_nothing(db: None) -> None:
    tasks.mail_notices.call(9_999_999)

    assert mail.outbox == []


def test_comment_stands_although_no_mail_goes_out(staff: Staff, writer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Broken(OSError()))

    comment = comments.add(make_story(staff).pk, by=staff.editor, body="A thought.")

    tasks.mail_notices.call(writer.pk)
    comment.refresh_from_db()
    assert comment.body == "A thought."

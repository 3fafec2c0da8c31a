"""The front page of the desk: what waits for whom, and what it costs to say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import comments, roles, sharing, workflow
from editorial.models import Piece, PieceWriter, State, User
from editorial.my_work import HEADINGS, MOST, SHOWN, my_work
from editorial.my_work import Group as Found
from reading.models import Page
from stories.models import Story
from tests.makers import Staff, approve, make_page, make_story, make_user, publish

NOON = datetime.fromisoformat("2030-05-14T12:00:00+00:00")


def with_roles(*names: str) -> User:
    user = make_user()
    user.groups.add(*Group.objects.filter(name__in=names))
    return User.objects.get(pk=user.pk)


def groups(by: User, **asked: Any) -> dict[str, list[str]]:
    """What stands on the page of this person: the titles under each heading."""
    person = User.objects.get(pk=by.pk)
    return {group.heading.name: [item.title for item in group.items] for group in my_work(person, **asked).groups}


def group(by: User, name: str) -> Found:
    (found,) = [one for one in my_work(User.objects.get(pk=by.pk)).groups if one.heading.name == name]
    return found


def words(by: User, name: str) -> str:
    return group(by, name).items[0].words


def rewritten(piece: Piece, by: User, **columns: Any) -> None:
    type(piece)._default_manager.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=by)
    piece.refresh_from_db()


def submitted(staff: Staff, title: str = "To be read") -> Story:
    story = make_story(staff, title=title)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    return story


# --- What I write ---------------------------------------------------------------------------------------------------
def test_draft_stands_with_whoever_began_it(staff: Staff) -> None:
    make_story(staff, title="Begun")

    assert groups(staff.contributor) == {"drafts": ["Begun"]}
    assert groups(make_user(roles.CONTRIBUTOR)) == {}


def test_draft_stands_with_everybody_who_writes_in_it(staff: Staff) -> None:
    story = make_story(staff)
    rewritten(story, staff.editor, title="Ours")

    assert groups(staff.editor)["drafts"] == ["Ours"]


def test_draft_that_says_what_is_published_is_no_work(staff: Staff) -> None:
    publish(make_story(staff), staff)

    assert groups(staff.contributor) == {}


def test_published_text_that_was_changed_is_a_draft_again(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="Changed since")

    assert groups(staff.contributor) == {"drafts": ["Changed since"]}


def test_ended_text_is_no_draft_though_it_was_being_changed(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="Changed since")
    workflow.end(story.pk, by=staff.publisher)

    assert groups(staff.contributor) == {}


def test_ended_text_that_was_changed_since_is_a_draft_again(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    workflow.end(story.pk, by=staff.publisher)
    rewritten(story, staff.contributor, title="Written anew")

    assert groups(staff.contributor) == {"drafts": ["Written anew"]}


def test_text_that_was_sent_back_stands_with_its_writers(staff: Staff) -> None:
    story = submitted(staff, "Sent back")
    workflow.request_changes(story.pk, by=staff.reviewer, note="Name the year.")

    assert groups(staff.contributor) == {"sent_back": ["Sent back"]}
    assert groups(staff.reviewer) == {}


def test_text_in_review_stands_with_its_writer_as_with_somebody_else(staff: Staff) -> None:
    submitted(staff, "Away")

    assert (groups(staff.contributor), words(staff.contributor, "with_others")) == (
        {"with_others": ["Away"]},
        "In review",
    )


def test_whoever_submitted_for_another_sees_where_it_is(staff: Staff) -> None:
    story = make_story(staff, title="Submitted for her")
    workflow.submit(story.pk, by=staff.editor)

    assert groups(staff.editor) == {"with_others": ["Submitted for her"]}


# --- What others wait for -------------------------------------------------------------------------------------------
def test_text_in_review_waits_for_every_reviewer(staff: Staff) -> None:
    submitted(staff)

    assert groups(staff.reviewer) == {"to_review": ["To be read"]}
    assert groups(make_user(roles.REVIEWER)) == {"to_review": ["To be read"]}
    assert groups(staff.publisher) == {}


def test_text_does_not_wait_for_a_reviewer_who_wrote_it(staff: Staff) -> None:
    both = with_roles(roles.EDITOR, roles.REVIEWER)
    story = make_story(staff)
    rewritten(story, both, title="Mine")
    workflow.submit(story.pk, by=staff.contributor)

    assert "to_review" not in groups(both)


def test_text_does_not_wait_for_whoever_submitted_it(staff: Staff) -> None:
    both = with_roles(roles.EDITOR, roles.REVIEWER)
    story = make_story(staff)
    workflow.submit(story.pk, by=both)

    assert "to_review" not in groups(both)


def test_sensitive_text_waits_for_the_second_reviewer_alone(staff: Staff) -> None:
    story, second = submitted(staff), make_user(roles.REVIEWER)
    workflow.mark_sensitive(story.pk, by=staff.contributor, is_sensitive=True)
    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)

    assert (groups(staff.reviewer), groups(second)) == ({}, {"to_review": ["To be read"]})
    assert "needs two reviewers" in words(second, "to_review")


def test_text_that_one_was_asked_for_comes_first_with_day_and_word(staff: Staff) -> None:
    asked = submitted(staff, "Asked for")
    submitted(staff, "Newer")
    due = timezone.localdate() + timedelta(days=3)
    workflow.assign(asked.pk, by=staff.contributor, reviewer=staff.reviewer, due=due, note="Mind the dates.")

    assert groups(staff.reviewer)["to_review"] == ["Asked for", "Newer"]
    assert all(part in words(staff.reviewer, "to_review") for part in ("you were asked", "due ", "“Mind the dates.”"))


def test_word_to_one_reviewer_is_not_shown_to_another(staff: Staff) -> None:
    workflow.assign(submitted(staff).pk, by=staff.contributor, reviewer=staff.reviewer, note="Between us.")

    assert "Between us." not in words(make_user(roles.REVIEWER), "to_review")


def test_review_that_is_overdue_is_called_late(staff: Staff) -> None:
    story = submitted(staff)
    workflow.assign(story.pk, by=staff.contributor, reviewer=staff.reviewer, due=timezone.localdate())

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert group(staff.reviewer, "to_review").items[0].is_late


def test_approved_text_waits_for_publishers(staff: Staff) -> None:
    approve(make_story(staff, title="Approved"), staff)

    assert groups(staff.publisher) == {"to_publish": ["Approved"]}
    assert groups(staff.reviewer) == {}


def test_approved_text_does_not_wait_for_a_publisher_who_wrote_it(staff: Staff) -> None:
    both = with_roles(roles.EDITOR, roles.PUBLISHER)
    story = make_story(staff)
    rewritten(story, both, title="Mine")
    approve(story, staff)

    assert groups(both) == {"with_others": ["Mine"]}


def test_asking_whether_a_draft_may_be_shared_waits_for_consent_officers(staff: Staff) -> None:
    story = make_story(staff, title="May it be shown?")
    link = sharing.make(story.pk, by=staff.contributor, for_whom="A reader")
    assert groups(staff.consent_officer) == {"leave": ["May it be shown?"]}

    sharing.allow(link.pk, by=staff.consent_officer)

    assert groups(staff.consent_officer) == {}


def test_link_that_ran_out_before_anybody_decided_waits_for_nobody(staff: Staff) -> None:
    sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="A reader", days=1)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert groups(staff.consent_officer) == {}


# --- What was said --------------------------------------------------------------------------------------------------
def test_comment_on_my_piece_waits_for_me(staff: Staff) -> None:
    story = make_story(staff, title="Talked about")
    comments.add(story.pk, by=staff.reviewer, body="Which bell?")
    comments.add(story.pk, by=staff.editor, body="Which school?")

    assert groups(staff.contributor) == {"talk": ["Talked about"], "drafts": ["Talked about"]}
    assert words(staff.contributor, "talk") == "2 comments wait for an answer"
    assert group(staff.contributor, "talk").items[0].part == "comments"


def test_comment_that_i_answered_or_that_is_resolved_waits_no_more(staff: Staff) -> None:
    story = make_story(staff)
    answered = comments.add(story.pk, by=staff.reviewer, body="Which bell?")
    resolved = comments.add(story.pk, by=staff.reviewer, body="Which school?")
    comments.add(story.pk, by=staff.contributor, body="The first.", reply_to=answered.pk)
    comments.resolve(story.pk, resolved.pk, by=staff.contributor)

    assert "talk" not in groups(staff.contributor)


def test_answer_waits_for_whoever_asked(staff: Staff) -> None:
    story = make_story(staff, title="Talked about")
    asked_for = comments.add(story.pk, by=staff.reviewer, body="Which bell?")
    assert groups(staff.reviewer) == {}

    comments.add(story.pk, by=staff.contributor, body="The first.", reply_to=asked_for.pk)

    assert groups(staff.reviewer) == {"talk": ["Talked about"]}


@pytest.mark.parametrize(
    "body", ["@editor, is it so?", "Is it so, @editor?", "Ask @editor.", "(@editor)", "@editor님께"]
)
def test_mention_waits_for_whoever_is_named(staff: Staff, body: str) -> None:
    comments.add(make_story(staff, title="Talked about").pk, by=staff.contributor, body=body)

    assert groups(staff.editor) == {"talk": ["Talked about"]}


@pytest.mark.parametrize("body", ["@editors", "an@editor.example", "editor", "@editor.in.chief"])
def test_part_of_another_name_is_no_mention(staff: Staff, body: str) -> None:
    comments.add(make_story(staff).pk, by=staff.contributor, body=body)

    assert groups(staff.editor) == {}


def test_nobody_is_told_of_comments_on_what_they_may_not_see(staff: Staff) -> None:
    comments.add(make_story(staff).pk, by=staff.contributor, body="@stranger Look.")

    assert groups(make_user(username="stranger")) == {}


def test_comment_does_not_hide_the_reminder_of_the_same_piece(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    workflow.look_again(page.pk, by=staff.publisher, on=timezone.localdate())
    comments.add(page.pk, by=staff.reviewer, body="Is it still so?")

    assert groups(staff.contributor) == {"talk": ["About"], "look_again": ["About"]}


# --- Editions -------------------------------------------------------------------------------------------------------
def urgent(staff: Staff) -> Story:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="Urgent")
    workflow.publish_urgently(story.pk, by=staff.publisher, reason="A name is wrong.")
    return story


def test_urgent_edition_waits_for_reviewers_and_stands_on_top(staff: Staff) -> None:
    submitted(staff)
    urgent(staff)

    assert list(groups(staff.reviewer)) == ["urgent", "to_review"]
    assert "A name is wrong." in words(staff.reviewer, "urgent")
    assert "urgent" not in groups(staff.publisher)


def test_urgent_edition_does_not_wait_for_whoever_published_it(staff: Staff) -> None:
    both = with_roles(roles.REVIEWER, roles.PUBLISHER)
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff.contributor, title="Urgent")
    workflow.publish_urgently(story.pk, by=both, reason="A name is wrong.")

    assert "urgent" not in groups(both)


def test_confirmed_edition_waits_no_more(staff: Staff) -> None:
    edition = urgent(staff).editions.get(number=2)

    workflow.confirm(edition.piece_id, by=staff.reviewer, edition_number=2, digest=edition.digest)

    assert groups(staff.reviewer) == {}


def test_urgent_edition_that_was_ended_waits_no_more(staff: Staff) -> None:
    workflow.end(urgent(staff).pk, by=staff.publisher)

    assert groups(staff.reviewer) == {}


def test_scheduled_edition_is_on_the_page_and_in_the_calendar(staff: Staff) -> None:
    with time_machine.travel(NOON, tick=False):
        publish(make_page(staff), staff, at=NOON + timedelta(days=9))
        work = my_work(staff.publisher)

    days = {day.day.isoformat(): [item.title for item in day.items] for week in work.weeks for day in week if day.items}
    assert groups(staff.publisher, now=NOON)["scheduled"] == ["About"]
    assert days == {"2030-05-23": ["About"]}


def test_calendar_begins_on_monday_and_shows_four_weeks(staff: Staff) -> None:
    with time_machine.travel(NOON, tick=False):
        work = my_work(staff.publisher)

    days = [day for week in work.weeks for day in week]
    assert (days[0].day.isoformat(), days[-1].day.isoformat()) == ("2030-05-13", "2030-06-09")
    assert [day.is_today for day in days].index(True) == 1


def test_edition_that_ends_soon_is_on_the_page(staff: Staff) -> None:
    page = make_page(staff)
    approve(page, staff)
    workflow.publish(page.pk, by=staff.publisher, expires_at=timezone.now() + timedelta(days=20))

    assert groups(staff.contributor)["ending"] == ["About"]


def test_edition_that_ends_in_months_is_not(staff: Staff) -> None:
    page = make_page(staff)
    approve(page, staff)
    workflow.publish(page.pk, by=staff.publisher, expires_at=timezone.now() + timedelta(days=60))

    assert groups(staff.contributor) == {}


def test_replaced_schedule_waits_for_those_who_write(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    rewritten(page, staff.contributor, title="Scheduled")
    publish(page, staff, at=timezone.now() + timedelta(hours=1))
    workflow.start_fix(page.pk, by=staff.contributor)
    rewritten(page, staff.contributor, title="Mended")
    publish(page, staff)
    assert groups(staff.editor) == {"filed": ["Scheduled"]}
    assert groups(staff.reviewer) == {}

    workflow.drop_filed(page.pk, by=staff.editor, edition_number=2)

    assert groups(staff.editor) == {}


# --- Around it ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "is_there"), [(7, True), (8, False)])
def test_reminder_comes_up_a_week_before(staff: Staff, days: int, is_there: bool) -> None:
    page = make_page(staff)
    publish(page, staff)
    workflow.look_again(page.pk, by=staff.publisher, on=timezone.localdate() + timedelta(days=days))

    assert ("look_again" in groups(staff.contributor)) == is_there


def test_reminder_that_was_passed_over_is_late(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    workflow.look_again(page.pk, by=staff.publisher, on=timezone.localdate() - timedelta(days=1))

    assert group(staff.publisher, "look_again").items[0].is_late
    assert groups(staff.reviewer) == {}


def test_translation_that_was_begun_is_on_the_page(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    publish(original, staff)
    rewritten(translation, staff.contributor, translation_of=original, language="ko", title="소개")

    assert groups(staff.editor)["untranslated"] == ["소개"]
    assert words(staff.editor, "untranslated") == "of “About”"


def test_translation_behind_its_original_is_on_the_page(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    publish(original, staff)
    rewritten(translation, staff.contributor, translation_of=original, language="ko", title="소개")
    publish(translation, staff)
    assert groups(staff.editor) == {}
    rewritten(original, staff.contributor, body="<p>More.</p>")
    publish(original, staff)

    assert groups(staff.editor) == {"outdated": ["소개"]}


# --- For whom -------------------------------------------------------------------------------------------------------
def test_without_a_role_nothing_is_shown(staff: Staff) -> None:
    submitted(staff)
    urgent(staff)

    assert groups(make_user()) == {}


def test_no_title_of_a_kind_that_one_may_not_see(staff: Staff) -> None:
    submitted(staff)
    group_of_pages = Group.objects.create(name="Pages alone")
    from django.contrib.auth.models import Permission

    group_of_pages.permissions.set(Permission.objects.filter(codename__in=["view_page", "review_piece"]))
    person = make_user()
    person.groups.add(group_of_pages)

    assert groups(person) == {}


def test_erased_piece_is_nowhere(staff: Staff) -> None:
    Piece.objects.filter(pk=submitted(staff).pk).update(erased_at=timezone.now())

    assert groups(staff.reviewer) == groups(staff.contributor) == {}


def test_page_says_that_nothing_waits(staff: Staff) -> None:
    assert "Nothing waits for you" in opened(staff.reviewer).content.decode()


def test_untrusted_titles_stay_text(staff: Staff) -> None:
    submitted(staff, "<b>Bold</b>")

    assert "<b>Bold" not in opened(staff.reviewer).content.decode()


# --- How much -------------------------------------------------------------------------------------------------------
def client_of(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def opened(user: User, path: str = "") -> Any:
    return client_of(user).get(path or reverse("admin:index"))


def many(staff: Staff, number: int) -> None:
    """So many pages in review, as rows; the verbs would take long."""
    now = timezone.now()
    pages = [
        Page.objects.create(
            title=f"Page {count}",
            slug=f"many-{count}",
            created_by=staff.contributor,
            state=State.IN_REVIEW,
            submitted_by=staff.contributor,
            submitted_at=now,
        )
        for count in range(number)
    ]
    PieceWriter.objects.bulk_create(PieceWriter(piece_id=page.pk, user=staff.contributor) for page in pages)


def test_long_group_is_cut_and_says_how_much_there_is(staff: Staff) -> None:
    many(staff, SHOWN + 3)

    found = group(staff.reviewer, "to_review")

    assert (len(found.items), found.total, found.more) == (SHOWN, SHOWN + 3, 3)


def test_page_of_one_group_shows_all_of_it(staff: Staff) -> None:
    many(staff, SHOWN + 3)
    urgent(staff)

    work = opened(staff.reviewer, reverse("admin:work", args=["to_review"])).context["work"]

    assert [(one.heading.name, len(one.items)) for one in work.groups] == [("to_review", SHOWN + 3)]
    assert SHOWN + 3 < MOST


def test_group_that_there_is_not_has_no_page(staff: Staff) -> None:
    assert opened(staff.reviewer, "/admin/work/nothing/").status_code == 404


@pytest.mark.parametrize("heading", [heading.name for heading in HEADINGS])
def test_every_group_has_a_page(staff: Staff, heading: str) -> None:
    assert opened(staff.editor, reverse("admin:work", args=[heading])).status_code == 200


@pytest.fixture
def everyone(staff: Staff) -> User:
    """Somebody with every role, for whom something of each group waits."""
    person = with_roles(*roles.EVERY)
    submitted(staff)
    approve(make_story(staff), staff)
    urgent(staff)
    publish(make_page(staff), staff, at=timezone.now() + timedelta(days=2))
    comments.add(make_story(staff).pk, by=staff.contributor, body=f"@{person.username} Look.")
    return person


def asked(act: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"] for query in queries]


def test_my_work_takes_three_queries_and_one_for_the_roles(staff: Staff) -> None:
    person = User.objects.get(pk=staff.publisher.pk)

    assert len(asked(lambda: my_work(person))) <= 4


def test_my_work_takes_two_queries_more_for_the_consent_role(everyone: User) -> None:
    person = User.objects.get(pk=everyone.pk)

    assert len(asked(lambda: my_work(person))) <= 6


@pytest.mark.parametrize("number", [0, 200])
def test_front_page_takes_eight_queries_whatever_the_volume(staff: Staff, everyone: User, number: int) -> None:
    many(staff, number)
    client = client_of(everyone)
    client.get(reverse("admin:index"))

    queries = asked(lambda: client.get(reverse("admin:index")))

    assert len(queries) <= 8, "\n".join(queries)


def test_front_page_writes_nothing(staff: Staff, everyone: User) -> None:
    client = client_of(everyone)
    client.get(reverse("admin:index"))

    queries = asked(lambda: client.get(reverse("admin:index")))

    assert all(query.lstrip("(").startswith("SELECT") for query in queries), queries


# --- What takes a second person ---------------------------------------------------------------------------------------
def test_erasing_that_a_colleague_asked_for_waits_for_whoever_may_agree(staff: Staff) -> None:
    story = make_story(staff, title="To be erased")
    workflow.erase(story.pk, by=staff.consent_officer)

    assert groups(staff.publisher)["erase_asked"] == ["To be erased"]
    assert "second person" in words(staff.publisher, "erase_asked")
    assert not {"erase_asked"} & (set(groups(staff.consent_officer)) | set(groups(staff.editor)))


def test_erasing_that_was_done_or_called_off_waits_no_more(staff: Staff) -> None:
    kept, erased = make_story(staff), make_story(staff)
    for story in (kept, erased):
        workflow.erase(story.pk, by=staff.consent_officer)
    workflow.keep(kept.pk, by=staff.publisher)
    workflow.erase(erased.pk, by=staff.publisher)

    assert "erase_asked" not in groups(staff.publisher)


def test_lifting_of_a_hold_waits_for_whoever_may_agree(staff: Staff) -> None:
    story = make_story(staff, title="Held")
    workflow.hold(story.pk, by=staff.editor, reason="A doubt.")
    assert "lift_asked" not in groups(staff.publisher)

    workflow.lift_hold(story.pk, by=staff.consent_officer)

    assert groups(staff.publisher)["lift_asked"] == ["Held"]
    assert not {"lift_asked"} & (set(groups(staff.consent_officer)) | set(groups(staff.editor)))


def test_page_that_has_only_a_second_persons_work_is_not_empty(staff: Staff) -> None:
    workflow.erase(make_story(staff).pk, by=staff.consent_officer)
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.publisher)

    assert "Nothing waits for you" not in client.get(reverse("admin:index")).content.decode()

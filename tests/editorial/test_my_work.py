"""The front page of the desk: what waits for whom, in few queries whatever the volume."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import roles, sharing, workflow
from editorial.models import User
from editorial.my_work import my_work
from tests.makers import Staff, make_page, make_story, make_user, publish

pytestmark = pytest.mark.django_db
#: Session, person, permissions, and the three of my work.
MOST = 6


def groups(user: User) -> dict[str, int]:
    fresh = User.objects.get(pk=user.pk)
    return {group.heading.name: group.total for group in my_work(fresh).groups}


def test_draft_stands_with_its_writer_alone(staff: Staff) -> None:
    make_story(staff)

    assert groups(staff.contributor) == {"drafts": 1}
    assert groups(staff.reviewer) == {}


def test_submitted_text_waits_for_reviewers_and_is_with_others_for_its_writer(staff: Staff) -> None:
    workflow.submit(make_story(staff).pk, by=staff.contributor)

    assert groups(staff.reviewer) == {"to_review": 1}
    assert groups(staff.contributor) == {"with_others": 1}


def test_reviewer_who_wrote_in_it_is_not_asked(staff: Staff) -> None:
    story = make_story(staff)
    both = make_user(roles.REVIEWER)
    story.writers.create(user=both)
    workflow.submit(story.pk, by=staff.contributor)

    assert "to_review" not in groups(both)


def test_first_of_two_reviewers_is_not_asked_again(staff: Staff) -> None:
    story = make_story(staff)
    workflow.mark_sensitive(story.pk, by=staff.editor, is_sensitive=True)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)

    assert groups(staff.reviewer) == {}
    assert groups(make_user(roles.REVIEWER)) == {"to_review": 1}


def test_sent_back_text_stands_with_its_writer(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    workflow.request_changes(story.pk, by=staff.reviewer, note="Shorter, please.")

    assert groups(staff.contributor) == {"sent_back": 1}


def test_approved_text_waits_for_publishers(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)
    story.refresh_from_db()
    workflow.approve(story.pk, by=staff.reviewer, digest=story.digest)

    assert groups(staff.publisher) == {"to_publish": 1}


def test_scheduled_edition_stands_in_the_calendar(staff: Staff) -> None:
    publish(make_story(staff), staff, at=timezone.now() + timedelta(days=3))
    work = my_work(staff.publisher)

    assert sum(len(day.items) for week in work.weeks for day in week) == 1


def test_urgent_edition_waits_for_another_reviewer(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    story.title = "Mended"
    story.save()
    workflow.save(story.pk, by=staff.editor)
    workflow.publish_urgently(story.pk, by=staff.publisher, reason="A name was wrong.")

    assert groups(staff.reviewer)["urgent"] == 1


def test_replaced_schedule_waits_to_be_taken_over(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    story.title = "Later"
    story.save()
    workflow.save(story.pk, by=staff.contributor)
    publish(story, staff, at=timezone.now() + timedelta(days=1))
    workflow.start_fix(story.pk, by=staff.contributor)
    type(story).objects.filter(pk=story.pk).update(standfirst="Mended.")
    workflow.save(story.pk, by=staff.contributor)
    publish(story, staff)

    assert groups(staff.contributor)["filed"] == 1


def test_reminder_comes_up_a_week_before_its_day(staff: Staff) -> None:
    page = make_page(staff)
    workflow.look_again(page.pk, by=staff.editor, on=timezone.localdate() + timedelta(days=6))

    assert groups(staff.editor)["look_again"] == 1


def test_draft_that_wants_to_be_shared_waits_for_the_consent_officer(staff: Staff) -> None:
    sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="A reader")

    assert groups(staff.consent_officer) == {"leave": 1}


def test_translation_behind_its_original_is_told(staff: Staff) -> None:
    original, translation = make_page(staff), make_page(staff, slug="about-ko")
    publish(original, staff)
    type(translation).objects.filter(pk=translation.pk).update(translation_of=original, language="ko")
    workflow.save(translation.pk, by=staff.contributor)
    publish(translation, staff)
    type(original).objects.filter(pk=original.pk).update(body="<p>Newer.</p>")
    workflow.save(original.pk, by=staff.contributor)
    publish(original, staff)

    assert groups(staff.editor)["outdated"] == 1


def test_person_sees_only_kinds_that_their_role_includes(staff: Staff) -> None:
    publish(make_story(staff), staff, at=timezone.now() + timedelta(days=3))

    assert groups(make_user(roles.ADMINISTRATOR)) == {}


def test_front_page_keeps_to_six_queries_whatever_the_volume(staff: Staff) -> None:
    for _number in range(15):
        workflow.submit(make_story(staff).pk, by=staff.contributor)
        publish(make_page(staff, slug=f"page-{_number}"), staff, at=timezone.now() + timedelta(days=2))
    for person in (staff.contributor, staff.editor, staff.reviewer, staff.publisher, staff.consent_officer):
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("admin:index"))
        assert page.status_code == 200
        assert len(queries) <= MOST, [query["sql"] for query in queries]


def test_long_group_is_cut_and_counted(staff: Staff) -> None:
    for _number in range(9):
        workflow.submit(make_story(staff).pk, by=staff.contributor)
    (group,) = my_work(staff.reviewer).groups

    assert (len(group.items), group.total, group.more) == (6, 9, 3)
    assert len(my_work(staff.reviewer, only="to_review").groups[0].items) == 9

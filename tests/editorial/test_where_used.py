"""Where a piece is used: every place is found, with how far it has come, and nobody is told what they may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import roles, where_used, workflow
from editorial.models import Channel, Piece
from editorial.where_used import Use, WhereUsed
from reading import where_shown
from reading.models import Chosen, Collection
from stories.models import Scope, Story
from tests.makers import (
    Staff,
    make_collection,
    make_consent,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)


def found(piece: Piece, staff: Staff) -> WhereUsed:
    return where_used.where_used(piece, by=staff.editor)


def said(use: Use) -> tuple[str, str, str]:
    return use.title, str(use.role), str(use.where)


def logged_in(staff: Staff) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.editor)
    return client


def test_draft_that_refers_to_it_is_a_use_in_a_draft(staff: Staff) -> None:
    statistic = make_statistic(staff)
    make_summary(staff, statistics=[statistic])

    assert [said(use) for use in found(statistic, staff)] == [
        ("What lessons do", "shows this number", "in a draft only")
    ]


def test_working_copy_and_edition_of_one_host_are_one_use(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    publish(make_summary(staff, statistics=[statistic]), staff)

    assert [said(use) for use in found(statistic, staff)] == [
        ("What lessons do", "shows this number", "readers see it now")
    ]


def test_edition_that_waits_is_a_use(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    publish(make_summary(staff, statistics=[statistic]), staff, at=timezone.now() + timedelta(days=3))

    assert [str(use.where) for use in found(statistic, staff)] == ["in an edition that is scheduled"]


def test_edition_that_is_over_is_no_use(staff: Staff) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    summary = make_summary(staff, statistics=[statistic])
    publish(summary, staff)
    summary.findings.all().delete()
    workflow.save(summary.pk, by=staff.contributor)
    workflow.end(summary.pk, by=staff.publisher)

    assert found(statistic, staff).uses == []


def test_host_that_is_held_back_is_named_without_readers(staff: Staff) -> None:
    source = make_source(staff)
    publish(source, staff)
    statistic = make_statistic(staff, source=source)
    publish(statistic, staff)
    workflow.hold(statistic.pk, by=staff.editor, reason="A doubt")

    assert [said(use) for use in found(source, staff)] == [
        ("Lessons taken", "cites it", "published, but readers do not see it now")
    ]


def test_translation_is_a_use(staff: Staff) -> None:
    story = make_story(staff)
    translated = make_story(staff, title="첫 교실", consented=False)
    Story.objects.filter(pk=translated.pk).update(language="ko", translation_of=story.pk)

    assert [said(use) for use in found(story, staff)] == [("첫 교실", "translates it", "in a draft only")]


def test_collection_that_shows_it_by_its_tags_is_a_use(staff: Staff) -> None:
    tag = make_tag()
    story = make_story(staff, tags=[tag])
    publish(story, staff)
    publish(make_collection(staff, any_of=[tag]), staff)

    roles_said = [str(use.role) for use in found(story, staff)]

    assert roles_said == ["shows it by its tags", "shows it on partner sites, in the frame " + frame(Collection)]


def frame(model: type[Collection]) -> str:
    return reverse("embeds:collection", args=[model.objects.get().slug])


def test_collection_that_leaves_it_out_is_no_use(staff: Staff) -> None:
    tag, other = make_tag(), make_tag("Harvest")
    story = make_story(staff, tags=[tag, other])
    publish(story, staff)
    publish(make_collection(staff, any_of=[tag], none_of=[other]), staff)

    assert found(story, staff).uses == []


def test_collection_that_is_full_before_it_is_no_use(staff: Staff) -> None:
    tag = make_tag()
    older, newer = make_story(staff, tags=[tag]), make_story(staff, tags=[tag])
    publish(older, staff)
    publish(newer, staff)
    collection = make_collection(staff, any_of=[tag])
    Collection.objects.filter(pk=collection.pk).update(limit=1)
    workflow.save(collection.pk, by=staff.contributor)
    publish(collection, staff)

    assert (found(older, staff).uses, len(found(newer, staff))) == ([], 2)


def test_pin_is_said_once_for_the_website_and_once_for_its_frame(staff: Staff) -> None:
    tag = make_tag()
    story = make_story(staff, tags=[tag])
    publish(story, staff)
    collection = make_collection(staff, any_of=[tag])
    Chosen.objects.create(collection=collection, piece=story)
    workflow.save(collection.pk, by=staff.contributor)
    publish(collection, staff)

    assert [str(use.role).partition(",")[0] for use in found(story, staff)] == [
        "pins it",
        "shows it on partner sites",
    ]


def test_story_without_consent_for_partners_is_in_no_frame(staff: Staff) -> None:
    tag = make_tag()
    story = make_story(staff, tags=[tag], consented=False)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.WEBSITE,))
    publish(story, staff)
    publish(make_collection(staff, any_of=[tag]), staff)

    assert [str(use.role) for use in found(story, staff)] == ["shows it by its tags"]


def test_collection_names_its_own_frame(staff: Staff) -> None:
    tag = make_tag()
    collection = make_collection(staff, any_of=[tag])
    publish(collection, staff)

    assert [str(use.role) for use in found(collection, staff)] == [
        "is shown on partner sites itself, in the frame " + frame(Collection)
    ]


def test_old_address_that_leads_here_is_named(staff: Staff) -> None:
    story = make_story(staff, slug="first")
    publish(story, staff)
    Story.objects.filter(pk=story.pk).update(slug="second")
    workflow.save(story.pk, by=staff.contributor)
    publish(story, staff)

    assert found(story, staff).addresses == [reverse("stories:story", args=["en", "first"])]


def test_title_that_the_person_may_not_see_is_left_out(staff: Staff) -> None:
    statistic = make_statistic(staff)
    make_summary(staff, statistics=[statistic])
    stranger = make_user()
    stranger.user_permissions.add(Permission.objects.get(codename="view_statistic"))

    (use,) = where_used.where_used(statistic, by=stranger)

    assert (use.title, use.url) == ("", "")


def test_what_uses_nothing_says_so(staff: Staff) -> None:
    story = make_story(staff)

    assert "Nothing else uses it." in logged_in(staff).get(used_url(story)).content.decode()


def used_url(piece: Piece) -> str:
    return reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_used", args=[piece.pk])


def test_page_counts_and_links_the_places(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])

    page = logged_in(staff).get(used_url(statistic)).content.decode()

    assert "It is used in 1 place." in page
    assert reverse("admin:research_summary_change", args=[summary.pk]) in page


def test_titles_are_escaped(staff: Staff) -> None:
    statistic = make_statistic(staff)
    summary = make_summary(staff, statistics=[statistic])
    Piece.objects.filter(pk=summary.pk).update(title="<b>x</b>")

    assert "<b>x</b>" not in logged_in(staff).get(used_url(statistic)).content.decode()


def test_person_without_the_kind_is_refused(staff: Staff) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user(roles.ADMINISTRATOR))

    assert client.get(used_url(make_story(staff))).status_code == 403


def test_more_collections_than_are_looked_through_are_mentioned(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where_shown, "MOST_COLLECTIONS", 1)
    tag = make_tag()
    story = make_story(staff, tags=[tag])
    publish(story, staff)
    for _ in range(2):
        publish(make_collection(staff, any_of=[tag]), staff)

    shown = found(story, staff)

    assert [str(note) for note in shown.notes] == ["Only the 1 newest collections were looked through."]
    assert len(shown) == 2


@pytest.mark.parametrize("count", [1, 6])
def test_any_number_of_references_costs_the_same(staff: Staff, count: int) -> None:
    statistic = make_statistic(staff)
    publish(statistic, staff)
    for _ in range(count):
        publish(make_summary(staff, statistics=[statistic]), staff)
    by = staff.editor
    by.has_perm("editorial.view_tag")

    with CaptureQueriesContext(connection) as asked:
        shown = where_used.where_used(statistic, by=by)

    # Four of its own; then each of the two channels asks whether it is public there and for the collections.
    assert (len(shown), len(asked)) == (count, 8)


def test_notes_of_both_channels_are_said_once(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where_shown, "MOST_COLLECTIONS", 0)
    story = make_story(staff)
    publish(story, staff)
    publish(make_collection(staff, any_of=[make_tag()]), staff)

    assert len(where_shown.collections_showing(story, Channel.PARTNERS, timezone.now())[1]) == 1
    assert len(found(story, staff).notes) == 1

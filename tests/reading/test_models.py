"""Collections and pages as pieces: what they say comes back as it was, and what blocks them."""

from __future__ import annotations

import pytest

from editorial import kinds, workflow
from editorial.blockers import Refused
from reading.models import Chosen, Clause, Collection, Page
from tests.makers import Staff, make_collection, make_page, make_story, make_tag, publish


def test_collection_says_the_same_after_its_content_was_loaded(staff: Staff) -> None:
    tag, other = make_tag("Books"), make_tag("Famine")
    collection = make_collection(staff, any_of=[tag], none_of=[other])
    Chosen.objects.create(collection=collection, piece=make_story(staff), role=Chosen.Role.PINNED)
    Chosen.objects.create(collection=collection, piece=make_story(staff), role=Chosen.Role.EXCLUDED)
    before = collection.digest_now()
    content = collection.content()

    Clause.objects.all().delete()
    Chosen.objects.all().delete()
    collection.load_content(content)

    assert kinds.load(collection.pk).digest_now() == before


def test_page_says_the_same_after_its_content_was_loaded(staff: Staff) -> None:
    page = make_page(staff)
    content = page.content()
    Page.objects.filter(pk=page.pk).update(body="<p>Something else.</p>")

    page.load_content(content)

    assert kinds.load(page.pk).digest_now() == page.digest


def test_collection_without_a_condition_is_refused(staff: Staff) -> None:
    collection = make_collection(staff)
    Collection.objects.filter(pk=collection.pk).update(standfirst="", kinds=["poem"])

    with pytest.raises(Refused) as refusal:
        workflow.submit(collection.pk, by=staff.contributor)

    assert {blocker.code for blocker in refusal.value.blockers} == {"empty_query", "no_standfirst", "unknown_kind"}


def test_page_at_the_address_of_a_list_is_refused(staff: Staff) -> None:
    page = make_page(staff, slug="topics")

    with pytest.raises(Refused) as refusal:
        workflow.submit(page.pk, by=staff.contributor)

    assert {blocker.code for blocker in refusal.value.blockers} == {"slug_reserved"}


def test_collection_with_a_hidden_pin_is_refused_until_the_pin_is_public(staff: Staff) -> None:
    story = make_story(staff)
    collection = make_collection(staff, any_of=[make_tag()])
    Chosen.objects.create(collection=collection, piece=story)
    workflow.save(collection.pk, by=staff.contributor)

    with pytest.raises(Refused) as refusal:
        publish(collection, staff)
    assert {blocker.code for blocker in refusal.value.blockers} == {"reference_not_public"}
    publish(story, staff)
    workflow.publish(collection.pk, by=staff.publisher)

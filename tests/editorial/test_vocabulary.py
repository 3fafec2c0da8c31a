"""The vocabulary: words change live, what is stored keeps its ids, and each change can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial import vocabulary, workflow
from editorial.blockers import Refused
from editorial.models import Edition, Event, Label, Tag, TagAlias, TagChange
from editorial.vocabulary import effects, guards, usage, words
from tests.makers import Staff, approve, make_collection, make_statistic, make_story, make_tag, publish

NFD = "\u1112\u1161\u11ab\u1100\u116e\u11a8"


def fresh(tag: Tag) -> Tag:
    return Tag.objects.select_related("canonical").get(pk=tag.pk)


def below(name: str, parent: Tag) -> Tag:
    tag = make_tag(name)
    Tag.objects.filter(pk=tag.pk).update(parent=parent)
    return fresh(tag)


def vocabulary_now() -> list[Any]:
    """Everything that a rename or a merge writes, but its own record."""
    tags = Tag.objects.order_by("pk").values_list("pk", "name", "key", "slug", "canonical_id", "parent_id")
    aliases = TagAlias.objects.order_by("key").values_list("tag_id", "name", "slug")
    return [*tags, *aliases, *Label.objects.order_by("pk").values_list("tag_id", "language", "text")]


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [blocker.code for blocker in refusal.value.blockers]


def sentences(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return " ".join(str(blocker.sentence) for blocker in refusal.value.blockers)


# --- Making ---------------------------------------------------------------------------------------------------------
def test_new_word_makes_a_tag(staff: Staff) -> None:
    tag = vocabulary.make("  Prison camp,  north ", by=staff.editor)

    assert (tag.name, tag.slug, tag.canonical_id) == ("Prison camp, north", "prison-camp-north", tag.pk)


def test_making_leaves_an_event_without_the_word(staff: Staff) -> None:
    vocabulary.make("북녘", by=staff.editor)

    event = Event.objects.latest("number")
    assert (event.verb, event.fields) == ("add_tag", ["name"])


@pytest.mark.parametrize("word", ["BOOKS", "Paperbacks", "책", " books "])
def test_word_that_a_tag_has_makes_none(staff: Staff, word: str) -> None:
    books = make_tag("Books")
    TagAlias.objects.create(tag=books, name="paperbacks")
    Label.objects.create(tag=books, language="ko", text="책")

    assert vocabulary.make(word, by=staff.editor) == books
    assert Tag.objects.count() == 1


def test_word_of_a_merged_tag_gives_the_one_that_stands_for_it(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert vocabulary.make("reading", by=staff.editor) == books


def test_those_who_may_not_make_a_tag_are_refused(staff: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        vocabulary.make("Harvest", by=staff.contributor)

    assert codes(refusal) == ["no_permission"]
    assert not Tag.objects.exists()


def test_new_tag_does_not_get_an_address_that_another_had(staff: Staff) -> None:
    camps = make_tag("Camps")
    vocabulary.rename(camps.pk, name="Labour camps", slug="labour-camps", by=staff.editor)
    TagAlias.objects.filter(name="Camps").delete()

    assert vocabulary.make("Camps!", by=staff.editor).slug == "camps-2"


# --- Renaming -------------------------------------------------------------------------------------------------------
def test_renamed_tag_has_the_new_name_and_keeps_its_address(staff: Staff) -> None:
    tag = make_tag("Learning")

    vocabulary.rename(tag.pk, name=" Education ", by=staff.editor)

    assert (fresh(tag).name, fresh(tag).key, fresh(tag).slug) == ("Education", "education", "learning")


def test_address_changes_if_asked(staff: Staff) -> None:
    tag = make_tag("Learning")

    vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    assert fresh(tag).slug == "education"
    assert words.address_holder("learning") == tag


def test_former_name_goes_on_finding_it(staff: Staff) -> None:
    tag = make_tag("Learning")

    vocabulary.rename(tag.pk, name="Education", by=staff.editor)

    assert words.holder("learning") == tag


def test_label_that_repeated_the_name_changes_along_and_others_stay(staff: Staff) -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="en", text="Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    vocabulary.rename(tag.pk, name="Education", by=staff.editor)

    assert dict(tag.labels.values_list("language", "text")) == {"en": "Education", "ko": "배움"}


def test_other_spelling_of_the_same_word_is_no_other_word(staff: Staff) -> None:
    tag = make_tag("learning")

    vocabulary.rename(tag.pk, name="Learning", by=staff.editor)

    assert fresh(tag).name == "Learning"
    assert not tag.aliases.exists()


def test_rename_leaves_an_event_that_names_fields_and_no_values(staff: Staff) -> None:
    tag = make_tag("Learning")

    vocabulary.rename(tag.pk, name="Education", by=staff.editor)

    event = Event.objects.latest("number")
    assert (event.verb, event.actor, event.fields) == ("rename_tag", "editor", ["name"])
    assert "Education" not in event.subject


@pytest.mark.parametrize("taken", ["books", "Paperbacks", "책", NFD])
def test_word_of_another_tag_is_refused_with_its_name(staff: Staff, taken: str) -> None:
    books = make_tag("Books")
    TagAlias.objects.create(tag=books, name="paperbacks")
    TagAlias.objects.create(tag=books, name="한국")
    Label.objects.create(tag=books, language="ko", text="책")

    with pytest.raises(Refused) as refusal:
        vocabulary.rename(make_tag("Reading").pk, name=taken, by=staff.editor)

    assert codes(refusal) == ["name_taken"]
    assert "the tag “Books”" in sentences(refusal)


@pytest.mark.parametrize("slug", ["books", "paper"])
def test_address_that_another_tag_has_or_had_is_refused(staff: Staff, slug: str) -> None:
    paper = make_tag("Paper")
    vocabulary.rename(paper.pk, name="Books", slug="books", by=staff.editor)

    with pytest.raises(Refused) as refusal:
        vocabulary.rename(make_tag("Reading").pk, name="Reading", slug=slug, by=staff.editor)

    assert codes(refusal) == ["address_taken"]
    assert "“Books”" in sentences(refusal)


@pytest.mark.parametrize(
    ("name", "slug", "code"),
    [
        (" ", "learning", "no_name"),
        ("x" * 101, "learning", "name_too_long"),
        ("/education", "learning", "name_is_address"),
        ("Education", "two words", "bad_address"),
        ("Education", "", "bad_address"),
        ("Education", "x" * 101, "address_too_long"),
        ("Learning", "learning", "nothing_changed"),
    ],
)
def test_what_cannot_be_a_name_or_an_address_is_refused(staff: Staff, name: str, slug: str, code: str) -> None:
    tag = make_tag("Learning")

    with pytest.raises(Refused) as refusal:
        vocabulary.rename(tag.pk, name=name, slug=slug, by=staff.editor)

    assert code in codes(refusal)
    assert fresh(tag).name == "Learning"


def test_all_reasons_are_said_at_once(staff: Staff) -> None:
    make_tag("Books")

    with pytest.raises(Refused) as refusal:
        vocabulary.rename(make_tag("Reading").pk, name="Books", slug="two words", by=staff.contributor)

    assert codes(refusal) == ["no_permission", "name_taken", "bad_address"]


def test_tag_may_have_its_former_name_and_address_again(staff: Staff) -> None:
    tag = make_tag("Learning")
    vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    vocabulary.rename(tag.pk, name="Learning", slug="learning", by=staff.editor)

    assert dict(tag.aliases.values_list("name", "slug")) == {"Education": None, "/education": "education"}


def test_tag_that_does_not_exist_is_refused(staff: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        vocabulary.rename(1, name="Education", by=staff.editor)

    assert codes(refusal) == ["no_such_tag"]


# --- Merging --------------------------------------------------------------------------------------------------------
def test_merged_tag_keeps_its_row_its_name_and_its_address(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert (fresh(reading).canonical, fresh(reading).name, fresh(reading).slug) == (books, "Reading", "reading")


def test_what_was_merged_before_follows_so_that_there_are_no_chains(staff: Staff) -> None:
    books, reading, novels = make_tag("Books"), make_tag("Reading"), make_tag("Novels")
    vocabulary.merge(novels.pk, into=reading.pk, by=staff.editor)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert set(Tag.objects.values_list("canonical_id", flat=True)) == {books.pk}


def test_merging_into_a_merged_tag_goes_to_the_one_that_stands_for_it(staff: Staff) -> None:
    books, reading, novels = make_tag("Books"), make_tag("Reading"), make_tag("Novels")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    vocabulary.merge(novels.pk, into=reading.pk, by=staff.editor)

    assert fresh(novels).canonical == books


def test_merging_a_tag_into_itself_or_into_what_it_took_in_is_refused(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    for into in (books, reading):
        with pytest.raises(Refused) as refusal:
            vocabulary.merge(books.pk, into=into.pk, by=staff.editor)
        assert codes(refusal) == ["same_tag"]


def test_merged_tag_cannot_be_merged_or_renamed_again(staff: Staff) -> None:
    books, reading, novels = make_tag("Books"), make_tag("Reading"), make_tag("Novels")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    with pytest.raises(Refused) as merging:
        vocabulary.merge(reading.pk, into=novels.pk, by=staff.editor)
    with pytest.raises(Refused) as renaming:
        vocabulary.rename(reading.pk, name="Lecture", by=staff.editor)

    assert codes(merging) == codes(renaming) == ["merged_already"]
    assert "“Books”" in sentences(merging)


def test_narrower_tags_go_to_the_one_that_takes_it_in(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    novels = below("Novels", reading)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert fresh(novels).parent == books


@pytest.mark.parametrize("is_deep", [False, True])
def test_tag_merged_into_one_below_it_leaves_its_place_to_it(staff: Staff, is_deep: bool) -> None:
    top = make_tag("Culture")
    reading = below("Reading", top)
    between = below("Paper", reading)
    books = below("Books", between if is_deep else reading)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert (fresh(books).parent, fresh(between).parent) == (top, books)
    broader = guards.parents()
    assert all(pk not in guards.above(pk, broader) for pk in broader)


@pytest.mark.parametrize("verb", ["rename", "merge", "undo"])
@pytest.mark.parametrize("who", ["contributor", "reviewer", "publisher", "consent_officer"])
def test_those_who_may_not_are_refused(staff: Staff, verb: str, who: str) -> None:
    books, reading, novels = make_tag("Books"), make_tag("Reading"), make_tag("Novels")
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    before, by = vocabulary_now(), getattr(staff, who)
    verbs: dict[str, Callable[[], object]] = {
        "rename": lambda: vocabulary.rename(books.pk, name="Literature", by=by),
        "merge": lambda: vocabulary.merge(books.pk, into=novels.pk, by=by),
        "undo": lambda: vocabulary.undo(change.pk, by=by),
    }

    with pytest.raises(Refused) as refusal:
        verbs[verb]()

    assert codes(refusal) == ["no_permission"]
    assert vocabulary_now() == before


def test_merge_leaves_an_event(staff: Staff) -> None:
    vocabulary.merge(make_tag("Reading").pk, into=make_tag("Books").pk, by=staff.editor)

    event = Event.objects.latest("number")
    assert (event.verb, event.fields) == ("merge_tag", ["canonical"])


# --- What is stored stays -------------------------------------------------------------------------------------------
def test_approval_of_a_piece_survives_a_merge_and_still_publishes(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    story = make_story(staff, tags=[reading])
    approve(story, staff)
    before = story.digest_now()

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    vocabulary.rename(books.pk, name="Reading matter", slug="matter", by=staff.editor)

    story.refresh_from_db()
    assert (story.digest_now(), story.state) == (before, "approved")
    assert workflow.publish(story.pk, by=staff.publisher).content["tags"] == [reading.pk]


def test_edition_and_its_tags_stay_as_they_are(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    edition = publish(make_story(staff, tags=[reading]), staff)
    rows = [Edition.objects.filter(pk=edition.pk).values(), edition.edition_tags.values()]
    before = [list(row) for row in rows]

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    vocabulary.rename(books.pk, name="Reading matter", by=staff.editor)

    assert [list(row.all()) for row in rows] == before


# --- Undo -----------------------------------------------------------------------------------------------------------
def test_undone_merge_is_as_if_it_had_not_been(staff: Staff) -> None:
    top = make_tag("Culture")
    reading = below("Reading", top)
    below("Paper", reading)
    books, novels = below("Books", reading), make_tag("Novels")
    vocabulary.merge(novels.pk, into=reading.pk, by=staff.editor)
    before = vocabulary_now()
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    vocabulary.undo(change.pk, by=staff.editor)

    assert vocabulary_now() == before


def test_undone_rename_is_as_before_and_the_address_between_still_leads_there(staff: Staff) -> None:
    tag = make_tag("Learning")
    TagAlias.objects.create(tag=tag, name="Education")
    Label.objects.create(tag=tag, language="en", text="Learning")
    before = vocabulary_now()
    change = vocabulary.rename(tag.pk, name="Education", slug="education", by=staff.editor)

    vocabulary.undo(change.pk, by=staff.editor)

    assert words.address_holder("education") == tag
    TagAlias.objects.filter(slug="education").delete()
    assert vocabulary_now() == before


def test_undo_is_recorded_with_who_and_when(staff: Staff) -> None:
    change = vocabulary.rename(make_tag("Learning").pk, name="Education", by=staff.editor)

    vocabulary.undo(change.pk, by=staff.editor)

    change.refresh_from_db()
    assert (change.undone_by, change.undone_at is not None) == (staff.editor, True)
    assert Event.objects.latest("number").verb == "undo_rename_tag"


def test_nothing_is_undone_twice(staff: Staff) -> None:
    change = vocabulary.rename(make_tag("Learning").pk, name="Education", by=staff.editor)
    vocabulary.undo(change.pk, by=staff.editor)

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["undone_already"]


def test_change_that_does_not_exist_is_refused(staff: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        vocabulary.undo(1, by=staff.editor)

    assert codes(refusal) == ["no_such_change"]


def test_rename_under_a_newer_rename_is_not_undone(staff: Staff) -> None:
    tag = make_tag("Learning")
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    newer = vocabulary.rename(tag.pk, name="Schooling", by=staff.editor)

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["renamed_since"]
    vocabulary.undo(newer.pk, by=staff.editor)
    vocabulary.undo(change.pk, by=staff.editor)
    assert fresh(tag).name == "Learning"


def test_rename_of_a_tag_that_was_merged_since_is_not_undone(staff: Staff) -> None:
    tag = make_tag("Learning")
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    vocabulary.merge(tag.pk, into=make_tag("Schools").pk, by=staff.editor)

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["merged_since"]
    assert "“Schools”" in sentences(refusal)


def test_rename_is_not_undone_when_another_tag_has_the_former_name_now(staff: Staff) -> None:
    tag = make_tag("Learning")
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    tag.aliases.all().delete()
    TagAlias.objects.create(tag=make_tag("Schools"), name="learning")

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["name_taken"]


def test_merge_is_not_undone_when_the_other_was_merged_since(staff: Staff) -> None:
    books, reading, novels = make_tag("Books"), make_tag("Reading"), make_tag("Novels")
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    newer = vocabulary.merge(books.pk, into=novels.pk, by=staff.editor)

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["merged_since"]
    vocabulary.undo(newer.pk, by=staff.editor)
    vocabulary.undo(change.pk, by=staff.editor)
    assert all(tag.canonical_id == tag.pk for tag in Tag.objects.all())


def test_merge_is_not_undone_when_a_narrower_tag_was_moved_since(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    novels = below("Novels", reading)
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    Tag.objects.filter(pk=novels.pk).update(parent=None)

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["moved_since"]


def test_merge_is_not_undone_when_that_would_make_a_circle(staff: Staff) -> None:
    culture, books = make_tag("Culture"), make_tag("Books")
    reading = below("Reading", culture)
    below("Novels", reading)
    change = vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    Tag.objects.filter(pk=culture.pk).update(parent=Tag.objects.get(name="Novels"))

    with pytest.raises(Refused) as refusal:
        vocabulary.undo(change.pk, by=staff.editor)

    assert codes(refusal) == ["circle"]


# --- Broader tags ---------------------------------------------------------------------------------------------------
def test_broader_tag_makes_no_circle(staff: Staff) -> None:
    culture = make_tag("Culture")
    reading = below("Reading", culture)
    books = below("Books", reading)

    assert [blocker.code for blocker in guards.to_put_under(culture, books)] == ["circle"]
    assert [blocker.code for blocker in guards.to_put_under(culture, culture)] == ["circle"]
    assert guards.to_put_under(books, culture) == []


def test_merged_tag_is_no_broader_one(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert [blocker.code for blocker in guards.to_put_under(make_tag("Novels"), fresh(reading))] == ["parent_is_merged"]


# --- Finding --------------------------------------------------------------------------------------------------------
def found(text: str) -> list[tuple[str, str]]:
    return [(tag.name, words.matched(tag, text)) for tag in words.finding(text)]


def test_tag_is_found_by_each_of_its_words_which_is_named(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    TagAlias.objects.create(tag=books, name="paperbacks")
    Label.objects.create(tag=books, language="ko", text="책")
    Label.objects.create(tag=reading, language="ko", text="읽기")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    for text, word in (("ook", ""), ("PAPER", "paperbacks"), ("책", "책"), ("read", "Reading"), ("읽", "읽기")):
        assert found(text) == [("Books", word)]


def test_decomposed_korean_finds_as_composed_does(staff: Staff) -> None:
    make_tag("한국")

    assert found(NFD) == [("한국", "")]


def test_whole_words_come_first_then_beginnings(staff: Staff) -> None:
    for name in ("A campaign", "Camps", "Work"):
        make_tag(name)
    TagAlias.objects.create(tag=make_tag("Work"), name="camp")

    assert [name for name, _word in found("camp")] == ["Work", "Camps", "A campaign"]


def test_former_address_is_no_word(staff: Staff) -> None:
    tag = make_tag("Learning")
    vocabulary.rename(tag.pk, name="Learning", slug="schools", by=staff.editor)
    vocabulary.rename(tag.pk, name="Learning", slug="learning", by=staff.editor)

    assert found("schools") == []


# --- Usage and effects ----------------------------------------------------------------------------------------------
def counted(tag: Tag) -> dict[str, tuple[int, int]]:
    return {one.kind.name: (one.working, one.public) for one in usage.counts([tag.pk]).get(tag.pk, [])}


def test_pieces_are_counted_by_kind_with_what_readers_see(staff: Staff) -> None:
    books = make_tag("Books")
    publish(make_story(staff, tags=[books]), staff)
    make_story(staff, tags=[books])
    make_statistic(staff).piece_tags.create(tag=books)

    assert counted(books) == {"story": (2, 1), "statistic": (1, 0)}


def test_held_piece_is_not_counted_as_seen(staff: Staff) -> None:
    books = make_tag("Books")
    story = make_story(staff, tags=[books])
    publish(story, staff)
    workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")

    assert counted(books) == {"story": (1, 0)}


def test_piece_with_both_tags_is_counted_once_after_the_merge(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    publish(make_story(staff, tags=[books, reading]), staff)

    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert counted(books) == {"story": (1, 1)}


@pytest.mark.parametrize("number", [1, 9])
def test_counts_are_one_query_for_any_number_of_tags(staff: Staff, number: int) -> None:
    tags = [make_tag(f"Tag {one}") for one in range(number)]
    publish(make_story(staff, tags=tags), staff)

    with CaptureQueriesContext(connection) as captured:
        assert len(usage.counts([tag.pk for tag in tags])) == number

    assert len(captured) == 1


def test_collections_that_ask_for_a_tag_are_found_in_draft_and_in_print(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    publish(make_story(staff, tags=[books]), staff)
    published = make_collection(staff, any_of=[books])
    publish(published, staff)
    published.clauses.all().delete()
    make_collection(staff, none_of=[reading])
    make_collection(staff, any_of=[make_tag("Novels")])

    uses = usage.uses([books.pk, reading.pk])

    assert [(use.tags, use.is_published) for use in uses] == [
        (frozenset({books.pk}), True),
        (frozenset({reading.pk}), False),
    ]


def test_preview_of_a_merge_says_what_will_be(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    Tag.objects.filter(pk=reading.pk).update(facet="place")
    Label.objects.create(tag=reading, language="ko", text="읽기")
    publish(make_story(staff, tags=[books, reading]), staff)
    make_story(staff, tags=[reading])
    make_collection(staff, any_of=[reading])

    seen = effects.of_merge(fresh(reading), books, by=staff.editor)

    assert [(one.before, one.after) for one in seen.names] == [("Reading", "Books"), ("읽기", "Books")]
    assert [(one.working, one.public) for one in (*seen.before, *seen.after)] == [(2, 1), (2, 1)]
    assert [one.before for one in seen.moved] == ["/en/topics/reading/", "/ko/topics/reading/"]
    assert {one.after for one in seen.moved} == {"/en/topics/books/", "/ko/topics/books/"}
    assert len(seen.uses) == 1
    assert len(seen.notes) == 3  # the facets, the Korean name, the piece with both
    assert not TagChange.objects.exists()


def test_preview_of_a_rename_names_the_languages_that_do_not_change(staff: Staff) -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    seen = effects.of_rename(tag, name="Education", slug="education", by=staff.editor)

    assert [(one.before, one.after) for one in seen.names] == [("Learning", "Education"), ("배움", "배움")]
    assert [note for note in seen.notes if "배움" in note]
    assert [one.before for one in seen.moved] == ["/en/topics/learning/", "/ko/topics/learning/"]

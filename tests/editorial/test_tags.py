"""Tags: one word is one tag however it is typed, has a name in each language, and a desk of its own."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import roles, vocabulary
from editorial.models import Label, Piece, Tag, TagAlias, TagChange, User
from editorial.models.tag import tag_key
from tests.makers import Staff, make_collection, make_story, make_tag, make_user, publish

pytestmark = pytest.mark.django_db

LIST = "admin:editorial_tag_changelist"

NFC = "한국어 교실"
NFD = "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165 \u1100\u116d\u1109\u1175\u11af"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Learning", "learning"),
        ("Learning", "  LEARNING "),
        ("Border crossing", "Border \t\u00a0 crossing"),
        (NFC, NFD),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Straße", "STRASSE"),
    ],
)
def test_two_spellings_are_one_tag(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)
    Tag.objects.create(name=one)

    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name=other)


@pytest.mark.parametrize(("one", "other"), [("Learning", "Learnings"), ("교실", "교 실"), ("Work", "Works")])
def test_two_words_are_two_tags(one: str, other: str) -> None:
    Tag.objects.create(name=one)
    Tag.objects.create(name=other)

    assert Tag.objects.count() == 2


def test_name_is_kept_in_nfc_with_single_spaces() -> None:
    assert Tag.objects.create(name=f"  {NFD}  ").name == NFC


def test_new_tag_is_its_own_canonical_one() -> None:
    tag = make_tag()

    assert tag.canonical_id == tag.pk
    assert Tag.objects.get(pk=tag.pk).canonical == tag


def test_ids_are_exact_in_javascript_and_do_not_count() -> None:
    ids = [Tag(name=str(number)).pk for number in range(50)]

    assert len(set(ids)) == 50
    assert all(0 < one < 2**53 for one in ids)


def test_slug_keeps_korean_letters() -> None:
    assert Tag.objects.create(name=NFC).slug == "한국어-교실"


def test_label_is_the_name_in_a_language() -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    assert tag.label("ko") == "배움"
    assert tag.label("en") == "Learning"


def test_second_label_in_a_language_is_refused() -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(tag=tag, language="ko", text="학습")


def test_unknown_facet_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="Learning", facet="mood")


# --- The desk -------------------------------------------------------------------------------------------------------
def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:editorial_tag_{name}", args=args)


def as_sent(page: Any) -> dict[str, Any]:
    """What a browser would send of the form on a page of the admin, as it came."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {"_save": "Save"}
    for field in (field for form in forms for field in form):
        value = field.value()
        sent[field.html_name] = "" if value is None or value is False else value
    return sent


def text_of(page: Any) -> str:
    text: str = page.content.decode()
    return text


def errors_of(page: Any) -> str:
    formsets = [inline.formset.errors for inline in page.context["inline_admin_formsets"]]
    return str([page.context["adminform"].form.errors, *formsets])


def listed(client: Client, query: str = "") -> list[str]:
    return [tag.name for tag in client.get(reverse(LIST) + query).context["cl"].result_list]


@pytest.mark.parametrize("number", [1, 12])
def test_list_costs_the_same_for_any_number_of_tags(staff: Staff, number: int) -> None:
    tags = [make_tag(f"Tag {one}") for one in range(number)]
    for tag in tags:
        Label.objects.create(tag=tag, language="ko", text=f"꼬리표 {tag.name}")
        TagAlias.objects.create(tag=tag, name=f"word for {tag.name}")
        vocabulary.rename(tag.pk, name=f"{tag.name}, renamed", by=staff.editor)
    publish(make_story(staff, tags=tags), staff)
    vocabulary.merge(make_tag("Merged").pk, into=tags[0].pk, by=staff.editor)
    client = logged_in(staff.editor)
    client.get(reverse(LIST))

    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse(LIST))

    assert len(page.context["cl"].result_list) == number + 1
    assert len(captured) <= 11


def test_list_shows_counts_words_and_what_was_merged(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    Label.objects.create(tag=books, language="ko", text="책")
    TagAlias.objects.create(tag=books, name="paperbacks")
    publish(make_story(staff, tags=[books]), staff)
    make_story(staff, tags=[reading])
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    page = text_of(logged_in(staff.editor).get(reverse(LIST)))

    for text in ("책", "also: paperbacks, Reading", "Stories: 2 (1 public)", "1 public", "merged into “Books”"):
        assert text in page


def test_list_is_narrowed_down_by_use(staff: Staff) -> None:
    seen, drafted, asked, merged = (make_tag(name) for name in ("Seen", "Drafted", "Asked", "Merged"))
    make_tag("Unused")
    publish(make_story(staff, tags=[seen]), staff)
    make_story(staff, tags=[drafted])
    make_collection(staff, any_of=[merged])
    vocabulary.merge(merged.pk, into=asked.pk, by=staff.editor)
    client = logged_in(staff.editor)

    assert listed(client, "?use=seen") == ["Seen"]
    assert listed(client, "?use=unused") == ["Unused"]
    assert listed(client, "?use=merged") == ["Merged"]
    assert listed(client, "?use=own") == ["Asked", "Drafted", "Seen", "Unused"]
    assert listed(client, "?facet__exact=place") == []


def test_search_finds_each_word_and_each_tag_once(staff: Staff) -> None:
    books = make_tag("Books")
    make_tag("Work")
    for word in ("paperbacks", "hardbacks"):
        TagAlias.objects.create(tag=books, name=word)
    Label.objects.create(tag=books, language="ko", text="한국 책")
    client = logged_in(staff.editor)

    for text in ("BACKS", "ook", NFD[:6]):
        assert listed(client, f"?q={text}") == ["Books"]


def test_list_does_not_answer_questions_about_hidden_columns(staff: Staff) -> None:
    make_tag("Books")

    assert logged_in(staff.editor).get(reverse(LIST) + "?changes__by__username__startswith=e").status_code == 400


# --- The form -------------------------------------------------------------------------------------------------------
def saved(client: Client, tag: Tag | None, **changes: Any) -> Any:
    where = url("change", tag.pk) if tag else url("add")
    return client.post(where, as_sent(client.get(where)) | changes)


def test_new_tag_gets_an_address_of_its_name(staff: Staff) -> None:
    saved(logged_in(staff.editor), None, name="Prison camp, north")

    assert Tag.objects.get().slug == "prison-camp-north"


@pytest.mark.parametrize(("name", "slug"), [("BOOKS", "x"), ("paperbacks", "x"), ("New", "books"), ("New", "old")])
def test_new_tag_takes_no_word_and_no_address_of_another(staff: Staff, name: str, slug: str) -> None:
    books = make_tag("Books")
    TagAlias.objects.create(tag=books, name="paperbacks")
    TagAlias.objects.create(tag=books, name="/old", slug="old")

    page = saved(logged_in(staff.editor), None, name=name, slug=slug)

    assert "the tag “Books”" in errors_of(page)
    assert Tag.objects.count() == 1


def test_form_as_it_came_is_saved_without_a_word(staff: Staff) -> None:
    tag = make_tag("Books")
    Label.objects.create(tag=tag, language="ko", text="책")

    assert saved(logged_in(staff.editor), tag).status_code == 302


def test_words_and_names_are_written_in_one_form(staff: Staff) -> None:
    tag, culture = make_tag("Books"), make_tag("Culture")
    words = {"labels-0-language": "ko", "labels-0-text": " 책 ", "aliases-0-name": "paperbacks"}

    saved(logged_in(staff.editor), tag, parent=str(culture.pk), **words)

    tag.refresh_from_db()
    assert (tag.label("ko"), tag.parent) == ("책", culture)
    assert [alias.name for alias in tag.aliases.all()] == ["paperbacks"]


@pytest.mark.parametrize("word", ["Work", "jobs", "일", "/work"])
def test_other_word_that_belongs_to_another_tag_is_refused(staff: Staff, word: str) -> None:
    work = make_tag("Work")
    TagAlias.objects.create(tag=work, name="jobs")
    Label.objects.create(tag=work, language="ko", text="일")

    page = saved(logged_in(staff.editor), make_tag("Books"), **{"aliases-0-name": word})

    assert "“Work”" in errors_of(page) or "slash" in errors_of(page)
    assert TagAlias.objects.count() == 1


def test_label_that_is_the_name_of_another_tag_is_refused(staff: Staff) -> None:
    make_tag("Work")

    page = saved(logged_in(staff.editor), make_tag("Books"), **{"labels-0-language": "en", "labels-0-text": "Work"})

    assert "the tag “Work”" in errors_of(page)


def test_same_other_word_twice_is_refused_in_words(staff: Staff) -> None:
    words = {"aliases-TOTAL_FORMS": "2", "aliases-0-name": "jobs", "aliases-1-name": "Jobs"}

    page = saved(logged_in(staff.editor), make_tag("Work"), **words)

    assert "twice" in errors_of(page)


def test_former_address_is_nothing_to_edit(staff: Staff) -> None:
    tag = make_tag("Learning")
    vocabulary.rename(tag.pk, name="Learning", slug="schools", by=staff.editor)

    page = logged_in(staff.editor).get(url("change", tag.pk))

    assert page.context["inline_admin_formsets"][1].formset.initial_form_count() == 0
    assert "Former address" in text_of(page)


def test_name_and_address_do_not_change_past_the_rename(staff: Staff) -> None:
    tag = make_tag("Learning")

    saved(logged_in(staff.editor), tag, name="Education", slug="education")

    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("Learning", "learning")


def test_broader_tag_that_would_make_a_circle_is_refused_in_words(staff: Staff) -> None:
    culture, books = make_tag("Culture"), make_tag("Books")
    Tag.objects.filter(pk=books.pk).update(parent=culture)

    page = saved(logged_in(staff.editor), culture, parent=str(books.pk))

    assert "stands below “Culture” already" in errors_of(page)


def test_merged_tag_is_only_looked_at(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    client = logged_in(staff.editor)

    page = client.get(url("change", reading.pk))

    assert "which stands for it everywhere" in text_of(page)
    assert client.post(url("change", reading.pk), {"facet": "place"}).status_code == 403


def test_form_shows_where_the_tag_is_used(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    story = make_story(staff, title="A <b>bold</b> title", tags=[reading])
    collection = make_collection(staff, any_of=[reading])
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    page = text_of(logged_in(staff.editor).get(url("change", books.pk)))

    assert reverse("admin:stories_story_change", args=[story.pk]) in page
    assert reverse("admin:reading_collection_change", args=[collection.pk]) in page
    assert "A &lt;b&gt;bold" in page


@pytest.mark.parametrize("number", [1, 12])
def test_form_costs_the_same_for_any_number_of_uses(staff: Staff, number: int) -> None:
    tag = make_tag("Books")
    for _ in range(number):
        make_story(staff, tags=[tag])
        make_collection(staff, any_of=[tag])
    client = logged_in(staff.editor)
    client.get(url("change", tag.pk))

    with CaptureQueriesContext(connection) as captured:
        client.get(url("change", tag.pk))

    assert len(captured) <= 22


# --- Rename, merge, undo --------------------------------------------------------------------------------------------
def test_rename_is_shown_first_and_done_then(staff: Staff) -> None:
    tag, client = make_tag("Learning"), logged_in(staff.editor)
    typed = {"name": "Education", "slug": "education"}

    shown = client.get(url("rename", tag.pk), typed)
    tag.refresh_from_db()
    name_meanwhile = tag.name
    client.post(url("rename", tag.pk), typed | {"seen": shown.context["effects"].seen})

    tag.refresh_from_db()
    assert "/en/topics/learning/" in text_of(shown)
    assert (name_meanwhile, tag.name, tag.slug) == ("Learning", "Education", "education")


def test_merge_is_shown_first_and_done_then(staff: Staff) -> None:
    books, reading, client = make_tag("Books"), make_tag("Reading"), logged_in(staff.editor)
    TagAlias.objects.create(tag=books, name="paperbacks")

    shown = client.get(url("merge", reading.pk), {"word": "Paperbacks"})
    count_meanwhile = TagChange.objects.count()
    sent = {"into": str(books.pk), "seen": shown.context["effects"].seen}
    client.post(url("merge", reading.pk), sent)

    reading.refresh_from_db()
    assert (count_meanwhile, reading.canonical) == (0, books)


def test_what_has_changed_since_it_was_shown_is_shown_again(staff: Staff) -> None:
    books, reading, client = make_tag("Books"), make_tag("Reading"), logged_in(staff.editor)
    shown = client.get(url("merge", reading.pk), {"word": "Books"})
    vocabulary.rename(books.pk, name="Literature", by=staff.editor)

    sent = {"into": str(books.pk), "seen": shown.context["effects"].seen}
    page = client.post(url("merge", reading.pk), sent)

    reading.refresh_from_db()
    assert reading.canonical_id == reading.pk
    assert "this has changed since you looked" in text_of(page)


def test_refused_rename_gives_every_reason_and_keeps_what_was_typed(staff: Staff) -> None:
    make_tag("Books")
    tag, client = make_tag("Reading"), logged_in(staff.editor)

    page = client.post(url("rename", tag.pk), {"name": "Books", "slug": "two words"})

    assert [blocker.code for blocker in page.context["effects"].blockers] == ["name_taken", "bad_address"]
    assert 'value="two words"' in text_of(page)


def test_unknown_word_offers_what_is_near(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")

    page = logged_in(staff.editor).get(url("merge", reading.pk), {"word": "Boo"})

    assert f"?into={books.pk}" in text_of(page)


@pytest.mark.parametrize("number", ["", "abc", "99999999999999999999", "7"])
def test_number_of_no_tag_is_no_error(staff: Staff, number: str) -> None:
    page = logged_in(staff.editor).get(url("merge", make_tag("Reading").pk), {"into": number})

    assert (page.status_code, page.context["effects"]) == (200, None)


def test_undo_stands_on_the_list_and_works_in_one_step(staff: Staff) -> None:
    tag, client = make_tag("Learning"), logged_in(staff.editor)
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    assert "renamed “Learning” to “Education”" in " ".join(text_of(client.get(reverse(LIST))).split())

    client.post(url("undo", change.pk))

    tag.refresh_from_db()
    assert tag.name == "Learning"


def test_undo_that_is_refused_says_why(staff: Staff) -> None:
    tag, client = make_tag("Learning"), logged_in(staff.editor)
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    vocabulary.rename(tag.pk, name="Schooling", by=staff.editor)

    page = client.post(url("undo", change.pk), follow=True)

    assert "is now “Schooling”. Undo the newer change first." in text_of(page)


@pytest.mark.parametrize("page", ["rename", "merge", "undo"])
@pytest.mark.parametrize("role", [role for role in roles.EVERY if role != roles.EDITOR])
def test_pages_that_change_the_vocabulary_are_closed_to_other_roles(staff: Staff, page: str, role: str) -> None:
    tag = make_tag("Learning")
    change = vocabulary.rename(tag.pk, name="Education", by=staff.editor)
    where = url(page, change.pk if page == "undo" else tag.pk)

    answers = [getattr(logged_in(make_user(role)), method)(where).status_code for method in ("get", "post")]

    assert answers == ([405, 403] if page == "undo" else [403, 403])
    assert TagChange.objects.get().undone_at is None


def test_those_who_only_look_see_what_happened_and_no_button(staff: Staff) -> None:
    vocabulary.rename(make_tag("Learning").pk, name="Education", by=staff.editor)
    client = logged_in(staff.contributor)

    for where in (reverse(LIST), url("changes")):
        page = text_of(client.get(where))
        assert "“Education”" in page
        assert "/undo/" not in page


@pytest.mark.parametrize("name", ["changes", "export"])
def test_what_shows_the_vocabulary_needs_leave_to_see_tags(staff: Staff, name: str) -> None:
    assert logged_in(make_user(roles.ADMINISTRATOR)).get(url(name)).status_code == 403
    assert logged_in(make_user(roles.PARTNERSHIPS)).get(url(name)).status_code == 200


# --- Export ---------------------------------------------------------------------------------------------------------
def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    body = client.get(url("export") + query).content.decode("utf-8-sig")
    return list(csv.DictReader(body.splitlines()))


def test_export_has_every_word_and_neither_ids_nor_drafts(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    Label.objects.create(tag=books, language="ko", text="책")
    Tag.objects.filter(pk=books.pk).update(description="Only for us.", parent=make_tag("Culture"))
    publish(make_story(staff, tags=[books]), staff)
    make_story(staff, tags=[books])
    vocabulary.rename(books.pk, name="Literature", slug="literature", by=staff.editor)
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    rows = exported(logged_in(staff.contributor))

    assert rows[1] == {
        "name": "Literature",
        "facet": "topic",
        "name_en": "Literature",
        "name_ko": "책",
        "other_words": "Books",
        "part_of": "Culture",
        "address": "literature",
        "former_addresses": "books",
        "merged_into": "",
        "pieces_that_readers_see": "1",
    }
    assert [row["merged_into"] for row in rows] == ["", "", "Literature"]


def test_export_follows_the_filters_of_the_list(staff: Staff) -> None:
    publish(make_story(staff, tags=[make_tag("Seen")]), staff)
    make_tag("Unused")

    assert [row["name"] for row in exported(logged_in(staff.editor), "?use=seen")] == ["Seen"]


def test_export_holds_nothing_that_a_spreadsheet_would_compute(staff: Staff) -> None:
    Tag.objects.create(name='=HYPERLINK("https://example.org")')

    assert exported(logged_in(staff.editor))[0]["name"].startswith("'=")


@pytest.mark.parametrize("number", [1, 12])
def test_export_costs_the_same_for_any_number_of_tags(staff: Staff, number: int) -> None:
    for one in range(number):
        make_tag(f"Tag {one}")
    client = logged_in(staff.editor)
    client.get(url("export"))

    with CaptureQueriesContext(connection) as captured:
        assert len(exported(client)) == number

    assert len(captured) <= 10


# --- Choosing on the form of a piece --------------------------------------------------------------------------------
def choices(client: Client, text: str) -> list[dict[str, str]]:
    return list(client.get(reverse("admin:choose_tag"), {"q": text}).json()["results"])


def test_choice_says_by_which_word_it_was_found_and_where_it_belongs(staff: Staff) -> None:
    books = make_tag("Books")
    Tag.objects.filter(pk=books.pk).update(parent=make_tag("Culture"))
    TagAlias.objects.create(tag=books, name="paperbacks")

    (choice,) = choices(logged_in(staff.contributor), "paper")

    assert choice["text"] == "Books · Topics · part of “Culture” · found by “paperbacks”"
    assert (choice["id"], choice["selected_text"]) == (str(books.pk), "Books")


def test_merged_tag_is_never_offered_but_finds_the_one_that_stands_for_it(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)

    assert [choice["id"] for choice in choices(logged_in(staff.contributor), "reading")] == [str(books.pk)]


def test_new_tag_is_offered_to_those_who_may_make_one_and_if_nobody_has_the_word(staff: Staff) -> None:
    TagAlias.objects.create(tag=make_tag("Books"), name="paperbacks")

    assert choices(logged_in(staff.contributor), "Harvest") == []
    assert [choice["id"] for choice in choices(logged_in(staff.editor), " Harvest ")] == ["new:Harvest"]
    assert "new:Paperbacks" not in [choice["id"] for choice in choices(logged_in(staff.editor), "Paperbacks")]


def test_choosing_makes_nothing(staff: Staff) -> None:
    client = logged_in(staff.editor)

    assert client.post(reverse("admin:choose_tag"), {"text": "Harvest"}).status_code == 405
    choices(client, "Harvest")
    assert not Tag.objects.exists()


@pytest.mark.parametrize("number", [2, 10])
def test_choosing_costs_the_same_for_any_number_of_tags(staff: Staff, number: int) -> None:
    for one in range(number):
        tag = make_tag(f"Tag {one}")
        TagAlias.objects.create(tag=tag, name=f"word {one}")
        Label.objects.create(tag=tag, language="ko", text=f"꼬리표 {one}")
    client = logged_in(staff.editor)

    with CaptureQueriesContext(connection) as captured:
        assert len(choices(client, "word")) == number + 1

    assert len(captured) <= 13


def tags_after(client: Client, piece: Piece, *sent: str, **changes: Any) -> Any:
    where = reverse("admin:stories_story_change", args=[piece.pk])
    data = as_sent(client.get(where)) | changes
    held = [] if data["tags"] == "" else list(data["tags"])
    return client.post(where, data | {"tags": ["", *held, *sent]})


def names_on(piece: Piece) -> set[str]:
    return set(piece.piece_tags.values_list("tag__name", flat=True))


def test_new_tag_is_made_when_the_form_is_saved(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Work")])

    tags_after(logged_in(staff.editor), story, "new:Prison camp, north")

    assert names_on(story) == {"Work", "Prison camp, north"}


def test_new_tag_of_a_form_that_was_refused_is_not_made_and_stays_in_the_form(staff: Staff) -> None:
    story = make_story(staff)

    page = tags_after(logged_in(staff.editor), story, "new:Harvest", title="")

    assert not Tag.objects.exists()
    assert '<option value="new:Harvest" selected>Harvest</option>' in text_of(page)


def test_new_tag_by_somebody_who_may_not_is_refused_in_the_form(staff: Staff) -> None:
    story = make_story(staff)

    page = tags_after(logged_in(staff.contributor), story, "new:Harvest")

    assert "“Harvest”: Your role does not include this." in errors_of(page)
    assert not Tag.objects.exists()


@pytest.mark.parametrize("word", ["BOOKS", "paperbacks", "책", "reading"])
def test_typed_word_that_a_tag_has_becomes_that_tag_whoever_typed_it(staff: Staff, word: str) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    TagAlias.objects.create(tag=books, name="paperbacks")
    Label.objects.create(tag=books, language="ko", text="책")
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    story = make_story(staff)

    tags_after(logged_in(staff.contributor), story, f"new:{word}", "new:Books", str(books.pk))

    assert names_on(story) == {"Books"}


def test_same_new_word_twice_is_one_tag(staff: Staff) -> None:
    story = make_story(staff)

    tags_after(logged_in(staff.editor), story, "new:Harvest", "new:harvest")

    assert Tag.objects.count() == len(names_on(story)) == 1


def test_piece_with_a_merged_tag_is_saved_as_it_is(staff: Staff) -> None:
    books, reading = make_tag("Books"), make_tag("Reading")
    story = make_story(staff, tags=[reading])
    vocabulary.merge(reading.pk, into=books.pk, by=staff.editor)
    client = logged_in(staff.editor)
    page = client.get(reverse("admin:stories_story_change", args=[story.pk]))

    tags_after(client, story)

    assert "Books (was Reading)" in text_of(page)
    assert names_on(story) == {"Reading"}
    assert story.revisions.count() == 1


def test_new_tag_in_a_condition_of_a_collection_is_made_with_it(staff: Staff) -> None:
    collection, client = make_collection(staff, any_of=[make_tag("Books")]), logged_in(staff.editor)
    where = reverse("admin:reading_collection_change", args=[collection.pk])
    sent = as_sent(client.get(where))

    client.post(where, sent | {"clauses-0-tags": ["", "new:Harvest"], "tags": [""], "kinds": []})

    clause = collection.clauses.get()
    assert [tag.name for tag in clause.tags.all()] == ["Harvest"]


def test_two_people_who_save_with_new_tags_see_both(staff: Staff) -> None:
    story = make_story(staff)
    where = reverse("admin:stories_story_change", args=[story.pk])
    first, second = logged_in(staff.editor), logged_in(staff.contributor)
    seen = as_sent(second.get(where))
    tags_after(first, story, "new:Harvest")

    page = second.post(where, seen | {"tags": ["", str(make_tag("Work").pk)]})

    assert page.status_code == 409
    assert "Harvest" in text_of(page)
    assert "Work" in text_of(page)
    assert names_on(story) == {"Harvest"}


def test_new_tag_that_came_second_can_still_be_chosen(staff: Staff) -> None:
    story = make_story(staff)
    where = reverse("admin:stories_story_change", args=[story.pk])
    first, second = logged_in(staff.contributor), logged_in(staff.editor)
    seen = as_sent(second.get(where))
    tags_after(first, story, str(make_tag("Work").pk))

    page = second.post(where, seen | {"tags": ["", "new:Harvest"]})
    sent = {name: page.context[name] for name in ("sealed",)} | {"version": page.context["piece"].lock_version}
    second.post(reverse("admin:stories_story_merge", args=[story.pk]), sent | {"take_tags": "mine"})

    assert names_on(story) == {"Harvest"}


def test_signs_that_nobody_sees_make_no_other_word(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Harvest")])

    tags_after(logged_in(staff.editor), story, "new:Har\u202evest", "new:\x00 harvest")

    assert names_on(story) == {"Harvest"}

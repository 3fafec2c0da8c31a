"""Find anything: who finds what by which words, and what they are told they can do with it."""

from __future__ import annotations

import html
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from editorial import finding, kinds, roles, search_index, triggers, workflow
from editorial.admin.desk import verbs_for
from editorial.finding import Finder, Found
from editorial.models import Findable, Label, Piece, SiteState, Tag, TagAlias, User
from stories.models import Narrator, Story
from tests.makers import (
    Staff,
    approve,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)

#: Whatever somebody may type, paste or send.
ODD = [
    "",
    "   ",
    "\x00",
    "be\x00ll",
    "\ud800",
    '"',
    "'",
    "*",
    "^",
    ":",
    "()",
    "-",
    '"bell',
    "bell*",
    "title:bell",
    "NEAR(bell rang)",
    "bell AND OR NOT",
    "{title} : bell",
    "bell & !rang | (",
    "'bell':*",
    "\\",
    "%",
    "_",
    "<script>alert(1)</script>",
    "bell\u202erang",
    "🎓📚",
    "\u0301",
    "ㅎ",
    "ｂｅｌｌ",
    "x" * 10_000,
    "bell " * 2_000,
    "배움" * 5_000,
    "😀" * 10_000,
    "https://",
    "/",
    "//%ff%00",
]


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def titles(found: list[Found]) -> list[str]:
    return ["".join(part.text for part in one.title) for one in found]


def pieces(text: str, by: User) -> list[int | None]:
    return [one.piece_id for one in finding.find(text, by=by) if one.piece_id is not None]


def save(story: Story, by: User, **changes: str) -> None:
    for name, value in changes.items():
        setattr(story, name, value)
    story.save()
    workflow.save(story.pk, by=by)


# --- By which words -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "The wide river",
        "wide riv",
        "the-wide-river",
        "rang twice",
        "북한이탈주민",
        "chosen name",
        "afternoon",
        "배움",
        "learning",
        "/en/stories/the-wide-river/",
    ],
)
def test_draft_is_found_by_what_it_says(staff: Staff, text: str) -> None:
    Label.objects.create(tag=make_tag(), language="ko", text="배움")
    story = make_story(staff, title="The wide river", slug="the-wide-river", tags=[make_tag()])
    save(story, staff.contributor, body="<h2>At school</h2><p>The bell rang twice for 북한이탈주민은.</p>")
    make_source(staff)

    assert pieces(text, staff.editor) == [story.pk]


@pytest.mark.parametrize("length", [4, 12])
def test_draft_is_found_by_its_id(staff: Staff, length: int) -> None:
    story = make_story(staff)

    assert pieces(story.public_id[:length], staff.editor) == [story.pk]


def test_statistic_is_found_by_its_value_with_or_without_commas(staff: Staff) -> None:
    statistic = make_statistic(staff, value="33834")

    assert pieces("33,834", staff.editor) == pieces("33834", staff.editor) == [statistic.pk]


def test_snippet_is_of_the_field_that_holds_most_of_the_words(staff: Staff) -> None:
    summary = make_summary(staff)

    (found,) = finding.find("survey counted", by=staff.editor)

    assert (found.piece_id, found.where) == (summary.pk, "Findings")


def test_every_word_has_to_be_there(staff: Staff) -> None:
    make_story(staff)

    assert pieces("bell drum", staff.editor) == []


def test_pairs_of_a_korean_noun_have_to_follow_one_another(staff: Staff) -> None:
    save(make_story(staff), staff.contributor, body="<p>용소에서 수용</p>")

    assert pieces("수용소", staff.editor) == []


def test_markup_is_no_word(staff: Staff) -> None:
    save(make_story(staff), staff.contributor, body="<p>Salt &amp; <strong>bread</strong></p><p>Water</p>")

    assert pieces("strong", staff.editor) == []
    assert pieces("amp", staff.editor) == []
    assert pieces("bread water", staff.editor) != []


def test_code_of_a_choice_is_no_word(staff: Staff) -> None:
    make_statistic(staff)

    assert pieces("exact", staff.editor) == []


# --- The index follows the revisions ----------------------------------------------------------------------------------
def test_changed_draft_is_found_by_its_new_words_alone(staff: Staff) -> None:
    story = make_story(staff)
    save(story, staff.contributor, body="<p>A drum was beaten.</p>")

    assert (pieces("drum", staff.editor), pieces("bell", staff.editor)) == ([story.pk], [])


def test_restored_draft_is_found_by_its_old_words(staff: Staff) -> None:
    story = make_story(staff)
    save(story, staff.contributor, body="<p>A drum was beaten.</p>")

    workflow.restore(story.pk, by=staff.contributor, revision_number=1)

    assert (pieces("drum", staff.editor), pieces("bell", staff.editor)) == ([], [story.pk])


def test_discarded_draft_is_found_by_what_was_published(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    save(story, staff.contributor, body="<p>A drum was beaten.</p>")

    workflow.discard(story.pk, by=staff.contributor)

    assert (pieces("drum", staff.editor), pieces("bell", staff.editor)) == ([], [story.pk])


def test_save_that_is_undone_leaves_no_word(staff: Staff) -> None:
    story = make_story(staff)

    with transaction.atomic():
        save(story, staff.contributor, body="<p>A drum was beaten.</p>")
        transaction.set_rollback(True)

    assert pieces("drum", staff.editor) == []


def test_draft_does_not_renew_the_generation(staff: Staff) -> None:
    story = make_story(staff)
    before = SiteState.objects.get().generation

    save(story, staff.contributor, body="<p>A drum was beaten.</p>")

    assert SiteState.objects.get().generation == before


def test_save_costs_two_queries_more(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag()])
    content = story.content()

    with CaptureQueriesContext(connection) as queries:
        finding.index(story, content)

    assert len(queries) == 2


# --- Forgetting and making anew ---------------------------------------------------------------------------------------
def stored(word: str) -> int:
    """In how many blocks of the index a word stands, whatever a query says."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT count(*) FROM {search_index.INDEX}_data WHERE instr(block, %s) > 0", [word.encode()]
            )
        else:
            cursor.execute("SELECT count(*) FROM editorial_findable WHERE text LIKE %s", [f"%{word}%"])
        return int(cursor.fetchone()[0])


def test_forgotten_piece_leaves_no_word_in_the_index(staff: Staff) -> None:
    make_story(staff)
    story = make_story(staff)
    with transaction.atomic():
        save(story, staff.contributor, body="<p>zyxwvplanted</p>")
    assert stored("zyxwvplanted") == 1

    with transaction.atomic():
        finding.forget(story.pk)

    assert (stored("zyxwvplanted"), pieces("zyxwvplanted", staff.editor)) == (0, [])


def test_erased_piece_is_not_found(staff: Staff) -> None:
    story = make_story(staff)
    Piece.objects.filter(pk=story.pk).update(erased_at=timezone.now())

    assert pieces("bell", staff.editor) == []


def test_rebuilding_forgets_what_was_erased(staff: Staff) -> None:
    story = make_story(staff)
    Piece.objects.filter(pk=story.pk).update(erased_at=timezone.now())

    call_command("rebuild_search", stdout=StringIO())

    assert not Findable.objects.filter(piece_id=story.pk).exists()


def test_rebuilding_makes_everything_be_found_again(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editorial.management.commands.rebuild_search.MOST_ROWS", 2)
    wanted = {make_story(staff).pk for _ in range(5)}
    Findable.objects.all().delete()
    said = StringIO()

    call_command("rebuild_search", stdout=said)

    assert set(pieces("bell", staff.editor)) == wanted
    assert "5 pieces" in said.getvalue()


def test_index_is_put_in_place_again_where_it_was_lost(staff: Staff) -> None:
    story = make_story(staff)
    connection.check_constraints()  # PostgreSQL changes no table for which a deferred check is still open
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {search_index.INDEX}_update")
        else:
            cursor.execute("ALTER TABLE editorial_findable DROP COLUMN text_words")

    search_index.install(connection)

    save(story, staff.contributor, body="<p>A drum was beaten.</p>")
    assert pieces("drum", staff.editor) == [story.pk]


def test_index_goes_with_its_table(staff: Staff) -> None:
    make_story(staff)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE editorial_findable")

    search_index.install(connection)

    left = [name for name in connection.introspection.table_names() if name.startswith("editorial_findable")]
    assert left == []


def test_guards_that_step_aside_leave_the_index_alone(staff: Staff) -> None:
    story = make_story(staff)
    triggers.remove(connection)

    save(story, staff.contributor, body="<p>A drum was beaten.</p>")

    assert pieces("drum", staff.editor) == [story.pk]


# --- Whom it tells ----------------------------------------------------------------------------------------------------
def test_person_without_a_kind_finds_none_of_it(staff: Staff) -> None:
    make_story(staff)

    assert finding.find("bell", by=make_user(roles.ADMINISTRATOR)) == []


def test_person_who_may_see_one_kind_finds_that_kind_alone(staff: Staff) -> None:
    make_story(staff, title="Water")
    page = make_page(staff, slug="water")
    role = Group.objects.create(name="Pages alone")
    role.permissions.add(Permission.objects.get(codename="view_page"))
    by = make_user(role.name)

    assert pieces("water", by) == [page.pk]


def test_person_who_is_no_longer_active_finds_nothing(staff: Staff) -> None:
    make_story(staff)
    staff.editor.is_active = False

    assert finding.find("bell", by=staff.editor) == []


def test_narrator_is_found_by_those_who_may_know_them(staff: Staff) -> None:
    Narrator.objects.create(code="N-7K2M")

    assert titles(finding.find("n-7k", by=staff.consent_officer)) == ["N-7K2M"]


@pytest.mark.parametrize("role", [role for role in roles.EVERY if role != roles.CONSENT_OFFICER])
def test_narrator_is_not_found_by_anybody_else(db: None, role: str) -> None:
    Narrator.objects.create(code="N-7K2M")

    assert finding.find("n-7k", by=make_user(role)) == []


def test_member_of_staff_is_found_by_an_administrator(staff: Staff) -> None:
    assert titles(finding.find("contrib", by=make_user(roles.ADMINISTRATOR))) == ["contributor"]


@pytest.mark.parametrize("role", [role for role in roles.EVERY if role != roles.ADMINISTRATOR])
def test_member_of_staff_is_not_found_by_anybody_else(staff: Staff, role: str) -> None:
    assert finding.find("contrib", by=make_user(role)) == []


def test_tag_is_not_found_by_whom_tags_do_not_concern(staff: Staff) -> None:
    make_tag("Camps")

    assert finding.find("camps", by=staff.consent_officer) == []


def test_finder_cannot_be_registered_twice() -> None:
    with pytest.raises(RuntimeError, match="registered twice"):
        finding.register(Finder("narrator", "stories.view_narrator", lambda _query, _limit: []))


# --- Tags -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["learn", "배움", "school"])
def test_tag_is_found_by_name_label_and_other_words(staff: Staff, text: str) -> None:
    Label.objects.create(tag=make_tag(), language="ko", text="배움")
    TagAlias.objects.create(tag=make_tag(), name="Schooling")

    assert titles(finding.find(text, by=staff.editor)) == ["Learning"]


def test_tag_is_shown_in_the_language_of_the_desk(staff: Staff) -> None:
    Label.objects.create(tag=make_tag(), language="ko", text="배움")

    with translation.override("ko"):
        assert titles(finding.find("learn", by=staff.editor)) == ["배움"]


def test_merged_tag_leads_to_what_it_is_now(staff: Staff) -> None:
    Tag.objects.filter(pk=make_tag("Schooling").pk).update(canonical=make_tag())

    (found,) = finding.find("schooling", by=staff.editor)

    assert (titles([found]), found.url) == (
        ["Learning"],
        reverse("admin:editorial_tag_change", args=[make_tag().pk]),
    )


# --- In which order ---------------------------------------------------------------------------------------------------
def test_word_of_the_title_comes_before_a_newer_word_of_the_text(staff: Staff) -> None:
    titled = make_story(staff, title="The bell")
    other = make_story(staff)

    assert pieces("bell", staff.editor) == [titled.pk, other.pk]


def test_very_slug_comes_before_the_same_words_elsewhere(staff: Staff) -> None:
    meant = make_story(staff, title="Water", slug="bell-and-drum")
    make_story(staff, title="Drum and bell", slug="another")

    assert pieces("bell-and-drum", staff.editor)[0] == meant.pk


def test_more_hits_come_before_a_newer_text(staff: Staff) -> None:
    often = make_story(staff)
    save(often, staff.contributor, body="<p>The bell, the bell, the bell.</p>")
    once = make_story(staff)

    assert pieces("bell", staff.editor) == [often.pk, once.pk]


def test_newer_text_comes_first_where_all_else_is_the_same(staff: Staff) -> None:
    older, newer = make_story(staff), make_story(staff)
    Piece.objects.filter(pk=older.pk).update(changed_at=timezone.now() + timedelta(hours=1))

    assert pieces("bell", staff.editor) == [older.pk, newer.pk]


def test_order_does_not_depend_on_how_common_a_word_is(staff: Staff) -> None:
    first = make_story(staff, title="Bells and drums")
    second = make_story(staff, title="A bell and a drum, once")
    before = pieces("bell drum", staff.editor)
    for _ in range(10):
        make_source(staff, title="Drum")

    assert [pk for pk in pieces("bell drum", staff.editor) if pk in {first.pk, second.pk}] == before


def test_best_are_chosen_and_no_more_than_asked_for(staff: Staff) -> None:
    for _ in range(4):
        make_story(staff)

    assert len(finding.find("bell", by=staff.editor, limit=3)) == 3


# --- What is said of it -----------------------------------------------------------------------------------------------
def test_found_piece_says_what_it_is_and_where_the_word_stands(staff: Staff) -> None:
    make_story(staff)

    (found,) = finding.find("bell", by=staff.editor)

    assert (found.kind, found.state, found.language, found.where) == (
        "Story",
        "Draft; readers do not see it",
        "English",
        "Text",
    )
    assert [part.text for part in found.snippet if part.is_hit] == ["bell"]


def test_found_piece_that_is_published_says_so(staff: Staff) -> None:
    publish(make_story(staff), staff)

    (found,) = finding.find("bell", by=staff.editor)

    assert found.state == "As published; readers see it"


def test_draft_of_a_published_piece_says_so(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    save(story, staff.contributor, body="<p>The bell rang once.</p>")

    (found,) = finding.find("bell", by=staff.editor)

    assert found.state == "Draft, of a new edition; readers see it"


def test_snippet_is_of_the_draft_and_not_of_what_readers_see(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    save(story, staff.contributor, body="<p>The bell rang once.</p>")

    (found,) = finding.find("bell", by=staff.editor)

    assert "".join(part.text for part in found.snippet) == "The bell rang once."


@pytest.mark.parametrize(("text", "where"), [("learning", "Tags"), ("wide-river", "Slug")])
def test_found_piece_says_by_which_name_it_was_found(staff: Staff, text: str, where: str) -> None:
    make_story(staff, slug="wide-river", tags=[make_tag()])

    assert finding.find(text, by=staff.editor)[0].where == where


# --- Bad input, and how much it costs ---------------------------------------------------------------------------------
def test_any_text_is_taken(staff: Staff) -> None:
    make_story(staff)
    by = make_user(is_superuser=True)

    for text in ODD:
        assert isinstance(finding.find(text, by=by), list), text


@pytest.mark.parametrize("name", ["find", "find_answers"])
def test_any_text_is_answered(staff: Staff, name: str) -> None:
    make_story(staff)
    client = logged_in(make_user(is_superuser=True))

    for text in ODD:
        sent = text.encode("utf-8", "surrogatepass")
        assert client.get(reverse(f"admin:{name}"), {"q": sent}).status_code in {200, 400}, text


def test_text_of_any_kind_can_be_saved(staff: Staff) -> None:
    story = make_story(staff)

    save(
        story,
        staff.contributor,
        title="배움 " * 40,
        body=f"<p>{' '.join(ODD).replace(chr(0xD800), '')}</p>".replace("\x00", ""),
    )

    assert pieces("배움", staff.editor) == [story.pk]


def queries_of(text: str, by: User) -> int:
    by = User.objects.get(pk=by.pk)
    with CaptureQueriesContext(connection) as queries:
        finding.find(text, by=by)
    return len(queries)


def test_finding_costs_the_same_however_much_there_is(staff: Staff) -> None:
    by = make_user(is_superuser=True)
    for number in range(2):
        make_story(staff, title="Learning", tags=[make_tag(), make_tag(f"Learning {number}")])
    before = queries_of("learning", by)
    for number in range(15):
        make_story(staff, title="Learning", tags=[make_tag(), make_tag(f"Learning by doing {number}")])
        make_page(staff, slug=f"learning-{number}")

    assert (before, queries_of("learning", by)) == (10, 10)


# --- The desk ---------------------------------------------------------------------------------------------------------
def answers(user: User, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = logged_in(user).get(reverse("admin:find_answers"), {"q": text}).json()
    return answer


def actions(user: User, text: str) -> list[dict[str, Any]]:
    """What is offered with the best piece."""
    (items,) = [group["items"] for group in answers(user, text)["groups"] if group.get("is_of_actions")]
    return list(items)


def test_page_lists_what_was_found_in_groups(staff: Staff) -> None:
    make_story(staff, title="Learning", tags=[make_tag()])

    page = logged_in(staff.editor).get(reverse("admin:find"), {"q": "learning"}).content.decode()

    assert page.index(">Pieces</h2>") < page.index("<mark>Learning</mark>") < page.index(">Tags</h2>")


def test_page_escapes_what_somebody_wrote(staff: Staff) -> None:
    make_story(staff, title="<script>alert(1)</script> & learning")

    page = logged_in(staff.editor).get(reverse("admin:find"), {"q": "learning <img>"}).content.decode()
    found = logged_in(staff.editor).get(reverse("admin:find"), {"q": "learning"}).content.decode()

    assert "<img>" not in page
    assert html.escape("<script>alert(1)</script> & ") in found


def test_answers_are_texts_in_parts(staff: Staff) -> None:
    make_story(staff, title="<b>Learning</b>")

    (item,) = answers(staff.editor, "learning")["groups"][0]["items"]

    assert item["title"] == [
        {"text": "<b>", "is_hit": False},
        {"text": "Learning", "is_hit": True},
        {"text": "</b>", "is_hit": False},
    ]


def test_answers_say_how_many_there_are(staff: Staff) -> None:
    make_story(staff, title="Learning")

    assert answers(staff.editor, "learning")["said"] == "1 found"


def test_nothing_found_says_what_to_do(staff: Staff) -> None:
    assert "fewer words" in answers(staff.editor, "zyxwv")["said"]


@pytest.mark.parametrize("name", ["find", "find_answers"])
def test_answer_costs_the_same_however_much_there_is(staff: Staff, name: str) -> None:
    client = logged_in(staff.editor)
    counts = []
    for _ in range(2):
        for _ in range(4):
            make_story(staff)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"admin:{name}"), {"q": "bell"})
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= {"find": 58, "find_answers": 25}[name]


@pytest.mark.parametrize("name", ["find", "find_answers"])
def test_answer_is_kept_nowhere(staff: Staff, name: str) -> None:
    response = logged_in(staff.editor).get(reverse(f"admin:{name}"), {"q": "bell"})

    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["find", "find_answers"])
def test_visitor_is_asked_to_log_in(reader: Client, db: None, name: str) -> None:
    response = reader.get(reverse(f"admin:{name}"), {"q": "bell"})

    assert response.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", ["find", "find_answers"])
def test_searching_changes_nothing_so_it_is_no_post(staff: Staff, name: str) -> None:
    assert logged_in(staff.editor).post(reverse(f"admin:{name}"), {"q": "bell"}).status_code == 405


def test_every_page_of_the_desk_has_the_box(staff: Staff) -> None:
    page = logged_in(staff.editor).get(reverse("admin:stories_story_changelist")).content.decode()

    assert f'action="{reverse("admin:find")}"' in page


def test_log_in_page_has_no_box(reader: Client, db: None) -> None:
    assert 'id="find"' not in reader.get(reverse("admin:login")).content.decode()


@pytest.mark.parametrize("step", ["draft", "in_review", "approved", "published"])
@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher", "consent_officer"])
def test_actions_are_only_those_this_person_may_do(staff: Staff, role: str, step: str) -> None:
    story = make_story(staff)
    if step == "in_review":
        workflow.submit(story.pk, by=staff.contributor)
    elif step == "approved":
        approve(story, staff)
    elif step == "published":
        publish(story, staff)
    by: User = getattr(staff, role)

    offered = {"".join(part["text"] for part in item["title"]) for item in actions(by, "bell")}

    allowed = {str(verb.label) for verb in verbs_for(kinds.load(story.pk), by) if verb.is_allowed}
    assert offered == allowed | {"Preview", "History"}


def test_action_leads_to_the_desk_of_the_piece(staff: Staff) -> None:
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.contributor)

    found = actions(staff.reviewer, "bell")

    url = reverse("admin:stories_story_change", args=[story.pk])
    assert {"title": [{"text": "Approve", "is_hit": False}], "url": f"{url}#desk"} in found


def test_preview_and_history_are_there_for_every_piece(staff: Staff) -> None:
    for _ in range(5):
        make_story(staff)

    page = logged_in(staff.reviewer).get(reverse("admin:find"), {"q": "bell"}).content.decode()

    assert page.count("/preview/") == page.count("/history/") == 5


def places(user: User, text: str) -> list[str]:
    return [
        "".join(part["text"] for part in item["title"])
        for group in answers(user, text)["groups"]
        if group["label"] == "Go to"
        for item in group["items"]
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("stor", "Stories"),
        ("new st", "New story"),
        ("my work", "My work"),
        ("calendar", "Calendar: what appears and ends"),
        ("settings", "My settings"),
        ("import", "Import a document as a draft (story)"),
        ("waiting for your", "Waiting for your review"),
    ],
)
def test_list_or_page_is_found_by_its_name(staff: Staff, text: str, place: str) -> None:
    assert place in places(staff.contributor, text)


def test_list_is_found_by_its_name_in_another_language(staff: Staff) -> None:
    with translation.override("ko"):
        name = str(Story._meta.verbose_name_plural)

    assert "Stories" in places(staff.contributor, name)


@pytest.mark.parametrize(("role", "offered"), [("consent_officer", ["Narrators", "New narrator"]), ("editor", [])])
def test_list_is_offered_to_whom_it_concerns(staff: Staff, role: str, offered: list[str]) -> None:
    assert places(getattr(staff, role), "narrato") == offered


def test_import_is_not_offered_to_whom_it_is_refused(staff: Staff) -> None:
    assert places(staff.reviewer, "import") == []


def test_page_without_a_query_lists_where_to_go(staff: Staff) -> None:
    page = logged_in(staff.editor).get(reverse("admin:find")).content.decode()

    assert reverse("admin:stories_story_add") in page

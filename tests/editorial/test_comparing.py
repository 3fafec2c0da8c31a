"""What differs between two contents, of any kind and any age, without ever trusting what stands in them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from editorial.aligning import Same, Work, pairs_of, same_runs
from editorial.comparing import Choice, FieldDifference, merged, rows, three_way
from editorial.models import Piece
from editorial.passages import passages_of_prose
from editorial.wording import Names, Shape
from reading.models import Collection, Page
from research.models import Source, Statistic, Summary
from stories.models import Story
from tests.makers import Staff, make_collection, make_source, make_statistic, make_story, make_summary, make_tag
from tests.pictures import make_picture, use

NAMES = Names(tags={1: "Learning", 2: "Books", 3: "Work"}, pieces={7: "A survey of lessons", 8: "Another survey"})


def only(found: list[FieldDifference]) -> FieldDifference:
    assert len(found) == 1
    return found[0]


def compared(before: Any, after: Any, *, name: str = "body", piece: Piece | None = None) -> FieldDifference:
    return only(rows({name: before}, {name: after}, piece or Story(), names=NAMES))


def taken_out(difference: FieldDifference) -> str:
    return str(difference.before_html)


def put_in(difference: FieldDifference) -> str:
    return str(difference.after_html)


def words(html: str, element: str) -> list[str]:
    """What stands inside of these elements, without the word for screen readers."""
    found = [part.split(f"</{element}>")[0] for part in html.split(f"<{element}>")[1:]]
    return [one.split("</span>", 1)[1] for one in found]


# --- Sequences ------------------------------------------------------------------------------------------------------
def test_equal_ends_are_found_without_looking_at_pairs() -> None:
    assert same_runs("abcXdef", "abcYdef", Work(left=0)) == [Same(0, 0, 3), Same(4, 4, 3)]


def test_unique_items_part_a_long_stretch() -> None:
    before = ["a", "b"] * 400 + ["mark"] + ["b", "a"] * 400
    after = ["b", "b"] * 400 + ["mark"] + ["a", "a"] * 400

    runs = same_runs(before, after, Work(left=0))

    assert any("mark" in before[run.before : run.before + run.length] for run in runs)


def test_work_that_is_spent_counts_as_different() -> None:
    assert same_runs("abab", "baba", Work(left=0)) == []


def test_runs_rise_in_both_sequences() -> None:
    numbers = random.Random(1)
    before, after = ([numbers.randrange(40) for _ in range(300)] for _ in range(2))

    runs = same_runs(before, after)

    assert all(before[a + k] == after[b + k] for a, b, length in runs for k in range(length))
    assert all(
        one.before + one.length <= two.before and one.after + one.length <= two.after for one, two in pairwise(runs)
    )


def test_passages_pair_with_what_they_became() -> None:
    before = [["bell", "rang", "twice"], ["we", "all", "sat", "down"]]
    after = [["a", "new", "beginning"], ["bell", "rang", "three", "times"], ["we", "sat", "down"]]

    assert pairs_of(before, after, Work(), share=0.3) == [(0, 1), (1, 2)]


# --- Prose ----------------------------------------------------------------------------------------------------------
def test_changed_word_is_marked_on_both_sides() -> None:
    found = compared("<p>The bell rang twice.</p>", "<p>The bell rang once.</p>")

    assert (words(taken_out(found), "del"), words(put_in(found), "ins")) == (["twice"], ["once"])


def test_marks_say_in_words_what_they_mean() -> None:
    found = compared("<p>The bell rang twice.</p>", "<p>The bell rang once.</p>")

    assert "[taken out:]" in taken_out(found)
    assert "[put in:]" in put_in(found)


def test_words_are_counted() -> None:
    found = compared("<p>The bell rang twice.</p>", "<p>The old bell rang once, loudly.</p>")

    assert found.tally == "3 words added, 1 removed"


def test_paragraph_that_is_gone_stands_alone() -> None:
    before = "<p>First of all.</p><p>The second thing, quite different.</p><p>At last.</p>"
    found = compared(before, "<p>First of all.</p><p>At last.</p>")

    changed = [line for stretch in found.stretches for line in stretch.lines if line.is_changed]
    assert [bool(line.after) for line in changed] == [False]


def test_long_unchanged_run_is_folded() -> None:
    rest = "".join(f"<p>Paragraph number {number} stays.</p>" for number in range(20))

    found = compared(f"<p>One.</p>{rest}", f"<p>Two.</p>{rest}")

    folded = [stretch for stretch in found.stretches if stretch.is_folded]
    assert [(stretch.summary, len(stretch.lines)) for stretch in folded] == [("… 19 paragraphs unchanged …", 19)]


def test_word_that_became_bold_is_marked() -> None:
    found = compared("<p>The bell rang.</p>", "<p>The <strong>bell</strong> rang.</p>")

    assert words(put_in(found), "ins") == ["<strong>bell</strong>"]


def test_link_that_leads_elsewhere_is_marked_with_its_target() -> None:
    found = compared(
        '<p>Read <a href="https://a.example/">this</a>.</p>', '<p>Read <a href="https://b.example/">this</a>.</p>'
    )

    assert "https://a.example/" in taken_out(found)
    assert "https://b.example/" in put_in(found)


def test_paragraph_that_became_a_heading_says_so() -> None:
    found = compared("<p>A first classroom</p>", "<h2>A first classroom</h2>")

    assert "Paragraph:" in taken_out(found)
    assert "Heading:" in put_in(found)


def test_pull_quote_differs_from_a_paragraph() -> None:
    found = compared("<p>A first classroom</p>", '<aside class="pull-quote"><p>A first classroom</p></aside>')

    assert "Pull quote:" in put_in(found)


def test_mention_of_another_piece_is_shown_by_its_title() -> None:
    found = compared(
        '<p>See <data value="source:7#page=37"></data>.</p>',
        '<p>See <data value="source:8"></data>.</p>',
        piece=Summary(),
    )

    assert "[A survey of lessons, page 37]" in taken_out(found)
    assert "[Another survey]" in put_in(found)


def test_mention_that_was_pinned_is_a_change() -> None:
    found = compared('<p><data value="statistic:7"></data></p>', '<p><data value="statistic:7@4"></data></p>')

    assert "always the same edition" in put_in(found)


def test_only_spaces_differ() -> None:
    found = compared("<p>The  bell</p>", "<p>The bell</p>")

    assert found.is_only_layout


def test_korean_word_with_another_particle_is_marked_where_it_differs() -> None:
    found = compared("<p>그는 학교에서 배웠다.</p>", "<p>그는 학교까지 배웠다.</p>")

    assert words(put_in(found), "ins") == ["학교<b>까지</b>"]


def test_texts_without_anything_in_common_are_replaced_as_a_whole() -> None:
    found = compared("<p>The bell rang twice in the yard.</p>", "<p>Nobody in our family could read a map.</p>")

    assert words(put_in(found), "ins") == ["Nobody in our family could read a map."]


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<p><img src=x onerror="alert(1)"></p>',
        '<a href="javascript:alert(1)">x</a>',
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        '<p class="x" onclick="alert(1)">text</p>',
        '<data value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"></data>',
        "</p></div></section><script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("name", ["body", "title", "tags", "unknown"])
def test_content_is_never_trusted_as_html(evil: str, name: str) -> None:
    found = compared("<p>Old text.</p>", evil, name=name)

    page = put_in(found) + taken_out(found)
    assert "<script" not in page
    assert "<img" not in page
    assert "<a " not in page
    assert ' onclick="' not in page


def test_content_of_rows_is_never_trusted_as_html() -> None:
    finding = {"heading": "<script>1</script>", "text": "<img src=x>", "new": "<b>2</b>"}

    found = compared([], [finding], name="findings", piece=Summary())

    assert not any(start in put_in(found) for start in ("<script", "<img", "<b>"))


def test_what_cannot_be_seen_is_named() -> None:
    found = compared("A title", "A\u202e title\u200b", name="title")

    assert "[U+202E]" in put_in(found)
    assert "[U+200B]" in put_in(found)


# --- Other fields ---------------------------------------------------------------------------------------------------
def test_choice_is_said_in_words() -> None:
    found = compared("exact", "at_least", name="bound", piece=Statistic())

    assert (words(taken_out(found), "del"), words(put_in(found), "ins")) == (["exactly"], ["at least"])


def test_number_is_replaced_as_a_whole() -> None:
    found = compared("56.4", "56.8", name="value", piece=Statistic())

    assert (words(taken_out(found), "del"), words(put_in(found), "ins")) == (["56.4"], ["56.8"])


def test_tick_is_yes_or_no() -> None:
    found = compared(False, True, name="names_narrator")

    assert (words(taken_out(found), "del"), words(put_in(found), "ins")) == (["no"], ["yes"])


def test_tags_are_named_and_only_what_changed_is_marked() -> None:
    found = compared([1, 2], [2, 3], name="tags")

    assert (words(taken_out(found), "del"), words(put_in(found), "ins")) == (["Learning"], ["Work"])


def test_tag_that_is_gone_is_said_to_be_gone() -> None:
    assert "a tag that is not there any more" in put_in(compared([], [99], name="tags"))


def test_many_tags_that_stayed_are_folded() -> None:
    names = Names(tags={number: f"Tag {number}" for number in range(20)})

    found = only(rows({"tags": list(range(19))}, {"tags": list(range(20))}, Story(), names=names))

    assert "19 that stayed" in put_in(found)


def test_pinned_pieces_have_an_order() -> None:
    found = compared([7, 8], [8, 7], name="pins", piece=Collection())

    assert words(put_in(found), "ins") in (["A survey of lessons"], ["Another survey"])


def test_credited_piece_is_shown_by_its_title() -> None:
    assert words(put_in(compared(None, 7, name="credit")), "ins") == ["A survey of lessons"]


def test_citation_shows_only_what_changed_in_it() -> None:
    before = [{"source": 7, "locator": "37", "locator_label": "page", "intent": "supports"}]
    after = [{"source": 7, "locator": "41", "locator_label": "page", "intent": "supports"}]

    found = compared(before, after, name="citations", piece=Statistic())

    assert words(put_in(found), "ins") == ["41"]
    assert "A survey of lessons" in put_in(found)
    assert "Supports it" not in put_in(found)


def test_new_citation_is_shown_in_full() -> None:
    found = compared([], [{"source": 7, "intent": "disputes"}], name="citations", piece=Statistic())

    assert words(put_in(found), "ins") == ["Citation: A survey of lessons"]
    assert "Disputes it" in put_in(found)


def test_finding_that_changed_stands_beside_itself() -> None:
    first = {"heading": "Lessons help", "text": "The survey counted them.", "strength": "measured"}
    second = {"heading": "Books help too", "text": "Nobody counted the books.", "strength": "reported"}

    found = compared([first, second], [second | {"strength": "mixed"}], name="findings", piece=Summary())

    lines = [(bool(line.before), bool(line.after)) for stretch in found.stretches for line in stretch.lines]
    assert lines == [(True, False), (True, True)]


def test_condition_of_a_collection_is_said_in_words() -> None:
    before, after = [{"rule": "any", "tags": [1, 2]}], [{"rule": "all", "tags": [1, 2, 3]}]

    found = compared(before, after, name="clauses", piece=Collection())

    assert words(put_in(found), "ins") == ["has all of", "Work"]


def test_kinds_of_a_collection_are_said_in_words() -> None:
    found = compared(["story"], ["story", "summary"], name="kinds", piece=Collection())

    assert words(put_in(found), "ins") == ["Research summaries"]


# --- Of any kind and any age ----------------------------------------------------------------------------------------
def test_missing_field_has_its_default() -> None:
    assert rows({"title": "A"}, {"title": "A", "bound": "exact"}, Statistic()) == []


@pytest.mark.parametrize("nothing", ["", None, [], {}, False])
def test_what_says_nothing_is_no_change(nothing: Any) -> None:
    assert rows({}, {"body": nothing, "tags": nothing, "credit": nothing, "new": nothing}, Story()) == []


def test_zero_says_something() -> None:
    assert words(put_in(compared(None, 0, name="sample_size", piece=Statistic())), "ins") == ["0"]


def test_field_that_is_not_known_is_shown_as_it_was_stored() -> None:
    found = compared({"a": 1}, {"a": 2}, name="voice_notes")

    assert (found.label, words(put_in(found), "ins")) == ("Voice notes", ["{&quot;a&quot;: 2}"])


@pytest.mark.parametrize("model", [Story, Summary, Statistic, Source, Collection, Page])
@pytest.mark.parametrize("odd", ["text", 7, 2.5, True, ["x", 3, None], {"a": [1]}, [{"a": 1}, "x"]])
def test_value_of_another_shape_breaks_nothing(model: type[Piece], odd: Any) -> None:
    for one in model.content_fields():
        found = rows({}, {one.name: odd}, model(), names=NAMES)
        assert all(str(each.after_html) for each in found)


def test_fields_have_the_order_of_the_form() -> None:
    found = rows({}, {"slug": "a", "body": "<p>b</p>", "title": "c"}, Story())

    assert [one.name for one in found] == ["title", "body", "slug"]


def test_unchanged_fields_are_shown_when_asked_for() -> None:
    found = rows({"title": "A", "byline": "a"}, {"title": "B", "byline": "a"}, Story(), with_unchanged=True)

    assert [(one.name, one.is_changed) for one in found][:2] == [("title", True), ("byline", False)]


def test_every_kind_describes_all_that_it_says(staff: Staff) -> None:
    source = make_source(staff)
    statistic = make_statistic(staff, source=source)
    story = make_story(staff, tags=[make_tag()])
    use(story, make_picture(staff), staff, caption="A caption.", is_lead=True)
    pieces = [
        story,
        source,
        statistic,
        make_summary(staff, statistics=[statistic]),
        make_collection(staff, any_of=[make_tag()]),
    ]

    for piece in pieces:
        known = {one.name for one in piece.content_fields()}
        assert piece.content().keys() - known == set()
        for field in piece.content_fields():
            for row in piece.content().get(field.name, []) if field.shape == Shape.ITEMS else []:
                assert row.keys() - {one.name for one in field.fields} == set()


def test_bare_parent_row_describes_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Piece.content_fields()


def test_names_cost_two_queries_whatever_changed(staff: Staff, django_assert_max_num_queries: Any) -> None:
    tags = [make_tag(f"Tag {number}") for number in range(5)]
    statistics = [make_statistic(staff) for _ in range(5)]
    findings = [{"heading": str(one.pk), "statistics": [one.pk]} for one in statistics]

    with django_assert_max_num_queries(2):
        found = rows({}, {"tags": [tag.pk for tag in tags], "findings": findings}, Summary())

    assert "Lessons taken" in put_in(found[0])


# --- Long texts -----------------------------------------------------------------------------------------------------
#: How long they take is measured by bench/comparing.py.
SAID_ALOUD = re.compile(r'<span class="visually-hidden">[^<]*</span>')


def prose(paragraphs: list[list[str]]) -> str:
    return "".join(f"<p>{' '.join(one)}.</p>" for one in paragraphs)


def many_words(numbers: random.Random, count: int) -> list[str]:
    """As unevenly often as in a language."""
    return [f"word{int(numbers.paretovariate(0.6)) % 3000}" for _ in range(count)]


def rewritten(numbers: random.Random, paragraph: list[str]) -> list[str]:
    kept = [word for word in paragraph if numbers.random() > 0.1]
    return [word if numbers.random() > 0.3 else f"new{numbers.randrange(2000)}" for word in kept]


def told_words(html: str, without: str = "") -> list[str]:
    """The words of one side, without those inside of these elements."""
    html = SAID_ALOUD.sub("", html)
    if without:
        html = re.sub(f"<{without}>.*?</{without}>", " ", html, flags=re.DOTALL)
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", re.sub(r"</?b>", "", html)))


def written_words(html: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html))


def heavily_changed() -> tuple[str, str]:
    """More than 100,000 letters; a tenth of the paragraphs is gone, and a third of the words is new."""
    numbers = random.Random(2)
    text = [many_words(numbers, 60) for _ in range(280)]
    return prose(text), prose([rewritten(numbers, one) for one in text if numbers.random() > 0.1])


def one_endless_paragraph() -> tuple[str, str]:
    numbers = random.Random(3)
    text = many_words(numbers, 17_000)
    return prose([text]), prose([rewritten(numbers, text)])


LONG_TEXTS = pytest.mark.parametrize("make", [heavily_changed, one_endless_paragraph])


@LONG_TEXTS
def test_long_text_stands_in_full_on_both_sides(make: Callable[[], tuple[str, str]]) -> None:
    before, after = make()
    assert len(before) > 100_000

    found = compared(before, after)

    assert told_words(taken_out(found)) == written_words(before)
    assert told_words(put_in(found)) == written_words(after)


@LONG_TEXTS
def test_what_is_not_marked_in_a_long_text_is_the_same_on_both_sides(make: Callable[[], tuple[str, str]]) -> None:
    before, after = make()

    found = compared(before, after)

    assert told_words(taken_out(found), without="del") == told_words(put_in(found), without="ins")


@LONG_TEXTS
def test_long_text_with_heavy_changes_is_still_compared_word_by_word(make: Callable[[], tuple[str, str]]) -> None:
    before, after = make()

    found = compared(before, after)

    assert found.removed < len(written_words(before)) / 2
    assert found.removed - found.added == len(written_words(before)) - len(written_words(after))


def test_text_that_would_cost_too_much_is_told_as_replaced() -> None:
    numbers = random.Random(4)
    before, after = ([numbers.choice("ab") for _ in range(5_000)] for _ in range(2))

    found = compared(prose([before]), prose([after]))

    assert (found.removed, found.added) == (5_000, 5_000)


# --- Three texts ----------------------------------------------------------------------------------------------------
BASE = {"title": "A", "slug": "a", "standfirst": "One."}


def choices(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Choice]:
    return {choice.name: choice for choice in three_way(BASE, BASE | mine, BASE | theirs, Story())}


def test_field_that_one_person_changed_is_no_conflict() -> None:
    found = choices({"title": "B"}, {"standfirst": "Two."})

    assert {name: choice.is_conflict for name, choice in found.items()} == {"title": False, "standfirst": False}


def test_field_that_both_changed_is_a_conflict() -> None:
    assert choices({"title": "B"}, {"title": "C"})["title"].is_conflict


def test_same_change_by_both_is_no_conflict() -> None:
    assert not choices({"title": "B"}, {"title": "B"})["title"].is_conflict


def test_field_that_nobody_changed_is_no_choice() -> None:
    assert "slug" not in choices({"title": "B"}, {"title": "C"})


def test_choice_keeps_all_three_values_and_shows_both_changes() -> None:
    choice = choices({"title": "B"}, {"title": "C"})["title"]

    assert (choice.base, choice.mine, choice.theirs) == ("A", "B", "C")
    assert words(put_in(choice.to_mine), "ins") == ["B"]
    assert words(put_in(choice.to_theirs), "ins") == ["C"]


def test_merged_takes_what_was_changed_and_what_was_picked() -> None:
    mine, theirs = BASE | {"title": "B", "standfirst": "Two."}, BASE | {"title": "C", "slug": "c"}

    content = merged(BASE, three_way(BASE, mine, theirs, Story()), {"title": "theirs"})

    assert content == {"title": "C", "slug": "c", "standfirst": "Two."}


# --- Passages -------------------------------------------------------------------------------------------------------
def test_lists_are_told_apart() -> None:
    html = "<ul><li>One</li></ul><ol><li><p>Two</p></li></ol><blockquote><p>Three</p></blockquote><p>Four</p>"

    assert [one.kind for one in passages_of_prose(html)] == ["item", "number", "quote", ""]


def test_what_only_attributes_say_is_a_word() -> None:
    (passage,) = passages_of_prose('<p>See <span data-chart="4"></span></p>')

    assert [text for text, _marks in passage.words] == ["See", "[span data-chart=4]"]

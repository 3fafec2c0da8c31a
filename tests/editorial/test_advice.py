"""Advice on prose: what is said of which text, in English and Korean, and what is left in peace."""

from __future__ import annotations

from typing import Any

import pytest

from editorial import advice
from editorial.advice import Draft
from editorial.sentences import blocks_of, is_korean, sentences_of, start_of

LONG_ENGLISH = "The bell " + "rang and " * 17 + "stopped."
LONG_KOREAN = (
    "그날 아침에는 " + "종이 여러 번 울렸고 우리는 모두 조용히 자리에 앉아 있었으며 " * 4 + "수업이 시작되었다."
)


def draft(body: str = "", **content: Any) -> Draft:
    """A text with nothing to say about, but for what is given."""
    well = {
        "title": "A first classroom",
        "slug": "first-classroom",
        "language": "en",
        "standfirst": "How one lesson changed an afternoon.",
        "tags": [1],
    }
    return Draft("story", well | {"body": body} | content)


def codes(given: Draft) -> list[str]:
    return [one.code for one in advice.advice(given)]


def test_text_that_reads_well_is_left_in_peace() -> None:
    body = "<h2>The school</h2><p>The bell rang twice. Nobody moved.</p><h3>Later</h3><p>We went home.</p>"

    assert codes(draft(body)) == []


def test_korean_text_that_reads_well_is_left_in_peace() -> None:
    given = draft(
        "<h2>첫 교실</h2><p>종이 두 번 울렸다. 아무도 움직이지 않았다.</p>",
        title="첫 교실에서 배운 것",
        language="ko",
        standfirst="한 번의 수업이 오후를 바꾸었다.",
    )

    assert codes(given) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"<p>{LONG_ENGLISH}</p>", "sentence_long"),
        (f"<p>{LONG_KOREAN}</p>", "sentence_long"),
        (f"<ul><li><p>{LONG_ENGLISH}</p></li></ul>", "sentence_long"),
        (f"<blockquote><p>{LONG_ENGLISH}</p></blockquote>", "sentence_long"),
        ("<p>" + "The bell rang twice. " * 46 + "</p>", "paragraph_long"),
        ("<p>" + "종이 두 번 울렸다. " * 60 + "</p>", "paragraph_long"),
        ("<h3>The school</h3><p>The bell rang.</p>", "heading_order"),
        ("<h2> </h2><p>The bell rang.</p>", "heading_empty"),
        ("<h2></h2><p>The bell rang.</p>", "heading_empty"),
        ("<h2>" + "The school " * 8 + "</h2>", "heading_long"),
        ("<p><strong>The school</strong></p><p>The bell rang.</p>", "bold_heading"),
        ("<p><strong>첫 교실</strong></p><p>종이 울렸다.</p>", "bold_heading"),
        ('<p>Read it <a href="https://example.org/a">here</a>.</p>', "link_text"),
        ('<p>Read it: <a href="https://example.org/a">Click here!</a></p>', "link_text"),
        ('<p>글은 <a href="https://example.org/a">여기</a>에 있다.</p>', "link_text"),
        ('<p><a href="https://example.org/a">자세히 보기</a></p>', "link_text"),
        ('<p>See <a href="https://example.org/a">https://example.org/a</a>.</p>', "link_is_address"),
        ('<p>See <a href="https://example.org/a">www.example.org</a>.</p>', "link_is_address"),
        ('<p>See <a href="http://example.org/a">the survey</a>.</p>', "link_http"),
        (
            '<p><a href="https://example.org/a">The survey</a>.</p><p><a href="https://example.org/a">Again</a>.</p>',
            "link_repeated",
        ),
        ("<p>It was THE LONGEST DAY of all.</p>", "capitals"),
        ("<p>The bell  rang.</p>", "double_space"),
        ("<p>The bell \u00a0rang.</p>", "double_space"),
        ("<p>종이  울렸다.</p>", "double_space"),
        ("<p>The bell rang... and stopped.</p>", "three_dots"),
        ("<p>The bell rang , then stopped.</p>", "space_before_mark"),
    ],
)
def test_what_could_be_better_is_said_once(body: str, code: str) -> None:
    assert codes(draft(body)) == [code]


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "word " * 34 + "end.</p>",
        "<p>" + "가나다라마" * 17 + "다.</p>",
        "<p>Dr. Kim said that J. K. Lee, who taught us, came at 9 a.m. every day. We waited.</p>",
        "<p>" + "A line of a poem<br>" * 30 + "</p>",
        "<ul><li><p><strong>The school</strong></p></li></ul>",
        "<p><strong>The school</strong> was closed.</p>",
        "<p><strong>We never went back.</strong></p>",
        "<p>UN WFP FAO</p>",
        "<p>I AM at home.</p>",
        "<p>It holds <data></data> <data></data> people.</p>",
        f'<aside class="pull-quote"><p>{LONG_ENGLISH}</p></aside>',
        '<p><a href="https://example.org/a">What happens here</a> and <a href="https://example.org/b">there</a>.</p>',
    ],
)
def test_what_is_well_is_not_remarked_on(body: str) -> None:
    assert codes(draft(body)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "How a first classroom " * 4}, "title_long"),
        (
            {"title": "첫 교실에서 배운 것들과 그 뒤에 남은 이야기를 담아 다시 쓰는 아주 긴 제목", "slug": "first"},
            "title_long",
        ),
        ({"title": "THE FIRST classroom and THE FIRST LESSON"}, "capitals"),
        ({"standfirst": ""}, "no_standfirst"),
        ({"standfirst": "A first classroom!"}, "standfirst_repeats"),
        ({"standfirst": "A first classroom, and more of it."}, "standfirst_repeats"),
        ({"standfirst": LONG_ENGLISH}, "sentence_long"),
        ({"slug": "2024-03"}, "slug_is_number"),
        ({"slug": "untitled"}, "slug_differs"),
        ({"tags": []}, "no_tags"),
        ({"tags": list(range(9))}, "many_tags"),
    ],
)
def test_what_stands_over_the_text_is_looked_at(changes: dict[str, Any], code: str) -> None:
    assert codes(draft(**changes)) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "classes-of-the-first-year"},
        {"title": "첫 교실", "slug": "untitled"},
        {"title": "Lessons", "slug": "lesson", "standfirst": "Lessons are what this is about."},
        {"tags": list(range(8))},
    ],
)
def test_what_stands_over_the_text_may_be_well(changes: dict[str, Any]) -> None:
    assert codes(draft(**changes)) == []


def test_kind_that_no_list_shows_needs_neither_standfirst_nor_tags() -> None:
    given = draft(standfirst="", tags=[], slug="abc", title="A title as it was printed " * 4)

    assert codes(Draft("source", given.content, is_listed=False)) == []


@pytest.mark.parametrize("text", ["They were beaten at the border.", "국경에서 구타를 당했다."])
def test_hard_words_raise_the_question_of_a_content_note(text: str) -> None:
    assert codes(draft(f"<p>We left at night. {text}</p>", content_note="")) == ["content_note"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("They were beaten at the border.", "The second part speaks of violence."),
        ("She was a skilled painter of grapes.", ""),
        ("종이 두 번 울렸다.", ""),
    ],
)
def test_question_of_a_content_note_is_not_raised_in_vain(text: str, note: str) -> None:
    assert "content_note" not in codes(draft(f"<p>{text}</p>", content_note=note))


def test_note_inside_the_text_is_a_content_note() -> None:
    body = '<aside class="content-note"><p>On violence.</p></aside><p>They were beaten at the border.</p>'

    assert codes(draft(body, content_note="")) == []


def test_kind_without_a_content_note_is_not_asked_for_one() -> None:
    assert codes(draft("<p>They were beaten at the border.</p>")) == []


def test_advice_names_the_field_and_the_words_where_it_begins() -> None:
    (found,) = advice.advice(draft(f"<p>We went home. <em>The</em> {LONG_ENGLISH[4:]}</p>"))

    assert (found.field, found.excerpt) == ("body", "The bell rang and rang and rang and rang and rang and rang")


def test_slip_is_said_once_for_a_field_with_its_place_and_number() -> None:
    (found,) = advice.advice(draft("<p>The bell  rang. Then  it stopped.</p>"))

    assert (found.excerpt, "2 times" in found.sentence) == ("The bell  rang. Then  it stopped.", True)


def test_every_longer_field_is_looked_at() -> None:
    given = draft(method=f"<p>{LONG_ENGLISH}</p>", caveat=LONG_ENGLISH)
    found = advice.advice(Draft("summary", given.content, prose=("body", "method"), plain=("caveat",)))

    assert [one.field for one in found] == ["caveat", "method"]


def test_adviser_of_another_app_is_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "_registered", [])
    advice.register(lambda given: [advice.Advice("no_alt_text", "Describe the picture.", given.kind)])

    assert codes(draft()) == ["no_alt_text"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He came. She left.", 2),
        ("“He came.” She left.", 2),
        ("It cost 3.5 won. Dear!", 2),
        ("She asked: “Why?” and left.", 1),
        ("그가 왔다. 그녀는 떠났다.", 2),
        ("“왔다.” 그녀가 말했다.", 2),
        ("Prof. Park and J. Lee came.", 1),
        ("One line\nanother line", 2),
    ],
)
def test_sentences_are_cut_where_they_end(text: str, count: int) -> None:
    assert len(sentences_of(text)) == count


@pytest.mark.parametrize(
    ("text", "answer"), [("그는 Liberty에서 일했다", True), ("The word is 종", False), ("12", False)]
)
def test_language_of_a_sentence_is_seen(text: str, answer: bool) -> None:
    assert is_korean(text) is answer


def test_markup_that_is_not_closed_loses_no_words() -> None:
    assert [block.text for block in blocks_of("loose <p>first<p>second<li>third")] == [
        "loose",
        "first",
        "second",
        "third",
    ]


def test_start_of_a_text_ends_at_a_word_and_before_what_is_printed_in_it() -> None:
    assert start_of("They were \ufffc people of the school") == "They were"

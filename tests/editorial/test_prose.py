"""Safe prose: what editors may write comes through, everything else does not, on every way in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from editorial.prose import clean, rendered, text_of
from editorial.prose_nodes import Mention
from editorial.prose_table import TABLE, WITH_MENTIONS, WORDS, chosen
from reading.models import Page
from stories.models import Story
from tests.makers import Staff, make_page, make_story

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<p onclick=alert(1)>text</p>",
    "<p style='background:url(//evil.example)'>text</p>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src=//evil.example></iframe>",
    "<object data=//evil.example></object><embed src=//evil.example>",
    "<form action=//evil.example><input name=a><button>b</button></form>",
    "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='https://a.example' target=_blank onmouseover=alert(1) style=x>x</a>",
    "<p><!-- a comment --><![CDATA[<script>alert(1)</script>]]></p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<video src=//evil.example><audio src=//evil.example></audio></video>",
    "<p class=hero id=main data-theme=dark>text</p>",
    "<p\x00 onclick=alert(1)>text</p>",
    "<details open ontoggle=alert(1)>x</details>",
]
HOSTILE_NODES = [
    '<p><data value="statistic:41" onclick=alert(1) class=x>33,000</data></p>',
    '<p><data value="javascript:41"></data><data value="statistic:41&quot; onload=x"></data></p>',
    '<p><data value="statistic:0"></data><data value="statistic:041"></data><data value="statistic:٤١"></data></p>',
    f'<p><data value="statistic:{"9" * 19}"></data><data value="source:8#page=&lt;b&gt;"></data></p>',
    '<data value="statistic:41"><p>a paragraph inside</p></data>',
    '<p><data value="source:8#verse=3"></data><data value="story:7"></data><data>33,000</data></p>',
    '<aside class="pull-quote evil" onclick=x><p>text</p></aside>',
    "<aside><p>text</p></aside><aside class=content-note style=x><p>text</p>",
    '<aside class="pull-quote"><aside class="x"><p>a</p></aside><script>b</script></aside></aside>',
]
ALLOWED = {tag for element in TABLE.values() for tag in element.tags}
NODES = {
    "aside": re.compile(r' class="(pull-quote|content-note)"'),
    "data": re.compile(r' value="(statistic|source):[1-9][0-9]{0,17}(@[1-9][0-9]*|#(page|chapter|section)=[^"<>&]+)?"'),
}
TAG = re.compile(r"<(/?)([a-zA-Z0-9:]+)([^>]*)>")


def faults(html: str) -> list[str]:
    """Every tag in the text that is not just as the allow-list has it."""
    found = []
    for slash, name, rest in TAG.findall(html):
        is_fine = name in ALLOWED and not rest
        if name == "a":
            is_fine = bool(re.fullmatch(r'( href="(https?://|mailto:|#)[^"]*")?( rel="noopener noreferrer")?', rest))
        elif name in NODES and not slash:
            is_fine = NODES[name].fullmatch(rest) is not None
        if not is_fine:
            found.append(name + rest)
    return found


@pytest.mark.parametrize("holds", [WORDS, WITH_MENTIONS])
@pytest.mark.parametrize("html", HOSTILE + HOSTILE_NODES)
def test_hostile_html_leaves_nothing_that_acts(html: str, holds: tuple[str, ...]) -> None:
    cleaned = clean(html, holds)

    assert faults(cleaned) == []
    assert "<!" not in cleaned


@pytest.mark.parametrize("holds", [WORDS, WITH_MENTIONS])
@pytest.mark.parametrize("html", HOSTILE + HOSTILE_NODES)
def test_cleaning_again_changes_nothing(html: str, holds: tuple[str, ...]) -> None:
    assert clean(clean(html, holds), holds) == clean(html, holds)


def test_everything_that_a_button_makes_comes_through() -> None:
    html = (
        "<h2>One</h2><h3>Two</h3><p><strong>a</strong> <em>b</em><br>c</p><blockquote><p>d</p></blockquote>"
        "<ul><li><p>e</p></li></ul><ol><li><p>f</p></li></ol>"
        '<aside class="pull-quote"><p>g</p></aside><aside class="content-note"><p>h</p></aside>'
    )

    assert clean(html) == html


def test_mentions_come_through_where_they_are_allowed() -> None:
    html = (
        '<p>a <data value="statistic:41"></data> b <data value="statistic:41@7"></data> c '
        '<data value="source:8"></data><data value="source:8#page=213-20"></data></p>'
    )

    assert clean(html, WITH_MENTIONS) == html


def test_words_of_a_narrator_take_no_mention() -> None:
    assert clean('<p>a <data value="statistic:41"></data>b</p>') == "<p>a b</p>"


def test_mention_holds_no_value() -> None:
    assert clean('<p><data value="statistic:41">33,000</data></p>', WITH_MENTIONS) == (
        '<p><data value="statistic:41"></data></p>'
    )


def test_words_behind_a_mention_that_was_not_closed_stay() -> None:
    html = '<p>a <data value="statistic:41">33,000<strong>b</strong> c</p><p>d</p>'

    assert clean(html, WITH_MENTIONS) == '<p>a <data value="statistic:41"></data><strong>b</strong> c</p><p>d</p>'


def test_no_attribute_passes_that_nobody_named() -> None:
    assert clean('<p title="x" lang="ko">a <a href="https://a.example" title="x">b</a></p>') == (
        '<p>a <a href="https://a.example" rel="noopener noreferrer">b</a></p>'
    )


def test_aside_that_is_none_of_ours_leaves_its_words() -> None:
    assert clean('<aside class="advert"><p>text</p></aside>') == "<p>text</p>"


def test_editor_and_allow_list_come_from_one_table() -> None:
    for name, element in TABLE.items():
        for tag in element.tags:
            assert clean(f"<{tag}>x</{tag}>", [name]) or element.kind, name


def test_name_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(LookupError, match="Marquee"):
        chosen(["Bold", "Marquee"])


@pytest.mark.parametrize(
    "value",
    [
        "statistic:41",
        "statistic:41@7",
        "source:8",
        "source:8#page=213-20",
        "source:8#section=제3장 (가)",
        "source:8#page=§ 4",
    ],
)
def test_stored_mention_reads_as_it_was_written(value: str) -> None:
    assert str(Mention.read(value)) == value


@pytest.mark.parametrize(
    "value",
    ["", "41", "statistic:", "statistic:-1", "statistic:1@", "statistic:1@2@3", "statistic:1#page=", "source:8#page=  ",
     'source:8#page="', "source:8#page=<b>", "source:8#page=" + "1" * 41, "statistic:1\n"],
)  # fmt: skip
def test_what_is_no_mention_is_none(value: str) -> None:
    assert Mention.read(value) is None


def test_content_note_says_what_it_is() -> None:
    shown = rendered('<aside class="content-note"><p>Hunger is spoken of.</p></aside>')

    label = '<p class="kicker">Before you read on</p>'
    assert shown == f'<aside class="content-note" role="note">{label}<p>Hunger is spoken of.</p></aside>'


@pytest.mark.parametrize("name", ["word", "google_docs"])
def test_clipboard_that_reaches_the_server_raw_comes_out_safe(name: str) -> None:
    html = (Path(__file__).parent / "clipboards" / f"{name}.html").read_text()

    cleaned = clean(html)

    assert faults(cleaned) == []
    for trace in ("mso-", "Mso", "docs-internal", "clip_", "A Writer", "<span", "style", "<!"):
        assert trace not in cleaned


@pytest.mark.parametrize("address", ["https://example.org/a?b=c", "http://example.org/", "mailto:us@example.org"])
def test_link_keeps_its_address_and_tells_nobody_where_it_came_from(address: str) -> None:
    assert clean(f'<p><a href="{address}">x</a></p>') == (f'<p><a href="{address}" rel="noopener noreferrer">x</a></p>')


def test_empty_paragraph_is_empty_text() -> None:
    assert clean("<p></p>") == clean("  ") == clean("<p>\x00</p>") == ""


def test_letters_are_in_nfc() -> None:
    assert clean("<p>\u1112\u1161\u11ab Cafe\u0301</p>") == "<p>한 Café</p>"


def test_direction_overrides_are_taken_out() -> None:
    controls = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

    assert clean(f"<p>{controls}text</p>") == "<p>text</p>"
    assert clean("<p>a\u200eb</p>") == "<p>a\u200eb</p>"


def test_page_shows_no_direction_override_however_it_was_spelled() -> None:
    saved = clean("<p>&#x202E;text&#8238;</p>")

    assert rendered(saved) == "<p>text</p>"


def test_text_of_is_the_words_alone() -> None:
    assert text_of("<h2>One</h2><p>two  <em>three</em></p><p>four</p>") == "Onetwo three four"
    assert text_of("<p> </p><p><br></p>") == ""


def test_story_that_is_saved_is_clean(staff: Staff) -> None:
    story = make_story(staff)
    story.body = "<p onclick=x>text</p><script>alert(1)</script>"
    story.save()

    assert Story.objects.get(pk=story.pk).body == "<p>text</p>"


def test_bulk_writes_are_clean_too(staff: Staff) -> None:
    first, second = make_page(staff, slug="first"), make_page(staff, slug="second")
    second.body = "<p>b</p><script>alert(1)</script>"
    dirty = {"body": "<p onclick=x>a</p>"}

    Page.objects.filter(pk=first.pk).update(**dirty)
    Page.objects.bulk_update([second], ["body"])

    assert Page.objects.get(pk=first.pk).body == "<p>a</p>"
    assert Page.objects.get(pk=second.pk).body == "<p>b</p>"

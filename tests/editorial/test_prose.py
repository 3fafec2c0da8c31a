"""Safe prose: what editors may write comes through, everything else does not, on every way in."""

from __future__ import annotations

import re

import pytest

from editorial.prose import EXTENSIONS, clean, rendered, text_of
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
ALLOWED = {"p", *(tag for _config, tags in EXTENSIONS.values() for tag in tags)}
TAG = re.compile(r"<(/?)([a-zA-Z0-9:]+)([^>]*)>")


def faults(html: str) -> list[str]:
    """Every tag in the text that is not just as the allow-list has it."""
    found = []
    for _slash, name, rest in TAG.findall(html):
        link = re.fullmatch(r'( href="(https?://|mailto:)[^"]*")?( rel="noopener noreferrer")?', rest)
        if name not in ALLOWED or (rest and not (name == "a" and link)):
            found.append(name + rest)
    return found


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_leaves_nothing_that_acts(html: str) -> None:
    cleaned = clean(html)

    assert faults(cleaned) == []
    assert "<!" not in cleaned


@pytest.mark.parametrize("html", HOSTILE)
def test_cleaning_again_changes_nothing(html: str) -> None:
    assert clean(clean(html)) == clean(html)


def test_everything_that_a_button_makes_comes_through() -> None:
    html = (
        "<h2>One</h2><h3>Two</h3><p><strong>a</strong> <em>b</em><br>c</p><blockquote><p>d</p></blockquote>"
        "<ul><li><p>e</p></li></ul><ol><li><p>f</p></li></ol>"
    )

    assert clean(html) == html


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

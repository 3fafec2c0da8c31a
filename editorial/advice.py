"""What could be better in a text. Pure: a content goes in, advice comes out; none of it blocks anything.

Apps that know more, of pictures or of findings, add an adviser of their own with `register` in their ready().
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editorial.sentences import Block, around, blocks_of, is_korean, length_of, lines_of, sentences_of, start_of

#: The most that reads easily, in words and, in Korean, in letters without spaces.
LONG_SENTENCE, LONG_SENTENCE_KOREAN = 35, 90
LONG_PARAGRAPH, LONG_PARAGRAPH_KOREAN = 180, 460
LONG_HEADING = 80
#: In widths of a Latin letter; a Korean one is as wide as two.
LONG_TITLE = 70
MANY_TAGS = 8
#: A shorter title may well be the beginning of a sentence.
TITLE_WORTH_REPEATING = 15

SAYS_NOTHING = {
    *("here", "click here", "click", "this", "this link", "link", "read more", "more", "learn more", "see more"),
    *("website", "page", "this page"),
    *("여기", "여기를", "여기서", "여기를 클릭", "여기를 클릭하세요", "클릭", "링크", "이 링크", "이곳", "더 보기"),
    *("더보기", "자세히", "자세히 보기", "바로가기", "바로 가기", "홈페이지"),
}
BARE_ADDRESS = re.compile(r"^(https?://|www\.)\S+$", re.IGNORECASE)
CAPITALS = re.compile(r"\b[A-Z][A-Z’'-]*(?:[ \u00a0]+[A-Z][A-Z’'-]*){2,}\b")
#: The passage that warns of what follows it.
NOTE_IN_THE_TEXT = 'class="content-note"'
#: Three short ones in a row are names of organisations.
SHORT_NAME = 4
SLIPS = {
    "double_space": re.compile(r"\S[ \u00a0]{2,}(?=\S)"),
    "three_dots": re.compile(r"\.{3,}"),
    "space_before_mark": re.compile(r"\w[ \u00a0]+[,.;:!?](?=\s|$)"),
}
HARD_TO_READ = re.compile(
    r"\b(?:tortur\w+|rap(?:e|ed|es|ing|ist)|murder\w*|executed|executions?|suicides?|corpses?|kill(?:ed|ing|ings)"
    r"|beaten|beatings?|starv(?:ed|ing|ation)|traffick\w+|abus(?:e|ed|es|ing|ive)|assault\w*|molest\w+)\b"
    r"|고문|살해|살인|처형|총살|성폭행|성폭력|강간|자살|구타|폭행|학대|인신매매|시체|시신|굶어\s?죽",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Advice:
    """One suggestion; `excerpt` is how the passage begins, word for word, and `field` the part of the form."""

    code: str
    sentence: str
    field: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Draft:
    """A content as Piece.content() gives it, and what of it is long text."""

    kind: str
    content: Mapping[str, Any]
    #: The fields with markup, and longer ones without.
    prose: tuple[str, ...] = ("body",)
    plain: tuple[str, ...] = ()
    #: Whether lists show pieces of this kind.
    is_listed: bool = True
    #: Words that somebody has judged already (Piece.settled_passages).
    settled: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        return str(self.content.get(name) or "")

    @cached_property
    def passages(self) -> dict[str, list[Block]]:
        """The blocks of each longer field."""
        plain = {name: lines_of(self.text(name)) for name in ("standfirst", *self.plain)}
        return plain | {name: blocks_of(self.text(name)) for name in self.prose}


Adviser = Callable[[Draft], list[Advice]]


# --- What stands over the text --------------------------------------------------------------------------------------
def on_title(draft: Draft) -> list[Advice]:
    title = draft.text("title")
    found = []
    # Of a work that is only listed as a source the title is as it was printed.
    if draft.is_listed and sum(2 if is_korean(letter) else 1 for letter in title) > LONG_TITLE:
        sentence = _("The title is very long; lists and search results cut it off. Shorten it.")
        found.append(Advice("title_long", sentence, "title", start_of(title)))
    return found + on_capitals("title", lines_of(title)) + on_slips("title", lines_of(title))


def on_standfirst(draft: Draft) -> list[Advice]:
    title, standfirst = _plain_words(draft.text("title")), _plain_words(draft.text("standfirst"))
    if not standfirst:
        sentence = _("Lists show a standfirst under the title. Write one or two sentences.")
        return [Advice("no_standfirst", sentence, "standfirst")] if draft.is_listed else []
    if title and (standfirst == title or (len(title) >= TITLE_WORTH_REPEATING and standfirst.startswith(f"{title} "))):
        sentence = _("The standfirst repeats the title. Say in it what the title does not.")
        return [Advice("standfirst_repeats", sentence, "standfirst", start_of(draft.text("standfirst")))]
    return []


def _plain_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def on_slug(draft: Draft) -> list[Advice]:
    slug, title = draft.text("slug"), draft.text("title")
    words = [word for word in re.split(r"[-_]+", slug.casefold()) if word]
    title_words = re.findall(r"[a-z0-9]+", re.sub("[’']", "", title.casefold()))
    if words and all(word.isdigit() for word in words):
        sentence = _("The address is a number only. Words tell people what they will read.")
        return [Advice("slug_is_number", sentence, "slug", slug)]
    # A Korean title says nothing about the Latin letters of its address.
    if not draft.is_listed or not words or not title_words or is_korean(title):
        return []
    if not {word[:4] for word in title_words} & {word[:4] for word in words}:
        sentence = _("The address has no word of the title. Check that it is not left over from another text.")
        return [Advice("slug_differs", sentence, "slug", slug)]
    return []


def on_tags(draft: Draft) -> list[Advice]:
    count = len(draft.content.get("tags") or [])
    if not count and draft.is_listed:
        sentence = _("It has no tag, so topics and collections do not show it. Give it one.")
        return [Advice("no_tags", sentence, "tags")]
    if count > MANY_TAGS:
        sentence = _("It has %(count)d tags. Keep those that somebody would look for it under.") % {"count": count}
        return [Advice("many_tags", sentence, "tags")]
    return []


def on_content_note(draft: Draft) -> list[Advice]:
    """A question, never an alarm; only for kinds that have such a note."""
    if "content_note" not in draft.content or draft.text("content_note").strip():
        return []
    if any(NOTE_IN_THE_TEXT in draft.text(name) for name in draft.prose):
        return []
    for blocks in draft.passages.values():
        for sentence in _sentences(blocks):
            if HARD_TO_READ.search(sentence):
                question = _("Does this text need a content note? Some readers like to know beforehand.")
                return [Advice("content_note", question, "content_note", start_of(sentence))]
    return []


# --- The text itself ------------------------------------------------------------------------------------------------
def on_headings(draft: Draft) -> list[Advice]:
    return [one for name in draft.prose for one in _headings_of(name, draft.passages[name])]


def _headings_of(field: str, blocks: list[Block]) -> Iterator[Advice]:
    above = 1  # the title of the page
    for block in blocks:
        if block.tag == "p" and not block.inside and block.is_bold and _reads_like_a_heading(block.text):
            sentence = _("This bold line stands where a heading would. Make it one, so that people can jump to it.")
            yield Advice("bold_heading", sentence, field, start_of(block.text))
        if not block.level:
            continue
        if not block.text:
            yield Advice("heading_empty", _("There is an empty heading. Write it, or take it out."), field)
        elif len(block.text) > LONG_HEADING:
            sentence = _("This heading is as long as a sentence. Shorten it.")
            yield Advice("heading_long", sentence, field, start_of(block.text))
        if block.level > above + 1:
            sentence = _("This small heading stands under no larger one. Make it a level larger.")
            yield Advice("heading_order", sentence, field, start_of(block.text))
        above = block.level


def _reads_like_a_heading(text: str) -> bool:
    return len(text) <= LONG_HEADING and not text.rstrip("”’\"') ").endswith((".", "!", "…"))


def on_links(draft: Draft) -> list[Advice]:
    return [one for name in draft.prose for one in _links_of(name, draft.passages[name])]


def _links_of(field: str, blocks: list[Block]) -> Iterator[Advice]:
    links = [link for block in blocks for link in block.links]
    for link in links:
        if _plain_words(link.text) in SAYS_NOTHING:
            sentence = _("This link does not say where it leads. Some people hear links alone; name what is there.")
            yield Advice("link_text", sentence, field, link.text)
        elif BARE_ADDRESS.match(link.text):
            sentence = _("This link shows its address. Write what is there instead.")
            yield Advice("link_is_address", sentence, field, start_of(link.text))
    first = {link.href: link for link in reversed(links)}
    for href, link in reversed(first.items()):
        if href.lower().startswith("http://"):
            sentence = _("This link is not encrypted (http). Try the same address with https.")
            yield Advice("link_http", sentence, field, start_of(link.text))
    for href, times in Counter(link.href for link in links).items():
        if times > 1 and href:
            sentence = _("The same address is linked %(times)d times. Once is enough.") % {"times": times}
            yield Advice("link_repeated", sentence, field, start_of(first[href].text))


def on_capitals(field: str, blocks: list[Block]) -> list[Advice]:
    for block in blocks:
        for run in CAPITALS.finditer(block.text):
            if any(len(word) > SHORT_NAME for word in run.group().split()):
                sentence = _("Words in capitals are hard to read and sound like shouting. Use small letters.")
                return [Advice("capitals", sentence, field, start_of(run.group()))]
    return []


def on_slips(field: str, blocks: list[Block]) -> list[Advice]:
    """One item for each sort of slip, with the first place."""
    found = []
    for code, pattern in SLIPS.items():
        hits = [(block.text, hit) for block in blocks for hit in pattern.finditer(block.text)]
        if hits:
            text, hit = hits[0]
            found.append(Advice(code, _slip(code, len(hits)), field, around(text, hit.start(), hit.end())))
    return found


def _slip(code: str, times: int) -> str:
    if code == "double_space":
        words = ngettext("Two spaces where one is enough.", "Two spaces where one is enough, %(n)d times.", times)
    elif code == "three_dots":
        words = ngettext(
            "Three full stops; the sign for that is “…”.", "Three full stops, %(n)d times; the sign is “…”.", times
        )
    else:
        words = ngettext(
            "A space before a full stop, comma or the like.",
            "A space before a full stop, comma or the like, %(n)d times.",
            times,
        )
    return words % {"n": times}


def on_wording(draft: Draft) -> list[Advice]:
    """Slips and capitals first, then what is long, in each field."""
    small = [
        one
        for field, blocks in draft.passages.items()
        for one in (*on_capitals(field, blocks), *on_slips(field, blocks))
    ]
    return small + [one for field, blocks in draft.passages.items() for one in on_length(field, blocks)]


def on_length(field: str, blocks: list[Block]) -> list[Advice]:
    found = []
    for block in blocks:
        # A pull quote says again what the text says.
        if block.level or "aside" in block.inside:
            continue
        if length_of(block.text) > (LONG_PARAGRAPH_KOREAN if is_korean(block.text) else LONG_PARAGRAPH):
            sentence = _("This paragraph is very long, above all on a phone. Break it where the thought turns.")
            found.append(Advice("paragraph_long", sentence, field, start_of(block.text)))
        found += [_long_sentence(field, sentence) for sentence in _sentences([block]) if _is_long(sentence)]
    return found


def _sentences(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        yield from sentences_of(block.text)


def _is_long(sentence: str) -> bool:
    return length_of(sentence) > (LONG_SENTENCE_KOREAN if is_korean(sentence) else LONG_SENTENCE)


def _long_sentence(field: str, sentence: str) -> Advice:
    if is_korean(sentence):
        words = _("This sentence has %(count)d letters. Two shorter ones are easier to follow.")
    else:
        words = _("This sentence has %(count)d words. Two shorter ones are easier to follow.")
    return Advice("sentence_long", words % {"count": length_of(sentence)}, field, start_of(sentence))


# --- All of it ------------------------------------------------------------------------------------------------------
ADVISERS: tuple[Adviser, ...] = (
    on_title,
    on_standfirst,
    on_slug,
    on_tags,
    on_content_note,
    on_headings,
    on_links,
    on_wording,
)
#: What other apps add: alt text and contrast of pictures, findings, whatever they know of.
_registered: list[Adviser] = []


def register(adviser: Adviser) -> None:
    """Add an adviser. Called in ready() of the app that knows what it is about; again is harmless."""
    if adviser not in _registered:
        _registered.append(adviser)


def advice(draft: Draft) -> list[Advice]:
    """Everything that could be better, the large before the small."""
    return [one for adviser in (*ADVISERS, *_registered) for one in adviser(draft)]

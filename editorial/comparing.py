"""What differs between two contents of a piece: word by word for texts, field by field for the rest.

`rows()` is for two texts, `three_way()` for two that both came from a third. Contents of any kind and any age may be
given: what is missing has its default, what is not known is shown as it was stored. The HTML is escaped but for our
own marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editorial import wording
from editorial.aligning import Same, Work, pairs_of, same_runs
from editorial.marking import Marked, Marker, Side, mark, visible
from editorial.models import Piece
from editorial.passages import Passage, passages_of_prose, passages_of_text
from editorial.wording import Content, ContentField, Names, Shape, says_nothing

#: Passages with this share of their words in common are one passage that was changed.
SAME_PASSAGE = 0.3
#: The same for rows, such as citations.
SAME_ROW = 0.4
#: No text is longer; beyond that, comparing and searching would make others wait.
LONGEST_TEXT = 200_000
#: What stands between two texts that are both kept.
JOINTS = {Shape.PROSE: "", Shape.TEXT: "\n", Shape.LINE: " "}
#: A list shows so many values that stayed; more of them are folded.
STAYED = 4
#: So many unchanged passages stay in sight beside a changed one; a longer run is folded.
IN_SIGHT = 1
FOLD_FROM = 3


@dataclass(frozen=True)
class Line:
    """One passage or row on both sides; empty on the side where it is not."""

    before: SafeString
    after: SafeString
    is_changed: bool


@dataclass(frozen=True)
class Stretch:
    """Lines that follow one another; a long unchanged run is folded away."""

    lines: tuple[Line, ...]
    is_folded: bool = False

    @property
    def summary(self) -> str:
        count = len(self.lines)
        return ngettext("… %(count)d paragraph unchanged …", "… %(count)d paragraphs unchanged …", count) % {
            "count": count
        }


@dataclass(frozen=True)
class FieldDifference:
    """One field of two contents."""

    name: str
    label: str
    is_changed: bool
    stretches: tuple[Stretch, ...]
    #: In texts, how many words were taken out and put in.
    removed: int = 0
    added: int = 0
    counts_words: bool = False

    @property
    def before_html(self) -> SafeString:
        return format_html_join("", "{}", ((line.before,) for one in self.stretches for line in one.lines))

    @property
    def after_html(self) -> SafeString:
        return format_html_join("", "{}", ((line.after,) for one in self.stretches for line in one.lines))

    @property
    def tally(self) -> str:
        """ "34 words added, 5 removed"; empty where words are not counted."""
        if not self.is_changed or not self.counts_words:
            return ""
        added = ngettext("%(count)d word added", "%(count)d words added", self.added) % {"count": self.added}
        removed = ngettext("%(count)d removed", "%(count)d removed", self.removed) % {"count": self.removed}
        return f"{added}, {removed}"

    @property
    def is_only_layout(self) -> bool:
        """Whether it differs in nothing that can be shown."""
        return self.is_changed and not any(line.is_changed for one in self.stretches for line in one.lines)


@dataclass(frozen=True)
class Choice:
    """One field that at least one of two people changed, with all three values."""

    name: str
    label: str
    base: Any
    mine: Any
    theirs: Any
    #: What each of them did to it.
    to_mine: FieldDifference
    to_theirs: FieldDifference
    #: Theirs and mine after it; None where two values do not make one.
    both: str | None = None

    @property
    def is_conflict(self) -> bool:
        """Both changed it, and not in the same way."""
        return self.to_mine.is_changed and self.to_theirs.is_changed and not _is_same(self.mine, self.theirs)

    @property
    def suggestion(self) -> Literal["mine", "theirs"]:
        """The changed value; in a conflict one's own."""
        return "mine" if self.to_mine.is_changed else "theirs"


def rows(
    before: Content, after: Content, piece: Piece, *, with_unchanged: bool = False, names: Names | None = None
) -> list[FieldDifference]:
    """The fields that differ, in the order of the form; with the others that say something, if asked for.

    Two queries at most, for the names of tags and pieces; none when the names are given.
    """
    fields = wording.with_unknown(piece.content_fields(), before, after)
    wanted = [
        one
        for one in fields
        if not _is_same(one.of(before), one.of(after)) or (with_unchanged and not says_nothing(one.of(after)))
    ]
    comparison = _Comparison(wording.names_in(wanted, before, after) if names is None else names)
    return [comparison.difference(one, before, after) for one in wanted]


def three_way(base: Content, mine: Content, theirs: Content, piece: Piece) -> list[Choice]:
    """The fields that one of two people changed since the text that both started from; two queries at most."""
    fields = wording.with_unknown(piece.content_fields(), base, mine, theirs)
    changed = [
        one for one in fields if not (_is_same(one.of(base), one.of(mine)) and _is_same(one.of(base), one.of(theirs)))
    ]
    comparison = _Comparison(wording.names_in(changed, base, mine, theirs))
    return [
        Choice(
            one.name,
            one.title(),
            one.of(base),
            one.of(mine),
            one.of(theirs),
            comparison.difference(one, base, mine),
            comparison.difference(one, base, theirs),
            _both(one, one.of(mine), one.of(theirs), piece),
        )
        for one in changed
    ]


def _both(one: ContentField, mine: Any, theirs: Any, piece: Piece) -> str | None:
    """The one text after the other, where that is a text which the field can hold; an address, say, is none."""
    try:
        column: Any = type(piece)._meta.get_field(one.name)
    except FieldDoesNotExist:
        return None
    is_text = one.shape in JOINTS and (one.shape != Shape.LINE or type(column) is CharField)
    if not is_text or not isinstance(mine, str) or not isinstance(theirs, str) or not (mine and theirs):
        return None
    text = JOINTS[one.shape].join([theirs, mine])
    return text if len(text) <= (column.max_length or LONGEST_TEXT) else None


def merged(base: Content, choices: Sequence[Choice], picks: Mapping[str, str]) -> dict[str, Any]:
    """The content that follows from what was picked for each field, or is suggested.

    A pick is "mine", "theirs", "both" or "base"; "both" where that is no text is "mine".
    """
    content = dict(base)
    for choice in choices:
        pick = picks.get(choice.name, choice.suggestion)
        both = choice.mine if choice.both is None else choice.both
        content[choice.name] = {"mine": choice.mine, "theirs": choice.theirs, "both": both}.get(pick, choice.base)
    return content


def _is_same(before: Any, after: Any) -> bool:
    return (says_nothing(before) and says_nothing(after)) or (before == after and type(before) is type(after))


# --- One field ------------------------------------------------------------------------------------------------------
class _Comparison:
    """Of two contents: what their ids stand for, and how much work may still be spent on it."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.work = Work()
        self.marker = Marker(self.work, names.mention)

    def difference(self, one: ContentField, before: Content, after: Content) -> FieldDifference:
        old, new = one.of(before), one.of(after)
        is_changed = not _is_same(old, new)
        if one.shape in PASSAGES_OF:
            texts = (wording.said(one, value, self.names) for value in (old, new))
            return self._texts(one, *texts, is_changed=is_changed)
        if one.shape == Shape.ITEMS:
            lines = self._items(one, wording.rows_in(old), wording.rows_in(new))
        elif one.shape in {Shape.TAGS, Shape.PIECES, Shape.LIST, Shape.RECIPE}:
            lines = [self._list(one, old, new)]
        else:
            lines = [_single(*(wording.said(one, value, self.names) for value in (old, new)))]
        if not is_changed:
            html = wording.shown(one, new, self.names)
            lines = [Line(html, html, is_changed=False)]
        return FieldDifference(one.name, one.title(), is_changed, (Stretch(tuple(lines)),))

    def _texts(self, one: ContentField, before: str, after: str, *, is_changed: bool) -> FieldDifference:
        read = PASSAGES_OF[one.shape]
        lines, removed, added = self._passages(read(before), read(after))
        if one.shape == Shape.LINE and is_changed:
            lines = [_or_empty(line) for line in lines] or [_single(before, after)]
        return FieldDifference(
            one.name, one.title(), is_changed, tuple(_folded(lines)), removed, added, one.shape != Shape.LINE
        )

    def _passages(self, before: list[Passage], after: list[Passage]) -> tuple[list[Line], int, int]:
        lines: list[Line] = []
        changes: list[Marked] = []
        numbers: dict[Passage, int] = {}
        old, new = ([numbers.setdefault(one, len(numbers)) for one in side] for side in (before, after))
        a = b = 0
        for run in [*same_runs(old, new, self.work), Same(len(old), len(new), 0)]:
            found = self._changed_passages(before[a : run.before], after[b : run.after])
            changes += found
            lines += [Line(one.before, one.after, is_changed=True) for one in found]
            a, b = run.before + run.length, run.after + run.length
            same = [self.marker.unmarked(passage) for passage in after[run.after : b]]
            lines += [Line(html, html, is_changed=False) for html in same]
        return lines, sum(one.removed for one in changes), sum(one.added for one in changes)

    def _changed_passages(self, before: list[Passage], after: list[Passage]) -> list[Marked]:
        """Where all differ: those that are one passage changed stand beside each other."""
        pairs = [(0, 0)]
        if (len(before), len(after)) != (1, 1):
            words = [[one.words for one in side] for side in (before, after)]
            pairs = pairs_of(words[0], words[1], self.work, share=SAME_PASSAGE)
        found: list[Marked] = []
        a = b = 0
        for i, j in [*pairs, (len(before), len(after))]:
            found += [self.marker.taken_out(one) for one in before[a:i]]
            found += [self.marker.put_in(one) for one in after[b:j]]
            if i < len(before) and j < len(after):
                found.append(self.marker.marked(before[i], after[j]))
            a, b = i + 1, j + 1
        return found

    def _list(self, one: ContentField, before: Any, after: Any) -> Line:
        """Each value by its words."""
        old, new = (wording.several(one, value, self.names) for value in (before, after))
        runs = same_runs(old, new, self.work)
        kept_old = {run.before + k for run in runs for k in range(run.length)}
        kept_new = {run.after + k for run in runs for k in range(run.length)}
        line = Line(_marked_list("del", old, kept_old), _marked_list("ins", new, kept_new), is_changed=True)
        return _or_empty(line)

    # --- Rows that belong to a piece ----------------------------------------------------------------------------
    def _items(self, one: ContentField, before: list[Content], after: list[Content]) -> list[Line]:
        """A changed row with its changed fields alone; a new one, or one that is gone, in full."""
        old, new = ([_signs(one, row) for row in side] for side in (before, after))
        lines: list[Line] = []
        a = b = 0
        for i, j in [*pairs_of(old, new, self.work, share=SAME_ROW), (len(before), len(after))]:
            lines += [Line(self._row("del", one, row), SafeString(), is_changed=True) for row in before[a:i]]
            lines += [Line(SafeString(), self._row("ins", one, row), is_changed=True) for row in after[b:j]]
            if i < len(before) and j < len(after) and not _is_same(before[i], after[j]):
                lines.append(self._changed_row(one, before[i], after[j]))
            a, b = i + 1, j + 1
        return lines

    def _row(self, side: Side, one: ContentField, row: Content) -> SafeString:
        values = wording.row_shown(one, row, self.names, is_titled=True)
        title = mark(side, visible(wording.title_of(one, row, self.names)))
        return format_html('<div class="item {}"><p class="item-title">{}</p>{}</div>', side, title, values)

    def _changed_row(self, one: ContentField, before: Content, after: Content) -> Line:
        fields = [
            self.difference(each, before, after)
            for each in wording.with_unknown(one.fields, before, after)
            if each.shape != Shape.SILENT and not _is_same(each.of(before), each.of(after))
        ]
        old, new = (visible(wording.title_of(one, row, self.names)) for row in (before, after))
        html = '<div class="item"><p class="item-title">{}</p>{}</div>'
        return Line(
            format_html(html, old, wording.listing((each.label, each.before_html) for each in fields)),
            format_html(html, new, wording.listing((each.label, each.after_html) for each in fields)),
            is_changed=True,
        )


def _passages_of_line(text: str) -> list[Passage]:
    return passages_of_text(" ".join(text.splitlines()))


PASSAGES_OF: dict[Shape, Callable[[str], list[Passage]]] = {
    Shape.PROSE: passages_of_prose,
    Shape.TEXT: passages_of_text,
    Shape.LINE: _passages_of_line,
}


def _signs(one: ContentField, row: Content) -> tuple[str, ...]:
    """What a row is known by: its values, and the words of its texts."""
    found: list[str] = []
    for each in wording.with_unknown(one.fields, row):
        value = each.of(row)
        if each.shape in PASSAGES_OF and isinstance(value, str):
            found += [f"{each.name} {word}" for word in value.split()]
        elif each.shape in {Shape.TAGS, Shape.PIECES, Shape.LIST, Shape.ITEMS}:
            found += [f"{each.name} {part!r}" for part in wording.listed(value)]
        elif not says_nothing(value):
            found.append(f"{each.name} {value!r}")
    return tuple(found)


def _single(before: str, after: str) -> Line:
    """Values that are replaced as a whole."""
    return _or_empty(
        Line(
            mark("del", visible(before)) if before else SafeString(),
            mark("ins", visible(after)) if after else SafeString(),
            is_changed=True,
        )
    )


def _or_empty(line: Line) -> Line:
    """With a word for a value that says nothing."""
    empty = format_html('<span class="empty">{}</span>', _("(empty)"))
    return Line(line.before or empty, line.after or empty, line.is_changed)


def _marked_list(side: Side, values: Sequence[str], kept: set[int]) -> SafeString:
    stayed = [values[index] for index in sorted(kept)]
    is_folded = len(stayed) > STAYED
    shown = [
        visible(value) if index in kept else mark(side, visible(value))
        for index, value in enumerate(values)
        if not (is_folded and index in kept)
    ]
    if is_folded:
        count = ngettext("%(count)d that stayed", "%(count)d that stayed", len(stayed)) % {"count": len(stayed)}
        inner = format_html("<details><summary>{}</summary>{}</details>", count, visible(", ".join(stayed)))
        shown.append(inner)
    return wording.bulleted(shown)


def _folded(lines: list[Line]) -> list[Stretch]:
    """Long unchanged runs apart, but for what stands next to a change."""
    stretches: list[Stretch] = []
    shown: list[Line] = []
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and lines[end].is_changed == lines[start].is_changed:
            end += 1
        run = lines[start:end]
        lead = IN_SIGHT if start else 0
        tail = IN_SIGHT if end < len(lines) else 0
        hidden = run[lead : len(run) - tail]
        if run[0].is_changed or len(hidden) < FOLD_FROM:
            shown += run
        else:
            stretches += [Stretch(tuple(shown + run[:lead])), Stretch(tuple(hidden), is_folded=True)]
            shown = run[len(run) - tail :]
        start = end
    return [one for one in [*stretches, Stretch(tuple(shown))] if one.lines]

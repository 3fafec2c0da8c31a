"""Looks at the places of this site where a story may be seen: through its addresses, as readers do, and in its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html.parser import HTMLParser

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editorial import kinds, ledger
from editorial.answering import answer, last_tag
from editorial.listing import stretch
from editorial.models import (
    Address,
    Channel,
    Edition,
    EditionPicture,
    LedgerLine,
    PictureSubject,
    Rendition,
    ShareLink,
)
from editorial.pictures.sharing import showable
from editorial.pictures.showing import FORMAT_OF
from stories.models import CaseSurface, Scope
from stories.surfaces import Finding, Surface, Taken

State = CaseSurface.State

#: Pages of a list that are looked through.
MOST_PAGES = 40
GONE = {404, 410}


# --- By address -----------------------------------------------------------------------------------------------------
def addresses(pieces: Iterable[int]) -> list[str]:
    """The paths at which these pieces stand or stood, former ones too."""
    rows = Address.objects.filter(piece_id__in=list(pieces)).order_by("pk")
    return [reverse(kinds.named(row.kind).url_name, args=[row.language, row.slug]) for row in rows]


def still_answering(paths: Iterable[str]) -> list[str]:
    """Those of the addresses that answer anything but that nothing is there."""
    return [path for path in paths if answer(path).status not in GONE]


def of_addresses(paths: list[str]) -> Finding:
    if not paths:
        return Finding(State.NOT_USED, gettext("It never had an address."))
    count = len(still_answering(paths))
    if count:
        said = ngettext("%(count)d address still answers.", "%(count)d addresses still answer.", count)
        return Finding(State.STILL_THERE, said % {"count": count})
    said = ngettext(
        "%(count)d address answers that nothing is there.", "%(count)d addresses answer that nothing is there.",
        len(paths),
    )  # fmt: skip
    return Finding(State.CHECKED, said % {"count": len(paths)})


def story_page(taken: Taken, now: datetime) -> Finding:
    return _own_pages(taken, {taken.case.story_id}, now)


def translations(taken: Taken, now: datetime) -> Finding:
    return _own_pages(taken, set(taken.family) - {taken.case.story_id}, now)


def _own_pages(taken: Taken, pieces: set[int], now: datetime) -> Finding:
    """Whether they answer that they are gone; where only the portrait is, whether they show it no more."""
    gone = taken.gone(Channel.WEBSITE) & pieces
    if taken.names and not gone and (paths := addresses(pieces)):
        return of_pages(paths, taken, Channel.WEBSITE, now)
    return of_addresses(addresses(gone))


def kept_copies(taken: Taken, now: datetime) -> Finding:
    """A browser that holds the page asks whether it is still so, or for a part of it."""
    paths = addresses(taken.gone(Channel.WEBSITE))
    if not paths:
        return Finding(State.NOT_USED, gettext("It never had an address."))
    wrong = sum(
        answer(path, **asked).status not in GONE
        for path in paths
        for asked in ({"if_none_match": last_tag(path) or "*"}, {"range": "bytes=0-99"})
    )
    if wrong:
        said = ngettext(
            "%(count)d conditional request was not refused.", "%(count)d conditional requests were not refused.", wrong
        )
        return Finding(State.STILL_THERE, said % {"count": wrong})
    return Finding(State.CHECKED, gettext("No kept copy is confirmed, and no part of one is given."))


# --- Pictures -------------------------------------------------------------------------------------------------------
def pictures(taken: Taken, now: datetime) -> Finding:
    """The files of its pictures, but for those that another piece shows with good reason."""
    names = _files(taken, now)
    if not names:
        return Finding(State.NOT_USED, gettext("It had no pictures of its own."))
    wrong = 0
    for name, extension in names:
        path = reverse("editorial:picture", args=[name, extension])
        asked: tuple[dict[str, str], ...] = ({}, {"range": "bytes=0-99"}, {"if_none_match": f'"{name}"'})
        wrong += any(answer(path, **headers).status not in GONE for headers in asked)
    if wrong:
        said = ngettext("%(count)d file is still answered.", "%(count)d files are still answered.", wrong)
        return Finding(State.STILL_THERE, said % {"count": wrong})
    said = ngettext("%(count)d file is refused.", "%(count)d files are refused.", len(names))
    return Finding(State.CHECKED, said % {"count": len(names)})


def _files(taken: Taken, now: datetime) -> list[tuple[str, str]]:
    """Name and extension of each file that nobody is to get any more."""
    gone = taken.gone(Channel.WEBSITE)
    mine = set(EditionPicture.objects.filter(edition__piece_id__in=gone).values_list("picture_id", "recipe_digest"))
    for channel in Channel:
        public = Edition.objects.public(channel, now).exclude(piece_id__in=gone).values("pk")
        mine -= set(EditionPicture.objects.filter(edition__in=public).values_list("picture_id", "recipe_digest"))
    if taken.is_whole or Scope.PORTRAIT in taken.scopes:
        # Whoever is in it does not agree any more, so no other piece may show it either.
        portraits = PictureSubject.objects.filter(piece_id__in=taken.family).values("picture_id")
        shown = EditionPicture.objects.filter(picture_id__in=portraits)
        mine |= set(shown.values_list("picture_id", "recipe_digest"))
    rows = Rendition.objects.filter(picture_id__in={picture for picture, _recipe in mine})
    extensions = {name: extension for extension, name in FORMAT_OF.items()}
    return [(row.name, extensions[row.format]) for row in rows if (row.picture_id, row.recipe_digest) in mine]


# --- In pages that list ---------------------------------------------------------------------------------------------
class _Words(HTMLParser):
    """Every text of a page that stands by itself, those of attributes too."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value.strip() for _name, value in attrs if value}

    def handle_data(self, data: str) -> None:
        self.found.add(data.strip())


class Traces:
    """What would show on a page what was taken back: its address, a title that no other has, its pictures."""

    def __init__(self, taken: Taken, channel: Channel, now: datetime) -> None:
        editions = taken.editions(channel)
        self.files = taken.names
        self.paths = {kinds.address(edition) for edition in editions if edition.erased_at is None}
        titles = {edition.title.strip() for edition in editions} - {""}
        others = Edition.objects.public(channel, now).filter(title__in=titles)
        self.titles = titles - set(others.exclude(piece_id__in=taken.gone(channel)).values_list("title", flat=True))

    def are_in(self, html: str) -> bool:
        words = _Words()
        words.feed(html)
        words.close()
        return bool(words.found & self.titles) or any(trace in html for trace in (*self.paths, *self.files))


def of_pages(paths: Iterable[str], taken: Taken, channel: Channel, now: datetime) -> Finding:
    """Whether a trace of what was taken back is on any of these pages; those that are not there show nothing."""
    traces = Traces(taken, channel, now)
    looked = wrong = 0
    for path in paths:
        found = answer(path)
        looked += 1
        # A page that fails cannot be looked through, so nobody may take it for clean.
        wrong += found.status >= 500 or (found.status not in GONE and traces.are_in(found.text))
    return in_pages(looked, wrong)


def in_pages(looked: int, wrong: int) -> Finding:
    if wrong:
        said = ngettext("Still on %(count)d page.", "Still on %(count)d pages.", wrong)
        return Finding(State.STILL_THERE, said % {"count": wrong})
    said = ngettext("%(count)d page looked through.", "%(count)d pages looked through.", looked)
    return Finding(State.CHECKED, said % {"count": looked})


def lists(taken: Taken, now: datetime) -> Finding:
    return of_pages(_list_pages(now), taken, Channel.WEBSITE, now)


def _list_pages(now: datetime) -> Iterator[str]:
    """The lists of stories in every language, as far as one page leads to the next."""
    door = Edition.objects.public(Channel.WEBSITE, now).filter(kind="story").defer("content")
    keys = [""]
    while len(keys) < MOST_PAGES and (older := stretch(door, after=keys[-1]).older):
        keys.append(older)
    for code, _name in settings.LANGUAGES:
        path = reverse("stories:list", args=[code])
        yield from (f"{path}?after={key}" if key else path for key in keys)


# --- In rows --------------------------------------------------------------------------------------------------------
def queue(taken: Taken, now: datetime) -> Finding:
    """What is scheduled, or would come back by itself."""
    count = sum(edition.ends_at > now for edition in taken.editions(Channel.WEBSITE))
    if taken.is_whole and count:
        return Finding(State.STILL_THERE, gettext("An edition is not ended."))
    seen = (
        Edition.objects.public(channel, now).filter(piece_id__in=taken.pieces & taken.gone(channel))
        for channel in Channel
    )
    if any(found.exists() for found in seen):
        return Finding(State.STILL_THERE, gettext("An edition may be shown."))
    return Finding(State.CHECKED, gettext("Nothing is scheduled, and nothing waiting can show it."))


def drafts(taken: Taken, now: datetime) -> Finding:
    """Links with which somebody outside reads the draft."""
    if taken.names and not taken.pieces:
        return _portraits_in_drafts(taken, now)
    links = ShareLink.objects.filter(piece_id__in=taken.pieces, revoked_at__isnull=True, expires_at__gt=now)
    if links.filter(made_at__lte=taken.since).exists():
        return Finding(State.STILL_THERE, gettext("A link to the draft is still open."))
    return Finding(
        State.CHECKED, gettext("No link opens. The staff still sees drafts and revisions, until it is erased.")
    )


def _portraits_in_drafts(taken: Taken, now: datetime) -> Finding:
    """The links stay open; what they show does not hold the portrait any more."""
    if any(showable(kinds.load(piece), now) & taken.names for piece in taken.family):
        return Finding(State.STILL_THERE, gettext("A link to the draft still shows it."))
    return Finding(State.CHECKED, gettext("No link to the draft shows it."))


def backups(taken: Taken, now: datetime) -> Finding:
    """Whether a restored backup would hide it again."""
    case = taken.case
    if case.ledger_number is None:
        at = case.effective_at
        line = next((one for one in ledger.lines() if (one.act, one.at) == ("withdraw", at)), None)
        if line is None or not LedgerLine.objects.filter(number=line.number).exists():
            return Finding(State.STILL_THERE, gettext("Not in the ledger yet: its file cannot be written."))
        case.ledger_number = line.number
        case.save(update_fields=["ledger_number"])
    said = gettext("Entry %(number)d of the ledger: a restored backup hides it again before it serves.")
    return Finding(State.CHECKED, said % {"number": case.ledger_number})


OWN = (
    Surface("story_page", _("The story’s pages, former addresses too"), story_page),
    Surface("translations", _("Translations"), translations),
    Surface("page_cache", _("Copies that browsers and caches ask about"), kept_copies),
    Surface("lists", _("Lists of stories"), lists),
    Surface("pictures", _("Pictures"), pictures, part=Scope.PORTRAIT),
    Surface("drafts", _("Shared drafts"), drafts),
    Surface("queue", _("What is scheduled or queued"), queue),
    Surface("backups", _("Backups"), backups),
    Surface("search_engine", _("Search engines"), hint=_("They look again by themselves; ask them to do so at once.")),
    Surface("archive", _("Web archives"), hint=_("Ask them to take the page out.")),
    Surface(
        "partner",
        _("Partners’ own copies"),
        channel=Channel.PARTNERS,
        hint=_("Frames are empty already. Ask each partner whether they kept a copy."),
    ),
    Surface("press", _("Press"), hint=_("Write to whoever quoted it.")),
    Surface("newsletter", _("Newsletters"), hint=_("What was sent cannot be called back.")),
    Surface("print", _("Print"), channel=Channel.PRINT, hint=_("Stop the next run. What is printed stays.")),
    Surface("social", _("Social media"), channel=Channel.SOCIAL, hint=_("Delete our own posts; ask others to.")),
)

"""The pages of research: summaries, numbers, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.cards import TagLink, cards, cards_with_tags, of_facets, tags_on
from editorial.cards import card as card_of
from editorial.door import Gone, PublicRequest, alternates_of, at_address, public_page, show, was_public
from editorial.linked import hosts_of, linked_editions
from editorial.listing import stretch
from editorial.mentions import Shown
from editorial.models import Address, Channel, Edition, Facet
from editorial.pictures import showing
from editorial.prose import rendered
from research import periods
from research.content import FindingContent, SourceContent, StatisticContent, SummaryContent, figure_words
from research.models import Finding, Source, Statistic
from research.notes import Notes


@dataclass(frozen=True)
class FigureLink:
    """A number beside a finding; one that cannot be shown any more keeps its place and says so."""

    url: str
    words: str
    label: str = ""
    is_withdrawn: bool = False
    period: str = ""


@dataclass(frozen=True)
class ShownFinding:
    number: int
    heading: str
    text: str
    strength: str
    strength_label: str
    strength_note: str
    figures: list[FigureLink]
    notes: list[int]


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class PastEdition:
    number: int
    words: str
    date: date
    url: str
    reader_note: str
    is_current: bool


def _list(request: PublicRequest, language: str, kind: str, section: str, template: str) -> HttpResponse:
    door = Edition.objects.public(Channel.WEBSITE, request.now).filter(kind=kind)
    listed = stretch(door, after=request.GET.get("after", ""))
    context = {
        "section": section,
        "cards": cards_with_tags(listed.editions, language, showing.on(request, listed.editions)),
        "newest_url": request.path if request.GET.get("after") else "",
        "older_url": f"{request.path}?after={listed.older}" if listed.older else "",
    }
    return show(request, template, context, language=language)


@public_page("after", shows_stories=False)
def summaries(request: PublicRequest, language: str) -> HttpResponse:
    """All summaries, newest first."""
    return _list(request, language, "summary", "research", "research/list.html")


@public_page("after", shows_stories=False)
def statistics(request: PublicRequest, language: str) -> HttpResponse:
    """All numbers, newest first."""
    return _list(request, language, "statistic", "statistics", "research/statistics.html")


def label_of(choices: Iterable[tuple[Any, Any]], value: str) -> str:
    """The words for a stored choice; nothing for one that no longer exists."""
    return str(dict(choices).get(value, ""))


def cite_line(title: str, edition: Edition) -> str:
    """How to cite an edition, with its number and day."""
    return _("“{title}”. Firsthand, edition {number}, {date}.").format(
        title=title, number=edition.number, date=edition.publish_at.date().isoformat()
    )


def topics_of(edition: Edition) -> list[TagLink]:
    return of_facets(tags_on(edition, edition.language), Facet.TOPIC)


@public_page(shows_stories=False)
@at_address("summary")
def summary(request: PublicRequest, edition: Edition) -> HttpResponse:
    """One summary with its findings, the numbers as they are now, and its notes."""
    return show_summary(request, edition)


def show_summary(request: PublicRequest, edition: Edition) -> HttpResponse:
    language = edition.language
    linked = linked_editions(edition, Channel.WEBSITE, request.now)
    by_piece = {one.piece_id: one for one in linked}
    content: SummaryContent = kinds.named("summary").read(edition.content)
    notes = Notes(by_piece)
    findings = [
        shown_finding(number, finding, by_piece, notes, language)
        for number, finding in enumerate(content.findings, start=1)
    ]
    credit = by_piece.get(content.summarises or 0)
    shown = Shown(linked, language, notes)
    pictures = showing.on(request, [edition])
    slot = pictures.slot(edition)
    context = {
        "section": "research",
        "summary": replace(
            content,
            body=rendered(content.body, shown, slot),
            method=rendered(content.method, shown, slot),
            limits=rendered(content.limits, shown, slot),
        ),
        "lead": pictures.lead(edition),
        "pictures": pictures.rest(edition),
        "edition": edition,
        "findings": findings,
        "notes": notes.all,
        "tags": topics_of(edition),
        "credit": card_of(credit, language) if credit else None,
        "alternates": alternates_of(edition, linked),
        "cite": cite_line(content.title, edition),
    }
    return show(request, "research/summary.html", context, language=language)


def shown_finding(
    number: int, finding: FindingContent, by_piece: dict[int, Edition], notes: Notes, language: str
) -> ShownFinding:
    """A finding for the page. Its numbers are read from their own home, never from the summary."""
    return ShownFinding(
        number=number,
        heading=finding.heading,
        text=finding.text,
        strength=finding.strength,
        strength_label=label_of(Finding.Strength.choices, finding.strength),
        strength_note=finding.strength_note,
        figures=[figure_link(by_piece.get(target), language) for target in finding.statistics],
        notes=notes.cite(finding.citations, f"finding-{number}"),
    )


def figure_link(edition: Edition | None, language: str) -> FigureLink:
    """A live number, or the words that stand where a number was withdrawn: never digits."""
    if edition is None:
        return FigureLink(reverse("research:statistics", args=[language]), _("figure withdrawn"), is_withdrawn=True)
    content: StatisticContent = kinds.named("statistic").read(edition.content)
    return FigureLink(
        kinds.address(edition),
        figure_words(edition.content, language),
        label=content.title,
        period=periods.words(content.period, language),
    )


@public_page()
@at_address("statistic")
def statistic(request: PublicRequest, edition: Edition) -> HttpResponse:
    """One number: what it is, of whom, when, how, from where, and where it is used."""
    return statistic_page(request, edition)


@public_page()
def statistic_edition(request: PublicRequest, language: str, slug: str, number: int) -> HttpResponse:
    """One edition of a number for ever, so that whoever quoted it can be checked."""
    door = Edition.objects.citable(Channel.WEBSITE, request.now)
    edition = door.filter(kind="statistic", language=language, slug=slug, number=number).first()
    if edition is None:
        address = Address.objects.filter(kind="statistic", language=language, slug=slug).first()
        was_made = address and Edition.objects.filter(piece_id=address.piece_id, number=number).exists()
        if address and was_made and was_public(address.piece_id, Channel.WEBSITE, request.now):
            raise Gone
        raise Http404
    return statistic_page(request, edition)


def statistic_page(request: PublicRequest, edition: Edition) -> HttpResponse:
    language = edition.language
    content: StatisticContent = kinds.named("statistic").read(edition.content)
    linked = linked_editions(edition, Channel.WEBSITE, request.now)
    notes = Notes({one.piece_id: one for one in linked})
    notes.cite(content.citations)
    history = past_editions(edition, request)
    hosts = hosts_of(edition, Channel.WEBSITE, request.now)
    newer = next((one for one in history if one.is_current and one.number != edition.number), None)
    context = {
        "section": "statistics",
        "statistic": content,
        "figure": figure_words(edition.content, language),
        "rows": [fact for fact in facts(content, language) if fact.value],
        "caveat": content.caveat,
        "source_missing": content.source_missing,
        "notes": notes.all,
        "history": history,
        "used_in": cards(hosts, language, showing.on(request, hosts)),
        "tags": topics_of(edition),
        "edition": edition,
        "is_superseded": newer is not None,
        "current_url": newer.url if newer else "",
        "cite": cite_line(content.title, edition),
        "alternates": alternates_of(edition, linked),
    }
    return show(request, "research/statistic.html", context, language=language)


def past_editions(edition: Edition, request: PublicRequest) -> list[PastEdition]:
    """Every edition of the number that may be cited, newest first."""
    door = Edition.objects.citable(Channel.WEBSITE, request.now).filter(piece_id=edition.piece_id)
    rows = []
    for one in door.order_by("-number"):
        is_current = one.is_live(request.now)
        args = [one.language, one.slug]
        url = kinds.address(one) if is_current else reverse("research:statistic_edition", args=[*args, one.number])
        note = one.content.get("reader_note", "")
        words = figure_words(one.content, one.language)
        rows.append(PastEdition(one.number, words, one.publish_at.date(), url, note, is_current))
    return rows


def facts(content: StatisticContent, language: str) -> list[Fact]:
    """What a reader has to know to use the number."""
    kind = ""
    if content.period_kind and content.period_kind != Statistic.PeriodKind.DURING:
        kind = label_of(Statistic.PeriodKind.choices, content.period_kind)
    period = periods.words(content.period, language)
    return [
        Fact(_("Who"), content.population),
        Fact(_("Group"), content.group),
        Fact(_("Compared with"), content.compared_with),
        Fact(_("Share of"), content.denominator),
        Fact(_("When"), f"{period} ({kind})" if period and kind else period or kind),
        Fact(_("Sample"), f"{content.sample_size:,}" if content.sample_size else ""),
        Fact(_("How"), content.method),
        Fact(_("As printed"), f"“{content.as_printed}”" if content.as_printed else ""),
    ]


@public_page()
@at_address("source")
def source(request: PublicRequest, edition: Edition) -> HttpResponse:
    """One work, and all that rests on it here."""
    return show_source(request, edition)


def show_source(request: PublicRequest, edition: Edition) -> HttpResponse:
    language = edition.language
    linked = linked_editions(edition, Channel.WEBSITE, request.now)
    content: SourceContent = kinds.named("source").read(edition.content)
    hosts = hosts_of(edition, Channel.WEBSITE, request.now)
    context = {
        "section": "research",
        "source": {
            "title": content.title,
            "note": content.note,
            "url": content.url,
            "formatted": content.formatted,
            "issued": periods.words(content.issued, language),
            "evidence_label": label_of(Source.EvidenceKind.choices, content.evidence_kind),
        },
        "edition": edition,
        "rests": cards(hosts, language, showing.on(request, hosts)),
        "tags": topics_of(edition),
        "alternates": alternates_of(edition, linked),
        "cite": cite_line(content.title, edition),
    }
    return show(request, "research/source.html", context, language=language)

"""The page “Care” of a story: other people in it, details that may tell who it is, private names and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.admin.acting import is_id
from editorial.admin.page import PiecePage
from editorial.blockers import Blocker, Refused
from editorial.models import Piece, User
from editorial.sealing import CannotOpen
from editorial.standing import Standing
from stories import coarsening, private_terms, third_parties
from stories.admin.terms import Row, rows_of
from stories.details import DetailClass, Proposal
from stories.models import Detail, Story, ThirdParty
from stories.person import may_read
from stories.third_parties import Known

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

Text = str | Promise
#: The most proposals that are listed; more of them help nobody.
MOST_LISTED = 60
#: How each kind of detail is told in general terms.
IN_GENERAL: dict[str, Text] = {
    DetailClass.PLACE: gettext_lazy("A region instead of a town: “near the border”, “in the north”."),
    DetailClass.YEAR: gettext_lazy("A span of years: “in the early 2010s”."),
    DetailClass.SEASON: gettext_lazy("No day and no month; often the sentence needs no date at all."),
    DetailClass.AGE: gettext_lazy("“As a child”, “in her thirties”."),
    DetailClass.OCCUPATION: gettext_lazy("The field: “worked with machines”, “taught”."),
    DetailClass.UNIT: gettext_lazy("“In the army”; no rank, no unit, no years of service."),
    DetailClass.FAMILY: gettext_lazy("“Some of the family”; no number, order or age of brothers and sisters."),
    DetailClass.ROUTE: gettext_lazy("“By way of another country”."),
    DetailClass.ILLNESS: gettext_lazy("“Fell ill”, “was hurt”."),
    DetailClass.EVENT: gettext_lazy("What it meant, not what was in the papers."),
    DetailClass.SCHOOL: gettext_lazy("“A school”, “a factory”; never its name."),
    DetailClass.OTHER: gettext_lazy("What it meant to the narrator, without what only few people know."),
}


@dataclass(frozen=True)
class PartyRow:
    party: ThirdParty
    #: For the consent role alone.
    known: Known | None = field(repr=False)

    @property
    def names(self) -> str:
        return "\n".join(self.known.names) if self.known else ""


@dataclass(frozen=True)
class DetailRow:
    """A detail that was marked, or is proposed."""

    quote: str
    cls: str
    precision: str
    is_there: bool
    is_specific: bool
    detail: Detail | None = None
    exact: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        return str(DetailClass(self.cls).label) if self.cls in DetailClass.values else self.cls

    @property
    def hint(self) -> Text:
        return IN_GENERAL.get(self.cls, "")


@dataclass
class Opened:
    """What of a story is sealed and was opened for the consent role; `closed` says why not."""

    known: dict[int, Known] = field(default_factory=dict, repr=False)
    exact: dict[int, str] = field(default_factory=dict, repr=False)
    rows: list[Row] = field(default_factory=list, repr=False)
    closed: str = ""


def opened_for(story: Story, by: User) -> Opened:
    if not may_read(by):
        return Opened()
    try:
        own = list(story.third_parties.select_related("story"))
        known = third_parties.read_known(own, by=by) if own else {}
        return Opened(known, coarsening.read_exact(story, by=by), rows_of(story, by))
    except CannotOpen as closed:
        return Opened(closed=str(closed))


def care_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """All of it on one page. A POST does one thing; what was refused comes back as it was typed."""
    assert isinstance(piece, Story)  # the kind whose page it is
    assert isinstance(request.user, User)
    by, reasons = request.user, list[Blocker]()
    if request.method == "POST":
        try:
            messages.success(request, act(piece, by, request.POST))
            return HttpResponseRedirect(admin.page_url("care", piece.pk))
        except Refused as refusal:
            reasons = refusal.blockers
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Care"),
        "subtitle": piece.title,
        "piece": piece,
        "form_url": admin.form_url(piece.pk),
        "is_nav_sidebar_enabled": False,
        "reasons": reasons,
        "typed": request.POST if reasons else {},
        "may_change": not third_parties.to_change(piece, by),
        "may_read": may_read(by),
        "relations": ThirdParty.Relation.choices,
        "actions": ThirdParty.Action.choices,
        "classes": DetailClass.choices,
        "precisions": Detail.Precision.choices,
        **shown(piece, by),
    }
    return TemplateResponse(request, "admin/stories/story/care.html", context, status=422 if reasons else 200)


def shown(story: Story, by: User) -> dict[str, Any]:
    """What the story holds that asks for care."""
    opened = opened_for(story, by)
    text = coarsening.text_of_story(story)
    marked = story.marked()
    there = {detail.pk for detail in coarsening.standing(marked, text)}
    found = coarsening.proposals(story, text)
    return {
        "opened": opened,
        "people": story.people(),
        "parties": [PartyRow(party, opened.known.get(party.pk)) for party in story.third_parties.all()],
        "marked": [_of_detail(one, opened.exact.get(one.pk, ""), is_there=one.pk in there) for one in marked],
        "proposed": [_of_proposal(one) for one in _most_specific(found)],
        "more": max(0, len(found) - MOST_LISTED),
        "specific": len(coarsening.specific(story, text)),
        "at_most": coarsening.TOO_MANY - 1,
        "is_limited": story.risk() >= coarsening.FROM_RISK,
        "private_fields": _private_fields(story) if not may_read(by) else [],
    }


def _most_specific(found: Sequence[Proposal]) -> list[Proposal]:
    return sorted(found, key=lambda one: not one.is_specific)[:MOST_LISTED]


def _of_detail(detail: Detail, exact: str, *, is_there: bool) -> DetailRow:
    is_specific = detail.precision == Detail.Precision.SPECIFIC
    return DetailRow(detail.quote, detail.cls, detail.precision, is_there, is_specific, detail, exact)


def _of_proposal(one: Proposal) -> DetailRow:
    return DetailRow(one.quote, one.cls, "", is_there=True, is_specific=one.is_specific)


def _private_fields(story: Story) -> list[Text]:
    """For those who may not see more: which parts of the form hold a private term."""
    return [blocker.sentence for blocker in private_terms.blockers(Standing(story), timezone.now())]


# --- Acting ---------------------------------------------------------------------------------------------------------
def act(story: Story, by: User, data: QueryDict) -> str:
    """Do what the posted form says; what became of it, in words. Raises Refused."""
    do, number = data.get("do", ""), data.get("id", "")
    pk = int(number) if is_id(number) else 0
    names, notes = data.get("names", ""), data.get("notes", "")
    if do == "add_party":
        relation, action = data.get("relation", ""), data.get("action", "")
        third_parties.add(story.pk, by=by, relation=relation, names=names, notes=notes, action=action)
        return _("Added.")
    if do == "decide":
        third_parties.decide(story.pk, pk, by=by, action=data.get("action", ""))
        return _("Noted.")
    if do == "write_party":
        third_parties.write_known(story.pk, pk, by=by, names=names, notes=notes)
        return _("Names and notes are changed.")
    if do == "remove_party":
        third_parties.remove(story.pk, pk, by=by)
        return _("Taken off the list.")
    if do == "unmark":
        coarsening.unmark(story.pk, pk, by=by)
        return _("The mark is gone.")
    if do == "mark":
        asked = {name: data.get(name, "") for name in ("cls", "quote", "precision", "exact")}
        coarsening.mark(story.pk, by=by, **asked)
        return _("Marked.")
    raise Refused([Blocker("unknown_act", _("This page is not up to date. Reload it."))])


PAGES = (PiecePage("care/", "care", care_view, methods=("GET", "HEAD", "POST")),)

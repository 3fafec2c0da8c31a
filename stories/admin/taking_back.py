"""The pages of a story on which it is taken back, and on which a withdrawal code is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import guards
from editorial.admin.acting import number, without_nul
from editorial.admin.desk import Verb, register_verbs
from editorial.admin.page import PiecePage
from editorial.blockers import Blocker, Refused
from editorial.door import absolute
from editorial.models import Edition, Piece, User
from editorial.standing import Standing
from stories import codes, parts, withdrawing
from stories.families import family_of, original_of
from stories.models import Narrator, Scope, StoryNarrator, WithdrawalCase

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

Text = str | Promise

#: How it reached us; kept with the event of the consent.
WAYS: tuple[tuple[str, Text], ...] = (
    ("in person", gettext_lazy("In person")),
    ("telephone", gettext_lazy("By telephone")),
    ("message", gettext_lazy("By a message")),
    ("letter", gettext_lazy("By letter")),
    ("representative", gettext_lazy("Through a representative")),
    ("own decision", gettext_lazy("We decided it ourselves")),
)


@dataclass(frozen=True)
class Holder:
    """A narrator of the story, and when the code that is in force was made."""

    narrator: Narrator
    made_at: datetime | None

    @property
    def seen(self) -> str:
        return codes.state_of(self.made_at)


def take_back_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """What is to go; a POST hides it at once and leads to the case."""
    by = request.user
    assert isinstance(by, User)
    if not by.has_perm("editorial.withdraw_piece"):
        raise PermissionDenied
    reasons: list[Blocker] = []
    data = without_nul(request.POST)
    if request.method == "POST":
        try:
            case = taken_back(piece, by, data)
            return HttpResponseRedirect(reverse("admin:stories_withdrawalcase_change", args=[case.pk]))
        except Refused as refusal:
            reasons = refusal.blockers
    original = original_of(piece.pk)
    family = family_of(original.pk)
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Take it back"),
        "subtitle": piece.title,
        "piece": piece,
        "original": original if original.pk != piece.pk else None,
        "form_url": reverse("admin:stories_story_change", args=[piece.pk]),
        "translations": Piece.objects.filter(pk__in=family).exclude(pk=original.pk).order_by("language"),
        "was_published": Edition.objects.filter(piece_id__in=family).exists(),
        "parts": [(scope, LABELS[scope]) for scope in parts.there_are(original, family, _narrators(family))],
        "ways": WAYS,
        "typed": data,
        "chosen": data.getlist("scopes"),
        "reasons": reasons,
    }
    return render(request, "admin/stories/take_back.html", context, status=422 if reasons else 200)


def _narrators(family: list[int]) -> list[int]:
    links = StoryNarrator.objects.filter(story_id__in=family)
    return sorted(set(links.values_list("narrator_id", flat=True)))


def taken_back(piece: Piece, by: User, data: Any) -> WithdrawalCase:
    """Do what the form says. Raises Refused."""
    scopes = data.getlist("scopes") if data.get("what") == "parts" else []
    if data.get("what") == "parts" and not scopes:
        raise Refused([Blocker("no_part", gettext_lazy("Choose at least one part, or everything."), "scopes")])
    is_officer = by.has_perm("editorial.record_narrators_yes")
    known = dict(WAYS)
    return withdrawing.withdraw(
        piece.pk,
        by=by,
        source=WithdrawalCase.Source.OFFICER if is_officer else WithdrawalCase.Source.PUBLISHER,
        scopes=scopes,
        how=data.get("how", "") if data.get("how", "") in known else "",
        wants_contact=bool(data.get("wants_contact")),
    )


def codes_view(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponse:
    """Which narrators have a code. A POST makes one and shows it, this once, on a page to print; or revokes it."""
    by = request.user
    assert isinstance(by, User)
    if not by.has_perm(codes.PERMISSION):
        raise PermissionDenied
    reasons: list[Blocker] = []
    if request.method == "POST":
        data = without_nul(request.POST)
        narrator = number(data.get("narrator", ""))
        try:
            if data.get("do") == "revoke":
                codes.revoke_of(narrator, piece.pk, by=by)
                return HttpResponseRedirect(request.path)
            language = data.get("language", "")
            language = language if language in dict(settings.LANGUAGES) else piece.language
            words = codes.make(
                narrator, piece.pk, by=by, language=language, seen=data.get("seen", codes.state_of(None))
            )
            return _to_print(request, words, language)
        except Refused as refusal:
            reasons = refusal.blockers
    original = original_of(piece.pk)
    made = codes.standing_codes(original.pk)
    narrators = Narrator.objects.filter(stories__in=family_of(original.pk)).distinct().order_by("code")
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Withdrawal codes"),
        "subtitle": piece.title,
        "piece": piece,
        "form_url": reverse("admin:stories_story_change", args=[piece.pk]),
        "holders": [Holder(narrator, made.get(narrator.pk)) for narrator in narrators],
        "languages": [(code, name, code == piece.language) for code, name in settings.LANGUAGES],
        "reasons": reasons,
    }
    return render(request, "admin/stories/codes.html", context, status=422 if reasons else 200)


def _to_print(request: HttpRequest, words: str, language: str) -> HttpResponse:
    """Names nobody and no story: whoever finds the sheet learns of an address and four words."""
    with translation.override(language):
        address = absolute(reverse("stories:withdraw", args=[language]))
        context = {"words": words.split(), "address": address, "language": language, "back": request.path}
        return render(request, "admin/stories/code_sheet.html", context)


def verbs(standing: Standing, by: User) -> list[Verb]:
    """At the desk of a story, for those whose role it is."""
    pk, found = standing.piece.pk, []
    if by.has_perm("editorial.withdraw_piece"):
        found.append(
            Verb(
                "withdraw",
                gettext_lazy("Take it back for its narrator …"),
                guards.to_withdraw(standing, by),
                group="away",
                hint=gettext_lazy("Everything or only some parts, on every surface, at once. One person is enough."),
                url=reverse("admin:stories_story_take_back", args=[pk]),
            )
        )
    if by.has_perm(codes.PERMISSION):
        found.append(
            Verb(
                "withdrawal_codes",
                gettext_lazy("Withdrawal codes …"),
                [],
                group="arrange",
                hint=gettext_lazy("Four words with which a narrator takes the story back without you."),
                url=reverse("admin:stories_story_codes", args=[pk]),
            )
        )
    return found


register_verbs("story", verbs)

PAGES = (
    PiecePage("take-back/", "take_back", take_back_view, methods=("GET", "HEAD", "POST")),
    PiecePage("codes/", "codes", codes_view, methods=("GET", "HEAD", "POST")),
)

#: Of a part, how the desk calls it.
LABELS: dict[str, Text] = {scope.value: scope.label for scope in Scope}


def what_words(case: WithdrawalCase) -> str:
    if case.is_contact_only:
        return _("Nothing: asks to be contacted")
    if not case.scopes:
        return _("Everything")
    return ", ".join(str(LABELS.get(scope, scope)) for scope in case.scopes)

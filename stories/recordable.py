"""What may be recorded of what a narrator said: every reason against a draft of a consent, each with the next step."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models import User
from stories import answers
from stories.models import CHANNELS, Consent, ConsentNotice, Grant, Narrator, Scope, Story

Text = str | Promise
RECORD = "stories.add_consent"
DEFAULT_MONTHS, MOST_MONTHS = 24, 60
What = Literal["given", "renewed", "narrowed"]
YES, NO = Grant.Value.GRANTED.value, Grant.Value.REFUSED.value
#: What is agreed to only together with somewhere to show it.
PARTS = tuple(scope for scope in Scope if scope not in CHANNELS)


@dataclass(frozen=True)
class Draft:
    """What is to be recorded. Times are aware; `said` is one answer after the other, as they were given."""

    narrator: Narrator
    story: Story
    basis: str
    said: Sequence[tuple[str, str]]
    valid_from: datetime | None
    valid_until: datetime | None
    method: str = ""
    given_by: str = Consent.GivenBy.NARRATOR
    notice: ConsentNotice | None = None
    comprehension: str = ""
    jurisdiction: str = ""
    citation: str = ""
    asked_by: User | None = None
    asked_on: date | None = None
    asked_in: str = ""
    interpreter: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    review_on: date | None = None
    replaces: Consent | None = None
    what: What = "given"

    @property
    def granted(self) -> set[str]:
        return {scope for scope, value in self.said if value == YES}

    @property
    def refused(self) -> set[str]:
        return {scope for scope, value in self.said if value == NO}


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    local = timezone.localtime(start)
    total = local.month - 1 + months
    year, month = local.year + total // 12, total % 12 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    naive = local.replace(year=year, month=month, day=day, tzinfo=None)
    return timezone.make_aware(naive)


# --- Every reason against it ----------------------------------------------------------------------------------------
def to_record(draft: Draft, by: User) -> list[Blocker]:
    """All that is wrong with it, each with the next step."""
    granting = answers.granted_now(draft.narrator.pk, {draft.story.pk}, timezone.now())
    return [
        *permitted(by),
        *_whose(draft),
        *_when(draft),
        *_how(draft),
        *_answers(draft),
        *_contradictions(draft, granting),
        *_against_the_one_before(draft),
    ]


def permitted(by: User) -> list[Blocker]:
    if by.is_active and by.has_perm(RECORD):
        return []
    return [Blocker("no_permission", _("Consents are for the consent officer. Ask that colleague."))]


def _whose(draft: Draft) -> list[Blocker]:
    if draft.story.narrators.filter(pk=draft.narrator.pk).exists():
        return []
    sentence = _("This narrator is not recorded for that story. Add it on the narrator’s page first.")
    return [Blocker("not_their_story", sentence, "story")]


def _when(draft: Draft) -> list[Blocker]:
    start, end, found = draft.valid_from, draft.valid_until, []
    if start is None:
        found.append(Blocker("no_start", _("Say from which day on it holds."), "valid_from"))
    if end is None:
        found.append(
            Blocker("no_end", _("Say until when it holds. Every consent ends; ask again then."), "valid_until")
        )
    if start is None or end is None:
        return found
    if end <= start:
        found.append(Blocker("no_time", _("Choose a day after the day on which it starts."), "valid_until"))
    elif end > months_after(start, MOST_MONTHS):
        sentence = _("Choose a day within five years of its start, and ask again then.")
        found.append(Blocker("too_long", sentence, "valid_until"))
    if draft.review_on and not timezone.localdate(start) <= draft.review_on <= timezone.localdate(end):
        found.append(Blocker("review_outside", _("Choose a day between its start and its end."), "review_on"))
    return found


def _how(draft: Draft) -> list[Blocker]:
    """On what it rests."""
    if draft.basis == Consent.Basis.OWN_PUBLICATION:
        return _how_published(draft)
    if draft.basis != Consent.Basis.ASKED:
        return [Blocker("no_basis", _("Say on what it rests."), "basis")]
    found = []
    if draft.asked_by is None:
        found.append(Blocker("no_asker", _("Say who asked the narrator, and on which day."), "asked_by"))
    if draft.asked_on is None:
        found.append(Blocker("no_day", _("Say who asked the narrator, and on which day."), "asked_on"))
    elif draft.asked_on > timezone.localdate() or (
        draft.valid_from and draft.asked_on > timezone.localdate(draft.valid_from)
    ):
        sentence = _("The day on which the narrator was asked is not after the start, and not to come.")
        found.append(Blocker("asked_later", sentence, "asked_on"))
    if draft.notice is None:
        sentence = _("Choose what the narrator was told. If it is not in the list, add it under “Notices” first.")
        found.append(Blocker("no_notice", sentence, "notice"))
    if not draft.method:
        found.append(Blocker("no_method", _("Say how the yes or no was given."), "method"))
    elif draft.method == Consent.Method.PUBLICATION:
        sentence = _("Who was asked answered in some way. Choose how, or choose “own publication” as the basis.")
        found.append(Blocker("not_published", sentence, "method"))
    return found


def _how_published(draft: Draft) -> list[Blocker]:
    found = []
    if not draft.citation.strip():
        found.append(Blocker("no_citation", _("Cite the narrator’s own publication."), "evidence"))
    if draft.method not in {"", Consent.Method.PUBLICATION}:
        sentence = _("It rests on a publication, so nobody was asked. Leave this empty, or change the basis.")
        found.append(Blocker("was_asked", sentence, "method"))
    return found


def _answers(draft: Draft) -> list[Blocker]:
    found = []
    scopes = [scope for scope, _value in draft.said]
    if not scopes:
        sentence = _("Answer at least one row with yes or no. A row that was not asked counts as no.")
        found.append(Blocker("nothing_said", sentence, "said"))
    if set(scopes) - set(Scope.values) or {value for _scope, value in draft.said} - {YES, NO}:
        found.append(Blocker("unknown_answer", _("Answer with yes or no, to what the list names."), "said"))
    twice = sorted({scope for scope in scopes if scopes.count(scope) > 1})
    found += [
        Blocker("said_twice", _about(scope, _("“{scope}” is answered twice. Keep one answer.")), scope)
        for scope in twice
    ]
    if not draft.granted:
        return found
    if draft.comprehension == Consent.Comprehension.UNSURE:
        sentence = _("Who was not sure has not agreed. Explain it again and ask anew, or record no.")
        found.append(Blocker("unsure", sentence, "comprehension"))
    if draft.narrator.is_minor and draft.given_by != Consent.GivenBy.GUARDIAN:
        sentence = _("The narrator is a minor: a guardian has to agree as well. Ask the guardian, or record no.")
        found.append(Blocker("no_guardian", sentence, "given_by"))
    return found


def _about(scope: str, sentence: Any) -> Text:
    label = Scope(scope).label if scope in Scope.values else scope
    return format_lazy(sentence, scope=label)


def _contradictions(draft: Draft, before: Collection[str]) -> list[Blocker]:
    """Answers that cannot stand together, with what the narrator grants already."""
    if not draft.granted:
        return []
    after = (set(before) - draft.refused) | draft.granted
    found = []
    if Scope.PARTNERS in draft.granted and Scope.WEBSITE not in after:
        sentence = _("Partner sites show what this website shows. Say yes to this website too, or no to partner sites.")
        found.append(Blocker("partners_without_website", sentence, Scope.PARTNERS))
    if not after & set(CHANNELS):
        for scope in (one for one in PARTS if one in draft.granted):
            sentence = _("“{scope}” is granted, but nowhere to show it. Say yes to this website too, or no here.")
            found.append(Blocker("part_without_channel", _about(scope, sentence), scope))
    return found


def _against_the_one_before(draft: Draft) -> list[Blocker]:
    """What a record may say that takes the place of another."""
    before = draft.replaces
    if before is None:
        return [] if draft.what == "given" else [Blocker("nothing_replaced", _("Open the consent that it replaces."))]
    if (before.narrator_id, before.story_id) != (draft.narrator.pk, draft.story.pk):
        sentence = _("It can only replace a consent of the same narrator to the same story.")
        return [Blocker("another_consent", sentence, "story")]
    had = set(before.grants.filter(value=YES).values_list("scope", flat=True))
    found = []
    for scope in (one for one in Scope.values if one in had - draft.granted - draft.refused):
        sentence = _("“{scope}” was granted before. Say yes to keep it, or no to take it back.")
        found.append(Blocker("was_granted", _about(scope, sentence), scope))
    if draft.what == "narrowed":
        for scope in (one for one in Scope.values if one in draft.granted - had):
            sentence = _("“{scope}” was not granted before. To widen is a new consent; here choose no.")
            found.append(Blocker("is_wider", _about(scope, sentence), scope))
        if draft.valid_until and draft.valid_until > before.valid_until:
            sentence = _("Narrowing makes it no longer. Choose a day up to the end that it had, or renew it.")
            found.append(Blocker("is_longer", sentence, "valid_until"))
    return found


def scopes_of(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Of a mapping from each scope to yes, no or nothing, the answers that were given."""
    return [(scope, values[scope]) for scope in Scope.values if values.get(scope)]


def default_end(start: datetime) -> datetime:
    return months_after(start, DEFAULT_MONTHS)

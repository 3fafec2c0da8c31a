"""What could give somebody away, or harm them otherwise, and so stands in the way of publishing a story.

Private names and words are looked for in pieces of every kind, and so have their own place: stories/private_terms.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, Value
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from editorial.blockers import Blocker

if TYPE_CHECKING:
    from stories.models.narrator import Detail, ThirdParty
    from stories.models.story import Story


def read_together(story: Story) -> tuple[list[ThirdParty], list[Detail]]:
    """The third parties and the details of a story in one query, for showing."""
    from stories.models.narrator import Detail, ThirdParty

    of_party = ("pk", "story_id", "relation", "action", "sealed")
    of_detail = ("pk", "story_id", "cls", "precision", "sealed")
    parties = ThirdParty.objects.filter(story_id__in={story.pk, story.original_id}).order_by()
    details = Detail.objects.filter(story_id=story.pk).order_by()
    both = parties.values_list(Value(0), *of_party, Value("", CharField())).union(
        details.values_list(Value(1), *of_detail, "quote"), all=True
    )
    rows = sorted(both)
    return (
        [ThirdParty(**dict(zip(of_party, row[1:-1], strict=True))) for row in rows if row[0] == 0],
        [Detail(**dict(zip(of_detail, row[1:-1], strict=True)), quote=row[-1]) for row in rows if row[0] == 1],
    )


def blockers(story: Story) -> list[Blocker]:
    return [*_of_narrators(story), *_of_third_parties(story), *_of_details(story)]


def _of_narrators(story: Story) -> list[Blocker]:
    """The sentences say nothing of why: that is for the consent role."""
    found = []
    if any(narrator.claim_pending for narrator in story.people()):
        sentence = _("Nothing of this narrator is published for the time being. Ask the consent officer until when.")
        found.append(Blocker("claim_pending", sentence))
    now = timezone.now()
    minors = {narrator.pk for narrator in story.people() if narrator.is_minor}
    if minors:
        guarded = {
            one.narrator
            for one in story.every_answer()
            if one.scope == "website"
            and one.said.is_granted
            and one.said.window.end > now
            and one.given_by == "guardian"
        }
        if minors - guarded:
            sentence = _("A consent for this story is not complete yet. Ask the consent officer.")
            found.append(Blocker("no_guardian", sentence))
    return found


def _of_third_parties(story: Story) -> list[Blocker]:
    open_ones = sum(not party.action for party in story.parties())
    if not open_ones:
        return []
    sentence = ngettext_lazy(
        "It is not decided what to do about %(n)d other person in the story. Decide it on the page “Care”.",
        "It is not decided what to do about %(n)d other persons in the story. Decide it on the page “Care”.",
        "n",
    )
    return [Blocker("third_party_open", sentence % {"n": open_ones})]


def _of_details(story: Story) -> list[Blocker]:
    from stories import coarsening
    from stories.details import DetailClass

    risk, found = story.risk(), []
    if risk < coarsening.FROM_RISK:
        return []
    kept = coarsening.specific(story)
    if len(kept) >= coarsening.TOO_MANY:
        sentence = format_lazy(
            _(
                "{count} specific details together may tell who it is: {classes}. Tell some of them in general terms, "
                "then mark them again on the page “Care”."
            ),
            count=len(kept),
            classes=", ".join(sorted({str(DetailClass(detail.cls).label) for detail in kept})),
        )
        found.append(Blocker("too_specific", sentence, "body"))
    if risk >= coarsening.ALL_MARKED_FROM and any(one.is_specific for one in coarsening.proposals(story)):
        sentence = _("The text has details that nobody has looked at yet. Look at each on the page “Care”.")
        found.append(Blocker("unmarked_details", sentence, "body"))
    return found

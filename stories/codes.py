"""Withdrawal codes: made for one narrator and one story, shown once, found again without being kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, sealing
from editorial.blockers import Blocker, refuse_if
from editorial.guards import NO_PERMISSION
from editorial.models import User
from stories import code_words
from stories.families import family_of, original_of
from stories.models import Narrator, Story, StoryNarrator, WithdrawalCode

CONTEXT = "withdrawal-code"
PERMISSION = "stories.add_withdrawalcode"


MADE_ALREADY = Blocker(
    "made_already",
    _(
        "The words were made already, and are in force: nothing was changed. They are shown only once. If nobody noted "
        "them, make a new code below; it voids them."
    ),
)


def state_of(made_at: datetime | None) -> str:
    """Which code is in force, as a form sends it along."""
    return made_at.isoformat() if made_at else "none"


def lookup(typed: str) -> str:
    """Under which hash a code is kept, however it was typed."""
    return sealing.lookup(code_words.normalised(typed), context=CONTEXT)


def to_make(by: User, narrator_id: int, story: Story) -> list[Blocker]:
    blockers = []
    if not (by.is_active and by.has_perm(PERMISSION)):
        blockers.append(Blocker("no_permission", str(NO_PERMISSION).format(role=_("Consent officer"))))
    if not StoryNarrator.objects.filter(story_id__in=family_of(story.pk), narrator_id=narrator_id).exists():
        blockers.append(Blocker("not_theirs", _("This narrator is not recorded for that story.")))
    return blockers


@transaction.atomic
def make(narrator_id: int, story_id: int, *, by: User, language: str, seen: str | None = None) -> str:
    """Four words in that language; the code from before is void. Nobody can read them again. Raises Refused.

    `seen` is which code was in force on the page from which it was asked for (state_of), so that the same form sent
    twice does not void the words that were just shown.
    """
    story = original_of(story_id)
    refuse_if(to_make(by, narrator_id, story))
    narrator = Narrator.objects.select_for_update(no_key=True).get(pk=narrator_id)
    standing = WithdrawalCode.objects.filter(narrator=narrator, story=story, revoked_at__isnull=True)
    if seen is not None and seen != state_of(standing.values_list("made_at", flat=True).first()):
        refuse_if([MADE_ALREADY])
    standing.update(revoked_at=timezone.now())
    words = code_words.new_code(language)
    while WithdrawalCode.objects.filter(lookup=lookup(words)).exists():
        words = code_words.new_code(language)
    WithdrawalCode.objects.create(
        narrator=narrator, story=story, language=language, lookup=lookup(words), made_by=by
    )  # fmt: skip
    events.record("make_withdrawal_code", by=by, piece=story)
    return words


@transaction.atomic
def revoke(code_id: int, *, by: User) -> None:
    """The words open nothing any more, as when somebody else may have them. Raises Refused."""
    code = WithdrawalCode.objects.select_for_update(of=("self",)).select_related("story").get(pk=code_id)
    refuse_if(to_make(by, code.narrator_id, code.story))
    if code.revoked_at is None:
        code.revoked_at = timezone.now()
        code.save(update_fields=["revoked_at"])
        events.record("revoke_withdrawal_code", by=by, piece=code.story)


@transaction.atomic
def revoke_of(narrator_id: int, story_id: int, *, by: User) -> None:
    """The code of this narrator for this story, if there is one. Raises Refused."""
    story = original_of(story_id)
    refuse_if(to_make(by, narrator_id, story))
    for code in WithdrawalCode.objects.filter(narrator_id=narrator_id, story=story, revoked_at__isnull=True):
        revoke(code.pk, by=by)


def found(typed: str) -> WithdrawalCode | None:
    """The code that is in force under these words."""
    codes = WithdrawalCode.objects.filter(lookup=lookup(typed), revoked_at__isnull=True)
    return codes.select_related("story", "narrator").first()


def in_force(code_id: int) -> WithdrawalCode | None:
    codes = WithdrawalCode.objects.filter(pk=code_id, revoked_at__isnull=True)
    return codes.select_related("story", "narrator").first()


def standing_codes(story_id: int) -> dict[int, datetime]:
    """For each narrator who has a code in force, when it was made."""
    codes = WithdrawalCode.objects.filter(story_id=original_of(story_id).pk, revoked_at__isnull=True)
    return dict(codes.values_list("narrator_id", "made_at"))

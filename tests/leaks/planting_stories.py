"""Stories in every state in which consent and the workflow can leave them."""

from __future__ import annotations

from datetime import timedelta

from editorial import workflow
from stories.models import Scope
from tests.leaks.canaries import WEBSITE
from tests.leaks.planting import BOTH, HIDDEN, NOW, SEEN, World, days, seen

ON_SITE = seen(WEBSITE)
HOUR = timedelta(hours=1)


def plant(world: World) -> None:
    drafts(world)
    live(world)
    versions(world)
    hidden(world)
    consents(world)
    names(world)
    translations(world)


def drafts(world: World) -> None:
    """What never was public."""
    staff = world.staff
    with days(-20):
        draft = world.story("draft")
        world.shown_by("draft", world.share(draft, "draft"))
        world.story("draft without consent", consented=False)
        in_review = world.story("in review")
        workflow.submit(in_review.pk, by=staff.contributor)
        sent_back = world.story("changes requested")
        workflow.submit(sent_back.pk, by=staff.contributor)
        workflow.request_changes(sent_back.pk, by=staff.reviewer, note="Name the year.")
        approved = world.story("approved")
        workflow.submit(approved.pk, by=staff.contributor)
        approved.refresh_from_db()
        workflow.approve(approved.pk, by=staff.reviewer, digest=approved.digest)
        world.publish(world.story("scheduled"), at=NOW + 2 * HOUR)
        cancelled = world.story("schedule cancelled")
        world.publish(cancelled, at=NOW + 2 * HOUR)
        workflow.cancel_schedule(cancelled.pk, by=staff.publisher)


def live(world: World) -> None:
    """What is public, for all the scopes and times in which it can be."""
    with days(-19):
        live = world.story("live", SEEN)
        world.share(live, "live, shared as a draft")
        world.publish(live)
        world.publish(world.story("live on the site alone", ON_SITE, scopes=(Scope.WEBSITE,)))
        soon = world.story("live, ends in an hour", SEEN)
        world.publish(soon, expires_at=NOW + HOUR)
        world.publish(world.story("live, consent ends in an hour", SEEN, end=1 / 24))
        world.publish(world.story("live, to be held", SEEN))
        world.publish(world.story("live, to be ended", SEEN))
        world.publish(world.story("live, to be refused", SEEN))
        world.publish(world.story("live, partners to be refused", SEEN))
        world.publish(world.story("live, to be withdrawn", SEEN))
    with days(-10):
        later = world.story("live, partners agree tomorrow", ON_SITE, scopes=(Scope.WEBSITE,))
        world.consent(later, (Scope.PARTNERS,), start=1, end=300)
        world.publish(later)


def versions(world: World) -> None:
    """Several texts of one story: what was, what is, what will be, what somebody is writing."""
    staff = world.staff
    with days(-18):
        edited = world.story("live, being edited", SEEN)
        world.share(edited, "live, being edited, shared as a draft")
        world.publish(edited)
        replaced = world.story("superseded")
        world.publish(replaced)
        waiting = world.story("live, another waits", SEEN)
        world.publish(waiting)
        urgent = world.story("superseded by an urgent fix")
        world.publish(urgent)
        filed = world.story("live, a filed one beside it", SEEN)
        world.publish(filed)
        renamed = world.story("superseded, then renamed")
        world.publish(renamed)
    with days(-17):
        world.rewrite(edited, "working copy of what is live")
        world.rewrite(replaced, "live, the second edition", SEEN, after="superseded")
        world.publish(replaced)
        world.rewrite(waiting, "waits behind what is live")
        world.publish(waiting, at=NOW + 2 * HOUR)
        world.rewrite(urgent, "live, an urgent fix", SEEN, after="superseded by an urgent fix")
        workflow.publish_urgently(urgent.pk, by=staff.publisher, reason="A relative called.")
        world.rewrite(filed, "filed edition")
        world.publish(filed, at=NOW + 2 * HOUR)
        renamed.slug = f"{renamed.slug}-renamed"
        world.rewrite(renamed, "live, at a new address", SEEN, after="superseded, then renamed")
        world.publish(renamed)
    with days(-16):
        workflow.start_fix(filed.pk, by=staff.contributor)
        # What was live before the fix is not any more.
        for canary in world.nest:
            if canary.row == "live, a filed one beside it":
                canary.surfaces, canary.must = frozenset(), frozenset()
        world.rewrite(filed, "live, the fix beside a filed one", SEEN, after="live, a filed one beside it")
        world.publish(filed)


def hidden(world: World) -> None:
    """What was public once."""
    staff = world.staff
    with days(-15):
        ended = world.story("ended")
        world.publish(ended)
        workflow.end(ended.pk, by=staff.publisher)
        held = world.story("held")
        world.publish(held)
        workflow.hold(held.pk, by=staff.editor, reason="A relative called.")
        expired = world.story("edition expired")
        world.publish(expired, expires_at=NOW - HOUR)
        over = world.story("consent expired", end=-1)
        world.publish(over)
    with days(-14):
        world.rewrite(ended, "working copy of what was ended")


def consents(world: World) -> None:
    """What narrators took back, or never gave."""
    with days(-13):
        refused = world.story("refused later")
        world.publish(refused)
        back = world.story("refused, then agreed anew")
        world.publish(back)
        no_partners = world.story("live, not with partners any more", ON_SITE)
        world.publish(no_partners)
        gap = world.story("consent ended, then renewed", end=-5)
        world.publish(gap)
    with days(-12):
        world.refused(refused, BOTH)
        world.refused(back, BOTH)
        world.refused(no_partners, (Scope.PARTNERS,))
    with days(-3):
        # Agreed again, and nobody has published it again.
        world.consent(back, BOTH, start=-3, end=300)
        workflow.reclear(back.pk, by=world.staff.consent_officer)
        world.consent(gap, BOTH, start=-3, end=300)
        workflow.reclear(gap.pk, by=world.staff.consent_officer)


def names(world: World) -> None:
    """Stories that hold a real name."""
    with_name = (*BOTH, Scope.REAL_NAME)
    with days(-11):
        world.publish(world.story("live with a real name", SEEN, scopes=with_name, names_narrator=True))
        taken_back = world.story("real name taken back", scopes=with_name, names_narrator=True)
        world.publish(taken_back)
    with days(-10):
        world.refused(taken_back, (Scope.REAL_NAME,))


def translations(world: World) -> None:
    """Texts whose consent hangs on another text."""
    with_korean = (*BOTH, Scope.TRANSLATION_KO)
    staff = world.staff
    with days(-9):
        original = world.story("live original", SEEN, scopes=with_korean)
        world.publish(original)
        korean = world.story("live translation", SEEN, language="ko", translation_of=original, consented=False)
        world.consent(korean, with_korean, start=-400, end=300)
        workflow.save(korean.pk, by=staff.contributor)
        world.publish(korean)
        first = world.story("live original, its translation refused", SEEN, scopes=with_korean)
        world.publish(first)
        refused = world.story("translation refused", HIDDEN, language="ko", translation_of=first, consented=False)
        world.consent(refused, with_korean, start=-400, end=300)
        world.publish(refused)
        second = world.story("original held", scopes=with_korean)
        world.publish(second)
        shadowed = world.story("translation of a held one", language="ko", translation_of=second, consented=False)
        world.consent(shadowed, with_korean, start=-400, end=300)
        world.publish(shadowed)
    with days(-8):
        world.refused(first, (Scope.TRANSLATION_KO,))
        workflow.reclear(refused.pk, by=staff.consent_officer)
        workflow.hold(second.pk, by=staff.editor, reason="A relative called.")

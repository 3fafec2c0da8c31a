"""Recording what a narrator said: a consent with its answers and files, and what happened to it later.

Nothing is changed once it is recorded (stories/rules.py). To renew is a new record; to narrow is a new record that says
no where the one before said yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import events, sealing, workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import User
from editorial.pictures import belonging
from stories import evidence
from stories.families import family_of
from stories.models import Consent, ConsentEvent, Grant, Narrator, Story
from stories.person import to_read
from stories.recordable import YES, Draft, permitted, to_record

#: Said of a narrator as a person, whatever the story.
OF_PERSON = (ConsentEvent.What.CONTACT_LOST, ConsentEvent.What.CONTACT_FOUND, ConsentEvent.What.DIED)
#: Said of one story.
OF_STORY = (ConsentEvent.What.REQUESTED, ConsentEvent.What.DEFERRED, ConsentEvent.What.REFUSED)


# --- Recording ------------------------------------------------------------------------------------------------------
@transaction.atomic
def record(draft: Draft, *, by: User, files: Iterable[UploadedFile[Any]] = ()) -> Consent:
    """Write it down; where the story may be shown follows at once. Raises Refused, with every reason."""
    lock_narrators([draft.narrator.pk])
    kept, unfit = evidence.checked(files)
    refuse_if([*to_record(draft, by), *unfit])
    assert draft.valid_from is not None  # refused above
    assert draft.valid_until is not None
    now = timezone.now()
    made = Consent.objects.create(
        narrator=draft.narrator,
        story=draft.story,
        replaces=draft.replaces,
        basis=draft.basis,
        method=draft.method or _method_of(draft),
        given_by=draft.given_by,
        notice=draft.notice,
        comprehension=draft.comprehension,
        jurisdiction=draft.jurisdiction,
        evidence=draft.citation,
        asked_by=draft.asked_by,
        asked_on=draft.asked_on,
        asked_in=draft.asked_in,
        note=draft.note,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        review_on=draft.review_on,
        recorded_by=by,
    )
    if draft.interpreter.strip():
        made.sealed = sealing.seal({"interpreter": draft.interpreter.strip()}, context=context_of(made))
        made.save(update_fields=["sealed"])
    Grant.objects.bulk_create(Grant(consent=made, scope=scope, value=value) for scope, value in draft.said)
    for file in kept:
        evidence.keep(made, file, by=by)
    what = draft.what if draft.granted or draft.what == "narrowed" else ConsentEvent.What.REFUSED.value
    _append(
        draft.narrator, what, by=by, at=now, story=draft.story, consent=made, scopes=sorted(s for s, _v in draft.said)
    )
    belonging.claim(pieces=family_of(draft.story.original_id))
    workflow.reclear(draft.story.pk, by=by)
    events.record("record_consent", by=by, piece=draft.story, subject=str(made), to_state=what, fields=_fields(draft))
    return made


def _method_of(draft: Draft) -> str:
    return Consent.Method.PUBLICATION.value if draft.basis == Consent.Basis.OWN_PUBLICATION else ""


def _fields(draft: Draft) -> list[str]:
    """The scopes that were answered: no values."""
    return [scope for scope, _value in draft.said]


def context_of(consent: Consent) -> str:
    return f"consent:{consent.pk}"


def lock_narrators(narrators: Iterable[int]) -> None:
    """Before any piece is locked (DESIGN §3)."""
    rows = Narrator.objects.select_for_update(no_key=True).filter(pk__in=list(narrators)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _append(
    narrator: Narrator,
    what: str,
    *,
    by: User,
    at: datetime,
    story: Story | None = None,
    consent: Consent | None = None,
    scopes: Sequence[str] = (),
    how: str = "",
) -> None:
    ConsentEvent.objects.create(
        narrator=narrator, story=story, consent=consent, what=what, scopes=list(scopes), how=how, by=by, at=at
    )


# --- What happened later --------------------------------------------------------------------------------------------
@transaction.atomic
def note_of_narrator(narrator_id: int, what: str, *, by: User) -> None:
    """Contact lost or found again, or a death. Raises Refused."""
    lock_narrators([narrator_id])
    narrator = Narrator.objects.get(pk=narrator_id)
    refuse_if([*permitted(by), *([] if what in OF_PERSON else [_unknown()])])
    _append(narrator, what, by=by, at=timezone.now())
    events.record("note_consent_event", by=by, subject=f"narrator {narrator}", to_state=what)


@transaction.atomic
def note_of_story(narrator_id: int, story_id: int, what: str, *, by: User) -> None:
    """Asked for, put off, or refused when asked; nothing that was granted ends by it. Raises Refused."""
    lock_narrators([narrator_id])
    narrator = Narrator.objects.get(pk=narrator_id)
    (story,) = workflow.lock([story_id])
    assert isinstance(story, Story)  # the kinds of this app
    wrong = [] if what in OF_STORY else [_unknown()]
    if not story.narrators.filter(pk=narrator_id).exists():
        wrong.append(Blocker("not_their_story", _("This narrator is not recorded for that story."), "story"))
    refuse_if([*permitted(by), *wrong])
    _append(narrator, what, by=by, at=timezone.now(), story=story)
    events.record("note_consent_event", by=by, piece=story, subject=f"narrator {narrator}", to_state=what)


def _unknown() -> Blocker:
    return Blocker("unknown_event", _("Choose from the list what happened."))


@transaction.atomic
def invalidate(consent_id: int, *, by: User) -> None:
    """It was found not to hold: what it granted ends now, also where an earlier consent granted the same."""
    made = Consent.objects.select_related("narrator", "story").get(pk=consent_id)
    lock_narrators([made.narrator_id])
    granted = sorted(made.grants.filter(value=YES).values_list("scope", flat=True))
    wrong = permitted(by)
    if made.events.filter(what=ConsentEvent.What.INVALIDATED).exists():
        wrong.append(Blocker("nothing_changed", _("That is recorded already.")))
    elif not granted:
        wrong.append(Blocker("nothing_granted", _("It granted nothing, so nothing can end.")))
    refuse_if(wrong)
    _append(made.narrator, "invalidated", by=by, at=timezone.now(), story=made.story, consent=made, scopes=granted)
    workflow.reclear(made.story_id, by=by)
    events.record("invalidate_consent", by=by, piece=made.story, subject=str(made), fields=granted)


@transaction.atomic
def note_receipt(consent_id: int, receipt: str, *, by: User) -> None:
    """That the receipt was given, or that the narrator does not want to hold one. Raises Refused."""
    made = Consent.objects.select_related("narrator", "story").get(pk=consent_id)
    lock_narrators([made.narrator_id])
    if receipt not in {Consent.Receipt.GIVEN, Consent.Receipt.DECLINED}:
        raise Refused([Blocker("unknown_receipt", _("Say whether it was given or declined."), "receipt")])
    refuse_if(permitted(by))
    made.receipt = receipt
    made.save(update_fields=["receipt"])
    _append(made.narrator, "receipt", by=by, at=timezone.now(), story=made.story, consent=made, how=receipt)
    events.record("note_receipt", by=by, piece=made.story, subject=str(made), to_state=receipt)


@transaction.atomic
def set_review(consent_id: int, on: date | None, *, by: User) -> None:
    """When to ask whether it still holds. Raises Refused."""
    made = Consent.objects.select_related("story").get(pk=consent_id)
    wrong = permitted(by)
    start, end = timezone.localdate(made.valid_from), timezone.localdate(made.valid_until)
    if on is not None and not start <= on <= end:
        wrong.append(Blocker("review_outside", _("Choose a day between its start and its end."), "review_on"))
    refuse_if(wrong)
    made.review_on = on
    made.save(update_fields=["review_on"])
    events.record("set_consent_review", by=by, piece=made.story, subject=str(made), fields=["review_on"])


@transaction.atomic
def read_interpreter(made: Consent, *, by: User) -> str:
    """Who interpreted; recorded where there is one. Raises Refused, and sealing.CannotOpen."""
    refuse_if(to_read(by))
    if not made.sealed:
        return ""
    name = str(sealing.unseal(made.sealed, context=context_of(made)).get("interpreter", ""))
    events.record("read_consent", by=by, subject=str(made))
    return name

"""What a narrator can take along: what was agreed, in plain words, and the same for machines (ISO/IEC TS 27560 names).

It holds no name, no title and no word of the story, so that who finds it learns as little as possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from editorial.door import absolute
from stories.in_force import Now, Standing, ended, since
from stories.models import Consent, ConsentEvent, Grant, Scope

SCHEMA_VERSION = "ISO-27560:2023"
LAWFUL_BASIS = {Consent.Basis.ASKED: "explicit_consent", Consent.Basis.OWN_PUBLICATION: "manifestly_made_public"}
#: Our words for the states of the standard.
STATES = {
    ConsentEvent.What.REQUESTED: "requested",
    ConsentEvent.What.DEFERRED: "deferred",
    ConsentEvent.What.GIVEN: "given",
    ConsentEvent.What.RENEWED: "renewed",
    ConsentEvent.What.NARROWED: "given",
    ConsentEvent.What.REFUSED: "refused",
    ConsentEvent.What.WITHDRAWN: "withdrawn",
    ConsentEvent.What.REVOKED: "revoked",
    ConsentEvent.What.EXPIRED: "expired",
    ConsentEvent.What.INVALIDATED: "invalidated",
}


@dataclass(frozen=True)
class Line:
    """One scope with its answer; not asked is no. `ended` says that a yes does not hold any more, and since when."""

    label: str
    is_granted: bool
    was_asked: bool
    ended: Standing | None = None

    @property
    def holds(self) -> bool:
        return self.is_granted and self.ended is None


def lines(consent: Consent, now: datetime | None = None) -> list[Line]:
    said = {grant.scope: grant.value for grant in consent.grants.all()}
    over = ended(consent, now or timezone.now())
    return [
        Line(str(scope.label), said.get(scope) == Grant.Value.GRANTED, scope in said, over.get(scope))
        for scope in Scope
    ]


#: What is told on paper of what happened later, in the words of a narrator.
TOLD = {
    ConsentEvent.What.GIVEN: gettext_lazy("You agreed."),
    ConsentEvent.What.RENEWED: gettext_lazy("You agreed anew."),
    ConsentEvent.What.NARROWED: gettext_lazy("You agreed to less than before."),
    ConsentEvent.What.REFUSED: gettext_lazy("You said no."),
    ConsentEvent.What.WITHDRAWN: gettext_lazy("You took it back."),
    ConsentEvent.What.REVOKED: gettext_lazy("We took it back."),
    ConsentEvent.What.INVALIDATED: gettext_lazy("We found that it does not hold."),
    ConsentEvent.What.EXPIRED: gettext_lazy("It ended by itself."),
}


@dataclass(frozen=True)
class Happened:
    """One thing that happened, for paper. No scopes means everything."""

    at: datetime
    words: Any
    scopes: list[str]


def happened(consent: Consent) -> list[Happened]:
    """What became of it until now, in order."""
    return [
        Happened(event.at, TOLD[ConsentEvent.What(event.what)], _labels(event))
        for event in since(consent)
        if event.what in TOLD
    ]


def _labels(event: ConsentEvent) -> list[str]:
    """Only of what ended: of what was given the table says more."""
    return [str(Scope(one).label) for one in event.scopes] if event.what in ConsentEvent.ENDING else []


def record_id(consent: Consent) -> str:
    return f"C-{consent.pk}"


def language_of(consent: Consent) -> str:
    """Of the notice; without one, of the story."""
    return consent.notice.language if consent.notice else str(consent.story.language)


def withdrawal_url(language: str) -> str:
    """Where a narrator takes it back without an account."""
    return absolute(reverse("stories:withdraw", args=[language]))


def as_json(consent: Consent, now: datetime | None = None) -> dict[str, Any]:
    """The record as it stands now, with the field names of ISO/IEC TS 27560. Times are UTC."""
    notice, now = consent.notice, now or timezone.now()
    over = ended(consent, now)
    return {
        "printed_at": _utc(now),
        "schema_version": SCHEMA_VERSION,
        "record_id": record_id(consent),
        "pii_principal_id": consent.narrator.code,
        "privacy_notice": {
            "id": f"notice-{notice.pk}" if notice else None,
            "language": notice.language if notice else None,
            "text": notice.text if notice else None,
        },
        "language": language_of(consent),
        "collection_method": consent.method or None,
        "consent_given_by": consent.given_by,
        "comprehension_check": consent.comprehension or None,
        "jurisdiction": consent.jurisdiction or None,
        "pii_controllers": [
            {"party_id": settings.SITE_URL, "party_role": "controller", "party_url": settings.SITE_URL}
        ],
        "purposes": [
            {
                "purpose": grant.scope,
                "lawful_basis": LAWFUL_BASIS[Consent.Basis(consent.basis)],
                "event_state": _state(grant, over.get(grant.scope)),
                **({"ended_at": _utc(over[grant.scope].at)} if grant.scope in over else {}),
                "recipient_third_parties": ["partners"] if grant.scope == Scope.PARTNERS else [],
            }
            for grant in sorted(consent.grants.all(), key=lambda grant: Scope.values.index(grant.scope))
        ],
        "retention_period": {"start": _utc(consent.valid_from), "end": _utc(consent.valid_until)},
        "review_date": consent.review_on.isoformat() if consent.review_on else None,
        "withdrawal_method": {
            "description": "withdrawal code, or any member of staff",
            "url": withdrawal_url(language_of(consent)),
        },
        "replaces_record_id": f"C-{consent.replaces_id}" if consent.replaces_id else None,
        "receipt": consent.receipt or None,
        "events": [
            {
                "event_time": _utc(event.at),
                "event_type": "explicit" if consent.basis == Consent.Basis.ASKED else "implied",
                "event_state": STATES[ConsentEvent.What(event.what)],
                "scopes": event.scopes,
                "validity_duration": _duration(event, consent),
                "entity_id": consent.narrator.code,
            }
            for event in since(consent)
            if event.what in STATES
        ],
    }


def _state(grant: Grant, over: Standing | None) -> str:
    """What a scope is now: what was agreed to, unless it ended. A yes that a later record takes away was withdrawn."""
    if grant.value != Grant.Value.GRANTED:
        return "refused"
    if over is None:
        return "given"
    return "withdrawn" if over.now == Now.NARROWED else str(over.now.value)


def _duration(event: ConsentEvent, consent: Consent) -> dict[str, str]:
    """From when until when it holds; what was ended holds from then on not at all."""
    if event.what in ConsentEvent.ENDING:
        return {"start": _utc(event.at), "end": _utc(event.at)}
    of = event.consent or consent
    return {"start": _utc(of.valid_from), "end": _utc(of.valid_until)}


def _utc(at: datetime) -> str:
    return timezone.localtime(at, timezone.get_fixed_timezone(0)).isoformat(timespec="seconds")

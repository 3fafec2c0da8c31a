"""Who of the staff may see what, written down by hand: never derived from the product's own permissions."""

from __future__ import annotations

from editorial.field_classes import SECRET, classes, never_shown

CONTRIBUTOR, EDITOR, REVIEWER = "Contributor", "Editor", "Reviewer"
PUBLISHER, CONSENT_OFFICER = "Publisher", "Consent officer"
PARTNERSHIPS, ADMINISTRATOR = "Partnerships", "Administrator"
EVERYBODY = frozenset(
    {CONTRIBUTOR, EDITOR, REVIEWER, PUBLISHER, CONSENT_OFFICER, PARTNERSHIPS, ADMINISTRATOR},
)
NOBODY: frozenset[str] = frozenset()
#: Administrators keep accounts; texts are none of their business.
WITH_TEXTS = EVERYBODY - {ADMINISTRATOR}

OFFICER = frozenset({CONSENT_OFFICER})

#: By field or by model; the more exact line counts. What stands nowhere here is for all who see texts.
ROLES: dict[str, frozenset[str]] = {
    "editorial.event": EVERYBODY,  # the history of a piece tells of it in words; the record itself is for fewer
    # A keyed hash tells nothing, and the record, which administrators read, holds it.
    "editorial.approval.digest": EVERYBODY,
    "editorial.edition.digest": EVERYBODY,
    "editorial.piece.digest": EVERYBODY,
    "editorial.revision.digest": EVERYBODY,
    "editorial.user": EVERYBODY,
    "editorial.user.email": frozenset({ADMINISTRATOR}),
    "editorial.user.last_name": EVERYBODY,
    "editorial.autosave": NOBODY,  # but for the one who typed
    "editorial.notice": NOBODY,
    "editorial.findable": NOBODY,
    "editorial.sitestate": NOBODY,
    "editorial.ledgerline": NOBODY,
    "editorial.tagchange": WITH_TEXTS,
    "auth.group": EVERYBODY,
    "auth.permission": frozenset({ADMINISTRATOR}),
    "contenttypes.contenttype": EVERYBODY,
    "taggit.tag": NOBODY,
    "django_tasks_database.dbtaskresult": NOBODY,
    "stories.narrator": OFFICER,
    "stories.narrator.code": EVERYBODY,  # the desk and the record know narrators by nothing else
    "stories.consent": OFFICER,
    "stories.consentnotice": OFFICER,
    "stories.consentevent": OFFICER,
    "stories.grant": OFFICER,
    "stories.evidence": OFFICER,
    "stories.withdrawalcode": OFFICER,
    "stories.wrongcode": NOBODY,
    "stories.thirdparty": WITH_TEXTS,
}


def roles_for(key: str) -> frozenset[str]:
    """The roles that may see a field at the desk."""
    if key in never_shown():
        return NOBODY
    model = key.rpartition(".")[0]
    if classes()[key] == SECRET:
        return ROLES.get(key, ROLES.get(model, OFFICER)) & OFFICER
    return ROLES.get(key, ROLES.get(model, WITH_TEXTS))

"""What the database itself holds of consents: what was recorded stays as it was recorded (editorial/triggers.py)."""

from __future__ import annotations

#: What stands instead of a citation when a consent is emptied: the basis asks for some words.
EMPTIED = "erased"
CONSENT_FROZEN = (
    *("narrator_id", "story_id", "replaces_id", "basis", "method", "given_by", "notice_id", "comprehension"),
    *("jurisdiction", "asked_by_id", "asked_on", "asked_in", "valid_from", "valid_until", "recorded_by_id"),
    "recorded_at",
)
EVIDENCE_FROZEN = ("consent_id", "name", "media_type", "size", "sha256", "added_by_id", "added_at")


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{column} {{d}} OLD.{column}" for column in columns)


#: Of a consent the receipt and the day of review may be noted later, note and citation emptied, and what is sealed
#: sealed anew under another key: nobody can forge that without the key.
RULES: tuple[tuple[str, str, str, str], ...] = (
    ("stories_consent", "DELETE", "", "A consent is never deleted."),
    (
        "stories_consent",
        "UPDATE",
        (
            f"{_changed(CONSENT_FROZEN)} OR (NEW.note {{d}} OLD.note AND NEW.note <> '')"
            f" OR (NEW.evidence {{d}} OLD.evidence AND NEW.evidence NOT IN ('', '{EMPTIED}'))"
        ),
        "A recorded consent does not change. Record a new one.",
    ),
    ("stories_grant", "DELETE", "", "An answer is never deleted."),
    ("stories_grant", "UPDATE", "", "An answer does not change. Record a new consent."),
    ("stories_consentevent", "DELETE", "", "An event of a consent is never deleted."),
    ("stories_consentevent", "UPDATE", "", "An event of a consent does not change."),
    ("stories_consentnotice", "DELETE", "", "A notice is never deleted."),
    ("stories_consentnotice", "UPDATE", "", "A notice does not change. Write a new one."),
    ("stories_evidence", "DELETE", "", "The row of an evidence file stays when the file is gone."),
    (
        "stories_evidence",
        "UPDATE",
        f"{_changed(EVIDENCE_FROZEN)} OR (OLD.erased_at IS NOT NULL AND NEW.erased_at {{d}} OLD.erased_at)",
        "An evidence file does not change.",
    ),
)

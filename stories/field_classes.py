"""Who may ever see what stands in the fields of stories; see editorial/field_classes.py."""

from __future__ import annotations

from editorial.field_classes import INTERNAL, PUBLIC, SECRET, Table

TABLE: Table = {
    "stories.story": {
        PUBLIC: "byline names_narrator is_name_changed descriptors how_made content_note body takeaway credit_line",
        INTERNAL: "piece_ptr credit",
    },
    "stories.narrator": {
        INTERNAL: "id code",
        SECRET: "risk_level next_review is_minor has_relatives_at_risk claim_pending sealed sealed_at",
    },
    "stories.storynarrator": {INTERNAL: "id story narrator"},
    "stories.thirdparty": {INTERNAL: "id story relation action decided_by decided_at", SECRET: "sealed"},
    "stories.detail": {INTERNAL: "id story cls quote precision marked_by marked_at", SECRET: "sealed"},
    "stories.consentnotice": {INTERNAL: "id title language text made_by made_at"},
    "stories.consent": {
        INTERNAL: "id narrator story replaces basis valid_from valid_until review_on recorded_by recorded_at",
        SECRET: "method given_by notice comprehension receipt jurisdiction evidence asked_by asked_on asked_in note "
        "sealed",
    },
    "stories.grant": {INTERNAL: "id consent scope value said_at"},
    "stories.evidence": {
        INTERNAL: "id consent added_by added_at erased_at",
        SECRET: "name media_type size sha256",
    },
    "stories.consentevent": {INTERNAL: "id narrator story consent what scopes by at", SECRET: "how"},
    "stories.withdrawalcode": {
        INTERNAL: "id narrator story language made_by made_at revoked_at",
        SECRET: "lookup",
    },
    "stories.wrongcode": {INTERNAL: "id at", SECRET: "whence"},
    "stories.withdrawalcase": {
        INTERNAL: "id code story narrator source scopes is_contact_only wants_contact received_at effective_at by "
        "ledger_number told_by told_at closed_by closed_at",
    },
    "stories.casesurface": {INTERNAL: "id case surface state at by note"},
    "stories.externalcopy": {INTERNAL: "id story kind where noted_by noted_at"},
}

#: Sealed text as it stands in the database; what is inside is for the consent role.
NEVER_SHOWN = {
    *("stories.narrator.sealed", "stories.thirdparty.sealed", "stories.detail.sealed", "stories.consent.sealed"),
    *("stories.evidence.name", "stories.withdrawalcode.lookup", "stories.wrongcode.whence"),
}

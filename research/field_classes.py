"""Who may ever see what stands in the fields of research; see editorial/field_classes.py."""

from __future__ import annotations

from editorial.field_classes import INTERNAL, PUBLIC, Table

TABLE: Table = {
    "research.source": {
        PUBLIC: "csl_type container_title publisher publisher_place volume issue pages issued url evidence_kind note",
        INTERNAL: "piece_ptr",
    },
    "research.contributor": {PUBLIC: "role family given literal name_original", INTERNAL: "id source position"},
    "research.citation": {
        PUBLIC: "locator locator_label note_number intent is_missing as_printed",
        INTERNAL: "id host finding source check_state position",
    },
    "research.statistic": {
        PUBLIC: "value low high value_number low_number high_number bound unit stat_type population group "
        "compared_with denominator period period_kind sample_size method caveat as_printed source_missing reader_note",
        INTERNAL: "piece_ptr",
    },
    "research.summary": {
        PUBLIC: "question answer body method limits authors author_role period",
        INTERNAL: "piece_ptr summarises",
    },
    "research.finding": {PUBLIC: "heading text strength strength_note", INTERNAL: "id summary position"},
    "research.finding_statistics": {PUBLIC: "statistic", INTERNAL: "id finding"},
}

"""Who may ever see what stands in the fields of collections and pages; see editorial/field_classes.py."""

from __future__ import annotations

from editorial.field_classes import INTERNAL, PUBLIC, Table

TABLE: Table = {
    "reading.collection": {PUBLIC: "intro has_quick_exit", INTERNAL: "piece_ptr kinds order limit"},
    "reading.clause": {INTERNAL: "id collection rule position"},
    "reading.clause_tags": {INTERNAL: "id clause tag"},
    "reading.chosen": {INTERNAL: "id collection piece role position"},
    "reading.page": {PUBLIC: "body", INTERNAL: "piece_ptr"},
}

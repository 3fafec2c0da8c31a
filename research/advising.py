"""What could be better in findings, which the checks panel cannot see in the fields of a summary itself."""

from __future__ import annotations

from editorial.advice import Advice, Draft, on_capitals, on_length, on_slips
from editorial.sentences import lines_of

#: What the form calls the rows of the findings.
FIELD = "findings"


def on_findings(draft: Draft) -> list[Advice]:
    """Their headings and texts, as of any other text."""
    if draft.kind != "summary":
        return []
    lines = [
        line
        for finding in draft.content.get("findings", [])
        for name in ("heading", "text")
        for line in lines_of(finding.get(name, ""))
    ]
    return [*on_capitals(FIELD, lines), *on_slips(FIELD, lines), *on_length(FIELD, lines)]

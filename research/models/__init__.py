"""Sources, the citations of them, the numbers that they state, and summaries of research."""

from research.models.citation import Citation, write_citations
from research.models.source import Contributor, Source
from research.models.statistic import Statistic
from research.models.summary import Finding, Summary, write_finding

__all__ = [
    "Citation",
    "Contributor",
    "Finding",
    "Source",
    "Statistic",
    "Summary",
    "write_citations",
    "write_finding",
]

"""Works cited, as text. Pure: values in, text out. Names are never initialised by rule ("Suh, Jae-jean" stays so)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Work:
    """A work in the shape of CSL; texts as they were printed."""

    title: str
    csl_type: str = ""
    container_title: str = ""
    publisher: str = ""
    publisher_place: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    issued: str = ""
    authors: list[str] = field(default_factory=list)


QUOTED = {"article-journal", "article-newspaper", "webpage", "manuscript"}


def names(authors: list[str]) -> str:
    """ "A", "A and B", "A, B, and C": each name as it stands."""
    if len(authors) < 2:
        return "".join(authors)
    if len(authors) == 2:
        return f"{authors[0]}, and {authors[1]}"
    return f"{', '.join(authors[:-1])}, and {authors[-1]}"


def formatted(work: Work) -> str:
    """The work in one line, notes-and-bibliography style."""
    title = work.title
    if work.csl_type in QUOTED and not title.startswith("["):
        title = f"“{title}”"
    place = ": ".join(part for part in (work.publisher_place, work.publisher) if part)
    volume = ".".join(part for part in (work.volume, work.issue) if part)
    container = " ".join(part for part in (work.container_title, volume) if part)
    parts = [names(work.authors), title, container, place, work.issued, f"pp. {work.pages}" if work.pages else ""]
    text = ". ".join(part.rstrip(".") for part in parts if part)
    return f"{text}." if text else ""


def located(locator: str, label: str) -> str:
    """ "p. 37", "pp. 213-20", "ch. 4"."""
    if not locator:
        return ""
    short = {"page": "pp." if "-" in locator or "–" in locator else "p.", "chapter": "ch.", "section": "§"}
    return f"{short.get(label, label)} {locator}".strip()

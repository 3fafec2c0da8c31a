"""How a number and a work are printed inside a text."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.kinds import Printed
from editorial.models import Edition
from editorial.prose_nodes import Mention
from research.citations import located
from research.content import SourceContent, figure_words


def number(edition: Edition | None, mention: Mention, language: str) -> Printed:
    """The figure in words, leading to its page; of one that readers cannot see, never digits."""
    if edition is None:
        return Printed(_("figure withdrawn"), reverse("research:statistics", args=[language]), is_withdrawn=True)
    words = figure_words(edition.content, language)
    if mention.edition is None:
        return Printed(words, kinds.address(edition))
    args = [edition.language, edition.slug, edition.number]
    return Printed(words, reverse("research:statistic_edition", args=args))


def work(edition: Edition | None, mention: Mention, language: str) -> Printed:
    """The work in one line, with the place in it."""
    if edition is None:
        return Printed(_("This source cannot be shown at present."), is_withdrawn=True)
    source: SourceContent = kinds.named("source").read(edition.content)
    place = located(mention.locator, mention.part)
    return Printed(" ".join(part for part in (source.formatted, place) if part), kinds.address(edition))

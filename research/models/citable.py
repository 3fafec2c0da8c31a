"""What the research kinds share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from editorial.models import Edition, Piece
from editorial.models.clearance import Windows, everything_allowed
from editorial.models.reference import Referring


class Citable(Piece):
    """What the research kinds share: anybody may read and cite them, old editions included."""

    is_citable: ClassVar[bool] = True
    #: The fields that go into the content as they are.
    PLAIN: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        return everything_allowed()

    def load_plain(self, content: dict[str, Any]) -> None:
        """The plain fields from a content, with the default where it has none."""
        for name in self.PLAIN:
            field: Any = self._meta.get_field(name)
            setattr(self, name, content.get(name, field.get_default()))

    def citation_contents(self) -> list[dict[str, Any]]:
        """Of the piece itself; findings have citations of their own."""
        own = self.citations.filter(finding__isnull=True).order_by("position", "pk")
        return [citation.content() for citation in own]

    def cited(self) -> list[Referring]:
        sources = self.citations.filter(source__isnull=False).values_list("source_id", flat=True)
        return [Referring(source, "source") for source in sorted(set(sources))]

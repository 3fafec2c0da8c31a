"""Uses of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of
from editorial.models import Piece
from editorial.wording import ContentField, described, items
from research.models.source import Source

if TYPE_CHECKING:
    from research.models.summary import Finding


class Citation(models.Model):
    """One use of a source. "Ibid." is never stored; a note without a definition is a state that readers see."""

    class Intent(models.TextChoices):
        SUPPORTS = "supports", _("Supports it")
        DISPUTES = "disputes", _("Disputes it")
        BACKGROUND = "background", _("Background: where it was read")

    class Check(models.TextChoices):
        UNCHECKED = "unchecked", _("Not checked yet")
        PAGE_SEEN = "page_seen", _("Page seen")
        CONTRADICTED = "contradicted", _("Says something else")
        NOT_FOUND = "not_found", _("Not found there")

    host = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="citations")
    finding = models.ForeignKey(
        "research.Finding",
        verbose_name=_("finding"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="uses"
    )
    locator = models.CharField(_("where in it"), max_length=40, blank=True, help_text=_("For example 37 or 213-20."))
    locator_label = models.CharField(_("that is a"), max_length=20, default="page")
    note_number = models.PositiveSmallIntegerField(_("note in the original"), null=True, blank=True)
    intent = models.CharField(_("intent"), max_length=20, choices=Intent, default=Intent.SUPPORTS)
    check_state = models.CharField(_("check"), max_length=20, choices=Check, default=Check.UNCHECKED)
    is_missing = models.BooleanField(
        _("missing"), default=False, help_text=_("The original has a marker here, but no note to it.")
    )
    as_printed = models.CharField(_("as printed"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            CheckConstraint(
                name="citation_has_a_source_or_is_missing",
                condition=Q(source__isnull=False, is_missing=False) | Q(source__isnull=True, is_missing=True),
                violation_error_message=_("Choose a source, or tick “missing” where the original names none."),
            ),
            one_of("citation_intent_is_known", "intent", ["supports", "disputes", "background"]),
        ]

    def __str__(self) -> str:
        return str(_("citation {number}")).format(number=self.pk)

    def content(self) -> dict[str, Any]:
        stored = {
            "source": self.source_id,
            "locator": self.locator,
            "locator_label": self.locator_label if self.locator else "",
            "note_number": self.note_number,
            "intent": self.intent,
            "check": self.check_state,
            "is_missing": self.is_missing,
            "as_printed": self.as_printed,
        }
        return {name: value for name, value in stored.items() if value not in ("", None, False)}


def citation_fields() -> ContentField:
    """The citations of a content, as an editor reads them."""
    names = ("source", "locator", "locator_label", "intent", "note_number", "is_missing", "as_printed")
    return items("citations", Citation, described(Citation, *names, check="check_state"))


def write_citations(host: Piece, stored: list[dict[str, Any]], finding: Finding | None = None) -> None:
    """Rows from what a content, or a fixture, says."""
    Citation.objects.bulk_create(
        Citation(
            host_id=host.pk,
            finding=finding,
            source_id=one.get("source"),
            locator=one.get("locator", ""),
            locator_label=one.get("locator_label") or "page",
            note_number=one.get("note_number"),
            intent=one.get("intent", "supports"),
            check_state=one.get("check", "unchecked"),
            is_missing=one.get("is_missing", False),
            as_printed=one.get("as_printed", ""),
            position=position,
        )
        for position, one in enumerate(stored)
    )

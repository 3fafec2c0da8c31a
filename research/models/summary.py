"""Summaries of research and their findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models.reference import Referring
from editorial.pictures.wording import picture_fields
from editorial.prose import ProseField, text_of
from editorial.prose_nodes import one_each, referring_in
from editorial.prose_table import WITH_MENTIONS
from editorial.wording import ContentField, described, items
from research.models.citable import Citable
from research.models.citation import citation_fields, write_citations
from research.models.source import Source
from research.models.statistic import Statistic


class Summary(Citable):
    """A summary of research: question, answer, findings with their strength, method, limits."""

    question = models.CharField(_("question"), max_length=300)
    answer = models.CharField(_("answer in a sentence"), max_length=500, blank=True)
    body = ProseField(_("text"), blank=True, holds=WITH_MENTIONS)
    method = ProseField(_("how we know"), blank=True, holds=WITH_MENTIONS)
    limits = ProseField(_("what we do not know"), blank=True, holds=WITH_MENTIONS)
    authors = models.JSONField(_("authors"), default=list, blank=True)
    author_role = models.CharField(_("role of the authors"), max_length=200, blank=True)
    summarises = models.ForeignKey(
        Source, verbose_name=_("summarises"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    period = models.CharField(_("period"), max_length=40, blank=True, help_text=_("As EDTF: 1991/2010."))

    class Meta:
        verbose_name = _("research summary")
        verbose_name_plural = _("research summaries")

    PLAIN = ("question", "answer", "body", "method", "limits", "authors", "author_role", "period")

    def content(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.PLAIN}
        numbers = models.Prefetch("statistics", Statistic.objects.only("pk"))
        rows = self.findings.order_by("position", "pk").prefetch_related(numbers, "citations")
        findings = [finding.content() for finding in rows]
        return self.common_content() | plain | {"summarises": self.summarises_id, "findings": findings}

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        said = described(Finding, "heading", "text", "strength", "strength_note", "statistics")
        findings = items("findings", Finding, [*said, citation_fields()])
        return cls.with_common_fields(*described(cls, *cls.PLAIN, "summarises"), findings, picture_fields())

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        self.load_plain(content)
        self.summarises_id = content.get("summarises")
        self.save()
        self.citations.all().delete()
        self.findings.all().delete()
        for position, stored in enumerate(content.get("findings", [])):
            write_finding(self, position, stored)

    def referring(self) -> list[Referring]:
        statistics = Finding.statistics.through.objects.filter(finding__summary_id=self.pk)
        numbers = sorted(set(statistics.values_list("statistic_id", flat=True)))
        credit = [Referring(self.summarises_id, "credit")] if self.summarises_id else []
        beside = [*credit, *(Referring(number, "statistic") for number in numbers), *self.cited()]
        return one_each([*beside, *referring_in(self.body, self.method, self.limits)])

    def blockers(self, at: datetime) -> list[Blocker]:
        found = []
        if not self.question.strip():
            found.append(Blocker("no_question", _("Say which question the research asks."), "question"))
        if not self.answer.strip():
            found.append(Blocker("no_answer", _("Give the answer in one sentence."), "answer"))
        if not text_of(self.limits):
            found.append(
                Blocker("no_limits", _("Say what is not known; readers trust a limit that is stated."), "limits")
            )
        strengths = list(self.findings.values_list("strength", flat=True))
        if not strengths:
            found.append(Blocker("no_findings", _("Add at least one finding."), "findings"))
        if not set(strengths) <= set(Finding.Strength.values):
            found.append(Blocker("no_strength", _("Choose for each finding how strong it is."), "findings"))
        return found


class Finding(models.Model):
    """One claim, with how strong it is and what it rests on."""

    class Strength(models.TextChoices):
        MEASURED = "measured", _("Measured")
        REPORTED = "reported", _("Reported")
        NO_NUMBERS = "no_numbers", _("Stated without numbers")
        ANECDOTAL = "anecdotal", _("Anecdotal")
        MIXED = "mixed", _("Evidence points both ways")
        NO_DIFFERENCE = "no_difference", _("No difference found")

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"))
    strength = models.CharField(_("strength"), max_length=20, choices=Strength)
    strength_note = models.CharField(_("why this strength"), max_length=300, blank=True)
    statistics = models.ManyToManyField(Statistic, verbose_name=_("statistics"), blank=True, related_name="findings")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.heading

    def content(self) -> dict[str, Any]:
        stored = {
            "heading": self.heading,
            "text": self.text,
            "strength": self.strength,
            "strength_note": self.strength_note,
            "statistics": sorted(statistic.pk for statistic in self.statistics.all()),
            "citations": [citation.content() for citation in self.citations.all()],
        }
        return {name: value for name, value in stored.items() if value}


def write_finding(summary: Summary, position: int, stored: dict[str, Any]) -> Finding:
    """A finding with its numbers and citations, from what a content, or a fixture, says."""
    finding = Finding.objects.create(
        summary=summary,
        position=position,
        heading=stored.get("heading", ""),
        text=stored.get("text", ""),
        strength=stored.get("strength", ""),
        strength_note=stored.get("strength_note", ""),
    )
    finding.statistics.set(stored.get("statistics", []))
    write_citations(summary, stored.get("citations", []), finding)
    return finding

"""Quantities, each with its one home."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.constraints import one_of
from editorial.models.reference import Referring
from editorial.wording import ContentField, described
from research.figures import is_number, without_separators
from research.models.citable import Citable
from research.models.citation import citation_fields, write_citations
from research.plausible import impossible


class Statistic(Citable):
    """A quantity about a population, with its bound, period and citations. Its editions are its history."""

    class Bound(models.TextChoices):
        EXACT = "exact", _("exactly")
        AT_LEAST = "at_least", _("at least")
        MORE_THAN = "more_than", _("more than")
        AT_MOST = "at_most", _("at most")
        ABOUT = "about", _("about")
        RANGE = "range", _("a range")
        MULTIPLE = "multiple", _("a multiple")
        MAJORITY = "majority", _("a majority")
        ORDER_OF_MAGNITUDE = "order_of_magnitude", _("an order of magnitude (hundreds, thousands)")
        NULL_FINDING = "null_finding", _("no difference found")

    class Unit(models.TextChoices):
        PEOPLE = "people", _("people")
        PERCENT = "percent", _("percent")
        PERCENTAGE_POINTS = "percentage_points", _("percentage points")
        TIMES = "times", _("times")
        YEARS = "years", _("years")
        MONTHS = "months", _("months")
        PROGRAMMES = "programmes", _("programmes")
        PERIODS = "periods", _("periods")
        NONE = "none", _("no unit")

    class StatType(models.TextChoices):
        COUNT = "count", _("Count")
        SHARE = "share", _("Share")
        RATIO = "ratio", _("Ratio")
        DURATION = "duration", _("Duration")
        SCORE = "score", _("Score")

    class PeriodKind(models.TextChoices):
        AS_OF = "as_of", _("as of")
        DURING = "during", _("during")
        SINCE_ARRIVAL = "since_arrival", _("since arrival")

    value = models.CharField(
        _("value"), max_length=30, blank=True, help_text=_("Digits as the source states them: 56.4, 36.")
    )
    low = models.CharField(_("lowest"), max_length=30, blank=True)
    high = models.CharField(_("highest"), max_length=30, blank=True)
    value_number = models.DecimalField(max_digits=20, decimal_places=6, null=True, editable=False)
    low_number = models.DecimalField(max_digits=20, decimal_places=6, null=True, editable=False)
    high_number = models.DecimalField(max_digits=20, decimal_places=6, null=True, editable=False)
    bound = models.CharField(_("bound"), max_length=20, choices=Bound, default=Bound.EXACT)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.PEOPLE)
    stat_type = models.CharField(_("type"), max_length=20, choices=StatType, default=StatType.COUNT)
    population = models.CharField(_("who"), max_length=200, help_text=_("The people whom the number is about."))
    group = models.CharField(_("group among them"), max_length=100, blank=True)
    compared_with = models.CharField(_("compared with"), max_length=200, blank=True)
    denominator = models.CharField(_("share of"), max_length=200, blank=True)
    period = models.CharField(
        _("period"), max_length=40, blank=True, help_text=_("As EDTF: 2007-09/2007-10, 1991/2010.")
    )
    period_kind = models.CharField(_("kind of period"), max_length=20, choices=PeriodKind, blank=True)
    sample_size = models.PositiveIntegerField(_("sample size"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=300, blank=True)
    caveat = models.TextField(_("what to be careful about"), blank=True)
    as_printed = models.CharField(_("as printed"), max_length=120, blank=True)
    source_missing = models.BooleanField(
        _("source missing"), default=False, help_text=_("Readers are told that the source is missing.")
    )
    reader_note = models.CharField(
        _("what changed"), max_length=300, blank=True, help_text=_("For readers, when a published value is revised.")
    )

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        constraints = [
            one_of(
                "statistic_bound_is_known",
                "bound",
                [
                    "exact",
                    "at_least",
                    "more_than",
                    "at_most",
                    "about",
                    "range",
                    "multiple",
                    "majority",
                    "order_of_magnitude",
                    "null_finding",
                ],
            ),
            CheckConstraint(
                name="statistic_share_0_to_100",
                condition=~Q(unit="percent")
                | Q(value_number__isnull=True)
                | Q(value_number__gte=0, value_number__lte=100),
            ),
            CheckConstraint(
                name="statistic_value_between_low_and_high",
                condition=(
                    Q(low_number__isnull=True) | Q(value_number__isnull=True) | Q(value_number__gte=F("low_number"))
                )
                & (Q(high_number__isnull=True) | Q(value_number__isnull=True) | Q(value_number__lte=F("high_number")))
                & (Q(low_number__isnull=True) | Q(high_number__isnull=True) | Q(low_number__lte=F("high_number"))),
            ),
            CheckConstraint(
                name="statistic_at_least_has_no_upper_value",
                condition=~Q(bound__in=["at_least", "more_than"]) | Q(high=""),
            ),
        ]

    PLAIN = (
        "value",
        "low",
        "high",
        "bound",
        "unit",
        "stat_type",
        "population",
        "group",
        "compared_with",
        "denominator",
        "period",
        "period_kind",
        "sample_size",
        "method",
        "caveat",
        "as_printed",
        "source_missing",
        "reader_note",
    )

    def save(self, *args: Any, **kwargs: Any) -> None:
        for name in ("value", "low", "high"):
            text = without_separators(getattr(self, name))
            setattr(self, name, text)
            setattr(self, f"{name}_number", Decimal(text) if is_number(text) else None)
        super().save(*args, **kwargs)

    def content(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.PLAIN}
        return self.common_content() | plain | {"citations": self.citation_contents()}

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        return cls.with_common_fields(*described(cls, *cls.PLAIN), citation_fields())

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        self.load_plain(content)
        self.save()
        self.citations.all().delete()
        write_citations(self, content.get("citations", []))

    def referring(self) -> list[Referring]:
        return self.cited()

    def blockers(self, at: datetime) -> list[Blocker]:
        found = []
        if not self.population.strip():
            found.append(Blocker("no_population", _("Say whom the number is about."), "population"))
        if not self.value and not self.low and self.bound not in {self.Bound.MAJORITY, self.Bound.NULL_FINDING}:
            found.append(Blocker("no_value", _("Give the value, or choose the bound “no difference found”."), "value"))
        fields = {name: getattr(self, name) for name in self.PLAIN}
        found += [Blocker("impossible", sentence, name) for name, sentence in impossible(fields)]
        if self.bound == self.Bound.RANGE and not (self.low and self.high):
            found.append(Blocker("no_range", _("A range needs its lowest and its highest value."), "low"))
        if not self.source_missing and not self.citations.filter(source__isnull=False).exists():
            found.append(
                Blocker("no_source", _("Cite where the number comes from, or tick “source missing”."), "source_missing")
            )
        was_published = self.latest_edition()
        if was_published and not self.reader_note.strip() and was_published.content.get("value", "") != self.value:
            found.append(Blocker("no_reader_note", _("Tell readers in a sentence what changed."), "reader_note"))
        return found

"""Sources, the citations of them, the numbers that they state, and summaries of research."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.constraints import one_of
from editorial.models import Edition, Piece
from editorial.models.clearance import Windows, everything_allowed
from editorial.models.reference import Referring
from editorial.prose import ProseField, text_of
from research.figures import is_number


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

    def citation_contents(self, finding_id: int | None = None) -> list[dict[str, Any]]:
        return [citation.content() for citation in self._citations_of(finding_id)]

    def _citations_of(self, finding_id: int | None) -> models.QuerySet[Citation]:
        """Of one finding, or of the piece itself."""
        found = self.citations.order_by("position", "pk")
        return found.filter(finding__isnull=True) if finding_id is None else found.filter(finding_id=finding_id)

    def cited(self) -> list[Referring]:
        sources = self.citations.filter(source__isnull=False).values_list("source_id", flat=True)
        return [Referring(source, "source") for source in sorted(set(sources))]


class Source(Citable):
    """A bibliographic item, in the shape of CSL."""

    class CslType(models.TextChoices):
        ARTICLE_JOURNAL = "article-journal", _("Journal article")
        ARTICLE_NEWSPAPER = "article-newspaper", _("News article")
        BOOK = "book", _("Book")
        REPORT = "report", _("Report")
        THESIS = "thesis", _("Thesis")
        MANUSCRIPT = "manuscript", _("Unpublished paper")
        WEBPAGE = "webpage", _("Web page")
        DATASET = "dataset", _("Data set")
        INTERVIEW = "interview", _("Interview")

    class EvidenceKind(models.TextChoices):
        OFFICIAL_STATISTICS = "official_statistics", _("Official statistics")
        SURVEY = "survey", _("Survey")
        PEER_REVIEWED = "peer_reviewed", _("Peer-reviewed research")
        BOOK = "book", _("Book")
        NEWS = "news", _("News report")
        STUDENT_WORK = "student_work", _("Student work")
        OWN_RECORDS = "own_records", _("An organisation's own account")
        TESTIMONY = "testimony", _("A person's own account")

    csl_type = models.CharField(_("type"), max_length=30, choices=CslType)
    container_title = models.CharField(_("journal, newspaper or site"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    publisher_place = models.CharField(_("place of publication"), max_length=100, blank=True)
    volume = models.CharField(_("volume"), max_length=20, blank=True)
    issue = models.CharField(_("issue"), max_length=20, blank=True)
    pages = models.CharField(_("pages"), max_length=40, blank=True)
    issued = models.CharField(_("date"), max_length=40, blank=True, help_text=_("As EDTF: 2008, 2014-07-31, 1997~."))
    url = models.URLField(_("address on the web"), max_length=500, blank=True)
    evidence_kind = models.CharField(_("kind of evidence"), max_length=30, choices=EvidenceKind)
    note = models.TextField(_("note for readers"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    PLAIN = (
        "csl_type",
        "container_title",
        "publisher",
        "publisher_place",
        "volume",
        "issue",
        "pages",
        "issued",
        "url",
        "evidence_kind",
        "note",
    )

    def content(self) -> dict[str, Any]:
        contributors = [one.content() for one in self.contributors.order_by("position", "pk")]
        return (
            self.common_content() | {name: getattr(self, name) for name in self.PLAIN} | {"contributors": contributors}
        )

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        self.load_plain(content)
        self.save()
        self.contributors.all().delete()
        Contributor.objects.bulk_create(
            Contributor(source=self, position=position, **one)
            for position, one in enumerate(content.get("contributors", []))
        )

    def blockers(self, at: datetime) -> list[Blocker]:
        found = []
        if self.csl_type not in self.CslType.values:
            found.append(Blocker("no_type", _("Choose the type of the source."), "csl_type"))
        if self.evidence_kind not in self.EvidenceKind.values:
            found.append(Blocker("no_evidence_kind", _("Choose the kind of evidence."), "evidence_kind"))
        return found


class Contributor(models.Model):
    """A person or institution behind a source; the name as it is printed."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        EDITOR = "editor", _("Editor")
        TRANSLATOR = "translator", _("Translator")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="contributors")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.AUTHOR)
    family = models.CharField(_("family name"), max_length=100, blank=True)
    given = models.CharField(_("given name"), max_length=100, blank=True)
    literal = models.CharField(_("name of an institution"), max_length=200, blank=True)
    name_original = models.CharField(_("name in its own script"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("contributor")
        constraints = [
            CheckConstraint(name="contributor_has_a_name", condition=~Q(family="") | ~Q(literal="")),
        ]

    def __str__(self) -> str:
        return self.literal or ", ".join(part for part in (self.family, self.given) if part)

    def content(self) -> dict[str, str]:
        names = ("role", "family", "given", "literal", "name_original")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


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
            text = getattr(self, name).replace(",", "").strip()
            setattr(self, name, text)
            setattr(self, f"{name}_number", Decimal(text) if is_number(text) else None)
        super().save(*args, **kwargs)

    def content(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.PLAIN}
        return self.common_content() | plain | {"citations": self.citation_contents()}

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
        found += [
            Blocker("not_a_number", _("Write digits only, such as 33000 or 56.4."), name)
            for name in ("value", "low", "high")
            if getattr(self, name) and not is_number(getattr(self, name))
        ]
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


class Summary(Citable):
    """A summary of research: question, answer, findings with their strength, method, limits."""

    question = models.CharField(_("question"), max_length=300)
    answer = models.CharField(_("answer in a sentence"), max_length=500, blank=True)
    body = ProseField(_("text"), blank=True)
    method = ProseField(_("how we know"), blank=True)
    limits = ProseField(_("what we do not know"), blank=True)
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
        findings = [finding.content() for finding in self.findings.order_by("position", "pk")]
        return self.common_content() | plain | {"summarises": self.summarises_id, "findings": findings}

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
        return [*credit, *(Referring(number, "statistic") for number in numbers), *self.cited()]

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
        if not self.findings.exists():
            found.append(Blocker("no_findings", _("Add at least one finding.")))
        if self.findings.exclude(strength__in=Finding.Strength.values).exists():
            found.append(Blocker("no_strength", _("Choose for each finding how strong it is.")))
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
            "statistics": sorted(self.statistics.values_list("pk", flat=True)),
            "citations": self.summary.citation_contents(self.pk),
        }
        return {name: value for name, value in stored.items() if value}


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
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
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
        return f"citation {self.pk}"

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

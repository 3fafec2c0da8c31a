"""Works that others rest on, in the shape of CSL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.wording import ContentField, described, items
from research.models.citable import Citable


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

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        names = ("literal", "family", "given", "name_original", "role")
        contributors = items("contributors", Contributor, described(Contributor, *names))
        return cls.with_common_fields(*described(cls, *cls.PLAIN), contributors)

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

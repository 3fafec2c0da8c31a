"""Stories, the people whose stories they are, and what those people agreed to."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.constraints import one_of
from editorial.models import Approval, Channel, Edition, Part, Piece
from editorial.models.clearance import ALWAYS, REFUSED, ROWS, Window, Windows
from editorial.models.reference import Referring
from editorial.prose import ProseField, text_of
from editorial.wording import ContentField, described
from stories import consent

#: What somebody who reads it aloud needs an hour for.
LONGEST_BODY = 100_000
#: DESIGN §2: from here on a narrator sees the final text first.
RISK_WITH_YES = 2


def narrator_code() -> str:
    """A code that says nothing: no letter or digit that could be mistaken for another."""
    return "N-" + "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(4))


class Narrator(models.Model):
    """A person whose story it is. Known here by a code; names and contacts are kept only where they are sealed."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=narrator_code)
    risk_level = models.PositiveSmallIntegerField(
        _("risk level"), default=2, help_text=_("0 is none, 4 is danger to life for the person or for relatives.")
    )
    next_review = models.DateField(_("next review"), null=True, blank=True)

    class Meta:
        verbose_name = _("narrator")
        verbose_name_plural = _("narrators")
        ordering = ["code"]
        constraints = [CheckConstraint(name="narrator_risk_0_to_4", condition=Q(risk_level__lte=4))]

    def __str__(self) -> str:
        return self.code


class Scope(models.TextChoices):
    """What can be agreed to: the channels, and the parts of a person that a story may show."""

    WEBSITE = Channel.WEBSITE.value, _("This website")
    PARTNERS = Channel.PARTNERS.value, _("Partner sites")
    PRINT = Channel.PRINT.value, _("Print")
    SOCIAL = Channel.SOCIAL.value, _("Social media")
    PORTRAIT = "portrait", _("Portrait")
    VOICE = "voice", _("Voice")
    REAL_NAME = Part.REAL_NAME.value, _("Real name")
    TRANSLATION_EN = "translation:en", _("Translation into English")
    TRANSLATION_KO = "translation:ko", _("Translation into Korean")


class Story(Piece):
    """A personal story."""

    sharing_needs_leave = True

    byline = models.CharField(
        _("byline"),
        max_length=120,
        blank=True,
        help_text=_("The name under which the story appears, just as the narrator writes it."),
    )
    names_narrator = models.BooleanField(
        _("names the narrator"),
        default=False,
        help_text=_("The byline or the text holds a real name. Needs the narrator's grant for it."),
    )
    how_made = models.CharField(
        _("how it was made"),
        max_length=400,
        blank=True,
        help_text=_("One line for readers: told to whom, in which language, or retold from where."),
    )
    content_note = models.CharField(
        _("content note"),
        max_length=400,
        blank=True,
        help_text=_("What in the text may be hard to read, and where. Plain words, no alarm."),
    )
    body = ProseField(_("text"), blank=True)
    takeaway = models.CharField(_("what readers can do"), max_length=300, blank=True)
    credit_line = models.CharField(
        _("credit line"), max_length=300, blank=True, help_text=_("Where it was first published, if elsewhere.")
    )
    credit = models.ForeignKey(
        Piece,
        verbose_name=_("credited source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "source"},
        help_text=_("The record of the work that the credit line names."),
    )
    narrators = models.ManyToManyField(
        Narrator, verbose_name=_("narrators"), related_name="stories", through="StoryNarrator"
    )

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def content(self) -> dict[str, Any]:
        return self.common_content() | {
            "byline": self.byline,
            "names_narrator": self.names_narrator,
            "how_made": self.how_made,
            "content_note": self.content_note,
            "body": self.body,
            "takeaway": self.takeaway,
            "credit_line": self.credit_line,
            "credit": self.credit_id,
        }

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        for name in ("byline", "how_made", "content_note", "body", "takeaway", "credit_line"):
            setattr(self, name, content.get(name, ""))
        self.names_narrator = content.get("names_narrator", False)
        self.credit_id = content.get("credit")
        self.save()

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        names = ("byline", "names_narrator", "how_made", "content_note", "body", "takeaway", "credit_line", "credit")
        return cls.with_common_fields(*described(cls, *names))

    def referring(self) -> list[Referring]:
        return [Referring(self.credit_id, "credit")] if self.credit_id else []

    def blockers(self, at: datetime) -> list[Blocker]:
        found = []
        if not text_of(self.body):
            found.append(Blocker("no_text", _("Write the story."), "body"))
        if len(self.body) > LONGEST_BODY:
            found.append(Blocker("too_long", _("Shorten the text to at most 100,000 characters."), "body"))
        if not self.standfirst.strip():
            found.append(Blocker("no_standfirst", _("Write a standfirst; lists show it."), "standfirst"))
        if not self.byline.strip():
            found.append(Blocker("no_byline", _("Say under which name the story appears."), "byline"))
        return found + self.consent_blockers(at)

    def consent_blockers(self, at: datetime) -> list[Blocker]:
        """What no editor can mend, only those whose story it is."""
        if not self.narrator_ids():
            return [Blocker("no_narrator", _("Ask the consent officer to record whose story it is."))]
        if not self.window(Scope.WEBSITE).holds(at):
            sentence = _("Not every narrator agrees to this website at that time. Ask the consent officer.")
            return [Blocker("no_consent", sentence)]
        found = []
        if self.translation_of_id and not self.window(translation_scope(self.language)).holds(at):
            sentence = _("A narrator has not agreed to a translation into this language. Ask the consent officer.")
            found.append(Blocker("no_translation", sentence, "language"))
        if self.names_narrator and not self.window(Scope.REAL_NAME).holds(at):
            sentence = _("A narrator has not agreed to the real name. Use a chosen name, or ask the consent officer.")
            found.append(Blocker("no_real_name", sentence, "names_narrator"))
        return found

    def approvals_missing(self) -> list[Blocker]:
        """From risk level 2 the narrators have to say yes to the very text that is published."""
        if not any(risk >= RISK_WITH_YES for risk in self._narrator_risks().values()):
            return []
        yes = self.approvals.filter(
            kind=Approval.Kind.NARRATOR, decision=Approval.Decision.APPROVED, digest=self.digest_now()
        )
        if yes.exists():
            return []
        sentence = _("The narrator has not said yes to this text yet. The consent officer records it.")
        return [Blocker("no_narrators_yes", sentence)]

    def shows_name(self) -> bool:
        return self.names_narrator

    def narrator_ids(self) -> list[int]:
        """The narrators of the story, and of the original when it is a translation."""
        return sorted(self._narrator_risks())

    def _narrator_risks(self) -> dict[int, int]:
        """The risk level of each narrator."""
        if self._known_risks is not None:
            return self._known_risks
        links = StoryNarrator.objects.filter(story_id__in={self.pk, self.original_id})
        return dict(links.values_list("narrator_id", "narrator__risk_level"))

    def _grants(self) -> list[Grant]:
        """Every answer that was ever recorded for the story, in the order in which it was."""
        if self._known_grants is not None:
            return self._known_grants
        found = Grant.objects.filter(consent__story_id__in={self.pk, self.original_id}).select_related("consent")
        return sorted(found, key=Grant.in_order)

    _known_risks: dict[int, int] | None = None
    _known_grants: list[Grant] | None = None

    def read_ahead(self) -> None:
        self._known_risks, self._known_grants = self._narrator_risks(), self._grants()

    def window(self, *scopes: str) -> Window:
        """When every narrator grants all of these; refused where one of them does not."""
        now = timezone.now()
        narrators = self.narrator_ids()
        if not narrators:
            return REFUSED
        said: dict[tuple[int, str], list[consent.Said]] = {}
        for grant in self._grants():
            one = consent.Said(grant.consent.window, grant.value == Grant.Value.GRANTED)
            said.setdefault((grant.consent.narrator_id, grant.scope), []).append(one)
        window = ALWAYS
        for narrator in narrators:
            for scope in scopes:
                window = window.meet(consent.current(said.get((narrator, scope), []), now))
        return window

    def sharing_refused_at(self, now: datetime, family: set[int]) -> datetime | None:
        """The last no to anything; now, where a narrator took back, or let end, what this draft would need.

        A narrator who was not asked yet has not said no: for them the consent officer’s leave is enough.
        """
        needed = {Scope.WEBSITE.value, *([Scope.REAL_NAME.value] if self.names_narrator else [])}
        if self.translation_of_id:
            needed.add(translation_scope(self.language))
        grants = Grant.objects.filter(consent__story_id__in=family).select_related("consent")
        said: dict[tuple[int, str], list[consent.Said]] = {}
        for grant in sorted(grants, key=Grant.in_order):
            if grant.scope in needed:
                one = consent.Said(grant.consent.window, grant.value == Grant.Value.GRANTED)
                said.setdefault((grant.consent.narrator_id, grant.scope), []).append(one)
        if any(consent.is_over(answers, now) for answers in said.values()):
            return now
        return max((grant.said_at for grant in grants if grant.value == Grant.Value.REFUSED), default=None)

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        needed = {translation_scope(edition.language) for edition in editions if edition.original_id != self.pk}
        return {row: self.window(row.value, *sorted(needed)) for row in ROWS}


def translation_scope(language: str) -> str:
    """The scope of a translation; one that the form does not know was never asked, so it is refused."""
    return f"translation:{language}"


class StoryNarrator(models.Model):
    """Whose story it is."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="story_narrators")
    narrator = models.ForeignKey(Narrator, on_delete=models.PROTECT, related_name="story_narrators")

    class Meta:
        verbose_name = _("narrator of the story")
        constraints = [UniqueConstraint(fields=["story", "narrator"], name="story_narrator_once")]

    def __str__(self) -> str:
        return f"{self.narrator_id} in {self.story_id}"


class Consent(models.Model):
    """One record: on what it rests, from when until when, and with a grant for each scope."""

    class Basis(models.TextChoices):
        ASKED = "asked", _("The narrator was asked and agreed")
        OWN_PUBLICATION = "own_publication", _("The narrator published it under their own name")

    narrator = models.ForeignKey(
        Narrator, verbose_name=_("narrator"), on_delete=models.PROTECT, related_name="consents"
    )
    story = models.ForeignKey(Story, verbose_name=_("story"), on_delete=models.PROTECT, related_name="consents")
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    evidence = models.CharField(
        _("evidence"),
        max_length=400,
        blank=True,
        help_text=_("For an own publication its citation; else where the signed or recorded yes is kept."),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    asked_in = models.CharField(_("language of the conversation"), max_length=40, blank=True)
    note = models.TextField(_("note"), blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-valid_from", "-id"]
        constraints = [
            one_of("consent_basis_is_known", "basis", ["asked", "own_publication"]),
            CheckConstraint(name="consent_ends_after_it_starts", condition=Q(valid_until__gt=F("valid_from"))),
            CheckConstraint(
                name="consent_asked_has_person_and_day",
                condition=~Q(basis="asked") | Q(asked_by__isnull=False, asked_on__isnull=False),
            ),
            CheckConstraint(
                name="consent_own_publication_has_evidence", condition=~Q(basis="own_publication") | ~Q(evidence="")
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk} of {self.narrator}"

    @property
    def window(self) -> Window:
        return Window(self.valid_from, self.valid_until)


class Grant(models.Model):
    """Yes or no to one scope. A scope without a row was not asked, which means no."""

    class Value(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="grants")
    scope = models.CharField(_("scope"), max_length=30, choices=Scope)
    value = models.CharField(_("answer"), max_length=10, choices=Value)
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("grant")
        constraints = [
            UniqueConstraint(fields=["consent", "scope"], name="grant_once_per_scope"),
            one_of("grant_scope_is_known", "scope", Scope.values),
            one_of("grant_value_is_known", "value", ["granted", "refused"]),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.value}"

    def in_order(self) -> tuple[datetime, bool, int]:
        """The order in which answers were recorded; of two at one instant the refusal is the later one."""
        return self.said_at, self.value == self.Value.REFUSED, self.pk


def stories_of(narrators: Iterable[int]) -> list[int]:
    """The stories whose clearances depend on these narrators."""
    links = StoryNarrator.objects.filter(narrator_id__in=list(narrators))
    return sorted(set(links.values_list("story_id", flat=True)))

"""What narrators agreed to, with evidence; recorded once and never changed. What changes is a new record or event."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of
from editorial.models import Channel, Part, Window
from stories.models.narrator import Narrator


class Scope(models.TextChoices):
    """What can be agreed to: the channels, and the parts of a person that a story may show."""

    WEBSITE = Channel.WEBSITE.value, _("This website")
    PARTNERS = Channel.PARTNERS.value, _("Partner sites")
    PRINT = Channel.PRINT.value, _("Print")
    SOCIAL = Channel.SOCIAL.value, _("Social media")
    PORTRAIT = Part.PORTRAIT.value, _("Portrait")
    VOICE = "voice", _("Voice")
    REAL_NAME = Part.REAL_NAME.value, _("Real name")
    TRANSLATION_EN = "translation:en", _("Translation into English")
    TRANSLATION_KO = "translation:ko", _("Translation into Korean")


CHANNELS = (Scope.WEBSITE, Scope.PARTNERS, Scope.PRINT, Scope.SOCIAL)


class ConsentNotice(models.Model):
    """What a narrator was told, word for word, in one language. A changed text is a new notice."""

    title = models.CharField(_("name at the desk"), max_length=120)
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    text = models.TextField(_("text"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Consent(models.Model):
    """One record: on what it rests, from when until when, and with a grant for each scope."""

    class Basis(models.TextChoices):
        ASKED = "asked", _("The narrator was asked and agreed")
        OWN_PUBLICATION = "own_publication", _("The narrator published it under their own name")

    class Method(models.TextChoices):
        UNKNOWN = "", _("Not recorded")
        SIGNATURE = "signature", _("Signature")
        THUMBPRINT = "thumbprint", _("Thumbprint")
        RECORDED_VOICE = "recorded_voice", _("Recorded voice")
        WITNESSED = "witnessed", _("Spoken before a witness")
        ONLINE = "online", _("Online")
        PUBLICATION = "publication", _("Own publication")

    class Comprehension(models.TextChoices):
        UNKNOWN = "", _("Not checked")
        OWN_WORDS = "own_words", _("Said in their own words what it means")
        QUESTIONS = "questions", _("Answered questions about it")
        UNSURE = "unsure", _("Was not sure")

    class GivenBy(models.TextChoices):
        NARRATOR = "narrator", _("The narrator")
        GUARDIAN = "guardian", _("The narrator and a guardian")
        REPRESENTATIVE = "representative", _("A representative of the narrator")

    class Receipt(models.TextChoices):
        UNKNOWN = "", _("Not offered yet")
        GIVEN = "given", _("Given")
        DECLINED = "declined", _("Declined: not safe to hold")

    narrator = models.ForeignKey(
        Narrator, verbose_name=_("narrator"), on_delete=models.PROTECT, related_name="consents"
    )
    story = models.ForeignKey(
        "stories.Story", verbose_name=_("story"), on_delete=models.PROTECT, related_name="consents"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    method = models.CharField(_("how it was given"), max_length=20, choices=Method, default="", blank=True)
    given_by = models.CharField(_("given by"), max_length=20, choices=GivenBy, default=GivenBy.NARRATOR)
    notice = models.ForeignKey(
        ConsentNotice, verbose_name=_("notice"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comprehension = models.CharField(
        _("check of understanding"), max_length=20, choices=Comprehension, default="", blank=True
    )
    receipt = models.CharField(_("receipt"), max_length=10, choices=Receipt, default="", blank=True)
    jurisdiction = models.CharField(
        _("whose law applies"), max_length=60, blank=True, help_text=_("For example: Republic of Korea.")
    )
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
    sealed = models.TextField(default="", blank=True, editable=False, help_text="The interpreter, encrypted.")
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    review_on = models.DateField(_("review on"), null=True, blank=True)
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

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(_("scope"), max_length=30, choices=Scope)
    value = models.CharField(_("answer"), max_length=10, choices=Value)
    said_at = models.DateTimeField(auto_now_add=True)

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


class Evidence(models.Model):
    """A file that shows the yes: private, encrypted, with the hash of what was uploaded."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=60, unique=True, help_text="In private storage; empty of meaning.")
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text="Of the file as it was uploaded, in bytes.")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class ConsentEvent(models.Model):
    """What happened to an agreement, in order; never changed. A withdrawal here ends what was granted before it."""

    class What(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        DEFERRED = "deferred", _("Put off")
        GIVEN = "given", _("Given")
        RENEWED = "renewed", _("Renewed")
        NARROWED = "narrowed", _("Narrowed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back by the narrator")
        REVOKED = "revoked", _("Taken back by the organisation")
        EXPIRED = "expired", _("Expired")
        INVALIDATED = "invalidated", _("Found not to hold")
        CONTACT_LOST = "contact_lost", _("Contact lost")
        CONTACT_FOUND = "contact_found", _("Contact found again")
        DIED = "died", _("The narrator died")
        RECEIPT = "receipt", _("Receipt given or declined")

    #: What ends grants: all scopes where the list is empty.
    ENDING = ("withdrawn", "revoked", "invalidated")

    narrator = models.ForeignKey(Narrator, on_delete=models.PROTECT, related_name="consent_events")
    story = models.ForeignKey("stories.Story", on_delete=models.PROTECT, null=True, related_name="consent_events")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="events")
    what = models.CharField(_("what"), max_length=20, choices=What)
    scopes = models.JSONField(default=list, blank=True, help_text="Which scopes it is about; empty means all.")
    how = models.CharField(_("how"), max_length=40, blank=True, help_text="By code, by telephone, in person …")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("event of a consent")
        verbose_name_plural = _("events of consents")
        ordering = ["at", "id"]
        constraints = [
            one_of(
                "consent_event_is_known",
                "what",
                [
                    "requested", "deferred", "given", "renewed", "narrowed", "refused", "withdrawn", "revoked",
                    "expired", "invalidated", "contact_lost", "contact_found", "died", "receipt",
                ],
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["story", "what"], name="consent_event_of_story")]

    def __str__(self) -> str:
        return f"{self.what}, narrator {self.narrator_id}"

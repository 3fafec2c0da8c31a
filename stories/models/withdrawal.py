"""Taking a story back: the code with which a narrator can, the case that follows it, and the copies elsewhere."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from editorial.constraints import one_of, together
from stories.models.narrator import Narrator


def case_code() -> str:
    return "W-" + "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(6))


class WithdrawalCode(models.Model):
    """Four words that only the narrator has. Kept as a keyed hash; they can hide and ask for contact, nothing else."""

    narrator = models.ForeignKey(Narrator, on_delete=models.PROTECT, related_name="withdrawal_codes")
    story = models.ForeignKey("stories.Story", on_delete=models.PROTECT, related_name="withdrawal_codes")
    language = models.CharField(max_length=12, choices=settings.LANGUAGES)
    lookup = models.CharField(max_length=64, unique=True, help_text="A keyed hash of the words.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("withdrawal code")
        verbose_name_plural = _("withdrawal codes")
        constraints = [
            UniqueConstraint(
                fields=["narrator", "story"], condition=Q(revoked_at__isnull=True), name="withdrawal_code_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"withdrawal code {self.pk}"


class WrongCode(models.Model):
    """That words were entered that are no code: counted to slow guessing, forgotten after a day. No address is kept."""

    at = models.DateTimeField(db_index=True)
    whence = models.CharField(max_length=16, help_text="Of the sender’s address, hashed with a key of the day.")

    def __str__(self) -> str:
        return f"wrong code {self.pk}"


class WithdrawalCase(models.Model):
    """One withdrawal: what was taken back, when it took effect, and what became of every surface."""

    class Source(models.TextChoices):
        CODE = "code", _("The narrator, by the code")
        OFFICER = "officer", _("Consent officer")
        PUBLISHER = "publisher", _("Publisher")
        LEDGER = "ledger", _("Carried out again from the ledger")

    code = models.CharField(_("case"), max_length=12, unique=True, default=case_code)
    story = models.ForeignKey("stories.Story", on_delete=models.PROTECT, related_name="withdrawal_cases")
    narrator = models.ForeignKey(Narrator, on_delete=models.PROTECT, null=True, related_name="withdrawal_cases")
    source = models.CharField(_("who"), max_length=10, choices=Source)
    scopes = models.JSONField(default=list, blank=True, help_text="What was taken back; empty means everything.")
    is_contact_only = models.BooleanField(default=False, help_text="The narrator asks to be contacted; nothing hides.")
    wants_contact = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("received"))
    effective_at = models.DateTimeField(_("took effect"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ledger_number = models.PositiveBigIntegerField(null=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(_("narrator told"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-received_at", "-id"]
        constraints = [
            one_of("withdrawal_source_is_known", "source", ["code", "officer", "publisher", "ledger"]),
            together("withdrawal_told_by_and_at", "told_by", "told_at"),
            together("withdrawal_closed_by_and_at", "closed_by", "closed_at"),
            CheckConstraint(
                name="withdrawal_takes_effect", condition=Q(is_contact_only=True) | Q(effective_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["received_at"], condition=Q(closed_at__isnull=True), name="withdrawal_open")]

    def __str__(self) -> str:
        return self.code


class CaseSurface(models.Model):
    """One surface of a case: what state it is in, and since when."""

    class State(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        CHECKED = "checked", _("Checked: gone")
        STILL_THERE = "still_there", _("Still there")
        WAITING = "waiting", _("Waiting")
        ASKED = "asked", _("Asked to take it down")
        DONE = "done", _("Confirmed by a person")
        CANNOT = "cannot", _("Cannot be recalled")
        NOT_USED = "not_used", _("Never was there")

    case = models.ForeignKey(WithdrawalCase, on_delete=models.CASCADE, related_name="surfaces")
    surface = models.CharField(_("surface"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=State)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint(fields=["case", "surface"], name="case_surface_once")]

    def __str__(self) -> str:
        return f"{self.surface} of {self.case_id}"


class ExternalCopy(models.Model):
    """A copy of a story outside this house, as far as the staff knows."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner’s own copy")
        SEARCH_ENGINE = "search_engine", _("Search engine")
        ARCHIVE = "archive", _("Web archive")
        PRESS = "press", _("Press")
        PRINT = "print", _("Print")
        SOCIAL = "social", _("Social media")
        NEWSLETTER = "newsletter", _("Newsletter")

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="external_copies")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    where = models.CharField(_("where"), max_length=300, help_text=_("An address, an issue, a print run."))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("copy elsewhere")
        verbose_name_plural = _("copies elsewhere")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"copy {self.pk} of {self.story_id}"

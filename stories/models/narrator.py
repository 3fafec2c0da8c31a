"""The people whose stories they are: a code, and all else sealed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _


def narrator_code() -> str:
    """A code that says nothing: no letter or digit that could be mistaken for another."""
    return "N-" + "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(4))


class Narrator(models.Model):
    """A person whose story it is. Known everywhere by a code.

    `sealed` holds who it is and how to reach the person (stories/person.py), encrypted under a key that is not in the
    database (editorial/sealing.py). Only the consent role opens it, and each time is recorded.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=narrator_code)
    risk_level = models.PositiveSmallIntegerField(
        _("risk level"), default=2, help_text=_("0 is none, 4 is danger to life for the person or for relatives.")
    )
    next_review = models.DateField(_("next review"), null=True, blank=True)
    is_minor = models.BooleanField(
        _("is a minor"), default=False, help_text=_("A guardian has to agree beside the narrator.")
    )
    has_relatives_at_risk = models.BooleanField(_("has relatives who may be at risk"), default=False)
    claim_pending = models.BooleanField(
        _("an asylum claim is pending"),
        default=False,
        help_text=_("What is published may enter the file. Nothing is published while this is ticked."),
    )
    sealed = models.TextField(default="", blank=True, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("narrator")
        verbose_name_plural = _("narrators")
        ordering = ["code"]
        constraints = [CheckConstraint(name="narrator_risk_0_to_4", condition=Q(risk_level__lte=4))]
        permissions = [("read_sealed", "Can read the sealed names and contacts of narrators")]

    def __str__(self) -> str:
        return self.code


class StoryNarrator(models.Model):
    """Whose story it is."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="story_narrators")
    narrator = models.ForeignKey(Narrator, on_delete=models.PROTECT, related_name="story_narrators")

    class Meta:
        verbose_name = _("narrator of the story")
        constraints = [UniqueConstraint(fields=["story", "narrator"], name="story_narrator_once")]

    def __str__(self) -> str:
        return f"{self.narrator_id} in {self.story_id}"


class ThirdParty(models.Model):
    """Somebody else whom a story names, tells of or pictures. Open until it is decided what to do about them."""

    class Relation(models.TextChoices):
        RELATIVE = "relative", _("Relative")
        FRIEND = "friend", _("Friend or neighbour")
        BYSTANDER = "bystander", _("Bystander")
        BROKER = "broker", _("Broker or helper on the way")
        OFFICIAL = "official", _("Official")
        OTHER = "other", _("Somebody else")

    class Action(models.TextChoices):
        OPEN = "", _("Not decided yet")
        OMIT = "omit", _("Left out")
        GENERALISE = "generalise", _("Told in general words")
        PSEUDONYMISE = "pseudonymise", _("Given another name")
        CONSENTED = "consented", _("They agreed")

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="third_parties")
    relation = models.CharField(_("who it is"), max_length=20, choices=Relation)
    sealed = models.TextField(default="", blank=True, editable=False, help_text="Names and notes, encrypted.")
    action = models.CharField(_("what is done"), max_length=20, choices=Action, default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("third party")
        verbose_name_plural = _("third parties")
        ordering = ["id"]
        indexes = [models.Index(fields=["story"], condition=Q(action=""), name="third_party_open")]

    def __str__(self) -> str:
        return f"third party {self.pk} of {self.story_id}"


class Detail(models.Model):
    """A passage that may tell who somebody is: its words as the text has them, its class, and how precise it is.

    The exact value, where it is needed for the record, is sealed and kept apart from what the text says.
    """

    class Precision(models.TextChoices):
        SPECIFIC = "specific", _("Specific")
        COARSE = "coarse", _("In general terms")
        NOBODY = "nobody", _("Tells nothing about a person")

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="details")
    cls = models.CharField(_("kind"), max_length=20)
    quote = models.CharField(_("words in the text"), max_length=200)
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.SPECIFIC)
    sealed = models.TextField(default="", blank=True, editable=False, help_text="The exact value, encrypted.")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+")
    marked_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("detail that may identify")
        verbose_name_plural = _("details that may identify")
        ordering = ["id"]
        constraints = [UniqueConstraint(fields=["story", "cls", "quote"], name="detail_once_per_story")]

    def __str__(self) -> str:
        return f"detail {self.pk} of {self.story_id}"


def stories_of(narrators: Iterable[int]) -> list[int]:
    """The stories whose clearances depend on these narrators."""
    links = StoryNarrator.objects.filter(narrator_id__in=list(narrators))
    return sorted(set(links.values_list("story_id", flat=True)))

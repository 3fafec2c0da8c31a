"""Stories: what they say, and what their narrators allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models import Approval, Edition, Piece
from editorial.models.clearance import ALWAYS, REFUSED, ROWS, Window, Windows
from editorial.models.reference import Referring
from editorial.pictures.wording import picture_fields
from editorial.prose import ProseField, text_of
from editorial.wording import ContentField, described
from stories import answers, care, consent
from stories.models.consent import Scope
from stories.models.narrator import Detail, Narrator, StoryNarrator, ThirdParty

#: What somebody who reads it aloud needs an hour for.
LONGEST_BODY = 100_000
#: DESIGN §2: from here on a narrator sees the final text first.
RISK_WITH_YES = 2


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
    is_name_changed = models.BooleanField(
        _("the name was changed"),
        default=False,
        help_text=_("Says beside the byline that it is a chosen name."),
    )
    descriptors = models.CharField(
        _("about the narrator"),
        max_length=200,
        blank=True,
        help_text=_("A few general words, such as “a teacher from the north”. No year, no county, no unit."),
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
            # Came later than the first editions: without their defaults, so that no digest changes.
            **({"is_name_changed": True} if self.is_name_changed else {}),
            **({"descriptors": self.descriptors} if self.descriptors else {}),
        }

    def load_content(self, content: dict[str, Any]) -> None:
        self.load_common_content(content)
        for name in ("byline", "how_made", "content_note", "body", "takeaway", "credit_line", "descriptors"):
            setattr(self, name, content.get(name, ""))
        self.names_narrator = content.get("names_narrator", False)
        self.is_name_changed = content.get("is_name_changed", False)
        self.credit_id = content.get("credit")
        self.save()

    def erase_content(self) -> None:
        super().erase_content()
        self.third_parties.all().delete()
        self.details.all().delete()
        self.external_copies.all().delete()
        for case in self.withdrawal_cases.all():
            case.surfaces.update(note="")

    @classmethod
    def content_fields(cls) -> list[ContentField]:
        names = ("byline", "is_name_changed", "names_narrator", "descriptors", "how_made", "content_note", "body")
        return cls.with_common_fields(*described(cls, *names, "takeaway", "credit_line", "credit"), picture_fields())

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
        return found + self.consent_blockers(at) + care.blockers(self)

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
        if self.risk() < RISK_WITH_YES:
            return []
        yes = self.approvals.filter(
            kind=Approval.Kind.NARRATOR, decision=Approval.Decision.APPROVED, digest=self.digest_now()
        )
        if taken_back := answers.taken_back_at({self.pk, self.original_id}):
            yes = yes.filter(at__gt=taken_back)
        if yes.exists():
            return []
        sentence = _("The narrator has not said yes to this text yet. The consent officer records it.")
        return [Blocker("no_narrators_yes", sentence)]

    def shows_name(self) -> bool:
        return self.names_narrator

    def people(self) -> list[Narrator]:
        """The narrators of the story, and of the original when it is a translation; without what is sealed of them."""
        if self._known_people is not None:
            return self._known_people
        links = StoryNarrator.objects.filter(story_id__in={self.pk, self.original_id})
        return list(Narrator.objects.filter(pk__in=links.values("narrator_id")).defer("sealed").order_by("code"))

    def narrator_ids(self) -> list[int]:
        return sorted(narrator.pk for narrator in self.people())

    def risk(self) -> int:
        """The highest risk level of its narrators."""
        return max((narrator.risk_level for narrator in self.people()), default=0)

    def parties(self) -> list[ThirdParty]:
        """The third parties of the story, and of the original when it is a translation."""
        if self._known_parties is not None:
            return self._known_parties
        return list(ThirdParty.objects.filter(story_id__in={self.pk, self.original_id}))

    def marked(self) -> list[Detail]:
        """The details that somebody marked in the text."""
        return list(self.details.all()) if self._known_details is None else self._known_details

    def settled_passages(self) -> frozenset[str]:
        return frozenset(detail.quote for detail in self.marked())

    def every_answer(self) -> list[answers.Answer]:
        """Every answer that was ever recorded for the story, in the order in which it was."""
        if self._known_answers is not None:
            return self._known_answers
        return answers.answers({self.pk, self.original_id})

    _known_people: list[Narrator] | None = None
    _known_answers: list[answers.Answer] | None = None
    _known_parties: list[ThirdParty] | None = None
    _known_details: list[Detail] | None = None

    def read_ahead(self) -> None:
        self._known_people, self._known_answers = self.people(), self.every_answer()
        self._known_parties, self._known_details = care.read_together(self)

    def granting(self, scope: str, at: datetime) -> set[int]:
        """Those of its narrators who grant this scope at that instant."""
        said = answers.by_narrator_and_scope(self.every_answer())
        narrators = self.narrator_ids()
        return {pk for pk in narrators if consent.current(said.get((pk, scope), []), at).holds(at)}

    def window(self, *scopes: str) -> Window:
        """When every narrator grants all of these; refused where one of them does not."""
        now = timezone.now()
        narrators = self.narrator_ids()
        if not narrators:
            return REFUSED
        said = answers.by_narrator_and_scope(self.every_answer())
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
        found = answers.answers(family)
        said = answers.by_narrator_and_scope([answer for answer in found if answer.scope in needed])
        if any(consent.is_over(one, now) for one in said.values()):
            return now
        return max((answer.at for answer in found if not answer.said.is_granted), default=None)

    def clearance(self, editions: Sequence[Edition]) -> Windows:
        needed = {translation_scope(edition.language) for edition in editions if edition.original_id != self.pk}
        return {row: self.window(row.value, *sorted(needed)) for row in ROWS}


def translation_scope(language: str) -> str:
    """The scope of a translation; one that the form does not know was never asked, so it is refused."""
    return f"translation:{language}"

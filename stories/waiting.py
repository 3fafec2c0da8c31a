"""What waits for the consent role, on the front page of the desk: two queries, whatever the volume."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Cast, RowNumber, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.models import Approval, Hold, Piece, State, User
from editorial.my_work import Heading, Item, Source, grouped, item_of
from stories.models import RISK_WITH_YES, Consent, ConsentEvent, Narrator, StoryNarrator, WithdrawalCase

#: How far ahead ends of consents, and reviews, are told.
ENDS_WITHIN, REVIEW_WITHIN = timedelta(days=90), timedelta(days=14)

HEADINGS = (
    Heading("contact_asked", gettext_lazy("Narrators who ask to be contacted"), gettext_lazy("Read")),
    Heading("withdrawals", gettext_lazy("Withdrawals to follow up"), gettext_lazy("Follow up")),
    Heading("narrators_yes", gettext_lazy("Waiting for the narrator’s yes to the text"), gettext_lazy("Look")),
    Heading("no_narrator", gettext_lazy("Stories without a narrator"), gettext_lazy("Record whose it is")),
    Heading("held", gettext_lazy("Held back"), gettext_lazy("Look")),
    Heading("consent_ends", gettext_lazy("Consents that end within 90 days"), gettext_lazy("Renew")),
    Heading("consent_review", gettext_lazy("Consents to ask about again"), gettext_lazy("Look")),
    Heading("narrator_review", gettext_lazy("Narrators to review"), gettext_lazy("Review")),
    Heading("contact_lost", gettext_lazy("Contact lost"), gettext_lazy("Look")),
)


def rows(by: User, now: datetime, most: int) -> Iterable[tuple[str, int, Item]]:
    """For the consent role alone; nothing is asked for others."""
    if not by.has_perm("stories.view_narrator"):
        return
    yield from _of_pieces(most)
    yield from _of_people(now, most)


SOURCE = Source(HEADINGS, rows)


# --- Pieces ---------------------------------------------------------------------------------------------------------
def _of_pieces(most: int) -> Iterable[tuple[str, int, Item]]:
    own = StoryNarrator.objects.filter(Q(story_id=OuterRef("pk")) | Q(story_id=OuterRef("translation_of_id")))
    yes = Approval.objects.filter(
        piece_id=OuterRef("pk"),
        kind=Approval.Kind.NARRATOR,
        decision=Approval.Decision.APPROVED,
        digest=OuterRef("digest"),
    )
    held = Hold.objects.filter(piece_id=OuterRef("pk"), lifted_at__isnull=True)
    found = Piece.objects.filter(erased_at__isnull=True).annotate(
        has_narrator=Exists(own),
        needs_yes=Exists(own.filter(narrator__risk_level__gte=RISK_WITH_YES)),
        has_yes=Exists(yes),
        hold_reason=Subquery(held.values("reason")[:1]),
        # Those whose lifting was asked for stand in a group of their own (editorial/my_work.py).
        lift_asked=Subquery(held.values("lift_asked_by_id")[:1]),
    )
    is_read = Q(kind="story", state__in=[State.IN_REVIEW, State.APPROVED], needs_yes=True, has_yes=False)
    cases = Case(
        When(Q(hold_reason__isnull=False, lift_asked__isnull=True), then=Value("held")),
        When(Q(kind="story", has_narrator=False), then=Value("no_narrator")),
        When(is_read, then=Value("narrators_yes")),
        default=None,
        output_field=CharField(null=True),
    )
    for piece in grouped(found, cases, F("changed_at").desc(), most=most):
        yield piece.group, piece.total, item_of(piece, _of_piece(piece))


def _of_piece(piece: Any) -> str:
    if piece.group == "held":
        return str(piece.hold_reason)
    return str(State(piece.state).label)


# --- People and what they agreed to ---------------------------------------------------------------------------------
def _of_people(now: datetime, most: int) -> Iterable[tuple[str, int, Item]]:
    """One query over consents, narrators and withdrawals; each row is (group, total, id, title, words, day)."""
    today = timezone.localdate(now)
    parts = [*_consents(now, today), *_narrators(today), _cases()]
    cut = [_cut(part, most) for part in parts]
    for group, total, pk, title, words, day in cut[0].union(*cut[1:], all=True).order_by():
        yield group, total, _item(group, pk, title, words, day, today)


def _named(found: QuerySet[Any], group: Any, title: Any, words: Any, day: Any) -> QuerySet[Any]:
    # Cast, because PostgreSQL asks for the type of each column of a union.
    name = Cast(Value(group), CharField()) if isinstance(group, str) else group
    named: QuerySet[Any] = found.order_by().annotate(group=name, title_=title, words_=words, day_=day)
    return named


def _cut(found: QuerySet[Any], most: int) -> QuerySet[Any]:
    """The first rows of each group, with the number of all of them."""
    numbered = found.annotate(
        place=Window(RowNumber(), partition_by=F("group"), order_by=[F("day_").asc(), F("pk").asc()]),
        total=Window(Count("*"), partition_by=F("group")),
    )
    cut: QuerySet[Any] = numbered.filter(place__lte=most)
    return cut.values_list("group", "total", "pk", "title_", "words_", "day_")


def _consents(now: datetime, today: date) -> list[QuerySet[Any]]:
    """Those that still grant something and that no later record goes on from."""
    later = Consent.objects.filter(narrator_id=OuterRef("narrator_id"), story_id=OuterRef("story_id"))
    going_on = later.filter(Q(valid_until__gt=OuterRef("valid_until")) | Q(replaces_id=OuterRef("pk")))
    ended = ConsentEvent.objects.filter(
        what__in=ConsentEvent.ENDING,
        scopes=[],
        story_id=OuterRef("story_id"),
        narrator_id=OuterRef("narrator_id"),
        at__gte=OuterRef("valid_from"),
    )
    found = Consent.objects.filter(
        ~Exists(going_on), ~Exists(ended), valid_until__gt=now, grants__value="granted"
    ).distinct()
    found = Consent.objects.filter(pk__in=found.values("pk"))
    ends = TruncDate("valid_until")
    soon = found.filter(valid_until__lte=now + ENDS_WITHIN)
    again = found.filter(review_on__lte=today + REVIEW_WITHIN)
    return [
        _named(soon, "consent_ends", F("story__title"), F("narrator__code"), ends),
        _named(again, "consent_review", F("story__title"), F("narrator__code"), F("review_on")),
    ]


def _narrators(today: date) -> list[QuerySet[Any]]:
    contact = ConsentEvent.objects.filter(
        narrator_id=OuterRef("pk"), what__in=[ConsentEvent.What.CONTACT_LOST, ConsentEvent.What.CONTACT_FOUND]
    ).order_by("-at", "-pk")
    due = Narrator.objects.filter(next_review__lte=today + REVIEW_WITHIN)
    lost = Narrator.objects.annotate(last=Subquery(contact.values("what")[:1])).filter(last="contact_lost")
    nothing = Cast(Value(""), CharField())
    return [
        _named(due, "narrator_review", F("code"), nothing, F("next_review")),
        _named(lost, "contact_lost", F("code"), nothing, TruncDate(Subquery(contact.values("at")[:1]))),
    ]


def _cases() -> QuerySet[Any]:
    asks = Case(
        When(Q(is_contact_only=True) | Q(wants_contact=True), then=Value("contact_asked")),
        default=Value("withdrawals"),
        output_field=CharField(),
    )
    found = WithdrawalCase.objects.filter(closed_at__isnull=True)
    return _named(found, Cast(asks, CharField()), F("story__title"), F("code"), TruncDate("received_at"))


def _item(group: str, pk: int, title: str, words: str, day: date, today: date) -> Item:
    shown = date_format(day, "DATE_FORMAT")
    if group in {"consent_ends", "consent_review"}:
        said = _("ends {day}") if group == "consent_ends" else _("on {day}")
        text = f"{words} · {said.format(day=shown)}"
        url = reverse("admin:stories_consent_change", args=[pk])
        return Item(title, _("Consent"), "", text, url, is_late=group == "consent_review" and day < today)
    if group in {"narrator_review", "contact_lost"}:
        said = _("on {day}") if group == "narrator_review" else _("since {day}")
        url = reverse("admin:stories_narrator_change", args=[pk])
        is_late = group == "narrator_review" and day < today
        return Item(title, _("Narrator"), "", said.format(day=shown), url, is_late=is_late)
    url = reverse("admin:stories_withdrawalcase_change", args=[pk])
    return Item(title, _("Withdrawal"), "", _("{case}, received {day}").format(case=words, day=shown), url)

"""Details that together tell who somebody is: marked by people, proposed by rules, counted against a limit.

A place, a year and a unit were enough to find relatives. From risk level 2 the third specific one stands in the way,
until some are told in general terms.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from editorial import events, sealing, workflow
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import User
from editorial.typed import one_line
from stories.details import DetailClass, Proposal, propose
from stories.models import Detail, Story
from stories.person import to_read
from stories.searchable import texts_in
from stories.third_parties import to_change

#: So many specific ones are too many, from this risk level on.
TOO_MANY, FROM_RISK = 3, 2
#: From this risk level on every specific proposal has to be looked at.
ALL_MARKED_FROM = 3
LONGEST_QUOTE, LONGEST_EXACT = 200, 400
#: What readers meet of a story in words, in the order of the page.
FIELDS = ("title", "standfirst", "byline", "descriptors", "how_made", "content_note", "body", "takeaway")


def text_of_story(story: Story) -> str:
    """All that a story says, a line for each field."""
    return "\n".join(text for name in FIELDS for text in texts_in(getattr(story, name)))


def _folded(text: str) -> str:
    return " ".join(text.split())


def standing(details: Iterable[Detail], text: str) -> list[Detail]:
    """Those whose words are still in the text."""
    whole = _folded(text)
    return [detail for detail in details if _folded(detail.quote) in whole]


def specific(story: Story, text: str | None = None) -> list[Detail]:
    """The specific details that the text still has."""
    marked = [detail for detail in story.marked() if detail.precision == Detail.Precision.SPECIFIC]
    return standing(marked, text_of_story(story) if text is None else text) if marked else []


def proposals(story: Story, text: str | None = None) -> list[Proposal]:
    """What the rules find and nobody has marked, each words of a class once."""
    text = text_of_story(story) if text is None else text
    marked = [(detail.cls, detail.quote) for detail in story.marked()]
    found: dict[tuple[str, str], Proposal] = {}
    for line in text.split("\n"):
        for one in propose(line, story.language):
            if any(cls == one.cls and (one.quote in quote or quote in one.quote) for cls, quote in marked):
                continue
            key = (one.cls, one.quote)
            # The same words may be specific in one place and not in another.
            found[key] = one if one.is_specific else found.get(key, one)
    return list(found.values())


# --- Marking --------------------------------------------------------------------------------------------------------
@transaction.atomic
def mark(story_id: int, *, by: User, cls: str, quote: str, precision: str, exact: str = "") -> Detail:
    """Say of words of the text what they tell and how precisely; again for the same words changes the answer.

    `exact` is what they stand for, sealed for the consent role. Raises Refused.
    """
    (story,) = workflow.lock([story_id])
    assert isinstance(story, Story)  # the kinds of this app
    quote = one_line(quote)
    refuse_if([*to_change(story, by), *_wrong(story, cls, quote, precision, exact)])
    detail, _made = Detail.objects.update_or_create(
        story=story, cls=cls, quote=quote, defaults={"precision": precision, "marked_by": by}
    )
    if exact.strip():
        detail.sealed = sealing.seal(one_line(exact), context=context_of(detail))
        detail.save(update_fields=["sealed"])
    subject = f"detail {detail.pk} of {story}"
    events.record("mark_detail", by=by, piece=story, subject=subject, fields=["cls"], to_state=precision)
    return detail


@transaction.atomic
def unmark(story_id: int, detail_id: int, *, by: User) -> None:
    """Take a mark away. Raises Refused."""
    (story,) = workflow.lock([story_id])
    assert isinstance(story, Story)  # the kinds of this app
    refuse_if(to_change(story, by))
    detail = story.details.filter(pk=detail_id).first()
    if detail is None:
        raise Refused([Blocker("no_such_row", _("Somebody took this row away meanwhile. Reload the page."))])
    subject = f"detail {detail.pk} of {story}"
    detail.delete()
    events.record("unmark_detail", by=by, piece=story, subject=subject)


def context_of(detail: Detail) -> str:
    return f"detail:{detail.pk}"


@transaction.atomic
def read_exact(story: Story, *, by: User) -> dict[int, str]:
    """The exact values of the details of a story, by their ids; recorded. Raises Refused and sealing.CannotOpen."""
    refuse_if(to_read(by))
    sealed = [detail for detail in story.marked() if detail.sealed]
    values = {detail.pk: str(sealing.unseal(detail.sealed, context=context_of(detail))) for detail in sealed}
    if values:
        events.record("read_details", by=by, piece=story)
    return values


def _wrong(story: Story, cls: str, quote: str, precision: str, exact: str) -> list[Blocker]:
    found = []
    if cls not in DetailClass.values:
        found.append(Blocker("no_class", _("Choose what kind of detail it is."), "cls"))
    if precision not in Detail.Precision.values:
        found.append(Blocker("no_precision", _("Choose how precise it is."), "precision"))
    if not quote:
        found.append(Blocker("no_quote", _("Copy the words from the text."), "quote"))
    elif len(quote) > LONGEST_QUOTE or len(exact) > LONGEST_EXACT:
        found.append(Blocker("too_long", _("Copy fewer words: those that tell something."), "quote"))
    elif _folded(quote) not in _folded(text_of_story(story)):
        sentence = _("The saved text does not have these words. Save the text first, or copy them letter by letter.")
        found.append(Blocker("not_in_text", sentence, "quote"))
    return found

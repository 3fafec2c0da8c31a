"""The house in which the desk is asked: a person for each role, and pieces and rows in every state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from editorial import roles, sharing, vocabulary, workflow
from editorial.models import Erasure, Event, Piece, User
from editorial.vocabulary import effects
from stories import withdrawing
from stories.models import Consent, ConsentNotice, Narrator
from tests.makers import (
    Staff,
    approve,
    make_collection,
    make_page,
    make_source,
    make_staff,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)
from tests.pictures import file_of, make_picture

COLUMNS = (
    *("anonymous", "no role", "writer", "other", "editor", "reviewer", "publisher", "consent", "partners"),
    *("admin", "superuser"),
)
#: A story in each state that the verbs know.
STATES = ("draft", "review", "approved", "live", "changes", "sensitive", "fixing", "urgent", "held")


@dataclass
class House:
    """A person for each column; for each model, as in "stories_story", the numbers of its rows by what they are."""

    people: dict[str, User | None]
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    pieces: dict[int, Piece] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    narrator: str = ""
    picture_file: str = ""


def furnished() -> House:
    staff = make_staff()
    people = [
        *(None, make_user(username="nobody"), staff.contributor, make_user(roles.CONTRIBUTOR), staff.editor),
        *(staff.reviewer, staff.publisher, staff.consent_officer, make_user(roles.PARTNERSHIPS)),
        *(make_user(roles.ADMINISTRATOR), make_user(is_superuser=True)),
    ]
    house = House(dict(zip(COLUMNS, people, strict=True)))
    for state in STATES:
        _put(house, _story_in(state, staff), state)
    for piece in (make_source(staff), make_statistic(staff), make_summary(staff), make_page(staff)):
        _put(house, piece, "draft")
    _put(house, make_collection(staff, any_of=[make_tag("Learning")]), "draft")
    _other_rows(house, staff)
    _shared_drafts(house, staff)
    return house


def _put(house: House, piece: Piece, state: str) -> None:
    piece.refresh_from_db()
    house.rows.setdefault(piece._meta.label_lower.replace(".", "_"), {})[state] = piece.pk
    house.pieces[piece.pk] = piece


def _story_in(state: str, staff: Staff) -> Piece:
    """Published by people who have no column, so that nobody in a column is in the way of their own role."""
    others = Staff(
        contributor=staff.contributor,
        editor=staff.editor,
        reviewer=make_user(roles.REVIEWER),
        publisher=make_user(roles.PUBLISHER),
        consent_officer=staff.consent_officer,
    )
    story = make_story(others)
    if state in {"review", "changes"}:
        workflow.submit(story.pk, by=staff.contributor)
    if state == "changes":
        workflow.request_changes(story.pk, by=others.reviewer, note="Name the year.")
    if state == "approved":
        approve(story, others)
    if state in {"live", "fixing", "urgent", "held"}:
        publish(story, others)
        _again(story, staff, "Another title")
    if state == "fixing":
        # One scheduled edition was replaced by another, which waits.
        for hours in (1, 2):
            publish(story, others, at=timezone.now() + timedelta(hours=hours))
            _again(story, staff, f"Title {hours}")
    if state == "urgent":
        workflow.publish_urgently(story.pk, by=others.publisher, reason="It cannot wait.")
    if state == "sensitive":
        workflow.mark_sensitive(story.pk, by=staff.contributor, is_sensitive=True)
    if state == "held":
        workflow.hold(story.pk, by=staff.contributor, reason="A relative called.")
    return story


def _again(piece: Piece, staff: Staff, title: str) -> None:
    Piece.objects.filter(pk=piece.pk).update(title=title)
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()


def _other_rows(house: House, staff: Staff) -> None:
    """One of everything that is no piece."""
    merged, into, loose = make_tag("Lessons"), make_tag("Learning"), make_tag("Schools")
    change = vocabulary.merge(merged.pk, into=into.pk, by=staff.editor)
    house.seen = effects.of_merge(loose, into, by=staff.editor).seen
    superuser, colleague = house.people["superuser"], house.people["other"]
    assert superuser is not None
    assert colleague is not None
    narrator = Narrator.objects.earliest("pk")
    notice = ConsentNotice.objects.create(title="2026", language="en", text="Told.", made_by=staff.consent_officer)
    case = withdrawing.ask_for_contact(house.rows["stories_story"]["draft"], narrator=narrator)
    workflow.erase(house.rows["research_source"]["draft"], by=make_user(roles.PUBLISHER))
    house.narrator = narrator.code
    picture = make_picture(staff)
    house.picture_file = file_of(picture).name
    house.rows |= {
        "editorial_tag": {"of its own": loose.pk, "merged": merged.pk},
        "editorial_picture": {"the writer’s": picture.pk},
        "tag_change": {"": change.pk},
        "editorial_user": {"colleague": colleague.pk, "superuser": superuser.pk},
        "auth_group": {"": Group.objects.earliest("pk").pk},
        "editorial_event": {"": Event.objects.earliest("pk").pk},
        "stories_narrator": {"": narrator.pk},
        "stories_consent": {"": Consent.objects.earliest("pk").pk},
        "stories_consentnotice": {"": notice.pk},
        "stories_withdrawalcase": {"": case.pk},
        "editorial_erasure": {"": Erasure.objects.get().pk},
        "taggit_tag": {"": 1},
        "django_tasks_database_dbtaskresult": {"": 1},
    }


def _shared_drafts(house: House, staff: Staff) -> None:
    story, source = house.rows["stories_story"]["draft"], house.rows["research_source"]["draft"]
    for words, pk in (("waits for leave", story), ("open", source)):
        link = sharing.make(pk, by=staff.contributor, for_whom="A reader")
        house.links[pk] = link.pk
        house.tokens[words] = sharing.address_of(link).rstrip("/").rpartition("/")[2]

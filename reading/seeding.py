"""Loads the demonstration through the workflow: contributor submits, reviewer approves, publisher publishes.

The fixtures are the TOML files of each app. What is wrong with one is said in a sentence, with file and entry; nothing
is kept then, because the whole is one transaction.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from editorial import roles, workflow
from editorial.blockers import Refused
from editorial.models import Label, Piece, PiecePicture, PieceTag, Tag, User
from editorial.pictures import keeping, preparing
from editorial.pictures.example import hills
from editorial.pictures.keeping import Described
from editorial.pictures.ticking import Found, Thing
from editorial.tasks import optimise_database
from reading.models import Chosen, Clause, Collection, Page
from research.models import Contributor, Finding, Source, Statistic, Summary, write_citations, write_finding
from stories.models import Consent, ConsentEvent, Grant, Narrator, Story, StoryNarrator

CONSENT_MONTHS = 24
TAGS = "editorial/fixtures/tags.toml"
#: Log-in name, what the admin shows, role.
STAFF = [
    ("contributor", "Demo contributor", roles.CONTRIBUTOR),
    ("editor", "Demo editor", roles.EDITOR),
    ("reviewer", "Demo reviewer", roles.REVIEWER),
    ("publisher", "Demo publisher", roles.PUBLISHER),
    ("consent", "Demo consent officer", roles.CONSENT_OFFICER),
    ("partnerships", "Demo partnerships", roles.PARTNERSHIPS),
    ("administrator", "Demo administrator", roles.ADMINISTRATOR),
]

Entry = dict[str, Any]
Say = Callable[[str], None]


class BadFixture(Exception):  # noqa: N818  (it says what is wrong with a file, for a person)
    """A fixture that cannot be loaded; the text says which one, why, and what to do."""


@contextmanager
def plainly(where: str) -> Iterator[None]:
    """Says in a sentence what is wrong with the entry that is being loaded."""
    try:
        yield
    except KeyError as error:
        msg = f"{where}: there is no {error}. Add it, or correct the spelling."
        raise BadFixture(msg) from error
    except (TypeError, AttributeError) as error:
        msg = f"{where}: {error}. Compare its keys with those of its neighbours."
        raise BadFixture(msg) from error
    except ValidationError as error:
        msg = f"{where}: {'; '.join(error.messages)}"
        raise BadFixture(msg) from error
    except DatabaseError as error:
        msg = f"{where}: the database refuses it ({error}). Another entry may have the same slug or name."
        raise BadFixture(msg) from error
    except Refused as refusal:
        reasons = " ".join(str(blocker.sentence) for blocker in refusal.blockers)
        msg = f"{where} was refused by the workflow: {reasons}"
        raise BadFixture(msg) from refusal


@dataclass(frozen=True)
class Staff:
    """The people in whose name the fixtures go through the workflow."""

    contributor: User
    reviewer: User
    publisher: User
    consent_officer: User


def entries(path: str, name: str) -> Iterator[Entry]:
    """The entries of one TOML file."""
    file = Path(settings.BASE_DIR) / path
    try:
        with file.open("rb") as stream:
            found = tomllib.load(stream)
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}). Restore it with: git checkout {path}"
        raise BadFixture(msg) from error
    except tomllib.TOMLDecodeError as error:
        msg = f"{path} is not valid TOML: {error}. Mend that line and run again."
        raise BadFixture(msg) from error
    if name not in found:
        msg = f"{path} has no [[{name}]]. Add at least one."
        raise BadFixture(msg)
    yield from found[name]


def set_passwords() -> dict[str, str]:
    """A new random password for each demo log-in; returned once, kept nowhere."""
    passwords = {}
    for username, _name, _role in STAFF:
        user = User.objects.filter(username=username).first()
        if user is None:
            continue
        passwords[username] = secrets.token_urlsafe(15)
        user.set_password(passwords[username])
        user.save(update_fields=["password"])
    return passwords


def make_staff() -> Staff:
    for username, name, role in STAFF:
        user, _made = User.objects.get_or_create(username=username, defaults={"first_name": name, "is_staff": True})
        user.groups.set([Group.objects.get(name=role)])
    get = User.objects.get
    return Staff(
        contributor=get(username="contributor"),
        reviewer=get(username="reviewer"),
        publisher=get(username="publisher"),
        consent_officer=get(username="consent"),
    )


class Seeder:
    """One load. Keeps what it made by slug, so that later entries can refer to it."""

    def __init__(self, staff: Staff, say: Say) -> None:
        self.staff = staff
        self.say = say
        self.tags: dict[str, int] = {}
        self.pieces: dict[tuple[str, str, str], Piece] = {}

    def run(self) -> None:
        self.load_tags()
        for label, path, name, make in (
            ("sources", "research/fixtures/sources.toml", "source", self.make_source),
            ("statistics", "research/fixtures/statistics.toml", "statistic", self.make_statistic),
            ("summaries", "research/fixtures/summaries.toml", "summary", self.make_summary),
            ("stories", "stories/fixtures/stories.toml", "story", self.make_story),
            ("collections", "reading/fixtures/collections.toml", "collection", self.make_collection),
            ("pages", "reading/fixtures/pages.toml", "page", self.make_page),
        ):
            # From the last to the first, so that the first of a file is the newest, and leads the lists.
            in_order = list(entries(path, name))
            for entry in in_order if name in {"collection", "page"} else in_order[::-1]:
                self.load(path, name, entry, make)
            self.say(f"  {len(in_order)} {label} written, reviewed and published")

    def load(self, path: str, name: str, entry: Entry, make: Callable[[Entry], Piece]) -> None:
        """Make one piece and take it through the workflow."""
        with plainly(f"{path}, {name} {entry.get('slug', '(without slug)')!r}"):
            piece = make(entry)
            self.tag(piece, entry.get("tags", []))
            piece.full_clean(exclude=["credit", "summarises", "translation_of"])
            self.publish(piece)
        self.pieces[piece.kind, piece.language, piece.slug] = piece

    def publish(self, piece: Piece) -> None:
        workflow.save(piece.pk, by=self.staff.contributor)
        workflow.submit(piece.pk, by=self.staff.contributor)
        digest = Piece.objects.values_list("digest", flat=True).get(pk=piece.pk)
        workflow.approve(piece.pk, by=self.staff.reviewer, digest=digest)
        workflow.publish(piece.pk, by=self.staff.publisher)

    def load_tags(self) -> None:
        for entry in entries(TAGS, "tag"):
            with plainly(f"{TAGS}, tag {entry.get('slug', '(without slug)')!r}"):
                self.make_tag(entry)
        self.say(f"  {len(self.tags)} tags")

    def make_tag(self, entry: Entry) -> None:
        tag = Tag(
            slug=entry["slug"], facet=entry["facet"], name=entry["name"], description=entry.get("description", "")
        )
        tag.save()
        self.tags[entry["slug"]] = tag.pk
        Label.objects.bulk_create(
            Label(tag=tag, language=language, text=text) for language, text in entry.get("labels", {}).items()
        )

    def tag(self, piece: Piece, slugs: list[str]) -> None:
        PieceTag.objects.bulk_create(PieceTag(content_object_id=piece.pk, tag_id=self.tags[slug]) for slug in slugs)

    def common(self, entry: Entry) -> Entry:
        language = entry.get("language", "en")
        fields: Entry = {
            "slug": entry["slug"],
            "language": language,
            "title": entry["title"],
            "standfirst": entry.get("standfirst", ""),
            "created_by": self.staff.contributor,
        }
        return fields

    def find(self, kind: str, slug: str, language: str = "en") -> int:
        return self.pieces[kind, language, slug].pk

    def translated(self, kind: str, entry: Entry) -> Entry:
        """The original of a translation, with the edition that it was made from."""
        if "translation_of" not in entry:
            return {}
        original = Piece.objects.get(pk=self.find(kind, entry["translation_of"]))
        return {"translation_of": original, "translated_from": original.latest_edition()}

    def citations(self, entry: Entry) -> list[Entry]:
        return [
            {
                **citation,
                "source": self.find("source", citation["source"]) if "source" in citation else None,
                "is_missing": citation.get("missing", False),
            }
            for citation in entry.get("citation", [])
        ]

    # --- One maker for each kind ------------------------------------------------------------------------------------
    def make_source(self, entry: Entry) -> Source:
        plain = {name: entry[name] for name in Source.PLAIN if name in entry}
        if "page" in entry:
            plain["pages"] = entry["page"]
        source = Source.objects.create(**self.common(entry), **plain)
        Contributor.objects.bulk_create(
            Contributor(source=source, position=position, **one)
            for position, one in enumerate(entry.get("contributor", []))
        )
        return source

    def make_statistic(self, entry: Entry) -> Statistic:
        plain = {name: entry[name] for name in Statistic.PLAIN if name in entry}
        statistic = Statistic.objects.create(**self.common(entry), **plain)
        write_citations(statistic, self.citations(entry))
        return statistic

    def make_summary(self, entry: Entry) -> Summary:
        plain = {name: entry[name] for name in Summary.PLAIN if name in entry}
        source = self.find("source", entry["summarises"]) if "summarises" in entry else None
        summary = Summary.objects.create(**self.common(entry), **plain, summarises_id=source)
        for position, finding in enumerate(entry["finding"]):
            if finding["strength"] not in Finding.Strength.values:
                key = f"strength {finding['strength']}"
                raise KeyError(key)
            stored = {
                **finding,
                "statistics": [self.find("statistic", slug) for slug in finding.get("statistics", [])],
                "citations": self.citations(finding),
            }
            write_finding(summary, position, stored)
        return summary

    def make_story(self, entry: Entry) -> Story:
        names = ("byline", "names_narrator", "how_made", "content_note", "body", "takeaway", "credit_line")
        plain = {name: entry[name] for name in names if name in entry}
        credit = self.find("source", entry["credit_source"]) if "credit_source" in entry else None
        story = Story.objects.create(**self.common(entry), **plain, credit_id=credit)
        narrator, _made = Narrator.objects.get_or_create(
            code=entry["narrator_code"], defaults={"risk_level": entry["risk_level"]}
        )
        StoryNarrator.objects.create(story=story, narrator=narrator)
        self.make_consent(story, narrator, entry["consent"])
        return story

    def make_consent(self, story: Story, narrator: Narrator, entry: Entry) -> None:
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        consent = Consent.objects.create(
            story=story,
            narrator=narrator,
            basis=entry["basis"],
            method=entry.get("method", ""),
            evidence=entry["evidence"],
            note=entry.get("note", ""),
            valid_from=start,
            valid_until=start + timedelta(days=365 * CONSENT_MONTHS // 12),
            recorded_by=self.staff.consent_officer,
        )
        Grant.objects.bulk_create(
            Grant(consent=consent, scope=scope, value=value) for scope, value in entry["grants"].items()
        )
        ConsentEvent.objects.create(
            narrator=narrator,
            story=story,
            consent=consent,
            what=ConsentEvent.What.GIVEN,
            scopes=sorted(entry["grants"]),
            by=self.staff.consent_officer,
            at=timezone.now(),
        )

    def make_collection(self, entry: Entry) -> Collection:
        plain = {name: entry[name] for name in ("intro", "kinds", "order", "limit") if name in entry}
        collection = Collection.objects.create(**self.common(entry), **plain, **self.translated("collection", entry))
        for position, stored in enumerate(entry.get("clause", [])):
            clause = Clause.objects.create(collection=collection, rule=stored["rule"], position=position)
            clause.tags.set([self.tags[slug] for slug in stored["tags"]])
        for position, pin in enumerate(entry.get("pins", [])):
            piece = self.find(pin["kind"], pin["slug"])
            Chosen.objects.create(collection=collection, piece_id=piece, position=position)
        if "picture" in entry:
            self.add_picture(collection, entry["picture"])
        return collection

    def add_picture(self, piece: Piece, entry: Entry) -> None:
        """The drawn picture leads the page. Its files are made at once, because publishing waits for them."""
        by = self.staff.contributor
        picture = keeping.upload(hills(), by=by, name="hills.png", content_type="image/png", label=entry["label"])
        said = Described(entry["label"], entry["credit"])
        keeping.describe(picture.pk, said, by=by, version=0)
        absent = {thing.value: Found.ABSENT.value for thing in Thing}
        keeping.tick(picture.pk, absent, by=by, version=1)
        if code := preparing.make_now(picture.pk, picture.recipe_digest):
            msg = f"the picture could not be made ({code})"
            raise TypeError(msg)
        PiecePicture.objects.create(piece_id=piece.pk, picture=picture, alt=entry["alt"], is_lead=True)

    def make_page(self, entry: Entry) -> Page:
        return Page.objects.create(**self.common(entry), body=entry["body"], **self.translated("page", entry))


def is_seeded() -> bool:
    return Piece.objects.exists()


@transaction.atomic
def seed(say: Say) -> dict[str, str]:
    """Load everything, or nothing; the new passwords by log-in name."""
    Seeder(make_staff(), say).run()
    optimise_database.enqueue()
    return set_passwords()

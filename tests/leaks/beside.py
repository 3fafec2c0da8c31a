"""What gets out beside the answers: mail, tasks, the record of events, the page cache, private files on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import mailing
from editorial.models import Event, Notice, User
from tests.leaks.crawling import READER, Answer, Ask, sent_mail
from tests.leaks.judging import Leak
from tests.leaks.planting import World
from tests.leaks.searching import Search

#: Under which addresses servers tend to hand out folders.
PREFIXES = (
    "/",
    "/media/",
    "/static/",
    "/static/../",
    "/pictures/",
    "/files/",
    "/originals/",
    "/renditions/",
    "/evidence/",
    "/var/",
)
#: Fields of events that hold words of ours, and a person's log-in name.
OF_EVENTS = ("actor", "subject", "reason", "fields", "verb", "from_state", "to_state")


def mails(search: Search, world: World) -> None:
    """Everything that waits is sent; no title, no text, no name."""
    mail.outbox = []
    Notice.objects.update(mailed_at=None)
    for user in User.objects.all():
        mailing.mail(user.pk, now=timezone.now())
    for text, message in zip(sent_mail(), mail.outbox, strict=True):
        own = set().union(*(search.judge.words(address) for address in message.to))
        search.judge.hear_beside("the mail server", "a mail", text, own)
    assert mail.outbox or not Notice.objects.exists(), "No mail went out, so nothing was tried."


def tasks(search: Search, world: World) -> None:
    """What waits to be done holds ids and the digests of recipes."""
    digests = {word for word, canary in world.nest.by_word.items() if canary.key.endswith("recipe_digest")}
    for task in DBTaskResult.objects.all()[:500]:
        said = f"{task.args_kwargs} {task.return_value} {task.task_path}"
        search.judge.hear_beside("whoever reads the queue", f"the arguments of {task.task_path}", said, digests)


def events(search: Search, world: World) -> None:
    """The record names codes, fields and log-in names, never a value."""
    names = {word for word, canary in world.nest.by_word.items() if canary.key == "editorial.user.username"}
    codes = {word for word, canary in world.nest.by_word.items() if canary.key.endswith(".code")}
    own = {word for word, canary in world.nest.by_word.items() if canary.key.startswith("editorial.event.")}
    for event in Event.objects.all():
        said = " ".join(str(getattr(event, name)) for name in OF_EVENTS)
        search.judge.hear_beside("whoever reads the record", f"the event {event.verb}", said, names | codes | own)


def sealed_in_clear(search: Search, world: World) -> None:
    """What is sealed stands in no column of any table in clear."""
    secret = {word for word, canary in world.nest.by_word.items() if canary.row.endswith(", sealed")}
    in_the_database(search, world.nest.by_word.keys() - secret)


def in_the_database(search: Search, others: Iterable[str]) -> None:
    """Every column of every table, for words that must not be there in clear."""
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            if isinstance(one, models.CharField | models.TextField | models.JSONField):
                rows = model._default_manager.order_by().values_list(one.attname, flat=True)[:2_000]
                text = "\n".join(str(row) for row in rows)
                search.judge.hear_beside(
                    "a thief of the database", f"the column {model._meta.label}.{one.name}", text, others
                )


def kept_pages(search: Search) -> None:
    """What the page cache holds is for readers, under that very address."""
    for key, entry in search.site.cache._kept._entries.items():
        answer = Answer(READER, Ask(key.removesuffix("?")), 200, list(entry.headers), entry.bodies[""])
        search.judge.hear(answer)


def private_files(search: Search) -> Iterator[str]:
    """Nobody gets a file by its path, and no other account of the machine reads it."""
    for path, root in _files():
        if path.stat().st_mode & 0o077:
            yield f"{path.name} can be read by other accounts"
        below = path.relative_to(root)
        for prefix in PREFIXES:
            for name in {str(below), path.name}:
                answer = search.ask(Ask(f"{prefix}{name}"))
                if answer.status == 200 and answer.body and answer.body == path.read_bytes() and prefix != "/pictures/":
                    search.judge.leaks.append(Leak("anonymous", str(answer.ask), 200, "the body", f"the file {below}"))


def _files() -> Iterator[tuple[Path, Path]]:
    stored: Any = settings.STORAGES
    for entry in stored.values():
        location = entry.get("OPTIONS", {}).get("location")
        if location and Path(location).is_dir():
            yield from ((path, Path(location)) for path in Path(location).rglob("*") if path.is_file())
    ledger = Path(settings.LEDGER_PATH)
    if ledger.exists():
        yield ledger, ledger.parent

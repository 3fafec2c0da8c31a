"""Goes through every table, also of models that were added yesterday, and leaves no text without a canary."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from editorial import triggers
from editorial.field_classes import PUBLIC, classes
from editorial.models import Erasure, ShareLink
from tests.leaks.canaries import Canary, said
from tests.leaks.filling import ROOM_FOR_A_WORD, Who
from tests.leaks.planting import World
from tests.leaks.seeing import roles_for

TOKEN = re.compile(r"[\w.\-=]{8,}|[NW]-[2-9A-Z]{4,6}")
#: Values that mean something to the product, and would mean something else with a canary in it.
KEEP = {
    *("editorial.address.kind", "editorial.address.language", "editorial.clearance.channel", "editorial.autosave.kind"),
    *("editorial.event.subject", "editorial.event.verb", "editorial.event.from_state", "editorial.event.to_state"),
    *("editorial.event.fields", "editorial.revision.verb", "editorial.revision.changed", "editorial.revision.writers"),
    *("editorial.edition.kind", "editorial.edition.end_reason", "editorial.reference.role"),
    *("editorial.picture.recipe", "editorial.picture.seen", "editorial.sharelink.revoked_why"),
    *("editorial.piece.digest", "editorial.piece.approved_digest", "editorial.edition.approved_digest"),
    *("editorial.sharelink.leave_digest", "editorial.sitestate.last_seal", "editorial.picture.recipe_digest"),
    *("stories.narrator.sealed", "stories.thirdparty.sealed", "stories.detail.sealed", "stories.consent.sealed"),
    *(
        "stories.detail.cls",
        "stories.consentevent.scopes",
        "stories.withdrawalcase.scopes",
        "stories.casesurface.surface",
    ),
    *("auth.permission.name", "auth.permission.codename", "auth.group.name"),
    *("contenttypes.contenttype.app_label", "contenttypes.contenttype.model"),
    *("django_tasks_database.dbtaskresult.task_path", "django_tasks_database.dbtaskresult.queue_name"),
    *("django_tasks_database.dbtaskresult.backend_name", "django_tasks_database.dbtaskresult.worker_ids"),
    *("django_tasks_database.dbtaskresult.args_kwargs", "reading.collection.kinds", "admin.logentry.object_id"),
    *("editorial.user.username", "editorial.picture.original_format"),
}
#: Rows whose texts were emptied for good: a canary there would say the opposite.
EMPTIED = "erased_at"


def sweep(world: World) -> None:
    """Every model, every row, every field; the guards of the database step aside meanwhile."""
    triggers.remove(connection)
    try:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                _fill(world, model)
        world.unfilled = [model for model in apps.get_models() if not model._default_manager.exists()]
    finally:
        triggers.install(connection)


def _fill(world: World, model: type[models.Model]) -> None:
    if not model._default_manager.exists() and not model._meta.auto_created:
        _try_row(world, model)
    for row in model._default_manager.order_by("pk")[:400]:
        if getattr(row, EMPTIED, None) is None and not _is_of_what_was_erased(row):
            for one in model._meta.local_concrete_fields:
                _fill_field(world, model, row, one)


def _is_of_what_was_erased(row: Any) -> bool:
    piece = getattr(row, "piece", None) if not isinstance(row, Erasure) else None
    return bool(piece is not None and getattr(piece, EMPTIED, None))


def _try_row(world: World, model: type[models.Model]) -> None:
    """A first row, with whatever its constraints ask."""
    attempts: list[dict[str, Any]] = [{}, *RECIPES.get(model._meta.label_lower, [])]
    for fixed in attempts:
        values = {name: value(world) if callable(value) else value for name, value in fixed.items()}
        try:
            with transaction.atomic():
                world.planter.row(model, f"a row of {model._meta.verbose_name}", Who(), **values)
        except (DatabaseError, ValueError):
            continue
        return


#: What a first row needs besides what is filled by itself.
RECIPES: dict[str, list[dict[str, Any]]] = {
    "editorial.comment": [{"by": lambda w: w.staff.editor, "by_name": "", "link": None}],
    "editorial.autosave": [
        {"piece": lambda w: w.pieces["live"].piece_ptr, "user": lambda w: w.staff.editor, "kind": "story"}
    ],
    "editorial.erasure": [{"agreed_by": None, "agreed_at": None}],
    "stories.detail": [{"cls": "province"}],
    "stories.withdrawalcase": [{"is_contact_only": True}],
}


def _fill_field(world: World, model: type[models.Model], row: Any, one: Any) -> None:
    key = f"{model._meta.label_lower}.{one.name}"
    is_text = isinstance(one, (models.CharField, models.TextField, models.JSONField))
    if not is_text or one.choices or isinstance(one, models.UUIDField):
        return
    value = getattr(row, one.attname)
    if value is None or world.nest.heard_in(str(value)):
        return
    name = f"{row._meta.model_name} {row.pk}"
    if isinstance(value, str) and TOKEN.fullmatch(value) and re.search(r"\d|^[NW]-", value):
        if classes()[key] != PUBLIC:
            is_key = key in {"editorial.sharelink.key", "sessions.session.session_key"}
            marked = Canary(
                key, name, roles=roles_for(key), literal=value.rstrip("="), opens=is_key, links=link_of(row)
            )
            world.nest.mark(marked)
        return
    is_open = value in ("", [], {}) or (isinstance(value, str) and " " in value)
    if key in KEEP or classes()[key] == PUBLIC or not is_open or (one.max_length or 999) < ROOM_FOR_A_WORD:
        return
    _write(world, model, row, one, key, name)


def _write(world: World, model: type[models.Model], row: Any, one: Any, key: str, name: str) -> None:
    person = getattr(row, "user", None)
    who = Who(person=person.get_username() if person is not None else "", links=link_of(row))
    words = said(world.planter.canary(key, name, who), one.max_length or 1_000)
    value: Any = words
    if isinstance(one, models.JSONField):
        value = [words] if isinstance(one.get_default(), list) else {"said": [words]}
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{one.attname: value})
    except DatabaseError:
        return  # the database holds that it stays empty


def link_of(row: Any) -> frozenset[str]:
    """Whoever holds a share link sees for whom it was made."""
    return frozenset({row.key}) if isinstance(row, ShareLink) else frozenset()


def without_canary(world: World) -> set[str]:
    """Fields for text in which no row of the world holds a canary."""
    found = set()
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            if not isinstance(one, (models.CharField, models.TextField, models.JSONField)) or one.choices:
                continue
            values = model._default_manager.order_by().values_list(one.attname, flat=True)[:2_000]
            if not any(world.nest.heard_in(str(value).rstrip("=")) for value in values):
                found.add(f"{model._meta.label_lower}.{one.name}")
    return found

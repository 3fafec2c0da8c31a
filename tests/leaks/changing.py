"""What happens to a world that somebody is looking at: stories are taken back, windows close, drafts are written on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from editorial import workflow
from editorial.field_classes import PUBLIC, classes
from stories import withdrawing
from stories.models import Scope
from tests.leaks.canaries import PARTNERS, WEBSITE
from tests.leaks.planting import BOTH, HIDDEN, NOW, World

#: After this long what ends within the hour has ended, and what starts in two has not started.
LATER = NOW + timedelta(minutes=90)
ENDING = ("ends in an hour", "consent ends in an hour")


def hide(world: World, row: str, *surfaces: str) -> None:
    """What was public there is not any more."""
    for canary in world.nest:
        if canary.row == row or canary.row.startswith((f"picture: {row}", f"{row}: ")):
            canary.surfaces -= set(surfaces or (WEBSITE, PARTNERS))
            canary.must -= set(surfaces or (WEBSITE, PARTNERS))


def take_back(world: World) -> None:
    """Everything that can hide a piece, each done to one that was public."""
    staff, pk = world.staff, world.pk
    workflow.hold(pk("live, to be held"), by=staff.editor, reason="A relative called.")
    workflow.end(pk("live, to be ended"), by=staff.publisher)
    withdrawing.withdraw(pk("live, to be withdrawn"), by=staff.consent_officer, source="officer")
    for row in ("live, to be held", "live, to be ended", "live, to be withdrawn", "live, to be refused"):
        hide(world, row)
    pieces: dict[str, Any] = world.pieces
    world.refused(pieces["live, to be refused"], BOTH)
    world.refused(pieces["live, partners to be refused"], (Scope.PARTNERS,))
    hide(world, "live, partners to be refused", PARTNERS)
    world.refused(pieces["live with a portrait, to be refused"], (Scope.PORTRAIT,))
    for canary in world.nest:
        if "live with a portrait, to be refused" in canary.row and "picture" in canary.row:
            canary.surfaces, canary.must = frozenset(), frozenset()
    hide_portrait(world, "live with a portrait, to be refused")
    for kind in ("source", "statistic", "summary", "collection", "page"):
        row = f"{kind}: live, to be held"
        workflow.hold(pk(row), by=staff.editor, reason="It is being checked.")
        hide(world, row)


def hide_portrait(world: World, row: str) -> None:
    """The words beside the picture go with it."""
    label = next(canary for canary in world.nest if canary.key == "editorial.picture.label" and row in canary.row)
    from tests.leaks.canaries import said

    for canary in world.nest:
        if canary.row == said(label, 120):
            canary.surfaces, canary.must = frozenset(), frozenset()


def time_passed(world: World) -> None:
    """To be said once the clock shows LATER."""
    for row in world.pieces:
        if row.endswith(ENDING):
            hide(world, row)


def write_on(world: World) -> None:
    """Change every row, everywhere, that readers do not see; and add new ones.

    Fields that are not public change in each row; all fields of working copies, whose text readers never see.
    """
    for row in ("draft", "in review", "changes requested", "live, being edited", "ended", "held", "withdrawn"):
        piece = world.pieces[row]
        piece.refresh_from_db()
        world.planter.written_anew(piece, f"{row}, written on", HIDDEN)
        piece.save()
        workflow.save(piece.pk, by=world.staff.contributor)
    world.story("a new draft")
    other = world.story("a new approved one")
    workflow.submit(other.pk, by=world.staff.contributor)
    held = world.story("published and held at once")
    world.publish(held)
    workflow.hold(held.pk, by=world.staff.editor, reason="A relative called.")
    for model in apps.get_models():
        _change_what_is_internal(model)


def _change_what_is_internal(model: type[models.Model]) -> None:
    texts = [
        one
        for one in model._meta.local_concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and classes()[f"{model._meta.label_lower}.{one.name}"] != PUBLIC
        and not one.choices
        and not one.unique
        and not one.primary_key
        and (one.max_length or 999) >= 40
        and "digest" not in one.name
        and one.name not in {"sealed", "subject", "key", "last_seal", "seal"}
    ]
    for one in texts:
        try:
            with transaction.atomic():
                model._base_manager.exclude(**{one.attname: ""}).update(**{one.attname: "Something else."})
        except DatabaseError:
            continue  # the database holds that it stays as it is

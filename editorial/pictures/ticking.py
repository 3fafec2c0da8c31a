"""The tick list: for each thing that may give a person away, whether it is in a picture and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FACE = "face"


class Found(TextChoices):
    """What somebody found who looked for one of these things."""

    ABSENT = "absent", _("not in it")
    COVERED = "covered", _("covered")
    AGREED = "agreed", _("to be seen, and agreed to")
    HARMLESS = "harmless", _("to be seen, identifies nobody")


class Thing(TextChoices):
    """What gives people away, in the order in which one looks for it."""

    FACE = FACE, _("A face")
    HANDS = "hands", _("Hands, with scars or rings")
    TATTOO = "tattoo", _("A tattoo, scar or birthmark")
    CHILD = "child", _("A child")
    BYSTANDER = "bystander", _("Somebody who happens to be there")
    UNIFORM = "uniform", _("A uniform, badge or medal")
    DOCUMENT = "document", _("A document, letter or handwriting")
    SCREEN = "screen", _("A screen")
    REFLECTION = "reflection", _("A reflection in glass, metal or an eye")
    LANDMARK = "landmark", _("A building, hill or view that can be found again")
    PLATE = "plate", _("A number plate, house number or sign")


def missing(seen: Mapping[str, Any]) -> list[Thing]:
    """The things that nobody has looked for yet."""
    return [thing for thing in Thing if seen.get(thing.value) not in Found.values]


def understood(seen: Mapping[str, Any]) -> dict[str, str]:
    """What of it is an answer to one of the questions; all else is left out."""
    return {thing.value: str(seen[thing.value]) for thing in Thing if seen.get(thing.value) in Found.values}


def says_covered(seen: Mapping[str, Any]) -> bool:
    return Found.COVERED in seen.values()


def says_no_face(seen: Mapping[str, Any]) -> bool:
    """Whether somebody looked and found no face in it, not even one that is covered now."""
    return seen.get(FACE) == Found.ABSENT


def shows_a_face(seen: Mapping[str, Any]) -> bool:
    """Whether a face can be seen of somebody who agreed to it."""
    return seen.get(FACE) == Found.AGREED

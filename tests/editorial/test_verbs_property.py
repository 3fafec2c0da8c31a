"""Whatever people do to a piece, in whatever order: nobody approves what they wrote, and no draft shows.

Generated sequences of every verb, by every role and by people who hold several, on pieces that are sensitive or not.
Who wrote what is worked out from the log of what was done (tests/editorial/onlooker.py), not asked of the product.
"""

from __future__ import annotations

import os
from random import Random

import pytest
import time_machine
from django.db import transaction

from editorial import events, roles, workflow
from editorial.models import User
from tests.editorial.onlooker import START, Onlooker
from tests.editorial.trying import VERBS, Step
from tests.makers import make_staff, make_user

#: The names of the package that are no verbs, and those that are called otherwise here.
#: After erasing there is no way on: tests/editorial/test_erasing.py.
NO_VERBS = {"companions", "lock", "erase"}
CALLED = {"save": "write", "record_narrators_yes": "narrators_yes"}
#: Drawn more often than the others, so that long ways are gone and not only refusals collected.
RARELY_POSSIBLE = ("start_fix", "cancel_schedule", "rebase", "drop_filed", "publish_urgently", "confirm", "discard")
LIKELY = (*VERBS, *RARELY_POSSIBLE * 2, *["onward", "part"] * 5, *["urgently", "wait"] * 3)
#: Each is one long way, chosen so that together they go through every verb. With VERBS_WAYS=200 that many are gone.
SEEDS = range(int(os.environ["VERBS_WAYS"])) if "VERBS_WAYS" in os.environ else (2, 8, 9, 10, 23, 40, 45, 50)


@pytest.fixture
def house(db: None) -> list[User]:
    """One of each role, two who write, two who review, somebody with every role, somebody with all powers.

    Behind them four who do nothing, until the end.
    """
    staff = make_staff()
    versatile = make_user(roles.CONTRIBUTOR)
    for role in (roles.EDITOR, roles.REVIEWER, roles.PUBLISHER, roles.CONSENT_OFFICER):
        versatile.groups.add(*make_user(role).groups.all())
    return [
        *(staff.contributor, staff.editor, staff.reviewer, staff.publisher, staff.consent_officer),
        *(make_user(roles.CONTRIBUTOR), make_user(roles.REVIEWER), versatile, make_user(is_superuser=True)),
        *(make_user(roles.EDITOR), make_user(roles.REVIEWER), make_user(roles.REVIEWER), make_user(roles.PUBLISHER)),
    ]


def test_every_verb_is_tried() -> None:
    assert {CALLED.get(name, name) for name in workflow.__all__} - NO_VERBS <= set(VERBS)


def steps(random: Random) -> list[Step]:
    """A long way."""
    return [
        Step(random.choice(LIKELY), random.randrange(9), random.randrange(8), random.random() < 0.15)
        for _number in range(36)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_verbs_breaks_a_promise(house: list[User], seed: int) -> None:
    random = Random(seed)
    is_sensitive, risk = random.random() < 0.5, random.choice([0, 0, 2])
    with time_machine.travel(START, tick=False) as clock, transaction.atomic():
        onlooker = Onlooker(house[:9], clock, is_sensitive=is_sensitive, risk_level=risk)
        for step in steps(random):
            onlooker.try_(step)
        onlooker.goes_on(house[9], house[10:12], house[12])
        assert events.first_fault() == ""
        transaction.set_rollback(True)

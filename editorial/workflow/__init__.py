"""The verbs: the only writer of states, approvals and editions.

Each takes an id and a keyword-only actor, runs in one transaction with the rows locked (pieces by id, then the site
state), collects every blocker before it refuses, and writes an event. `with_ids` names pieces that it refers to and
that are done together with it, as one.
"""

from editorial.workflow.arranging import assign, look_again, mark_sensitive
from editorial.workflow.erasing import erase, keep
from editorial.workflow.hiding import end, hold, lift_hold, reclear, withdraw
from editorial.workflow.locking import companions, lock
from editorial.workflow.publishing import cancel_schedule, confirm, publish, publish_urgently, schedule
from editorial.workflow.reviewing import approve, recall, record_narrators_yes, request_changes, submit
from editorial.workflow.writing import discard, drop_filed, rebase, restore, save, start_fix

__all__ = [
    "approve",
    "assign",
    "cancel_schedule",
    "companions",
    "confirm",
    "discard",
    "drop_filed",
    "end",
    "erase",
    "hold",
    "keep",
    "lift_hold",
    "lock",
    "look_again",
    "mark_sensitive",
    "publish",
    "publish_urgently",
    "rebase",
    "recall",
    "reclear",
    "record_narrators_yes",
    "request_changes",
    "restore",
    "save",
    "schedule",
    "start_fix",
    "submit",
    "withdraw",
]

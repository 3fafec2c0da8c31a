"""Sealing everything anew under the first key of SEALING_KEYS, so that an older one can be thrown away.

Row by row, each in its own transaction: broken off at any place, it is simply run again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model

from editorial import sealing
from stories import evidence
from stories.models import Consent, Detail, Evidence, Narrator, ThirdParty

#: What is sealed in a column called `sealed`.
MODELS: tuple[type[Model], ...] = (Narrator, ThirdParty, Detail, Consent)


@dataclass
class Count:
    """Of one kind of thing: how many were sealed anew, and how many could not be opened."""

    label: str
    done: int = 0
    closed: int = 0


def reseal(on_each: Callable[[], None] = lambda: None) -> list[Count]:
    """Everything that is sealed; `on_each` is called after each thing."""
    counts = [_rows(model, on_each) for model in MODELS]
    return [*counts, _files(on_each)]


def _rows(model: Any, on_each: Callable[[], None]) -> Count:
    count = Count(str(model._meta.verbose_name_plural))
    for pk in _ids(model.objects.exclude(sealed="")):
        with transaction.atomic():
            row = model.objects.select_for_update(no_key=True).only("pk", "sealed").get(pk=pk)
            try:
                # Straight to the column: when the person was last written down is not changed by a key.
                model.objects.filter(pk=pk).update(sealed=sealing.sealed_anew(row.sealed))
                count.done += 1
            except sealing.CannotOpen:
                count.closed += 1
        on_each()
    return count


def _files(on_each: Callable[[], None]) -> Count:
    count = Count(str(Evidence._meta.verbose_name_plural))
    for pk in _ids(Evidence.objects.filter(erased_at__isnull=True)):
        one = Evidence.objects.get(pk=pk)
        try:
            _seal_file_anew(one)
            count.done += 1
        except (sealing.CannotOpen, OSError):
            count.closed += 1
        on_each()
    return count


def _seal_file_anew(one: Evidence) -> None:
    """Beside the old one first, then in its place, so that a power cut leaves one or the other."""
    storage, context = evidence.storage(), evidence.context_of(one.name)
    with storage.open(one.name) as stream:
        data = sealing.open_bytes(stream.read(), context=context)
    if hashlib.sha256(data).hexdigest() != one.sha256:
        raise sealing.CannotOpen(one.pk)
    beside = f"{one.name}.new"
    storage.delete(beside)
    storage.save(beside, ContentFile(sealing.seal_bytes(data, context=context)))
    new, old = Path(storage.path(beside)), Path(storage.path(one.name))
    descriptor = os.open(new, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.replace(old)


def _ids(found: Any) -> Iterator[int]:
    """All ids first: the table is written to meanwhile."""
    return iter(list(found.order_by("pk").values_list("pk", flat=True)))

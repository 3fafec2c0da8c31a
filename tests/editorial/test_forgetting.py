"""What was typed and never saved does not lie about for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from editorial import autosaving
from editorial.models import Autosave
from editorial.tasks import forget_unsaved
from tests.makers import Staff, make_story

pytestmark = pytest.mark.django_db


def typed(staff: Staff) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(staff.contributor)
    path = reverse("admin:stories_story_autosave", args=[make_story(staff).pk])
    assert client.post(path, {"title": "Half a sentence"}).status_code == 200


def test_slot_that_nobody_came_back_to_is_emptied(staff: Staff) -> None:
    typed(staff)
    with time_machine.travel(timezone.now() + autosaving.LIFETIME + timedelta(hours=1)):
        forget_unsaved.call()

    assert not Autosave.objects.exists()


def test_fresh_slot_stays_when_old_ones_are_emptied(staff: Staff) -> None:
    typed(staff)
    forget_unsaved.call()

    assert Autosave.objects.count() == 1


def test_emptying_is_planned_once(staff: Staff) -> None:
    typed(staff)
    typed(staff)

    planned = DBTaskResult.objects.filter(task_path=forget_unsaved.module_path)
    assert planned.count() == 1
    assert planned.get().run_after is not None

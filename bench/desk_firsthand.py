"""Our own site for `bench.desk`: one story with three revisions and a live edition, in the database of DATABASE_URL."""

from __future__ import annotations

import io
import os

from bench import desk_story
from bench.desk_batches import Site, answer


def prepare() -> Site:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.urls import reverse

    # The other site has no manifest of static files either.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plain
    assert not settings.DEBUG
    call_command("migrate", verbosity=0)
    call_command("rebuild_search", stdout=io.StringIO())
    from editorial.models import Piece, Revision, User

    pk = written()
    revisions = Revision.objects.filter(piece_id=pk)
    piece = Piece.objects.get(pk=pk)
    assert (revisions.count(), piece.editions.count()) == (3, 1)
    return Site(
        name="Firsthand",
        editor=User.objects.get(username="editor"),
        edit_url=reverse("admin:stories_story_change", args=[pk]),
        list_url=reverse("admin:stories_story_changelist"),
        form_id="story_form",
        button={"_save": "Save"},
        revisions=revisions.count,
    )


def written() -> int:
    """The id of the story: two revisions, the second one published by the workflow, and a draft after it."""
    from editorial import workflow
    from reading import seeding
    from stories.models import Story

    seeder = seeding.Seeder(seeding.make_staff(), lambda _line: None)
    seeder.load_tags()
    seeder.load("research/fixtures/sources.toml", "source", desk_story.source(), seeder.make_source)
    entry = desk_story.story()
    by = seeder.staff.contributor
    for number in range(desk_story.OTHERS):
        other = Story.objects.create(title=f"Draft {number}", slug=f"draft-{number}", created_by=by)
        seeder.tag(other, entry["tags"][: desk_story.TAGS_OF_OTHERS])
        workflow.save(other.pk, by=by)
    story = seeder.make_story(entry | {"body": desk_story.body(1)})
    seeder.tag(story, entry["tags"])
    workflow.save(story.pk, by=by)
    Story.objects.filter(pk=story.pk).update(body=desk_story.body(2))
    seeder.publish(story)
    Story.objects.filter(pk=story.pk).update(body=desk_story.body(3))
    workflow.save(story.pk, by=by)
    return story.pk


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    answer(prepare)

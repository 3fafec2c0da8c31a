# mypy: disable-error-code="import-not-found"
# Wagtail is installed in the environment of the bench alone.
"""The Wagtail site for `bench.desk`: one page with three revisions, published, with the workflow of a new site."""

from __future__ import annotations

import os
from typing import Any

from bench import desk_story
from bench.desk_batches import Site, answer

#: The fields that the page has under the names of the story.
SAME = ("title", "slug", "byline", "names_narrator", "how_made", "content_note", "takeaway", "credit_line")


def prepare() -> Site:
    import django

    django.setup()
    import wagtail
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.urls import reverse
    from wagtail.models import Page

    call_command("migrate", verbosity=0)
    editor = get_user_model().objects.create_superuser("editor")
    parent = Page.objects.get(depth=2)
    page = written(parent, editor)
    assert (page.revisions.count(), page.live, page.has_unpublished_changes) == (3, True, True)
    assert page.get_workflow() is not None
    return Site(
        name=f"Wagtail {wagtail.__version__}",
        editor=editor,
        edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        list_url=reverse("wagtailadmin_explore", args=[parent.pk]),
        form_id="page-edit-form",
        button={},
        revisions=page.revisions.count,
    )


def written(parent: Any, editor: Any) -> Any:
    """The page: two revisions, the second one published, and a draft after it."""
    from taggit.models import Tag

    from bench.wagtail_site.models import StoryPage

    names = {entry["slug"]: entry["name"] for entry in desk_story.entries("editorial/fixtures/tags.toml", "tag")}
    Tag.objects.bulk_create(Tag(name=name, slug=slug) for slug, name in names.items())
    entry = desk_story.story()
    tags = [names[slug] for slug in entry["tags"]]
    credit = StoryPage(title=desk_story.source()["title"], slug="source", live=False, owner=editor)
    parent.add_child(instance=credit)
    for number in range(desk_story.OTHERS):
        other = StoryPage(title=f"Draft {number}", slug=f"draft-{number}", live=False, owner=editor)
        other.tags.add(*tags[: desk_story.TAGS_OF_OTHERS])
        parent.add_child(instance=other)
        other.save_revision(user=editor)
    page = StoryPage(**{name: entry[name] for name in SAME}, intro=entry["standfirst"], live=False, owner=editor)
    page.credit = credit
    page.tags.add(*tags)
    parent.add_child(instance=page)
    for number in (1, 2, 3):
        page.body = desk_story.body(number)
        revision = page.save_revision(user=editor)
        if number == 2:
            revision.publish(user=editor)
    return StoryPage.objects.get(pk=page.pk)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.wagtail_site.settings"
    answer(prepare)

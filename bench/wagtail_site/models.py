# mypy: disable-error-code="import-not-found,misc"
# Wagtail is installed in the environment of the bench alone, so its classes are unknown here.
"""The page type that says what a Story says, field by field. Its table is made without a migration."""

from __future__ import annotations

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class StoryTag(TaggedItemBase):
    """One tag of one page."""

    content_object = ParentalKey("StoryPage", on_delete=models.CASCADE, related_name="tagged_items")


class StoryPage(Page):
    """Beside the title and the slug, which every page has."""

    intro = models.CharField(max_length=400, blank=True)
    byline = models.CharField(max_length=120, blank=True)
    names_narrator = models.BooleanField(default=False)
    how_made = models.CharField(max_length=400, blank=True)
    content_note = models.CharField(max_length=400, blank=True)
    body = RichTextField(blank=True)
    takeaway = models.CharField(max_length=300, blank=True)
    credit_line = models.CharField(max_length=300, blank=True)
    credit = models.ForeignKey("wagtailcore.Page", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tags = ClusterTaggableManager(through=StoryTag, blank=True)

    content_panels = [
        *Page.content_panels,
        *(
            FieldPanel(name)
            for name in (
                "intro",
                "byline",
                "names_narrator",
                "how_made",
                "content_note",
                "body",
                "takeaway",
                "credit_line",
                "credit",
                "tags",
            )
        ),
    ]
    #: Ours has no fields for search engines beside the story's own, so neither has this one.
    promote_panels = [FieldPanel("slug")]

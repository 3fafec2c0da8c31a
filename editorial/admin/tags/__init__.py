"""The tag desk: the vocabulary as a list, a form for each tag, renames and merges with a preview and an undo."""

from django.contrib import admin
from taggit.models import Tag as StockTag

from editorial.admin.tags.desk import TagAdmin
from editorial.models import Tag

if admin.site.is_registered(StockTag):
    # Its merge ignores permission and leaves the old tags behind.
    admin.site.unregister(StockTag)
admin.site.register(Tag, TagAdmin)

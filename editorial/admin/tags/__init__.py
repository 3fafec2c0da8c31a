"""The tag desk: the vocabulary as a list, a form for each tag, renames and merges with a preview and an undo."""

from django.contrib import admin

from editorial.admin.tags.desk import TagAdmin
from editorial.models import Tag

admin.site.register(Tag, TagAdmin)

"""taggit's base classes, with the types that it does not ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:

    class TagBase(models.Model):
        name = models.CharField(max_length=100, unique=True)
        slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)

        class Meta:
            abstract = True

    class ItemBase(models.Model):
        class Meta:
            abstract = True

else:
    from taggit.models import ItemBase, TagBase

__all__ = ["ItemBase", "TagBase"]

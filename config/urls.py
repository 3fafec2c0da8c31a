"""The sitemap of the whole product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, register_converter

from config.converters import EditionConverter, LanguageConverter

register_converter(LanguageConverter, "language")
register_converter(EditionConverter, "edition")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("editorial.urls")),
    path("", include("embeds.urls")),
    path("", include("stories.urls")),
    path("", include("research.urls")),
    path("", include("reading.urls")),
]

handler403 = "reading.errors.forbidden"
handler404 = "reading.errors.not_found"
handler500 = "reading.errors.failed"

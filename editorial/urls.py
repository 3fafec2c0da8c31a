from __future__ import annotations

from django.urls import path

from editorial import shared_views

app_name = "editorial"
urlpatterns = [path("draft/<str:token>/", shared_views.shared, name="shared")]

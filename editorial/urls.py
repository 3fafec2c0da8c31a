from __future__ import annotations

from django.urls import path

from editorial import picture_views, shared_views

app_name = "editorial"
urlpatterns = [
    path("draft/<str:token>/", shared_views.shared, name="shared"),
    path(
        "draft/<str:token>/pictures/<slug:name>.<slug:extension>", picture_views.shared_picture, name="shared_picture"
    ),
    path("pictures/<slug:name>.<slug:extension>", picture_views.picture, name="picture"),
]

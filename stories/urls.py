from __future__ import annotations

from django.urls import path

from stories import views

app_name = "stories"
urlpatterns = [
    path("<language:language>/stories/", views.stories, name="list"),
    path("<language:language>/stories/<slug:slug>/", views.story, name="story"),
]

from __future__ import annotations

from django.urls import path

from stories import code_views, views

app_name = "stories"
urlpatterns = [
    path("<language:language>/withdraw/", code_views.withdraw, name="withdraw"),
    path("<language:language>/stories/", views.stories, name="list"),
    path("<language:language>/stories/<slug:slug>/", views.story, name="story"),
]

from __future__ import annotations

from django.urls import path

from reading import views

app_name = "reading"
urlpatterns = [
    path("", views.front, name="front"),
    path("<language:language>/", views.home, name="home"),
    path("<language:language>/topics/", views.topics, name="topics"),
    path("<language:language>/topics/<str:slug>/", views.topic, name="topic"),
    path("<language:language>/collections/<slug:slug>/", views.collection, name="collection"),
    path("<language:language>/<slug:slug>/", views.page, name="page"),
]

from __future__ import annotations

from django.urls import path

from research import views

app_name = "research"
urlpatterns = [
    path("<language:language>/research/", views.summaries, name="list"),
    path("<language:language>/research/<slug:slug>/", views.summary, name="summary"),
    path("<language:language>/statistics/", views.statistics, name="statistics"),
    path("<language:language>/statistics/<slug:slug>/", views.statistic, name="statistic"),
    path(
        "<language:language>/statistics/<slug:slug>/editions/<edition:number>/",
        views.statistic_edition,
        name="statistic_edition",
    ),
    path("<language:language>/sources/<slug:slug>/", views.source, name="source"),
]

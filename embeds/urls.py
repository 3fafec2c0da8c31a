from __future__ import annotations

from django.urls import path

from embeds import views

app_name = "embeds"
urlpatterns = [path("embed/v1/c/<slug:slug>", views.collection, name="collection")]

"""Addresses of the web layer itself."""

from django.urls import path

from oneplan.platform.web import views

app_name = "web"
urlpatterns = [path("style/", views.style_guide, name="style")]

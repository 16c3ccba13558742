from django.urls import path

from oneplan.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.runs, name="runs"),
    path("imports/new/<slug:kind>/", views.start_import, name="start_import"),
    path("imports/<int:pk>/", views.run, name="run"),
    path("imports/<int:pk>/columns/", views.match_columns, name="match_columns"),
    path("imports/<int:pk>/mapping.yaml", views.mapping_file, name="mapping_file"),
    path("imports/<int:pk>/progress/", views.progress, name="progress"),
    path("imports/<int:pk>/accept/", views.accept_import, name="accept_import"),
    path("imports/<int:pk>/discard/", views.discard_import, name="discard_import"),
    path("imports/<int:pk>/report.json", views.report_json, name="report_json"),
    path("imports/<int:pk>/annotated.xlsx", views.annotated, name="annotated"),
]

from django.urls import path

from oneplan.projects.views import lists, project

app_name = "projects"

ONE = "projects/<str:ref>/"

urlpatterns = [
    path("projects/", lists.national_list, name="national_list"),
    path("projects/list.csv", lists.list_csv, name="national_csv"),
    path("spaces/<str:code>/projects/", lists.space_list, name="space_list"),
    path("spaces/<str:code>/projects/list.csv", lists.list_csv, name="space_csv"),
    path(ONE, project.project, name="project"),
]

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "oneplan.projects"
    label = "projects"

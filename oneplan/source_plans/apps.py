from django.apps import AppConfig


class SourcePlansConfig(AppConfig):
    name = "oneplan.source_plans"
    label = "source_plans"

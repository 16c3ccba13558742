from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "oneplan.api"
    label = "api"
    verbose_name = "Interface"

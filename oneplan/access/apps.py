from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "oneplan.access"
    label = "access"
    verbose_name = "Access"

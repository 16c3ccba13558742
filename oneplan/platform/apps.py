from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "oneplan.platform"
    label = "platform"
    verbose_name = "Platform"

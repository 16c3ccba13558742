from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "oneplan.alignment"
    label = "alignment"

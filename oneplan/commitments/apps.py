from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "oneplan.commitments"
    label = "commitments"

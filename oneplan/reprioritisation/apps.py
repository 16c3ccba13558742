from django.apps import AppConfig


class ReprioritisationConfig(AppConfig):
    name = "oneplan.reprioritisation"
    label = "reprioritisation"

from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "oneplan.committees"
    label = "committees"

    def ready(self) -> None:
        from oneplan.committees import listeners

        listeners.listen()

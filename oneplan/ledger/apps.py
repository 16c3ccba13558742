from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "oneplan.ledger"
    label = "ledger"

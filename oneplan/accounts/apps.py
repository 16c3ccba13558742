from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "oneplan.accounts"
    label = "accounts"
    verbose_name = "Accounts"

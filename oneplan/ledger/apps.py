from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "oneplan.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Show the ledger on a commitment's page; compute it anew when links change."""
        from oneplan.alignment.signals import links_changed
        from oneplan.ledger.views import ledger
        from oneplan.platform.web.sections import register_section

        register_section("commitment", "ledger", ledger.section_of_commitment)
        links_changed.connect(_put_off, dispatch_uid="ledger.links")


def _put_off(sender: Any, *, commitments: Iterable[int], **_kwargs: Any) -> None:
    from oneplan.ledger import tasks
    from oneplan.ledger.models import Cycle

    if Cycle.objects.filter(is_open=True).exists():
        tasks.compute.enqueue(None, sorted(commitments))

"""Slow work of this room. Ids in; harmless to repeat."""

from collections.abc import Sequence

from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.ledger import actions
from oneplan.ledger.actions.computing import build_served, changed_since
from oneplan.ledger.models import Cycle


@task()
def compute(user_id: int | None, commitments: Sequence[int] | None = None) -> None:
    """Compute the open cycle, all of it or what hangs together with these commitments; nothing where none is open."""
    if Cycle.objects.filter(is_open=True).exists():
        by = actor_for(User.objects.get(pk=user_id)) if user_id else system("ledger")
        actions.compute_ledger(by=by, commitments=commitments)


def keep_ledger() -> None:
    """Put off what is due: all of the open cycle where another build is served, else what changed since."""
    cycle = Cycle.objects.filter(is_open=True).first()
    if cycle is None:
        return
    if cycle.computed_at is None or cycle.build != build_served():
        compute.enqueue(None)
    elif changed_since(cycle.computed_at):
        compute.enqueue(None, [])

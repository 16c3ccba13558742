"""Every scheduled act of the house, in one list. `oneplan serve` runs it; each act is harmless to repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import transaction

from oneplan.access.actors import system
from oneplan.alignment import actions as alignment
from oneplan.budgets import tasks as budget_tasks
from oneplan.budgets.actions import sweep_warehouse
from oneplan.commitments.actions import keep_sums
from oneplan.exchange.actions import sweep_abandoned
from oneplan.indicators import tasks as indicator_tasks
from oneplan.indicators.actions import sweep_observations
from oneplan.ledger.tasks import keep_ledger
from oneplan.periods import clock
from oneplan.platform.audit import seal_log
from oneplan.publishing.actions import sweep_renditions
from oneplan.workbooks.tasks import begin_stalled_again


@dataclass(frozen=True)
class Scheduled:
    """What to do, and how long to wait between two times."""

    name: str
    every: timedelta
    run: Callable[[], object]


def _forget_finished_jobs() -> None:
    """Finished background jobs are kept for 14 days (their results live on the import runs they made)."""
    call_command("prune_db_task_results", min_age_days=14, verbosity=0)


def _forget_old_sessions() -> None:
    with transaction.atomic():
        call_command("clearsessions")


def _forget_abandoned_files() -> None:
    """Files handed in for import that nobody took up for 14 days."""
    sweep_abandoned(before=clock.now() - timedelta(days=14), by=system("sweeper"))


def _forget_expired_drafts() -> None:
    """Forms of editions in progress that were made for somebody more than a day ago."""
    sweep_renditions(by=system("sweeper"))


def _find_clashes() -> None:
    """What gets in the way of what, and which project delivers which commitment."""
    alignment.find_clashes(by=system("clashes"))
    alignment.propose_ties(by=system("clashes"))


def _place_by_rules_of_the_day() -> None:
    """A rule of placement that begins or ends today takes effect, an upgrade too: the worker builds, for minutes."""
    if budget_tasks.reason_to_build():
        budget_tasks.place_by_rules_of_the_day.enqueue()


def _build_observations() -> None:
    """An upgrade with another registry, or a build that failed: what is published is built again by the worker."""
    if not indicator_tasks.is_served():
        indicator_tasks.build.enqueue(None)


def _sweep_warehouse() -> None:
    """Records and builds that a killed process left; nothing while another brings a file in or builds."""
    sweep_warehouse(by=system("sweeper"))
    sweep_observations(by=system("sweeper"))


SCHEDULE = (
    Scheduled("seal the log", timedelta(minutes=1), seal_log),
    Scheduled("keep the sums of pledges", timedelta(seconds=20), keep_sums),
    Scheduled("begin stalled workbooks again", timedelta(minutes=5), begin_stalled_again),
    Scheduled("keep the money ledger", timedelta(minutes=5), keep_ledger),
    Scheduled("find clashes and ties", timedelta(days=1), _find_clashes),
    Scheduled("place by the rules of the day", timedelta(hours=1), _place_by_rules_of_the_day),
    Scheduled("build the observations", timedelta(hours=1), _build_observations),
    Scheduled("sweep the warehouse", timedelta(days=1), _sweep_warehouse),
    Scheduled("forget finished jobs", timedelta(days=1), _forget_finished_jobs),
    Scheduled("forget abandoned files", timedelta(days=1), _forget_abandoned_files),
    Scheduled("forget expired drafts", timedelta(hours=1), _forget_expired_drafts),
    Scheduled("forget old sessions", timedelta(days=1), _forget_old_sessions),
)

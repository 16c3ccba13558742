"""Building the warehouse anew from the releases in force; what is served stays until the new build is proven."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.budgets import rules
from oneplan.budgets.assembling import Given, Sourced, assemble
from oneplan.budgets.choices import Event, ReleaseState, Standing
from oneplan.budgets.dimensions import dataset_rows, institutions, places
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.moving import keep_what_moved
from oneplan.budgets.placement_rules import Resolving, numbered, rule_rows, rules_on, told_apart_by
from oneplan.budgets.placing import Placer, seats_of
from oneplan.budgets.regions import Regions
from oneplan.budgets.shelf import shelf
from oneplan.exchange.collector import patient_collector
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import workshop
from oneplan.warehouse.store import Build

_NAMED = 20  # swept paths that the log names


@patient_collector()
def build_warehouse(*, by: Actor, as_at: date | None = None, reason: str = "") -> Build:
    """Build from every release in force, place it by the rules and boundaries of a day (today), prove it, serve it.

    Until the last step the served build answers; a build that fails, or is killed, changes nothing. What it places
    elsewhere than the served one is kept with it. Raises NotAllowed; RuleBroken where there is nothing to build, a
    build is under way, or a sum is not that of its source.
    """
    check(by, Permission.BUDGET_IMPORT, "national")
    releases = _sourced()
    if not releases:
        raise RuleBroken(_("No budget has been received yet, so there is nothing to build."))
    day = as_at or clock.today()
    known, bodies, in_force = places(), institutions(), rules_on(day)
    resolving = Resolving(known.numbers)
    placer = Placer(
        known.numbers, seats_of(bodies, known.numbers),
        [resolving.rule(each, number) for number, each in numbered(in_force)], day, Regions(day),
    )  # fmt: skip
    dimensions = {
        "datasets": dataset_rows(), "institutions": bodies, "places": known.rows, "rules": rule_rows(in_force),
    }  # fmt: skip
    given = Given(releases, dimensions, placer, told_apart_by(in_force))
    served = shelf.current()
    with shelf.new_build() as folder:
        with workshop(folder / "serving.duckdb", order_matters=True) as cursor:
            told = assemble(cursor, given, folder)
            told["moved"] = keep_what_moved(cursor, served if served and served.is_readable else None, folder)
        told |= {"rules": [each.ref for each in in_force], "as_at": str(day)}
        with transaction.atomic():
            record(Event.WAREHOUSE_BUILT, f"build:{folder.name}", by=by, reason=reason, **told)
            return shelf.publish(
                folder, {**told, "built_at": clock.now().isoformat(), "built_by": by.name, "reason": reason}
            )


def serve_build(name: str, *, by: Actor, reason: str) -> Build:
    """Put another finished build in service: the step back when a new one is wrong. Raises NotAllowed, RuleBroken."""
    check(by, Permission.BUDGET_IMPORT, "national")
    rules.check_can_serve_build(
        name, [each.name for each in shelf.builds() if each.is_readable], shelf.current_name(), reason
    )
    with transaction.atomic():
        record(
            Event.BUILD_SERVED, f"build:{name}", by=by, reason=reason.strip(), before={"build": shelf.current_name()},
            after={"build": name},
        )  # fmt: skip
        shelf.serve(name)
    return shelf.read_build(name)


def sweep_warehouse(*, by: Actor) -> list[str]:
    """Remove what killed imports and builds left on disk, unless one is under way. Returns its paths.

    A record is a release's once its row is committed; the row is never deleted, so withdrawn ones keep theirs. Raises
    NotAllowed.
    """
    check(by, Permission.BUDGET_IMPORT, "national")
    swept = shelf.sweep(lambda: frozenset(BudgetRelease.objects.values_list("digest", flat=True)))
    if swept:
        with transaction.atomic():
            record(Event.WAREHOUSE_SWEPT, "warehouse", by=by, count=len(swept), paths=swept[:_NAMED])
    return swept


def _sourced() -> Sequence[Sourced]:
    found = BudgetRelease.objects.filter(state=ReleaseState.IN_FORCE).order_by("as_at", "id")
    return [
        Sourced(
            number, each.ref, each.dataset, Standing(each.standing), each.title, each.source, each.as_at,
            each.received_at, each.rows, each.total, shelf.release_folder(each.digest),
        )
        for number, each in enumerate(found, start=1)
    ]  # fmt: skip

"""Building the warehouse of observations anew from what is published; what is served stays until that is proven."""

from __future__ import annotations

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.indicators.assembling import Given, Sourced, assemble
from oneplan.indicators.choices import Event, ReleaseState, Standing
from oneplan.indicators.definitions.current import forget
from oneplan.indicators.dimensions import places
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.warehouse.connection import workshop
from oneplan.warehouse.store import Build

_NAMED = 20  # swept paths that the log names


def build_observations(*, by: Actor, reason: str = "") -> Build:
    """Build from every published release, by the definitions that stand; prove it, serve it.

    Until the last step the served build answers; a build that fails, or is killed, changes nothing. Where nothing is
    published any more, an empty one is served. Raises NotAllowed; RuleBroken where a build is under way, or rows are
    missing.
    """
    check(by, Permission.OBSERVATION_IMPORT, "national")
    forget()
    given = Given(_sourced(), places())
    with shelf.new_build() as folder:
        with workshop(folder / "serving.duckdb") as cursor:
            told = assemble(cursor, given, folder)
        with transaction.atomic():
            record(Event.OBSERVATIONS_BUILT, f"observations:{folder.name}", by=by, reason=reason, **told)
            return shelf.publish(
                folder, {**told, "built_at": clock.now().isoformat(), "built_by": by.name, "reason": reason}
            )


def sweep_observations(*, by: Actor) -> list[str]:
    """Remove what killed imports and builds left on disk, unless one is under way. Returns its paths.

    Raises NotAllowed.
    """
    check(by, Permission.OBSERVATION_IMPORT, "national")
    swept = shelf.sweep(lambda: frozenset(ObservationRelease.objects.values_list("digest", flat=True)))
    if swept:
        with transaction.atomic():
            record(Event.OBSERVATIONS_SWEPT, "observations", by=by, count=len(swept), paths=swept[:_NAMED])
    return swept


def _sourced() -> list[Sourced]:
    found = ObservationRelease.objects.filter(state=ReleaseState.PUBLISHED).order_by("as_at", "id")
    return [
        Sourced(
            number, each.ref, Standing(each.standing), each.title, each.source, each.as_at, each.received_at,
            each.rows, each.observations, each.margin, shelf.release_folder(each.digest),
        )
        for number, each in enumerate(found, start=1)
    ]  # fmt: skip

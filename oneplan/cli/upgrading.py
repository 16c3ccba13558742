"""`oneplan upgrade`: backs up, migrates, prepares and looks the house over; says how to go back where that fails."""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from oneplan import __version__
from oneplan.cli.backups import back_up
from oneplan.cli.doctor import examine
from oneplan.cli.prepared import is_prepared
from oneplan.cli.preparing import prepare
from oneplan.platform.errors import Refused, RuleBroken


def waiting() -> list[str]:
    """The migrations that this version would apply, in their order."""
    loader = MigrationLoader(connection)
    applied, found = set(loader.applied_migrations), []
    for leaf in loader.graph.leaf_nodes():
        found += [node for node in loader.graph.forwards_plan(leaf) if node not in applied and node not in found]
    return [f"{app}.{name}" for app, name in found]


def unknown() -> list[str]:
    """The migrations that the database has and this version does not know: a newer version made them."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    loader = MigrationLoader(connection, replace_migrations=False)
    return sorted(f"{app}.{name}" for app, name in applied - set(loader.disk_migrations))


def check_can_upgrade() -> None:
    """There is something to upgrade, and this version is not older than what wrote it. Raises RuleBroken."""
    if not MigrationRecorder(connection).has_table():
        raise RuleBroken("There is nothing to upgrade in this data folder: run `oneplan prepare` or `oneplan serve`.")
    if newer := unknown():
        raise RuleBroken(
            f"This data folder was written by a newer OnePlan: {__version__} does not know {_named(newer)}. "
            "Nothing was changed; install the newer version again, or restore a backup of this one."
        )


def plan_upgrade() -> Iterator[str]:
    """What an upgrade would do, line by line; changes nothing."""
    check_can_upgrade()
    for name in waiting():
        yield f"Waits: {name}"
    yield f"{len(waiting())} migrations wait for OnePlan {__version__}. Nothing was changed."


def upgrade() -> Iterator[str]:
    """Back up, migrate, load the registers, look everything over; yields a line per step.

    Raises RuleBroken, with the way back, where a step fails or the doctor finds something wrong.
    """
    check_can_upgrade()
    wanted = waiting()
    if not wanted and is_prepared():
        yield f"Up to date: this data folder is prepared for OnePlan {__version__}. Nothing was changed."
        return
    archive = back_up()
    yield f"Backed up to {archive}."
    for name in wanted:
        yield f"To apply: {name}"
    try:
        yield from prepare()
    except Exception as error:
        connections.close_all()
        reason = error.sentence if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        raise RuleBroken(f"The upgrade to OnePlan {__version__} failed. {reason}\n{_way_back(archive)}") from error
    ill = [finding.sentence for finding in examine() if not finding.is_well]
    if ill:
        raise RuleBroken(
            "\n".join([f"Upgraded to OnePlan {__version__}, but `oneplan doctor` finds:", *ill, _way_back(archive)])
        )
    yield f"Upgraded to OnePlan {__version__}: {len(wanted)} migrations applied; `oneplan doctor` finds nothing wrong."


def _way_back(archive: Path) -> str:
    return (
        "To go back: install the version that you had, then run "
        f"`oneplan restore {archive} --replace`. The backup was made before anything was changed."
    )


def _named(names: list[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")

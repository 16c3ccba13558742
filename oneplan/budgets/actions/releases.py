"""Releases: taking in an accepted file of figures, and withdrawing one. The warehouse is built anew after either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.budgets import rules
from oneplan.budgets.choices import Event, ReleaseState, Standing
from oneplan.budgets.feeds.keeping import move_in
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.signals import releases_changed
from oneplan.exchange.models import ImportRun
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision


@dataclass(frozen=True)
class ReceivedBudget:
    """An accepted file: what it is, what it holds, and where its record was written beside those that are kept.

    `reconciliation`: rand of the file, as text: read, accepted, refused, apart (by reason), rounding.
    """

    dataset: str
    layout: str
    title: str
    source: str
    as_at: date
    standing: Standing
    digest: str
    rows: int
    figures: int
    total: Decimal
    folder: Path
    licence: str = ""
    reconciliation: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def receive_budget(received: ReceivedBudget, *, run: ImportRun | None, by: Actor) -> BudgetRelease:
    """Take in an accepted file. Its figures are served from the next build on, which is put off until after commit.

    Raises NotAllowed; RuleBroken where the file holds no figure.
    """
    check(by, Permission.BUDGET_IMPORT, "national")
    rules.check_can_be_received(received.figures)
    BudgetRelease.objects.select_for_update().order_by("-id").first()  # one at a time: none is ever deleted
    number = BudgetRelease.objects.count() + 1
    release = BudgetRelease.objects.create(
        ref=f"BR-{number:04d}", dataset=received.dataset, layout=received.layout, title=received.title[:200],
        source=received.source[:200], licence=received.licence[:200], as_at=received.as_at, received_at=clock.now(),
        run=run, digest=received.digest, rows=received.rows, figures=received.figures, total=received.total,
        standing=received.standing, reconciliation=dict(received.reconciliation),
    )  # fmt: skip
    move_in(received.folder, received.digest)
    record(
        Event.BUDGET_RECEIVED, release, by=by, dataset=release.dataset, source=release.source,
        as_at=release.as_at.isoformat(), standing=str(release.standing), figures=release.figures,
        total=str(release.total), digest=release.digest,
    )  # fmt: skip
    transaction.on_commit(lambda: releases_changed.send(BudgetRelease, release=release, by=by))
    return release


@transaction.atomic
def withdraw_budget(release: BudgetRelease, *, reason: str, revision: int, by: Actor) -> BudgetRelease:
    """Take a release out of force: its figures are gone with the next build, and what it had replaced stands again.

    Raises NotAllowed, StaleRevision; RuleBroken without a reason or where it is withdrawn already.
    """
    check(by, Permission.BUDGET_IMPORT, "national")
    release = BudgetRelease.objects.select_for_update().get(pk=release.pk)
    if release.revision != revision:
        raise StaleRevision(release)
    rules.check_can_be_withdrawn(release, reason)
    release.state, release.revision = ReleaseState.WITHDRAWN, revision + 1
    release.save(update_fields=["state", "revision"])
    record(
        Event.BUDGET_WITHDRAWN, release, by=by, reason=reason.strip(), dataset=release.dataset, total=str(release.total)
    )
    transaction.on_commit(lambda: releases_changed.send(BudgetRelease, release=release, by=by))
    return release

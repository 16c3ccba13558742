"""Releases: taking in an accepted file of observations, publishing one although errors stand, withdrawing one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.exchange.models import ImportRun
from oneplan.indicators import rules
from oneplan.indicators.choices import Event, ReleaseState, Standing
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.indicators.signals import releases_changed
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision


@dataclass(frozen=True)
class ReceivedObservations:
    """An accepted file: what it is, what it holds, and where its record was written beside those that are kept.

    `errors` counts what is wrong with it: rows that were refused, and totals that are not those of their parts.
    """

    layout: str
    title: str
    source: str
    as_at: date
    standing: Standing
    digest: str
    rows: int
    observations: int
    missing: int
    errors: int
    tables: Sequence[str]
    folder: Path
    licence: str = ""
    margin: str = ""


@transaction.atomic
def receive_observations(received: ReceivedObservations, *, run: ImportRun | None, by: Actor) -> ObservationRelease:
    """Take in an accepted file. It is published at once where nothing is wrong with it, and else held back.

    Raises NotAllowed; RuleBroken where the file holds no observation.
    """
    check(by, Permission.OBSERVATION_IMPORT, "national")
    rules.check_can_be_received(received.observations, received.as_at)
    ObservationRelease.objects.select_for_update().order_by("-id").first()  # one at a time: none is ever deleted
    number = ObservationRelease.objects.count() + 1
    release = ObservationRelease.objects.create(
        ref=f"OR-{number:04d}", layout=received.layout, title=received.title[:200], source=received.source[:200],
        licence=received.licence[:200], margin=received.margin, as_at=received.as_at, received_at=clock.now(), run=run,
        digest=received.digest, rows=received.rows, observations=received.observations, missing=received.missing,
        errors=received.errors, tables=list(received.tables), standing=received.standing,
        state=ReleaseState.HELD if received.errors else ReleaseState.PUBLISHED,
    )  # fmt: skip
    place = shelf.release_folder(received.digest)
    shutil.rmtree(place, ignore_errors=True)  # what lay there belongs to no release
    received.folder.rename(place)
    record(
        Event.OBSERVATIONS_RECEIVED, release, by=by, source=release.source, as_at=release.as_at.isoformat(),
        standing=str(release.standing), observations=release.observations, errors=release.errors,
        digest=release.digest,
    )  # fmt: skip
    if release.state == ReleaseState.PUBLISHED:
        _announce(release, by)
    return release


@transaction.atomic
def publish_observations(release: ObservationRelease, *, reason: str, revision: int, by: Actor) -> ObservationRelease:
    """Publish a release although errors stand: a named person decides, with a reason that stays beside it.

    Raises NotAllowed, StaleRevision; RuleBroken without a reason or where it is not held back.
    """
    check(by, Permission.OBSERVATION_PUBLISH, "national")
    release = _locked(release, revision)
    rules.check_can_be_published(release, reason)
    release.state, release.reason, release.published_by_id = ReleaseState.PUBLISHED, reason.strip(), by.user_id
    release.revision = revision + 1
    release.save(update_fields=["state", "reason", "published_by", "revision"])
    record(Event.OBSERVATIONS_PUBLISHED, release, by=by, reason=reason.strip(), errors=release.errors)
    _announce(release, by)
    return release


@transaction.atomic
def withdraw_observations(release: ObservationRelease, *, reason: str, revision: int, by: Actor) -> ObservationRelease:
    """Take a release out of force: its observations are gone with the next build, and what they replaced stands again.

    Raises NotAllowed, StaleRevision; RuleBroken without a reason or where it is withdrawn already.
    """
    check(by, Permission.OBSERVATION_PUBLISH, "national")
    release = _locked(release, revision)
    rules.check_can_be_withdrawn(release, reason)
    release.state, release.revision = ReleaseState.WITHDRAWN, revision + 1
    release.save(update_fields=["state", "revision"])
    record(Event.OBSERVATIONS_WITHDRAWN, release, by=by, reason=reason.strip(), observations=release.observations)
    _announce(release, by)
    return release


def _locked(release: ObservationRelease, revision: int) -> ObservationRelease:
    found = ObservationRelease.objects.select_for_update().get(pk=release.pk)
    if found.revision != revision:
        raise StaleRevision(found)
    return found


def _announce(release: ObservationRelease, by: Actor) -> None:
    transaction.on_commit(lambda: releases_changed.send(ObservationRelease, release=release, by=by))

"""Publishing the register of places that the product ships (register/*.csv)."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.spaces.choices import Category, Event, Level
from oneplan.spaces.models import (
    FunctionalArea,
    MunicipalArea,
    Province,
    RegisterEdition,
    Space,
    Succession,
    TerritoryAlias,
    TerritoryVersion,
    Ward,
)
from oneplan.spaces.queries.register import fold
from oneplan.spaces.rules import check_versions_do_not_overlap

REGISTER = Path(__file__).parent.parent / "register"
STARTS_ON = date(2011, 5, 18)  # the register starts with the demarcation of the local elections of 2011
WARDS_FROM = date(2021, 11, 1)  # the ward delimitation of 2020 came into force with the elections of 2021
WARD_SOURCE = "MDB ward delimitation 2020"
FROM_RELEASE = "Boundary release: "  # the source of versions that came with an imported boundary file

Rows = list[dict[str, str]]


def read_register(name: str) -> Rows:
    """The rows of one register file, for example `read_register("spaces")`."""
    with (REGISTER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def register_sha256() -> str:
    """One hash over all register files."""
    digest = hashlib.sha256()
    for path in sorted(REGISTER.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@transaction.atomic
def publish_register(*, by: Actor) -> RegisterEdition:
    """Bring the tables to what the register files say. Harmless and nearly free when they say nothing new.

    Versions that came with imported boundary files stay. Raises NotAllowed, or RuleBroken when the files contradict
    themselves; nothing is stored then.
    """
    check(by, Permission.REGISTER_PUBLISH, "national")
    sha256 = register_sha256()
    latest = RegisterEdition.objects.first()
    if latest and latest.sha256 == sha256:
        return latest
    versions = _versions()
    check_versions_do_not_overlap(versions)
    _publish_identities()
    _publish_versions(versions)
    _publish_aliases()
    _publish_successions()
    _publish_functional_areas()
    RegisterEdition.objects.filter(sha256=sha256).delete()
    edition = RegisterEdition.objects.create(sha256=sha256, published_at=clock.now())
    record(
        Event.REGISTER_PUBLISHED,
        edition,
        by=by,
        before={"sha256": latest.sha256 if latest else None},
        after={"sha256": sha256},
        versions=len(versions),
    )
    return edition


def _publish_identities() -> None:
    def put(model: type, rows: list, *fields: str) -> None:  # type: ignore[type-arg]
        model.objects.bulk_create(  # type: ignore[attr-defined]
            rows, update_conflicts=True, unique_fields=["code"], update_fields=list(fields), batch_size=1000
        )

    put(Province, [Province(code=row["code"], name=row["name"]) for row in read_register("provinces")], "name")
    put(
        Space,
        [
            Space(
                code=row["code"],
                name=row["name"],
                category=row["category"],
                province_id=row["province"],
                seat=row["seat"],
            )
            for row in read_register("spaces")
        ],
        "name",
        "category",
        "province",
        "seat",
    )
    put(
        MunicipalArea,
        [
            MunicipalArea(code=row["code"], name=row["name"], category=row["category"], space_id=row["space"])
            for row in read_register("municipal_areas")
        ],
        "name",
        "category",
        "space",
    )
    put(
        Ward,
        [
            Ward(
                code=row["code"],
                number=int(row["number"]),
                municipal_area_id=row["municipal_area"],
                longitude=float(row["longitude"]),
                latitude=float(row["latitude"]),
            )
            for row in read_register("wards")
        ],
        "number",
        "municipal_area",
        "longitude",
        "latitude",
    )


def _versions() -> list[TerritoryVersion]:
    """Every dated version that the files state: the earlier ones as written, and the present one of each code."""
    recorded_at = clock.now()
    versions = [
        TerritoryVersion(
            level=row["level"],
            code=row["code"],
            name=row["name"],
            seat=row["seat"],
            parent_code=row["parent_code"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            date_is_verified=row["date_is_verified"] == "yes",
            recorded_at=recorded_at,
            source=row["source"],
        )
        for row in read_register("earlier_versions")
    ]
    begun = {(row["level"], row["code"]): date.fromisoformat(row["valid_from"]) for row in read_register("established")}
    verified: dict[tuple[str, str], bool] = {}
    for earlier in versions:
        if earlier.valid_to is not None:
            begun[earlier.level, earlier.code] = earlier.valid_to
            verified[earlier.level, earlier.code] = earlier.date_is_verified

    def present(
        level: Level, row: dict[str, str], name: str, parent: str, source: str, start: date
    ) -> TerritoryVersion:
        key = (level.value, row["code"])
        return TerritoryVersion(
            level=level.value,
            code=row["code"],
            name=name,
            seat=row.get("seat", ""),
            parent_code=parent,
            valid_from=begun.get(key, start),
            date_is_verified=verified.get(key, True),
            recorded_at=recorded_at,
            source=source,
        )

    for row in read_register("provinces"):
        versions.append(present(Level.PROVINCE, row, row["name"], "", row["source"], STARTS_ON))
    for row in read_register("spaces"):
        versions.append(present(Level.SPACE, row, row["name"], row["province"], row["source"], STARTS_ON))
    for row in read_register("municipal_areas"):
        versions.append(present(Level.MUNICIPAL_AREA, row, row["name"], row["space"], row["source"], STARTS_ON))
    for row in read_register("wards"):
        name = f"{row['municipal_area']} {row['number']}"
        versions.append(present(Level.WARD, row, name, row["municipal_area"], WARD_SOURCE, WARDS_FROM))
    return versions


def _publish_versions(versions: list[TerritoryVersion]) -> None:
    wanted = {(row.level, row.code, row.valid_from) for row in versions}
    stated = TerritoryVersion.objects.exclude(source__startswith=FROM_RELEASE)
    stale = [key for key, *rest in stated.values_list("pk", "level", "code", "valid_from") if tuple(rest) not in wanted]
    for start in range(0, len(stale), 500):
        TerritoryVersion.objects.filter(pk__in=stale[start : start + 500]).delete()
    # A newer ward delimitation, imported as a boundary file, ended some wards: the register does not reopen them.
    ended = {
        (level, code): (valid_to)
        for level, code, valid_to in TerritoryVersion.objects.filter(
            level=Level.WARD, valid_to__isnull=False
        ).values_list("level", "code", "valid_to")
    }
    for row in versions:
        if row.valid_to is None:
            row.valid_to = ended.get((row.level, row.code))
    TerritoryVersion.objects.bulk_create(
        versions,
        update_conflicts=True,
        unique_fields=["level", "code", "valid_from"],
        update_fields=["name", "seat", "parent_code", "valid_to", "date_is_verified", "recorded_at", "source"],
        batch_size=1000,
    )


def _publish_aliases() -> None:
    metros = {row["code"] for row in read_register("spaces") if row["category"] == Category.METROPOLITAN}
    rows: dict[tuple[str, str, str], TerritoryAlias] = {}
    for row in read_register("aliases"):
        # A metropolitan space and its one municipal area share their code, so they share their names.
        levels = [Level.SPACE, Level.MUNICIPAL_AREA] if row["code"] in metros else [Level(row["level"])]
        for level in levels:
            folded = fold(row["alias"])
            rows.setdefault(
                (level, row["code"], folded),
                TerritoryAlias(
                    level=level,
                    code=row["code"],
                    alias=row["alias"],
                    folded=folded,
                    valid_from=row["valid_from"] or None,
                    valid_to=row["valid_to"] or None,
                    source=row["source"],
                ),
            )
    TerritoryAlias.objects.all().delete()
    TerritoryAlias.objects.bulk_create(rows.values())


def _publish_successions() -> None:
    Succession.objects.all().delete()
    Succession.objects.bulk_create(
        Succession(
            level=row["level"],
            predecessor_code=row["predecessor"],
            successor_code=row["successor"],
            on=date.fromisoformat(row["on"]),
            share_of_area=float(row["share_of_area"]),
            source=row["source"],
        )
        for row in read_register("successions")
    )


def _publish_functional_areas() -> None:
    for row in read_register("functional_areas"):
        area, _new = FunctionalArea.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "kind": row["kind"],
                "valid_from": date.fromisoformat(row["valid_from"]),
                "source": row["source"],
                "is_verified": row["is_verified"] == "yes",
            },
        )
        area.municipal_areas.set(MunicipalArea.objects.filter(code__in=row["municipal_areas"].split(";")))

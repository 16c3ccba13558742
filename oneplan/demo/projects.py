"""The sample's projects: two quarters of each pilot's sources, a second register, a planning layer, and what is found.

Everything goes through the actions that files and people use. Places are the reference points of wards, so that pins
stand inside the areas that the rows name; a few rows are wrong on purpose, as real ones are.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oneplan.access.actors import Actor, system
from oneplan.alignment.actions import find_clashes, propose_ties
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.geometry.frame import degrees_of
from oneplan.geometry.writing import line_wkb
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.actions import (
    MoneyOfYear,
    Name,
    ReceivedProject,
    locate_project,
    propose_matches,
    receive_submission,
    register_programme,
    set_milestone,
)
from oneplan.projects.choices import Audience, Feed, ProjectKind, Purpose
from oneplan.projects.models import Project
from oneplan.spaces.actions import publish_layer
from oneplan.spaces.actions.layers import NewFeature
from oneplan.spaces.models import Boundary, MunicipalArea, Space
from oneplan.spaces.placing import PlaceEvidence, place
from oneplan.spaces.queries import releases_in_force

FILE = Path(__file__).parent / "samples" / "projects.yaml"
SEED = 4
_BESIDE = 0.0004  # degrees: some forty metres
_WHO = {
    "health": "health", "education": "education", "roads": "transport", "water": "cogta", "housing": "cogta",
    "energy": "economic-development", "culture": "sport-arts-culture", "economy": "economic-development",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One project of the sample file."""

    title: str
    kind: str
    sector: str
    who: str
    cost: int
    nature: str
    then: str
    now: str
    months: list[int]
    placing: str


@cache
def _written() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    raw["rows"] = [Row(*each) for each in raw["rows"]]
    raw["arrives"] = Row(*raw["arrives"])
    return raw


@dataclass(frozen=True)
class _Spot:
    """A ward's reference point."""

    area: str
    name: str
    longitude: float
    latitude: float


def write_projects(codes: tuple[str, ...], *, rounds: int = 1) -> Iterator[str]:
    """Write the projects of these spaces; `rounds` times the rows of the sample file in each. Yields a line each."""
    by, written = system("demonstration"), _written()
    spaces = Space.objects.select_related("province").in_bulk(list(codes))
    spots = _spots(list(codes))
    drafts = {code: _drafts(spaces[code], spots.get(code, []), rounds) for code in codes}
    for number, day in enumerate(written["sources"]["quarters"]):
        for code in codes:
            items = _items(spaces[code], drafts[code], number, day)
            items += _promised(spaces[code], spots.get(code, []), len(drafts[code]))
            with clock.pretending(_received(day)):
                receive_submission(
                    [items], feed=Feed.IRM, source=source_of(spaces[code]), as_at=day,
                    headers=["Project Name", "Department", "Municipality"], by=by,
                )  # fmt: skip
        yield f"Sample: projects as at {day}: {len(codes)} submissions."
    day = written["sources"]["quarters"][-1]
    with clock.pretending(_received(day)):
        for code in codes:
            sent = receive_submission(
                [_twins(spaces[code], drafts[code])], feed=Feed.SA36, as_at=day, by=by,
                source=f"Sample: {spaces[code].name}, municipal budget", headers=["Project Description"],
            )  # fmt: skip
            if sent.submission is not None:
                propose_matches(sent.submission, by=by)
        find_clashes(by=by)
        propose_ties(by=by)


def source_of(space: Space) -> str:
    """What a space's quarters call their source."""
    return f"Sample: {space.name}, provincial projects"


def _received(day: date) -> datetime:
    """Twenty-two days after the quarter, as the Division of Revenue Act has it."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=22)


def tell_stories(codes: tuple[str, ...]) -> None:
    """What people did with the pilots' projects: a programme, milestones, an area served, a layer."""
    by = system("demonstration")
    spots = _spots(list(codes))
    for code in codes:
        source = source_of(Space.objects.get(pk=code))
        own = Project.objects.filter(latest__submission__source=source, kind=ProjectKind.WORKS).order_by("ref")
        clinic, centre = own[0], own[1]
        _programme(code, by)
        set_milestone(centre, title="Site handed over", due_on=date(2026, 3, 16), reached_on=date(2026, 4, 7), by=by)
        set_milestone(centre, title="Roof on", due_on=date(2026, 12, 11), by=by)
        areas = tuple(dict.fromkeys(spot.area for spot in spots.get(code, [])))[:2]
        if areas:
            locate_project(
                clinic, PlaceEvidence(municipal_areas=areas), purpose=Purpose.SERVICE, revision=clinic.revision, by=by,
                reason="The district health plan names whom the clinic serves. (Sample)",
            )  # fmt: skip
        _layers(Space.objects.get(pk=code), spots.get(code, []), by)


def _spots(codes: list[str]) -> dict[str, list[_Spot]]:
    """The reference points of the wards of some spaces, in the order of their codes."""
    release = next((each for each in releases_in_force() if each.level == "ward"), None)
    names = dict(MunicipalArea.objects.values_list("code", "name"))
    found: dict[str, list[_Spot]] = {}
    rows = Boundary.objects.filter(release=release, space_code__in=codes).exclude(svg_path="").order_by("code")
    for space, area, x, y in rows.values_list("space_code", "parent_code", "label_x", "label_y"):
        longitude, latitude = degrees_of(x, y)
        found.setdefault(space, []).append(_Spot(area, names.get(area, area), longitude, latitude))
    return found


@dataclass(frozen=True)
class _Draft:
    """One project of one space, as both quarters tell it."""

    number: int
    row: Row
    spot: _Spot | None
    other: _Spot | None


def _drafts(space: Space, spots: list[_Spot], rounds: int) -> list[_Draft]:
    rng = random.Random(f"{SEED}:{space.pk}")
    drafts: list[_Draft] = []
    rows = [*_written()["rows"], _written()["arrives"]]
    for turn in range(rounds):
        for place_, row in enumerate(rows):
            spot = rng.choice(spots) if spots else None
            if row.placing == "beside" and drafts and drafts[-1].spot:
                spot = drafts[-1].spot  # two works of different institutions in one street
            away = [each for each in spots if spot and each.area != spot.area]
            drafts.append(_Draft(turn * len(rows) + place_, row, spot, rng.choice(away) if away else None))
    return drafts


def _items(space: Space, drafts: list[_Draft], quarter: int, day: date) -> list[ReceivedProject]:
    """What a quarter's file says; the rows that vanish or arrive are told apart by their position."""
    written, count = _written(), len(_written()["rows"])
    left_out = count if quarter == 0 else written["vanish"]
    kept = [draft for draft in drafts if draft.number % (count + 1) != left_out]
    answers = place([_evidence(space, draft) for draft in kept])
    held = set(Institution.objects.filter(pk__startswith=f"{_prefix(space)}-").values_list("pk", flat=True))
    items = []
    for draft, answer in zip(kept, answers, strict=True):
        item = _item(space, draft, quarter, day, held)
        said = _evidence(space, draft)
        item.place, item.evidence, item.wkb = answer, said.plain(), said.wkb
        items.append(item)
    return items


def _prefix(space: Space) -> str:
    return str(space.province_id).lower()


def _item(space: Space, draft: _Draft, quarter: int, day: date, held: set[str]) -> ReceivedProject:
    row, position, written = draft.row, draft.number % (len(_written()["rows"]) + 1), _written()
    start, works, finish = (clock.add_months(date(2026, 6, 1), months) for months in row.months)
    cost = Decimal(row.cost) * 1000
    if quarter:
        finish = clock.add_months(finish, written["slips"].get(position, 0))
        cost = (cost * Decimal(str(written["dearer"].get(position, 1)))).quantize(Decimal(1))
    stage = row.now if quarter else row.then
    spent = _spent(cost, works, finish, day)
    code = f"{_prefix(space)}-{_WHO[row.who]}"
    place_name = draft.spot.name if draft.spot else space.name
    title = row.title.format(place=place_name)
    year = FinancialYear.containing(day, Basis.PFMA)
    budget = (cost / 3).quantize(Decimal(1))
    return ReceivedProject(
        draft.number + 2, (Name("irm", f"sample-{space.pk}", f"S{draft.number:05d}"),), title, kind=row.kind,
        stage=stage, nature=row.nature, funding="tabled" if draft.number % 4 else "not_tabled",
        fund="Sample grant", sector=row.sector, sphere="provincial", province_id=space.province_id,
        implementing_id=code if code in held else None, implementing_text="" if code in held else row.who.title(),
        start_on=start, construction_start_on=works, construction_finish_on=finish, finish_on=finish, total_cost=cost,
        spent_before=(spent / 2).quantize(Decimal(1)), spent_to_date=spent,
        contractors=[("Main Contractor", "Sample Builders (Pty) Ltd")],
        money=(
            MoneyOfYear(
                year.start, year.basis.value, budget=budget, spent=(spent / 2).quantize(Decimal(1)),
                adjustment=(budget / 20).quantize(Decimal(1)) if quarter else None,
            ),
        ),
        cells=json.dumps([title, row.who, place_name]), is_sample=True,
        audience=(Audience.PUBLIC if draft.number % 2 else Audience.GOVERNMENT).value,
    )  # fmt: skip


def _spent(cost: Decimal, works: date, finish: date, day: date) -> Decimal:
    """What is spent by a day, were it spent evenly from the first to the last day of the works."""
    days = max((finish - works).days, 1)
    done = min(max((day - works).days, 0), days)
    return (cost * done / days).quantize(Decimal(1))


def _evidence(space: Space, draft: _Draft) -> PlaceEvidence:
    """What the row says of its place: rightly for most, wrongly for some."""
    spot, on_ground = draft.spot, draft.row.kind == ProjectKind.WORKS
    if spot is None or draft.row.placing == "none":
        return PlaceEvidence(is_on_ground=on_ground)
    x, y, areas = spot.longitude, spot.latitude, (spot.area,)
    match draft.row.placing:
        case "line":
            return PlaceEvidence(wkb=line_wkb([(x, y), (x + 0.03, y + 0.02), (x + 0.07, y + 0.02)]), spaces=(space.pk,))
        case "area":
            ring = [(x, y), (x + 0.01, y), (x + 0.01, y + 0.008), (x, y + 0.008), (x, y)]
            return PlaceEvidence(wkb=line_wkb(ring), spaces=(space.pk,))
        case "beside":
            return PlaceEvidence(longitude=x + _BESIDE, latitude=y, municipal_areas=areas)
        case "zero":
            return PlaceEvidence(longitude=0.0, latitude=0.0, municipal_areas=areas)
        case "swapped":
            return PlaceEvidence(longitude=y, latitude=x, municipal_areas=areas)
        case "elsewhere":
            stated = draft.other.area if draft.other else spot.area
            return PlaceEvidence(longitude=x, latitude=y, municipal_areas=(stated,))
        case "named":
            return PlaceEvidence(municipal_areas=areas)
        case "space":
            return PlaceEvidence(spaces=(space.pk,))
    return PlaceEvidence(longitude=x, latitude=y, municipal_areas=areas)


def _twins(space: Space, drafts: list[_Draft]) -> list[ReceivedProject]:
    """What the municipality's own list calls one of them."""
    position, title = _written()["twin"]
    draft = drafts[position]
    name = draft.spot.name if draft.spot else space.name
    said = _evidence(space, draft)
    item = ReceivedProject(
        2, (Name("sa36", space.pk, f"{space.pk}-CAP-1"),), title.format(place=name.upper()), sector=draft.row.sector,
        sphere="local", province_id=space.province_id, total_cost=Decimal(draft.row.cost) * 1000,
        implementing_text="Municipality", cells=json.dumps([title.format(place=name.upper())]), is_sample=True,
        evidence=said.plain(), finish_on=clock.add_months(date(2026, 6, 1), draft.row.months[2]),
    )  # fmt: skip
    item.place = place([said])[0]
    return [item]


def _promised(space: Space, spots: list[_Spot], after: int) -> list[ReceivedProject]:
    """Works that commitments of the space promise, as their department reports them: nobody has tied the two yet.

    They stand in the municipal area that the commitment names, `after` so many other rows of the file.
    """
    standing = Commitment.objects.filter(home_space=space, is_sample=True).exclude(state=CommitmentState.WITHDRAWN)
    held = set(Institution.objects.filter(pk__startswith=f"{_prefix(space)}-").values_list("pk", flat=True))
    items, evidence = [], []
    for number, (begins, title, sector, who, stage, dearer, later) in enumerate(_written()["promised"], after):
        promise = standing.filter(title__startswith=begins).order_by("ref").first()
        if promise is None or promise.total_cost is None or promise.finish_on is None:
            continue
        areas = set(promise.municipal_areas.values_list("pk", flat=True))
        spot = next((spot for spot in spots if spot.area in areas), None)
        named = title.format(place=promise.title.removeprefix(begins).strip())
        code = f"{_prefix(space)}-{_WHO[who]}"
        said = PlaceEvidence(
            longitude=spot.longitude if spot else None, latitude=spot.latitude if spot else None,
            municipal_areas=(spot.area,) if spot else (), spaces=(space.pk,),
        )  # fmt: skip
        items.append(ReceivedProject(
            number + 2, (Name("irm", f"sample-{space.pk}", f"P{number:05d}"),), named, stage=stage, nature="new",
            sector=sector, sphere="provincial", province_id=space.province_id,
            implementing_id=code if code in held else None, implementing_text="" if code in held else who.title(),
            total_cost=(promise.total_cost * Decimal(str(dearer))).quantize(Decimal(1)), start_on=promise.start_on,
            finish_on=clock.add_months(promise.finish_on, later), cells=json.dumps([named, who, ""]), is_sample=True,
            evidence=said.plain(),
        ))  # fmt: skip
        evidence.append(said)
    for item, answer in zip(items, place(evidence), strict=True):
        item.place = answer
    return items


def _programme(code: str, by: Actor) -> None:
    """The clinics of a pilot, run together."""
    province = str(Space.objects.get(pk=code).province_id).lower()
    institution = Institution.objects.filter(pk=f"{province}-health").first()
    if institution is not None:
        register_programme(
            title=f"Clinics and hospitals of {Space.objects.get(pk=code).name}", institution=institution,
            description="Sample programme: what the department of health builds here.", is_sample=True, by=by,
        )  # fmt: skip


def _layers(space: Space, spots: list[_Spot], by: Actor) -> None:
    """A layer of nodes and one corridor of the pilot's spatial development framework."""
    if len(spots) < 2:
        return
    chosen = list({spot.area: spot for spot in spots}.values())
    if len(chosen) < 2:  # a metro is one municipal area: nodes across it
        chosen = spots[:: max(1, len(spots) // 4)]
    nodes = []
    for number, spot in enumerate(chosen, 1):
        x, y = spot.longitude, spot.latitude
        ring = [(x - 0.05, y - 0.04), (x + 0.05, y - 0.04), (x + 0.05, y + 0.04), (x - 0.05, y + 0.04)]
        nodes.append(NewFeature(f"node-{number}", spot.name, "node of the municipality", line_wkb([*ring, ring[0]])))
    corridor = line_wkb([(spot.longitude, spot.latitude) for spot in sorted(chosen, key=lambda each: each.longitude)])
    for code, name, kind, features in (
        (f"{space.pk.lower()}-nodes", f"Nodes of {space.name}", "node", nodes),
        (f"{space.pk.lower()}-corridor", f"Corridor of {space.name}", "corridor",
         [NewFeature("corridor-1", f"{space.name} corridor", "development corridor", corridor)]),
    ):  # fmt: skip
        publish_layer(
            features, code=code, name=name, kind=kind, custodian=f"{space.name} (sample)", sensitivity="public",
            source="Sample spatial development framework", file_sha256="0" * 64, adopted_on=date(2025, 5, 30),
            abstract="Invented for demonstration.", lineage="Drawn around the reference points of wards. (Sample)",
            licence="CC BY 4.0", space=space, is_sample=True, by=by,
        )  # fmt: skip

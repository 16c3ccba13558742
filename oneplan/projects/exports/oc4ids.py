"""Published projects as one OC4IDS package (Open Contracting for Infrastructure Data Standard 0.9.5).

Only what its source has published, never a sample; the place is that of the works. Amounts are in rand. What is not
known is left out.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import PUBLIC
from oneplan.exchange.values import fold
from oneplan.geometry.writing import as_geojson
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.projects.choices import Purpose
from oneplan.projects.models import Milestone, Placement, Project, SnapshotMoney
from oneplan.projects.oc4ids import CURRENCY, PREFIX, SECTOR_OF, SHAPES, SPENT, STATUS_OF, SUPPLIER, TYPE_OF, VERSION
from oneplan.projects.queries import placed_in, visible_to
from oneplan.spaces.models import Space

_AT_ONCE = 1_000
_URI = "urn:oneplan:oc4ids"


def export_projects(out: Path, *, space: str = "") -> str:
    """Write the published projects, of one space or of the country, to a file. Returns the sentence to say.

    Raises RuleBroken where there is no such space, OSError where the file cannot be written.
    """
    rows = visible_to(PUBLIC).filter(is_sample=False)
    if space:
        if not Space.objects.filter(pk=space.upper()).exists():
            raise RuleBroken(_("There is no space %(code)s. Codes look like DC36 or ETH.") % {"code": space})
        rows = rows.filter(placed_in([space.upper()]))
    with out.open("w", encoding="utf-8") as file:
        count = write_package(file, rows, uri=f"{_URI}:{space.upper() or 'za'}")
    sentence = ngettext("%(count)s project: %(file)s", "%(count)s projects: %(file)s", count)
    return sentence % {"count": grouped(count), "file": out}


def write_package(file: IO[str], rows: "QuerySet[Project]", *, uri: str) -> int:
    """Write a package project by project, so that memory does not grow with it. Returns how many there are."""
    head = {
        "version": VERSION, "uri": uri, "publishedDate": _moment(clock.now()), "publisher": {"name": "OnePlan"},
        "projects": [],
    }  # fmt: skip
    text = json.dumps(head, ensure_ascii=False)
    file.write(text.removesuffix("]}"))
    count = 0
    for count, project in enumerate(projects_of(rows), start=1):
        file.write((",\n" if count > 1 else "\n") + json.dumps(project, ensure_ascii=False))
    file.write("\n]}\n")
    return count


def projects_of(rows: "QuerySet[Project]") -> Iterator[dict[str, Any]]:
    """Each project as an object of the standard."""
    money = SnapshotMoney.objects.filter(Q(budget__isnull=False) | Q(spent__isnull=False))
    shapes = Placement.objects.filter(purpose=Purpose.WORKS, superseded_at=None, wkb__isnull=False)
    found = rows.select_related("implementing", "funder", "space", "municipal_area", "province", "latest")
    found = found.prefetch_related(
        "identifiers", "milestones", Prefetch("latest__money", money), Prefetch("placements", shapes)
    )
    for row in found.order_by("ref").iterator(chunk_size=_AT_ONCE):
        yield {name: value for name, value in _project(row).items() if value not in (None, "", [], {})}


def _project(row: Project) -> dict[str, Any]:
    key = f"{PREFIX}-{row.ref}"
    kind = TYPE_OF.get(row.nature)
    authority = _organisation(row)
    return {
        "id": key,
        "updated": _moment(row.changed_at),
        "title": row.title,
        "description": row.description,
        "status": STATUS_OF.get(row.stage),
        "period": _period(row.start_on, row.finish_on),
        "implementationPeriod": _period(row.construction_start_on, row.construction_finish_on),
        "sector": SECTOR_OF.get(fold(row.sector)),
        "type": kind,
        "additionalClassifications": _classifications(row),
        "identifiers": [{"scheme": each.scheme, "id": each.value} for each in row.identifiers.all()],
        "publicAuthority": authority,
        "parties": _parties(row, authority),
        "locations": _locations(row),
        "budget": _budget(row),
        "metrics": _spending(row),
        "milestones": [_milestone(each) for each in row.milestones.all()],
    }


def _organisation(row: Project) -> dict[str, str] | None:
    if row.implementing:
        return {"id": row.implementing.code, "name": row.implementing.name}
    return {"id": fold(row.implementing_text), "name": row.implementing_text} if row.implementing_text else None


def _parties(row: Project, authority: dict[str, str] | None) -> list[dict[str, Any]]:
    parties: dict[str, dict[str, Any]] = {}
    if authority:
        parties[authority["id"]] = {**authority, "roles": ["publicAuthority"]}
    if row.funder:
        party = parties.setdefault(row.funder.code, {"id": row.funder.code, "name": row.funder.name, "roles": []})
        party["roles"].append("funder")
    for role, name in row.latest.contractors if row.latest else ():
        party = parties.setdefault(
            f"{SUPPLIER}:{fold(name)}", {"id": f"{SUPPLIER}:{fold(name)}", "name": name, "roles": []}
        )
        party["roles"] += [each for each in (SUPPLIER, role) if each and each not in party["roles"]]
    return list(parties.values())


def _classifications(row: Project) -> list[dict[str, str]]:
    """Our own words beside the standard's coarser ones, so that nothing is lost on the way."""
    said = {"kind": (row.kind, row.get_kind_display()), "stage": (row.stage, row.get_stage_display()),
            "nature": (row.nature, row.get_nature_display()), "sector": (row.sector, row.sector)}  # fmt: skip
    return [
        {"id": f"{name}:{code}", "scheme": PREFIX, "description": str(label)}  # ids are unique in the list
        for name, (code, label) in said.items()
        if code
    ]


def _locations(row: Project) -> list[dict[str, Any]]:
    """The place of the works, no finer than it is known."""
    if row.space is None:
        return []
    area, codes = row.municipal_area, (row.municipal_area_id, row.space_id)
    place: dict[str, Any] = {
        "id": "works",
        "description": area.name if area else row.space.name,
        "gazetteer": {
            "scheme": "ZA-MDB",
            "identifiers": [code for code in codes if code],
        },
        "address": {"locality": area.name if area else row.space.name, "countryName": "South Africa"},
    }
    if row.province:
        place["address"]["region"] = row.province.name
    [drawn] = as_geojson([bytes(each.wkb or b"") for each in row.placements.all()][:1]) or [""]
    shape = json.loads(drawn) if drawn else {}
    if shape.get("type") in SHAPES:
        place["geometry"] = shape
    elif row.cell is not None:
        place["geometry"] = {"type": "Point", "coordinates": [row.longitude, row.latitude]}
    return [place]


def _budget(row: Project) -> dict[str, Any] | None:
    budget: dict[str, Any] = {}
    if row.total_cost is not None:
        budget["amount"] = _value(row.total_cost)
    if row.latest and (years := [_year(each) for each in row.latest.money.all() if each.budget is not None]):
        budget["budgetBreakdowns"] = [{"id": "main", "description": "Main budget by year", "budgetBreakdown": years}]
    return budget or None


def _year(each: SnapshotMoney) -> dict[str, Any]:
    year = each.financial_year
    return {
        "id": f"{each.year}-{each.basis}", "description": year.long, "amount": _value(each.budget or Decimal(0)),
        "period": _period(year.starts_on, year.ends_on),
    }  # fmt: skip


def _spending(row: Project) -> list[dict[str, Any]]:
    """What was spent in each financial year of which its source speaks."""
    years = [
        {
            "id": f"{each.year}-{each.basis}", "value": _value(each.spent),
            "period": _period(each.financial_year.starts_on, each.financial_year.ends_on),
        }
        for each in (row.latest.money.all() if row.latest else ())
        if each.spent is not None
    ]  # fmt: skip
    return [{"id": SPENT, "title": "Spent by financial year", "observations": years}] if years else []


def _milestone(each: Milestone) -> dict[str, Any]:
    said = {
        "id": str(each.pk), "title": each.title, "dueDate": _day(each.due_on), "dateMet": _day(each.reached_on),
        "status": "met" if each.reached_on else "scheduled",
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _value(amount: Decimal) -> dict[str, Any]:
    """An amount as a JSON number: cents survive, for fifteen figures do."""
    whole = amount == amount.to_integral_value()
    return {"amount": int(amount) if whole else float(amount), "currency": CURRENCY}


def _period(first: date | None, last: date | None) -> dict[str, str] | None:
    said = {"startDate": _day(first), "endDate": _day(last)}
    return {name: day for name, day in said.items() if day} or None


def _day(day: date | None) -> str:
    return f"{day.isoformat()}T00:00:00Z" if day else ""


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")

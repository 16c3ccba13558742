"""The places that observations tell of, numbered by territory: those of today, and municipalities that have ended."""

from __future__ import annotations

from typing import Any

from oneplan.indicators.choices import Level
from oneplan.indicators.facts import number_of
from oneplan.spaces.choices import Level as Territory
from oneplan.spaces.models import MunicipalArea, Province, Space, TerritoryVersion, Ward

COUNTRY = "ZA"
Row = tuple[Any, ...]


def places() -> list[Row]:
    """Rows of facts.TABLES["places"]: the country, then province by province what lies in it.

    A municipality that has ended lies where it lay last; its category is "".
    """
    rows: list[Row] = []

    def add(level: Level, code: str, label: str, *inside: str, category: str = "") -> None:
        rows.append((len(rows), code, label, number_of(level), *inside, *[""] * (3 - len(inside)), category))

    add(Level.COUNTRY, COUNTRY, "South Africa")
    areas = _by_space(_areas())
    wards: dict[str, list[str]] = {}
    for ward, within in Ward.objects.order_by("code").values_list("code", "municipal_area_id"):
        wards.setdefault(within, []).append(ward)
    spaces: dict[str, list[Space]] = {}
    for space in Space.objects.order_by("code"):
        spaces.setdefault(space.province_id, []).append(space)
    for province in Province.objects.order_by("code"):
        add(Level.PROVINCE, province.code, province.name, province.code)
        for space in spaces.get(province.code, []):
            add(Level.SPACE, space.code, space.name, province.code, space.code, category=space.category)
            for code, name, category in areas.get(space.code, []):
                add(Level.MUNICIPAL_AREA, code, name, province.code, space.code, code, category=category)
                for ward in wards.get(code, []):
                    add(Level.WARD, ward, f"{name}, ward {int(ward[-3:])}", province.code, space.code, code)
    return rows


def _areas() -> list[tuple[str, str, str, str]]:
    """(code, name, space, category) of every municipal area that is, or was since the register begins."""
    found = {
        code: (code, name, space, category)
        for code, name, space, category in MunicipalArea.objects.values_list("code", "name", "space_id", "category")
    }
    ended = TerritoryVersion.objects.filter(level=Territory.MUNICIPAL_AREA).exclude(code__in=found)
    for version in ended.order_by("valid_from"):
        found[version.code] = (version.code, version.name, version.parent_code, "")
    return sorted(found.values())


def _by_space(areas: list[tuple[str, str, str, str]]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for code, name, space, category in areas:
        found.setdefault(space, []).append((code, name, category))
    return found

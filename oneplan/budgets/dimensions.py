"""What the registers of the house give a build: datasets, institutions and places, numbered by territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oneplan.budgets.datasets import datasets
from oneplan.institutions.choices import MUNICIPAL_KINDS
from oneplan.institutions.models import Institution
from oneplan.spaces.models import MunicipalArea, Province, Space, Ward

COUNTRY = "ZA"
_SPHERES = ("national", "provincial", "local", "")


@dataclass(frozen=True)
class Places:
    """The table of places, and the number of each (level, code). 0: not placed; 1: the country as a whole."""

    rows: list[tuple[Any, ...]]
    numbers: dict[tuple[str, str], int]


def places() -> Places:
    """Provinces, their spaces, municipal areas and wards: what lies in one of them follows it without a gap."""
    rows: list[tuple[Any, ...]] = [(0, "", "", "none", "", "", ""), (1, COUNTRY, "South Africa", "country", "", "", "")]
    wards: dict[str, list[str]] = {}
    for ward, within in Ward.objects.order_by("code").values_list("code", "municipal_area_id"):
        wards.setdefault(within, []).append(ward)
    areas: dict[str, list[tuple[str, str]]] = {}
    for code, name, space_id in MunicipalArea.objects.order_by("code").values_list("code", "name", "space_id"):
        areas.setdefault(space_id, []).append((code, name))
    spaces: dict[str, list[Space]] = {}
    for space in Space.objects.order_by("code"):
        spaces.setdefault(space.province_id, []).append(space)

    def add(level: str, code: str, label: str, *inside: str) -> None:
        rows.append((len(rows), code, label, level, *inside, *[""] * (3 - len(inside))))

    for province in Province.objects.order_by("code"):
        add("province", province.code, province.name, province.code)
        for space in spaces.get(province.code, []):
            add("space", space.code, space.name, province.code, space.code)
            for area, name in areas.get(space.code, []):
                add("municipal_area", area, name, province.code, space.code, area)
                for ward in wards.get(area, []):
                    add("ward", ward, f"{name}, ward {int(ward[-3:])}", province.code, space.code, area)
    return Places(rows, {(row[3], row[1]): row[0] for row in rows})


def institutions() -> list[tuple[Any, ...]]:
    """National bodies, then province by province, then municipalities space by space; 0: not stated."""
    found = []
    for each in Institution.objects.select_related("space", "province"):
        is_municipal = each.kind in MUNICIPAL_KINDS
        province = each.space.province_id if each.space and is_municipal else each.province_id or ""
        found.append(
            (_SPHERES.index(each.sphere), province, (each.space_id or "") if is_municipal else "",
             each.municipality_code, each.code, each)
        )  # fmt: skip
    rows: list[tuple[Any, ...]] = [(0, "", "", "", "", "", "", "")]
    for number, (_sphere, province, space, municipality, code, each) in enumerate(
        sorted(found, key=lambda row: row[:5]), start=1
    ):
        rows.append((number, code, each.name, each.sphere, province, space, municipality, each.kind))
    return rows


def dataset_rows() -> list[tuple[Any, ...]]:
    """Datasets by number; see parameters/datasets.yaml."""
    return [
        (number, each.code, each.title, each.publisher, each.is_main) for number, each in enumerate(datasets(), start=1)
    ]

"""What an observation can be told by: the targets to which columns are matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oneplan.exchange.targets import Target, TargetType
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.tables import sources, tables

# What a mapping says of a file whose codes are those of municipalities of every category: a district municipality is
# told as its space, a local and a metropolitan one as its area.
ANY_MUNICIPALITY = "any municipality"


def offered_tables() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every table of the registry by its title, in groups of one source."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in tables().values():
        if each.is_retired:
            continue
        groups.setdefault(sources()[each.source].title, []).append((each.code, f"{each.title} ({each.code})"))
    return sorted(groups.items())


def _offered_levels() -> list[tuple[str, Any]]:
    return [*Level.choices, (ANY_MUNICIPALITY, _("Municipality of any category, by its code"))]


_T = TargetType
TARGETS = (
    Target("table", _("Table"), _T.CODE, aliases=("Indicator", "Dataset"), once=True, offers=offered_tables,
           help=_("The code of the table in the registry, or its name in the source. Where the whole file is of one"
                  " table, say it when the file is handed in.")),
    Target("boundary", _("Year of the borders"), _T.INTEGER, aliases=("Boundary", "Geo version", "geo_version"),
           once=True, offers=lambda: [(year, year) for year in ("2011", "2016", "2021")]),
    Target("level", _("Level of the place"), aliases=("Geo level", "geo_level"), once=True, offers=_offered_levels),
    Target("place", _("Place"), _T.PLACE, aliases=("Code", "Geo code", "geo_code", "Municipality", "District", "Area")),
    Target("province", _("Province"), _T.PLACE),
    Target("dimension", _("What the category is told by"), aliases=("Breakdown",)),
    Target("category", _("Category"), aliases=("Item", "Measure")),
    Target("sex", _("Sex"), aliases=("Gender",)),
    Target("age", _("Age"), aliases=("Age group",)),
    Target("population_group", _("Population group")),
    Target("disability", _("Disability")),
    Target("period", _("Period"), aliases=("Year", "Time period", "TIME_PERIOD"), once=True),
    Target("status", _("How sure"), _T.CHOICE, choices=dict(Status.choices), aliases=("Status", "OBS_STATUS")),
    Target("method", _("Method of what is modelled"), aliases=("Method",)),
    Target("values", _("Values"), _T.NUMBER, many=True, aliases=("Value", "OBS_VALUE"),
           help=_("Where categories or periods stand side by side, say of each column which category or period it"
                  " holds; of a column of another table “table:” and its code. A header that says it needs nothing.")),
)  # fmt: skip
LABELS: Mapping[str, str] = {target.name: str(target.label) for target in TARGETS}

# Texts that together mean one thing, which is found out once for each combination that occurs. A cell is a column of
# values: its label may say the category or the period.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "place": ("level", "place", "province", "boundary"),
    "subject": (
        "table", "boundary", "dimension", "category", "sex", "age", "population_group", "disability", "period",
    ),
    "quality": ("status", "method"),
}  # fmt: skip

# How sources name the levels.
LEVELS: Mapping[str, Level] = {
    "country": Level.COUNTRY, "national": Level.COUNTRY, "nation": Level.COUNTRY, "province": Level.PROVINCE,
    "provincial": Level.PROVINCE, "district": Level.SPACE, "space": Level.SPACE, "metro": Level.SPACE,
    "district municipality": Level.SPACE, "municipality": Level.MUNICIPAL_AREA, "municipal area": Level.MUNICIPAL_AREA,
    "municipal_area": Level.MUNICIPAL_AREA, "local municipality": Level.MUNICIPAL_AREA, "local": Level.MUNICIPAL_AREA,
    "ward": Level.WARD,
}  # fmt: skip

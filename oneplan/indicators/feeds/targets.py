"""What an observation can be told by: the targets to which columns are matched."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from oneplan.exchange.targets import Target, TargetType
from oneplan.indicators.choices import Level, Status

_T = TargetType
TARGETS = (
    Target("table", _("Table"), _T.CODE, aliases=("Indicator", "Dataset"),
           help=_("The code of the table in the registry, or its name in the source. Where the whole file is of one"
                  " table, say it when the file is handed in.")),
    Target("boundary", _("Year of the borders"), _T.INTEGER, aliases=("Boundary", "Geo version", "geo_version")),
    Target("level", _("Level of the place"), aliases=("Geo level", "geo_level")),
    Target("place", _("Place"), _T.PLACE, aliases=("Code", "Geo code", "geo_code", "Municipality", "District", "Area")),
    Target("province", _("Province"), _T.PLACE),
    Target("dimension", _("What the category is told by"), aliases=("Breakdown",)),
    Target("category", _("Category"), aliases=("Item", "Measure")),
    Target("sex", _("Sex"), aliases=("Gender",)),
    Target("age", _("Age"), aliases=("Age group",)),
    Target("population_group", _("Population group")),
    Target("disability", _("Disability")),
    Target("period", _("Period"), aliases=("Year", "Time period", "TIME_PERIOD")),
    Target("status", _("How sure"), _T.CHOICE, choices=dict(Status.choices), aliases=("Status", "OBS_STATUS")),
    Target("method", _("Method of what is modelled"), aliases=("Method",)),
    Target("values", _("Values"), _T.NUMBER, many=True, aliases=("Value", "OBS_VALUE"),
           help=_("Where categories or periods stand side by side, label each column with the category or the period"
                  " that it holds. One column alone needs no label.")),
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

# What a mapping says of a file whose codes are those of municipalities of every category: a district municipality is
# told as its space, a local and a metropolitan one as its area.
ANY_MUNICIPALITY = "any municipality"

# How sources name the levels.
LEVELS: Mapping[str, Level] = {
    "country": Level.COUNTRY, "national": Level.COUNTRY, "nation": Level.COUNTRY, "province": Level.PROVINCE,
    "provincial": Level.PROVINCE, "district": Level.SPACE, "space": Level.SPACE, "metro": Level.SPACE,
    "district municipality": Level.SPACE, "municipality": Level.MUNICIPAL_AREA, "municipal area": Level.MUNICIPAL_AREA,
    "municipal_area": Level.MUNICIPAL_AREA, "local municipality": Level.MUNICIPAL_AREA, "local": Level.MUNICIPAL_AREA,
    "ward": Level.WARD,
}  # fmt: skip

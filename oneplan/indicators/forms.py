"""What pages of this room can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.indicators.choices import Level
from oneplan.indicators.exploring import Asked, Choices, borders_of
from oneplan.indicators.queries import Place, places_of
from oneplan.indicators.tables import sources
from oneplan.indicators.words import dimension_label

LEVELS = {
    Level.PROVINCE: _("Provinces"), Level.SPACE: _("Districts and metros"), Level.MUNICIPAL_AREA: _("Municipal areas"),
}  # fmt: skip


class ViewFilter(forms.Form):
    """The view of one indicator. Fields with nothing to choose are left out."""

    level = forms.ChoiceField(label=_("Places"), required=False)
    boundary = forms.ChoiceField(label=_("Borders of"), required=False)
    year = forms.ChoiceField(label=_("Time"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    within = forms.ChoiceField(label=_("Within"), required=False)
    by = forms.ChoiceField(label=_("By"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    place = forms.ChoiceField(label=_("Look at"), required=False)
    classes = forms.ChoiceField(
        label=_("Classes of the map"), required=False,
        choices=[("", _("fifths of the places")), ("natural", _("natural breaks"))],
    )  # fmt: skip
    sample = forms.ChoiceField(
        label=_("Figures"), required=False, choices=[("", _("real")), ("yes", _("sample, invented"))]
    )

    def __init__(self, asked: Asked, known: Choices, places: Sequence[Place]) -> None:
        super().__init__({
            "level": asked.level, "boundary": asked.boundary, "year": str(asked.when or ""), "source": asked.source,
            "within": asked.within, "by": asked.dimension, "category": asked.category, "place": asked.place,
            "classes": "natural" if asked.is_natural else "", "sample": "yes" if asked.is_sample else "",
        }, auto_id="f_%s")  # fmt: skip
        self._offer("level", [(level, LEVELS[level]) for level in known.levels])
        self._offer("boundary", [(year, borders_of(year)) for year in known.borders])
        self._offer("year", [(str(when), str(when)) for when in known.whens] or [("", _("nothing known"))])
        self._offer("source", [(code, sources()[code].title) for code in known.sources])
        self._offer("within", within_choices(asked.level))
        self._offer("by", [("", _("the whole")), *((name, dimension_label(name)) for name in known.dimensions)])
        self._offer("category", [(each, each) for each in known.categories])
        self._offer("place", [("", _("all alike")), *((each.code, f"{each.label} ({each.code})") for each in places)])
        for name, is_needed in (
            ("source", len(known.sources) > 1), ("within", asked.level != Level.PROVINCE),
            ("by", bool(known.dimensions)), ("category", len(known.categories) > 1), ("sample", known.has_sample),
        ):  # fmt: skip
            if not is_needed:
                del self.fields[name]

    def _offer(self, name: str, offered: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = offered


def within_choices(level: Level) -> list[tuple[Any, Any]]:
    """The country, its provinces, and for municipal areas the spaces too."""
    provinces: Mapping[str, str] = {each.code: each.label for each in places_of(Level.PROVINCE)}
    offered: list[tuple[Any, Any]] = [("", _("the country")), (_("Provinces"), list(provinces.items()))]
    if level == Level.MUNICIPAL_AREA:
        for code, name in provinces.items():
            inside = [(each.code, each.label) for each in places_of(Level.SPACE) if each.province == code]
            offered.append((name, inside))
    return offered

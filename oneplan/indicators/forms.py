"""What pages of this room can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.indicators.choices import Level
from oneplan.indicators.exploring import Asked, Choices, borders_of, time_words
from oneplan.indicators.needs import Need
from oneplan.indicators.outlook.projecting import Offered
from oneplan.indicators.queries import Place, places_of
from oneplan.indicators.tables import sources
from oneplan.indicators.words import dimension_label

LEVELS = {
    Level.PROVINCE: _("Provinces"), Level.SPACE: _("Districts and metros"), Level.MUNICIPAL_AREA: _("Municipal areas"),
    Level.WARD: _("Wards"),
}  # fmt: skip

_NOTHING = [("", _("nothing known"))]


def figures_field() -> forms.ChoiceField:
    """Real figures or invented ones, never both."""
    offered = [("", _("real")), ("yes", _("sample, invented"))]
    return forms.ChoiceField(label=_("Figures"), required=False, choices=offered)


class ViewFilter(forms.Form):
    """The view of one indicator. Fields with nothing to choose are left out."""

    level = forms.ChoiceField(label=_("Places"), required=False)
    boundary = forms.ChoiceField(label=_("Published on the borders of"), required=False)
    borders = forms.ChoiceField(label=_("Shown on the borders of"), required=False)
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
    sample = figures_field()

    def __init__(self, asked: Asked, known: Choices, places: Sequence[Place]) -> None:
        super().__init__({
            "level": asked.level, "boundary": asked.boundary, "borders": asked.borders or "",
            "year": str(asked.when or ""), "source": asked.source, "within": asked.within, "by": asked.dimension,
            "category": asked.category, "place": asked.place, "classes": "natural" if asked.is_natural else "",
            "sample": "yes" if asked.is_sample else "",
        }, auto_id="f_%s")  # fmt: skip
        self._offer("level", [(level, LEVELS[level]) for level in known.levels])
        self._offer("boundary", [(year, borders_of(year)) for year in known.borders])
        self._offer("borders", [("", _("as published")), *((each, str(each)) for each in known.others)])
        self._offer("year", [(str(when), time_words(when, asked.source)) for when in known.whens] or _NOTHING)
        self._offer("source", [(code, sources()[code].title) for code in known.sources])
        self._offer("within", within_choices(asked.level))
        self._offer("by", [("", _("the whole")), *((name, dimension_label(name)) for name in known.dimensions)])
        self._offer("category", [(each, each) for each in known.categories])
        self._offer("place", [("", _("all alike")), *((each.code, f"{each.label} ({each.code})") for each in places)])
        for name, is_needed in (
            ("borders", bool(known.others or asked.borders)), ("source", len(known.sources) > 1),
            ("within", asked.level != Level.PROVINCE), ("by", bool(known.dimensions)),
            ("category", len(known.categories) > 1), ("sample", known.has_sample),
        ):  # fmt: skip
            if not is_needed:
                del self.fields[name]

    def _offer(self, name: str, offered: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = offered


def within_choices(level: Level) -> list[tuple[Any, Any]]:
    """The country, its provinces, and for municipal areas the spaces too; for wards spaces and municipal areas."""
    if level == Level.WARD:
        areas = [each for each in places_of(Level.MUNICIPAL_AREA) if each.category]
        return [
            (space.label, [
                (space.code, _("all of %(space)s") % {"space": space.label}),
                *((each.code, each.label) for each in areas if each.space == space.code and each.code != space.code),
            ])
            for space in places_of(Level.SPACE)
        ]  # fmt: skip
    provinces: Mapping[str, str] = {each.code: each.label for each in places_of(Level.PROVINCE)}
    offered: list[tuple[Any, Any]] = [("", _("the country")), (_("Provinces"), list(provinces.items()))]
    if level == Level.MUNICIPAL_AREA:
        for code, name in provinces.items():
            inside = [(each.code, each.label) for each in places_of(Level.SPACE) if each.province == code]
            offered.append((name, inside))
    return offered


class OutlookFilter(forms.Form):
    """From which base, by which assumptions and to which year a space is projected."""

    base = forms.ChoiceField(label=_("Starts from"), required=False)
    assume = forms.ChoiceField(label=_("Assumptions"), required=False)
    to = forms.ChoiceField(label=_("To the year"), required=False)
    sample = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, state: Mapping[str, str], known: Offered) -> None:
        super().__init__(dict(state), auto_id="f_%s")
        for name, offered in (
            ("base", [(base.code, base.label) for base in known.bases]),
            ("assume", [(str(each), each.label) for each in known.sets]),
            ("to", [(str(year), str(year)) for year in known.untils[state["base"]]]),
        ):
            field: Any = self.fields[name]
            field.choices = offered
        if "sample" not in state:
            del self.fields["sample"]


class DeliveryFilter(OutlookFilter):
    """Which need, and what is delivered of it a year, for whom and at which cost."""

    need = forms.ChoiceField(label=_("Need"), required=False)
    deliver = forms.CharField(
        label=_("Households a year"), required=False, widget=forms.TextInput({"inputmode": "numeric"})
    )
    by = forms.ChoiceField(label=_("Finished by"), required=False)
    new = forms.CharField(
        label=_("Of new households served, %"), required=False, widget=forms.TextInput({"inputmode": "numeric"})
    )
    counted = forms.CharField(
        label=_("Without now, by your own count"), required=False, widget=forms.TextInput({"inputmode": "numeric"})
    )
    cost = forms.CharField(
        label=_("Rand a household"), required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )
    cost_source = forms.CharField(label=_("Where that cost is from, and when"), required=False, max_length=200)

    def __init__(self, state: Mapping[str, str], known: Offered, offered: Sequence[Need], years: Sequence[int]) -> None:
        super().__init__(state, known)
        needs_offered: Any = self.fields["need"]
        needs_offered.choices = [(each.code, each.title) for each in offered]
        finish: Any = self.fields["by"]
        finish.choices = [("", _("the last year")), *((str(year), str(year)) for year in years)]

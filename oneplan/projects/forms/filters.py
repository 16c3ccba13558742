"""The filters of lists, of the map and of the files: one form, the fields of `queries.ProjectFilters`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oneplan.institutions.choices import Sphere
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.choices import Feed, Nature, ProjectKind, ProjectStanding, Stage, Tabling
from oneplan.projects.models import Project
from oneplan.projects.queries import NO_VALUE, Placed
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from oneplan.spaces.models import Space
from oneplan.spaces.queries import area_names

Choices = list[tuple[str, Any]]
_NOT_STATED = (NO_VALUE, _("Not stated"))
_YES_NO = [("yes", _("Yes")), ("no", _("No"))]
_YEARS_BACK, _YEARS_ON = 3, 10


def _all(choices: Iterable[Any]) -> Choices:
    return [("", _("all")), *choices]


def _finishes() -> Choices:
    year = FinancialYear.containing(clock.today(), Basis.PFMA)
    years = [year.next(step) for step in range(-_YEARS_BACK, _YEARS_ON + 1)]
    return _all([*((f"{each.start}-{each.basis}", each.long) for each in years), _NOT_STATED])


class ProjectFilter(forms.Form):
    """A field may stand several times in the address: its values are alternatives."""

    FIRST = ("q", "space", "municipality", "phase", "kind", "funding", "placed")

    q = forms.CharField(label=_("Text"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    space = forms.ChoiceField(label=_("Space"), required=False)
    municipality = forms.ChoiceField(label=_("Municipal area"), required=False)
    phase = forms.ChoiceField(
        label=_("How far"), required=False,
        choices=_all([
            ("planning", _("Planning")), ("building", _("Building")), ("done", _("Done")), ("stopped", _("Stopped")),
            _NOT_STATED,
        ]),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_all(ProjectKind.choices))
    funding = forms.ChoiceField(label=_("Money"), required=False, choices=_all([*Tabling.choices, _NOT_STATED]))
    placed = forms.ChoiceField(label=_("Place"), required=False, choices=_all(Placed.choices))
    province = forms.ChoiceField(label=_("Province"), required=False)
    institution = forms.ChoiceField(label=_("Institution"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False, choices=_all([*Sphere.choices, _NOT_STATED]))
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=_all([*Stage.choices, _NOT_STATED]))
    nature = forms.ChoiceField(
        label=_("Nature of investment"), required=False, choices=_all([*Nature.choices, _NOT_STATED])
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    fund = forms.ChoiceField(label=_("Funding source"), required=False)
    method = forms.ChoiceField(label=_("Placed by"), required=False, choices=_all(PlaceMethod.choices))
    confidence = forms.ChoiceField(label=_("Confidence"), required=False, choices=_all(Confidence.choices))
    doubtful = forms.ChoiceField(label=_("Place to review"), required=False, choices=_all(_YES_NO))
    cost_from = forms.CharField(
        label=_("Cost from, rand"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    cost_to = forms.CharField(
        label=_("Cost to, rand"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    finish = forms.ChoiceField(label=_("Planned finish"), required=False, choices=_finishes)
    standing = forms.ChoiceField(label=_("Standing"), required=False, choices=_all(ProjectStanding.choices))
    feed = forms.ChoiceField(label=_("Kind of source"), required=False, choices=_all(Feed.choices))
    sample = forms.ChoiceField(label=_("Sample"), required=False, choices=_all(_YES_NO))
    ward = forms.CharField(label=_("Ward code"), required=False)
    programme = forms.CharField(label=_("Programme, by its reference"), required=False)

    def __init__(self, data: Any, *, rows: "QuerySet[Project]", space: Space | None = None) -> None:
        """`rows` are those from which the reader filters: what they name is offered, and nothing else."""
        super().__init__(data)
        offers: dict[str, Choices] = _named_in(rows)
        if space is None:
            del self.fields["municipality"]
            spaces = list(Space.objects.select_related("province"))
            offers["space"] = [(each.pk, each.name) for each in spaces] + [_NOT_STATED]
            provinces = {each.province_id: each.province.name for each in spaces}
            offers["province"] = sorted(provinces.items(), key=lambda pair: pair[1])
        else:
            del self.fields["space"], self.fields["province"]
            offers["municipality"] = [*area_names(space=space.pk), _NOT_STATED]
        for name, choices in offers.items():
            field: Any = self.fields[name]
            field.choices = _all(choices)

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that stand in sight."""
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The filters under "More"."""
        return [bound for bound in self if bound.name not in self.FIRST]

    @property
    def is_rest_used(self) -> bool:
        return any(bound.value() for bound in self.rest)


def _named_in(rows: "QuerySet[Project]") -> dict[str, Choices]:
    """The institutions, sectors and funding sources that the rows name. Two queries."""
    pairs = set(rows.order_by().values_list("sector", "fund").distinct())
    named = Institution.objects.filter(pk__in=rows.order_by().values("implementing")).order_by("name")
    return {
        "sector": _texts(sector for sector, _fund in pairs),
        "fund": _texts(fund for _sector, fund in pairs),
        "institution": [*named.values_list("pk", "name"), _NOT_STATED],
    }


def _texts(values: Iterable[str]) -> Choices:
    return [*((value, value) for value in sorted({value for value in values if value})), _NOT_STATED]


class ReviewFilter(forms.Form):
    """The filters of the review queue."""

    space = forms.ChoiceField(label=_("Space"), required=False)
    doubt = forms.ChoiceField(label=_("Why it waits"), required=False, choices=_all(Doubt.choices))
    institution = forms.ChoiceField(label=_("Institution"), required=False)

    def __init__(self, data: Any, *, spaces: Choices, institutions: Choices) -> None:
        super().__init__(data)
        for name, choices in (("space", spaces), ("institution", institutions)):
            field: Any = self.fields[name]
            field.choices = _all(choices)

"""The form by which a person says where a project is, or whom it serves."""

from collections import defaultdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oneplan.geometry.frame import degrees_of
from oneplan.platform.web.inputs import DayInput
from oneplan.projects.choices import Purpose
from oneplan.projects.models import Project
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Space
from oneplan.spaces.placing import PlaceEvidence

POINT, WARD, AREAS, FUNCTIONAL, SPACE = "point", "ward", "areas", "functional_area", "space"
WARD_YEARS = (2021, 2016, 2011)
_PLACES = 5  # decimals of a degree: a metre


class Degrees(forms.FloatField):
    """A coordinate as people write it: -24.5 as well as −24,5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().replace(",", ".").replace("−", "-").removesuffix("°")
        return super().to_python(value)


class LocateForm(forms.Form):
    """Where the works stand, or whom they serve: by the best that is known."""

    purpose = forms.ChoiceField(label=_("What is placed"), choices=Purpose.choices, widget=forms.RadioSelect)
    by = forms.ChoiceField(
        label=_("By what"), widget=forms.RadioSelect,
        choices=[
            (POINT, _("A point: its coordinates")),
            (WARD, _("A ward")),
            (AREAS, _("One or several municipal areas")),
            (FUNCTIONAL, _("A functional area: a catchment, a corridor")),
            (SPACE, _("Somewhere in the space, no finer place is known")),
        ],
    )  # fmt: skip
    latitude = Degrees(label=_("Latitude"), required=False, help_text=_("South is negative, for example -24.6932."))
    longitude = Degrees(label=_("Longitude"), required=False, help_text=_("East is positive, for example 28.4057."))
    ward = forms.CharField(label=_("Ward code"), required=False, max_length=12, help_text=_("Eight digits."))
    ward_year = forms.TypedChoiceField(
        label=_("Demarcation of the ward"), required=False, coerce=int, empty_value=None,
        choices=[("", _("not stated")), *((year, str(year)) for year in WARD_YEARS)],
        help_text=_("Ward codes are given anew: the same code of another year is another ward."),
    )  # fmt: skip
    areas = forms.MultipleChoiceField(
        label=_("Municipal areas"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    functional_area = forms.ChoiceField(label=_("Functional area"), required=False)
    space = forms.ChoiceField(label=_("Space"), required=False)
    reason = forms.CharField(
        label=_("How this is known"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept with the place: a site visit, a letter, the contract."),
    )  # fmt: skip
    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    frame_x = forms.FloatField(required=False, widget=forms.HiddenInput)
    frame_y = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, project: Project, data: Any = None, *, purpose: str = Purpose.WORKS) -> None:
        initial = {
            "purpose": purpose if purpose in Purpose.values else Purpose.WORKS, "revision": project.revision,
            "latitude": project.latitude, "longitude": project.longitude, "space": project.space_id,
            "areas": [project.municipal_area_id] if project.municipal_area_id else [],
            "by": POINT if purpose == Purpose.WORKS else AREAS,
        }  # fmt: skip
        super().__init__(_picked(data), initial=initial)
        offers = {
            "areas": _areas_by_space(project),
            "functional_area": [("", "–"), *FunctionalArea.objects.filter(valid_to=None).values_list("code", "name")],
            "space": [("", "–"), *Space.objects.order_by("name").values_list("code", "name")],
        }
        for name, choices in offers.items():
            field: Any = self.fields[name]
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What is said by its means must be there."""
        given: dict[str, Any] = super().clean() or {}
        needs = {POINT: ("latitude", "longitude"), WARD: ("ward",), AREAS: ("areas",), FUNCTIONAL: ("functional_area",),
                 SPACE: ("space",)}.get(given.get("by", ""), ())  # fmt: skip
        for name in needs:
            if given.get(name) in (None, "", []) and name not in self.errors:
                self.add_error(name, _t("This is needed to place it by what you chose."))
        return given

    @property
    def evidence(self) -> PlaceEvidence:
        """What the form says of the place, and nothing else of what it holds."""
        given = self.cleaned_data
        match given["by"]:
            case "point":
                return PlaceEvidence(longitude=given["longitude"], latitude=given["latitude"])
            case "ward":
                return PlaceEvidence(ward=given["ward"], ward_year=given["ward_year"])
            case "areas":
                return PlaceEvidence(municipal_areas=tuple(given["areas"]))
            case "functional_area":
                return PlaceEvidence(functional_area=given["functional_area"])
        return PlaceEvidence(spaces=(given["space"],))


def _picked(data: Any) -> Any:
    """A spot picked on the map of the page becomes the point of the form."""
    if not data or not (data.get("frame_x") and data.get("frame_y")):
        return data
    try:
        longitude, latitude = degrees_of(float(data["frame_x"]), float(data["frame_y"]))
    except ValueError:
        return data
    data = data.copy()
    data["frame_x"] = data["frame_y"] = ""
    data["by"], data["longitude"], data["latitude"] = POINT, f"{longitude:.{_PLACES}f}", f"{latitude:.{_PLACES}f}"
    return data


def _areas_by_space(project: Project) -> list[Any]:
    """The municipal areas of its province, of the country where it has none, by space."""
    rows = MunicipalArea.objects.select_related("space").order_by("space__name", "name")
    province = project.space.province_id if project.space else project.province_id
    if province:
        rows = rows.filter(space__province=province)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row.space.name].append((row.pk, f"{row.name} ({row.pk})"))
    return list(groups.items())


class RenewForm(forms.Form):
    """As at which day the boundaries are asked."""

    as_at = DayInput(label=_("Boundaries as at"), help_text=_("The releases in force on that day answer."))

"""Levels, categories and qualities of territory, and the events this room remembers."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """The four levels of territory, widest first. Each nests in the one before it."""

    PROVINCE = "province", _("Province")
    SPACE = "space", _("Space")
    MUNICIPAL_AREA = "municipal_area", _("Municipal area")
    WARD = "ward", _("Ward")


class Category(TextChoices):
    """Categories of municipality in section 155(1) of the Constitution, as worn by the territory."""

    METROPOLITAN = "A", _("Metropolitan")
    LOCAL = "B", _("Local")
    DISTRICT = "C", _("District")


class Quality(TextChoices):
    """How far a boundary can be trusted. An approximate answer never counts as placed evidence."""

    LEGAL = "legal", _("Legal boundary")
    APPROXIMATE = "approximate", _("Approximate: import the Demarcation Board's file")


class AreaKind(TextChoices):
    """Kinds of functional area: territories that cross municipal borders."""

    CATCHMENT = "catchment", _("Catchment")
    CORRIDOR = "corridor", _("Corridor")
    ECONOMIC_REGION = "economic_region", _("Functional economic region")


class PlaceMethod(TextChoices):
    """By which evidence something was placed, best first. "Not placed" is an answer."""

    GEOMETRY = "geometry", _("By its geometry: a point, a line or an area")
    WARD = "ward", _("By its ward")
    MUNICIPALITY = "municipality", _("By its municipality")
    SERVICE_AREA = "service_area", _("By the area it serves")
    SPACE = "space", _("Somewhere in the space")
    APPORTIONED = "apportioned", _("Apportioned by an indicator")
    NOT_PLACED = "not_placed", _("Not placed")


class Confidence(TextChoices):
    """How far a place can be trusted.

    High: a geometry or a dated ward inside a legal boundary, and what is stated beside it agrees. Medium: nothing is
    stated to agree with, or a municipality is named. Low: what is known disagrees, is approximate, or is no finer than
    the space.
    """

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")
    NONE = "none", _("None")


class Doubt(TextChoices):
    """Why a place wants a look."""

    ZERO = "zero", _("A coordinate is 0")
    SWAPPED = "swapped", _("Longitude and latitude look swapped, or have lost their sign")
    OUTSIDE = "outside", _("It lies outside South Africa")
    BLANK = "blank", _("Nothing is said of its place")
    SPACE_DIFFERS = "space_differs", _("It lies in another space than the one stated")
    MUNICIPALITY_DIFFERS = "municipality_differs", _("It lies in another municipality than the one stated")
    WARD_DIFFERS = "ward_differs", _("It lies in another ward than the one stated")
    WARD_WITHOUT_YEAR = "ward_without_year", _("A ward is named without the year of its demarcation")
    UNKNOWN_NAME = "unknown_name", _("The place named is not in the register")
    AMBIGUOUS_NAME = "ambiguous_name", _("The place named may mean several")
    APPROXIMATE = "approximate", _("Only the approximate map says where the point lies")
    CROWDED = "crowded", _("Many projects stand on this very point; it may be an office")


class LayerKind(TextChoices):
    """What a layer of a spatial development framework shows."""

    NODE = "node", _("Node")
    CORRIDOR = "corridor", _("Corridor")
    PRIORITY_AREA = "priority_area", _("Priority area")
    TRADITIONAL_AREA = "traditional_area", _("Traditional council area")
    CATCHMENT = "catchment", _("Catchment")
    PROTECTED_AREA = "protected_area", _("Protected area")
    LAND_RELEASE = "land_release", _("Land release")
    OTHER = "other", _("Other")


class Sensitivity(TextChoices):
    """Who may see a layer."""

    PUBLIC = "public", _("Public")
    GOVERNMENT = "government", _("Inside government")


class Event(TextChoices):
    """What this room remembers."""

    REGISTER_PUBLISHED = "register.published", _("The register of places was published.")
    BOUNDARIES_PUBLISHED = "boundaries.published", _("A boundary release was published.")
    LAYER_PUBLISHED = "layer.published", _("A planning layer was published.")
    LAYER_WITHDRAWN = "layer.withdrawn", _("A planning layer was withdrawn.")

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


class Event(TextChoices):
    """What this room remembers."""

    REGISTER_PUBLISHED = "register.published", _("The register of places was published.")
    BOUNDARIES_PUBLISHED = "boundaries.published", _("A boundary release was published.")

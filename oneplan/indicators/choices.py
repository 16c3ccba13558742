"""Words of evidence. A code is stored and stands in permalinks: it is never changed, never used for another thing."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """Kinds of places, from the widest to the narrowest."""

    COUNTRY = "country", _("Country")
    PROVINCE = "province", _("Province")
    SPACE = "space", _("District or metropolitan space")
    MUNICIPAL_AREA = "municipal_area", _("Municipal area")
    WARD = "ward", _("Ward")


class Universe(TextChoices):
    """What is counted. Figures of two universes are never added, and never stand in one series."""

    PERSONS = "persons", _("persons")
    WORKING_AGE = "working_age", _("persons of 15 to 64 years")
    ADULTS = "adults", _("adults")
    LABOUR_FORCE = "labour_force", _("persons of 15 to 64 years who are employed or look for work")
    LABOUR_FORCE_EXPANDED = "labour_force_expanded", _("labour force with discouraged work-seekers")
    EMPLOYED = "employed", _("employed persons of 15 to 64 years")
    WORKERS = "workers", _("workers by sector, of any age")
    EMPLOYED_15_17 = "employed_15_17", _("employed children of 15 to 17 years")
    CHILDREN = "children", _("children under 18")
    CHILDREN_UNDER_9 = "children_under_9", _("children under 9")
    CHILDREN_15_17 = "children_15_17", _("children of 15 to 17 years")
    WOMEN_15_44 = "women_15_44", _("women of 15 to 44 years")
    YOUTH = "youth", _("youth of 15 to 24 years")
    YOUTH_LABOUR_FORCE = "youth_labour_force", _("youth of 15 to 24 years who are employed or look for work")
    YOUTH_EMPLOYED = "youth_employed", _("employed youth of 15 to 24 years")
    YOUTH_15_19 = "youth_15_19", _("youth of 15 to 19 years")
    YOUTH_16_17 = "youth_16_17", _("youth of 16 and 17 years")
    YOUTH_20_24 = "youth_20_24", _("youth of 20 to 24 years")
    WOMEN_15_24 = "women_15_24", _("young women of 15 to 24 years")
    TEENAGE_GIRLS = "teenage_girls", _("teenage girls")
    HOUSEHOLDS = "households", _("households")
    HOUSEHOLDS_AND_QUARTERS = "households_and_quarters", _("households, with collective living quarters")
    CHILD_HEADED = "child_headed", _("household heads under 18")
    CHILD_HEADED_AND_QUARTERS = (
        "child_headed_and_quarters",
        _("heads under 18, with collective living quarters"),
    )
    VOTERS = "voters", _("registered voters")
    VOTES = "votes", _("votes cast")
    LEARNERS = "learners", _("learners")
    CHILDREN_3_5 = "children_3_5", _("children of 3 to 5 years enrolled in early childhood development centres")
    PRACTITIONERS = "practitioners", _("practitioners of early childhood development")
    CENTRES = "centres", _("early childhood development centres")
    SCHOOLS = "schools", _("schools")
    FACILITIES = "facilities", _("health facilities")
    CRIMES = "crimes", _("crimes reported to the police")
    VICTIMS = "victims", _("victims of crime")
    ACCUSED = "accused", _("persons accused of crime")
    MUNICIPALITIES = "municipalities", _("municipalities")

    @property
    def counted(self) -> str:
        """The kind of thing that is counted: a share may narrow its universe, but never leaves the kind."""
        return _COUNTED.get(self, "persons")


_COUNTED = {
    Universe.HOUSEHOLDS: "households",
    Universe.HOUSEHOLDS_AND_QUARTERS: "households and quarters",
    Universe.CHILD_HEADED: "households",
    Universe.CHILD_HEADED_AND_QUARTERS: "households and quarters",
    Universe.VOTES: "votes",
    Universe.CENTRES: "centres",
    Universe.SCHOOLS: "schools",
    Universe.FACILITIES: "facilities",
    Universe.CRIMES: "crimes",
    Universe.MUNICIPALITIES: "municipalities",
}


class Unit(TextChoices):
    """In what a value is told."""

    NUMBER = "number", _("number")
    PERCENT = "percent", _("%")
    PER_HUNDRED = "per_hundred", _("per 100")
    PER_TEN_THOUSAND = "per_ten_thousand", _("per 10 000")
    PER_HUNDRED_THOUSAND = "per_hundred_thousand", _("per 100 000")
    RATIO = "ratio", _("ratio")
    SCORE = "score", _("score")
    MONTHS = "months", _("months")
    RAND = "rand", _("rand")


class Direction(TextChoices):
    """Which way is better."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NONE = "none", _("Neither is better")


class Calculation(TextChoices):
    """How the values of quarters make the value of a year."""

    CUMULATIVE = "cumulative", _("Cumulative: quarters are added")
    NON_CUMULATIVE = "non-cumulative", _("Non-cumulative: quarters are not added")
    MAXIMUM = "maximum", _("The highest of the quarters")
    LATEST = "latest", _("The latest of the quarters")


class Length(TextChoices):
    """How long a time a value is of. What was counted on one day, as a census does, is told of its year."""

    YEAR = "year", _("Year")
    QUARTER = "quarter", _("Quarter")
    MONTH = "month", _("Month")


class YearBasis(TextChoices):
    """Which year is meant. A year is always named here by the one in which it begins."""

    CALENDAR = "calendar", _("January to December")
    PFMA = "PFMA", _("April to March, the year of national and provincial government")
    MFMA = "MFMA", _("July to June, the year of municipalities")


class Status(TextChoices):
    """How sure an observation is, surest first. What a department says of itself is not what was verified."""

    AUDITED = "audited", _("Audited")
    OFFICIAL = "official", _("Official")
    VERIFIED = "verified", _("Verified")
    PROVISIONAL = "provisional", _("Provisional")
    SELF_REPORTED = "self_reported", _("As reported by whoever is measured")
    UNOFFICIAL = "unofficial", _("Published by others than the official source")
    MODELLED = "modelled", _("Modelled")
    CONVERTED = "converted", _("Converted to other borders")


class Standing(TextChoices):
    """Who may see an observation and whether it is real. Real and invented ones are never compared."""

    PUBLIC = "public", _("Public")
    GOVERNMENT = "government", _("Inside government")
    SAMPLE = "sample", _("Sample")


class ReleaseState(TextChoices):
    """What became of a release of observations."""

    HELD = "held", _("Held back: errors stand")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OwnerSubject(TextChoices):
    """What has an owner: an indicator, and what a chapter of the profile lacks."""

    INDICATOR = "indicator", _("Indicator")
    CHAPTER = "chapter", _("What a chapter of the profile lacks")


class OwnerState(TextChoices):
    """How far somebody has agreed to answer for figures."""

    PROPOSED = "proposed", _("Proposed, not agreed")
    ASSIGNED = "assigned", _("Assigned, not answered yet")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")


class Event(TextChoices):
    """What this room remembers."""

    DEFINITION_MADE = "definition.made", _("A source, a table or an indicator was defined.")
    DEFINITION_REVISED = "definition.revised", _("A definition was revised.")
    DEFINITION_BROKEN = "definition.broken", _("A definition was changed after values had been published by it.")
    DEFINITION_RETIRED = "definition.retired", _("A definition was retired.")
    OWNER_ASSIGNED = "owner.assigned", _("A post was named as the owner of figures.")
    OWNER_AGREED = "owner.agreed", _("A post agreed to answer for figures.")
    OWNER_DECLINED = "owner.declined", _("A post declined to answer for figures.")

    BASELINE_SET = "baseline.set", _("A baseline was set.")
    TARGET_SET = "target.set", _("A target was set.")
    TARGET_CHANGED_LATE = "target.changed_late", _("A target was changed after its period began.")
    PERFORMANCE_TAKEN = "performance.taken", _("Performance reports of institutions were taken in.")
    OBSERVATIONS_RECEIVED = "observations.received", _("Observations were received.")
    OBSERVATIONS_PUBLISHED = "observations.published", _("Observations were published although errors stand.")
    OBSERVATIONS_WITHDRAWN = "observations.withdrawn", _("Observations were withdrawn.")
    OBSERVATIONS_BUILT = "observations.built", _("The warehouse of observations was built.")
    OBSERVATIONS_SWEPT = "observations.swept", _("What interrupted imports and builds had left was removed.")

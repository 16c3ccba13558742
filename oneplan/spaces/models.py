"""Territories and their boundaries.

Identity rows (`Province`, `Space`, `MunicipalArea`, `Ward`) hold the current register and are what other rooms point
at; their primary key is the code of the Municipal Demarcation Board (MDB). What a place was called, and what it lay
in, on a given day stands in `TerritoryVersion`, half open: valid on `[valid_from, valid_to)`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import AreaKind, Category, LayerKind, Level, Quality, Sensitivity


class Province(models.Model):
    """One of the nine provinces."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("province")
        verbose_name_plural = _("provinces")

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        return [f"province:{self.code}", "national"]


class Space(models.Model):
    """One of the 52 district (44) and metropolitan (8) spaces: a territory, not a municipality."""

    code = models.CharField(_("code"), max_length=8, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=1, choices=Category.choices)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="spaces", verbose_name=_("province"))
    seat = models.CharField(_("seat"), max_length=60, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.CheckConstraint(condition=Q(category__in=["A", "C"]), name="space_is_metropolitan_or_district"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_metropolitan(self) -> bool:
        """Whether one metropolitan municipality governs the whole space."""
        return self.category == Category.METROPOLITAN

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        return [f"space:{self.code}", f"province:{self.province_id}", "national"]


class MunicipalArea(models.Model):
    """One of the 213 areas (205 local, 8 metropolitan) that tile the country."""

    code = models.CharField(_("code"), max_length=8, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=1, choices=Category.choices)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="municipal_areas", verbose_name=_("space"))

    class Meta:
        ordering = ["name", "code"]
        verbose_name = _("municipal area")
        verbose_name_plural = _("municipal areas")
        constraints = [
            models.CheckConstraint(condition=Q(category__in=["A", "B"]), name="municipal_area_is_metro_or_local"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        return [f"municipal_area:{self.code}", *self.space.scopes()]


class Ward(models.Model):
    """A ward, with a point inside it. The point is a reference, never a boundary."""

    code = models.CharField(_("code"), max_length=8, primary_key=True)
    number = models.PositiveSmallIntegerField(_("number"))
    municipal_area = models.ForeignKey(
        MunicipalArea, on_delete=models.PROTECT, related_name="wards", verbose_name=_("municipal area")
    )
    longitude = models.FloatField(_("longitude"), help_text=_("WGS 84 degrees"))
    latitude = models.FloatField(_("latitude"), help_text=_("WGS 84 degrees"))

    class Meta:
        ordering = ["code"]
        verbose_name = _("ward")
        verbose_name_plural = _("wards")

    def __str__(self) -> str:
        return f"{self.municipal_area_id} {self.number}"


class FunctionalArea(models.Model):
    """A catchment, corridor or economic region that crosses municipal borders, as a set of municipal areas."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=AreaKind.choices)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    municipal_areas = models.ManyToManyField(
        MunicipalArea, related_name="functional_areas", verbose_name=_("municipal areas")
    )
    source = models.CharField(_("source"), max_length=300)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("functional area")
        verbose_name_plural = _("functional areas")

    def __str__(self) -> str:
        return self.name


class TerritoryVersion(models.Model):
    """What a code meant from one day until another: name, seat and the code of the territory around it."""

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    code = models.CharField(_("code"), max_length=8)
    name = models.CharField(_("name"), max_length=100)
    seat = models.CharField(_("seat"), max_length=60, blank=True)
    parent_code = models.CharField(_("parent code"), max_length=8, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    date_is_verified = models.BooleanField(_("date verified"), default=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["level", "code", "valid_from"]
        verbose_name = _("territory version")
        verbose_name_plural = _("territory versions")
        constraints = [
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="territory_version_starts_once"),
            models.UniqueConstraint(
                fields=["level", "code"], condition=Q(valid_to__isnull=True), name="territory_version_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="territory_version_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name} [{self.valid_from}, {self.valid_to or '…'})"


class TerritoryAlias(models.Model):
    """Another name by which a place is known. `folded` is the alias in lower case without diacritics."""

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    code = models.CharField(_("code"), max_length=8)
    alias = models.CharField(_("alias"), max_length=120)
    folded = models.CharField(_("folded"), max_length=120, db_index=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["level", "code", "alias"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=["level", "code", "folded"], name="territory_alias_once")]

    def __str__(self) -> str:
        return f"{self.alias} → {self.code}"


class Succession(models.Model):
    """One territory took over all or part of another on a day."""

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    predecessor_code = models.CharField(_("predecessor"), max_length=8)
    successor_code = models.CharField(_("successor"), max_length=8)
    on = models.DateField(_("on"))
    share_of_area = models.FloatField(
        _("share of area"), default=1, help_text=_("Part of the predecessor's area, 0 to 1")
    )
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["level", "on", "predecessor_code", "successor_code"]
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                fields=["level", "predecessor_code", "successor_code", "on"], name="succession_recorded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_code} → {self.successor_code} ({self.on})"


class RegisterEdition(models.Model):
    """Which register files this database holds; makes publishing them again free."""

    sha256 = models.CharField(_("SHA-256 of the register files"), max_length=64, unique=True)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("register edition")
        verbose_name_plural = _("register editions")

    def __str__(self) -> str:
        return self.sha256[:12]


class BoundaryRelease(models.Model):
    """One file of boundaries of one level, in force from `as_at` until the next legal release of that level."""

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    as_at = models.DateField(_("as at"))
    quality = models.CharField(_("quality"), max_length=12, choices=Quality.choices)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    outline_count = models.PositiveIntegerField(_("outlines"), default=0)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["level", "-as_at", "-recorded_at"]
        verbose_name = _("boundary release")
        verbose_name_plural = _("boundary releases")
        constraints = [
            models.UniqueConstraint(fields=["level", "as_at", "quality", "file_sha256"], name="boundary_release_once"),
            models.UniqueConstraint(fields=["name"], name="boundary_release_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_legal(self) -> bool:
        """Whether an answer from this release may count as placed evidence."""
        return self.quality == Quality.LEGAL


class Boundary(models.Model):
    """The outline of one territory in one release.

    `wkb` is WGS 84. `tile` sorts near places near each other. `svg_path` is the outline for a page, in kilometres of
    the national map frame (`geometry.frame`), already thinned; `svg_box` is its "left top width height" there.
    """

    release = models.ForeignKey(
        BoundaryRelease, on_delete=models.CASCADE, related_name="boundaries", verbose_name=_("release")
    )
    code = models.CharField(_("code"), max_length=8)
    parent_code = models.CharField(_("parent code"), max_length=8, blank=True)
    space_code = models.CharField(_("space code"), max_length=8, blank=True)
    wkb = models.BinaryField(_("outline"))
    minx = models.FloatField()
    miny = models.FloatField()
    maxx = models.FloatField()
    maxy = models.FloatField()
    tile = models.BigIntegerField(_("tile code"))
    area_km2 = models.FloatField(_("area, km²"))
    svg_path = models.TextField(_("outline for pages"), blank=True)
    svg_box = models.CharField(_("box of the outline"), max_length=60, blank=True)
    label_x = models.FloatField(default=0)
    label_y = models.FloatField(default=0)

    class Meta:
        ordering = ["release_id", "code"]
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="boundary_once_per_release")]
        indexes = [
            models.Index(fields=["release", "space_code"], name="boundary_by_space"),
            models.Index(fields=["release", "tile"], name="boundary_by_tile"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.release_id}"


class PlanningLayer(models.Model):
    """One layer of a spatial development framework, as its custodian adopted it. A new file is a new version."""

    code = models.CharField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=LayerKind.choices)
    custodian = models.CharField(_("custodian"), max_length=200)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    sensitivity = models.CharField(_("sensitivity"), max_length=12, choices=Sensitivity.choices)
    abstract = models.TextField(_("what it shows"), blank=True)
    lineage = models.TextField(_("lineage"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    crs_note = models.CharField(_("coordinate system of the file"), max_length=160, blank=True)
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.PROTECT, related_name="layers", verbose_name=_("space")
    )
    feature_count = models.PositiveIntegerField(_("features"), default=0)
    minx = models.FloatField(null=True)
    miny = models.FloatField(null=True)
    maxx = models.FloatField(null=True)
    maxy = models.FloatField(null=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)  # by a newer version, or by hand
    is_sample = models.BooleanField(_("sample"), default=False)

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = _("planning layer")
        verbose_name_plural = _("planning layers")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="layer_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(withdrawn_at=None), name="layer_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @property
    def audit_key(self) -> str:
        return f"layer:{self.code}"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        return self.space.scopes() if self.space else ["national"]


class LayerFeature(models.Model):
    """One node, corridor or area of a layer."""

    layer = models.ForeignKey(PlanningLayer, on_delete=models.CASCADE, related_name="features", verbose_name=_("layer"))
    key = models.CharField(_("key"), max_length=120)
    name = models.CharField(_("name"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    properties: models.JSONField[Any, Any] = models.JSONField(default=dict)  # the other columns, as read
    wkb = models.BinaryField(_("geometry"))
    minx = models.FloatField()
    miny = models.FloatField()
    maxx = models.FloatField()
    maxy = models.FloatField()
    tile = models.BigIntegerField(_("tile code"))

    class Meta:
        ordering = ["layer_id", "key"]
        verbose_name = _("feature of a layer")
        verbose_name_plural = _("features of layers")
        constraints = [models.UniqueConstraint(fields=["layer", "key"], name="layer_feature_once")]
        indexes = [models.Index(fields=["layer", "minx"], name="layer_feature_by_box")]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.name or self.key}"

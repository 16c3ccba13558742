"""What is offered: projects, the territories of the boundaries in force, and each planning layer the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.api.ogc.answers import GEOJSON, HTML, BadCall, Json, link, root_of
from oneplan.api.ogc.systems import CRS84, SYSTEMS
from oneplan.geometry.frame import MAINLAND
from oneplan.projects.models import Submission
from oneplan.spaces.choices import Level
from oneplan.spaces.models import BoundaryRelease, PlanningLayer
from oneplan.spaces.queries import releases_in_force
from oneplan.spaces.queries.layers import layers_visible_to

PROJECTS, CATALOGUE = "projects", "catalogue"
LEVELS = {
    "provinces": Level.PROVINCE, "spaces": Level.SPACE, "municipal-areas": Level.MUNICIPAL_AREA, "wards": Level.WARD,
}  # fmt: skip
LAYER = "layer-"
MVT = "application/vnd.mapbox-vector-tile"


@dataclass(frozen=True)
class Collection:
    """One collection, with what a catalogue says of it. Texts that nobody stated are "", shown as not stated."""

    id: str
    title: str
    description: str
    box: tuple[float, float, float, float]
    custodian: str
    licence: str
    lineage: str
    sensitivity: str
    as_at: date | None
    keywords: tuple[str, ...] = ()
    release: BoundaryRelease | None = None
    layer: PlanningLayer | None = None
    crs: tuple[str, ...] = field(default=tuple(SYSTEMS))

    @property
    def is_projects(self) -> bool:
        return self.id == PROJECTS


def collections_for(actor: Actor) -> Iterator[Collection]:
    """All that the actor may see."""
    yield _projects()
    in_force = {release.level: release for release in releases_in_force()}
    for name, level in LEVELS.items():
        if release := in_force.get(level):
            yield _territories(name, release)
    for layer in layers_visible_to(actor):
        yield _layer(layer)


def collection_named(actor: Actor, name: str, day: date | None = None, *, is_told: bool = True) -> Collection:
    """The collection of that name; of territories the boundaries of a day. Raises BadCall (404).

    Without `is_told` it may be asked for its features, and does not know as at when it is.
    """
    if name == PROJECTS:
        return _projects(is_told=is_told)
    if level := LEVELS.get(name):
        for release in releases_in_force(day):
            if release.level == level:
                return _territories(name, release)
    if name.startswith(LAYER):
        layer = layers_visible_to(actor).filter(code=name.removeprefix(LAYER)).first()
        if layer:
            return _layer(layer)
    raise BadCall(_("There is no collection “%(name)s” that you may see.") % {"name": name[:80]}, 404)


def _projects(*, is_told: bool = True) -> Collection:
    """With the day of the newest submission only where it is told of: features are asked for far more often."""
    latest = Submission.objects.aggregate(latest=Max("as_at"))["latest"] if is_told else None
    return Collection(
        PROJECTS, _("Projects"),
        _("What is built and run, by whom, at what cost, and where its works stand: as a line or an area where their"
          " source draws one, else as a point. A box finds what has a point in common with it. A project of which no"
          " more than its ward or municipality is known has no geometry; it is never left out of counts."),
        MAINLAND, settings.CUSTODIAN, settings.DATA_LICENCE,
        _("Taken in from the submissions of provinces, municipalities and departments; every submission is kept."
          " Places come from the best evidence at hand, with method and confidence."),
        "public", latest, (_("projects"), _("infrastructure"), _("District Development Model")),
    )  # fmt: skip


def _territories(name: str, release: BoundaryRelease) -> Collection:
    return Collection(
        name, {"provinces": _("Provinces"), "spaces": _("Spaces"), "municipal-areas": _("Municipal areas"),
               "wards": _("Wards")}[name],
        release.name if release.is_legal else
        _("%(name)s. Approximate: cells around ward reference points, not the legal boundary.")
        % {"name": release.name},
        MAINLAND, _("Municipal Demarcation Board") if release.is_legal else settings.CUSTODIAN, release.licence,
        release.source, "public", release.as_at, (_("boundaries"), _("demarcation")), release=release,
    )  # fmt: skip


def _layer(layer: PlanningLayer) -> Collection:
    box = (layer.minx, layer.miny, layer.maxx, layer.maxy)
    known = [edge for edge in box if edge is not None]
    return Collection(
        f"{LAYER}{layer.code}", layer.name, layer.abstract or str(layer.get_kind_display()),
        (known[0], known[1], known[2], known[3]) if len(known) == 4 else MAINLAND, layer.custodian, layer.licence,
        layer.lineage or layer.source, layer.sensitivity, layer.adopted_on,
        (_("spatial development framework"), str(layer.get_kind_display())), layer=layer,
    )  # fmt: skip


def described(request: HttpRequest, each: Collection) -> Json:
    """A collection as Features and Tiles describe it."""
    here = f"{root_of(request)}/collections/{each.id}"
    when = each.as_at.isoformat() + "T00:00:00Z" if each.as_at else None
    return {
        "id": each.id, "title": each.title, "description": each.description, "itemType": "feature",
        "keywords": list(each.keywords),
        "extent": {
            "spatial": {"bbox": [list(each.box)], "crs": CRS84}, "temporal": {"interval": [[when, None]]},
        },
        "crs": list(each.crs), "storageCrs": CRS84, "attribution": each.custodian, "license": each.licence,
        "links": [
            link(f"{here}/items?f=json", "items", _("Its features"), GEOJSON),
            link(f"{here}/items?f=html", "items", _("Its features as a page"), HTML),
            link(f"{here}/tiles?f=json", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", _("Its tiles")),
            link(f"{here}/metadata?f=json", "describedby", _("Who keeps it, from what it was made, for whom it is")),
            link(f"{here}/metadata?f=html", "describedby", _("The same as a page"), HTML),
        ],
    }  # fmt: skip


def described_catalogue(request: HttpRequest) -> Json:
    """The catalogue itself: a collection of records."""
    here = f"{root_of(request)}/collections/{CATALOGUE}"
    return {
        "id": CATALOGUE, "type": "Collection", "itemType": "record", "title": _("Catalogue"),
        "description": _("Every collection of this house that you may see: who keeps it, from what it was made, under"
                         " which licence, for whom it is, and as at when."),
        "extent": {"spatial": {"bbox": [list(MAINLAND)], "crs": CRS84}}, "crs": [CRS84],
        "links": [
            link(f"{here}/items?f=json", "items", _("The records"), GEOJSON),
            link(f"{here}/items?f=html", "items", _("The records as a page"), HTML),
        ],
    }  # fmt: skip


def metadata_of(request: HttpRequest, each: Collection) -> dict[str, Any]:
    """The core of ISO 19115-1 for one collection, under its element names."""
    here = f"{root_of(request)}/collections/{each.id}"
    unknown = _("Not stated")
    west, south, east, north = each.box
    return {
        "metadataIdentifier": {"code": each.id, "codeSpace": root_of(request)},
        "metadataScope": {"resourceScope": "dataset"},
        "metadataStandard": {"title": "ISO 19115-1:2014"},
        "defaultLocale": {"language": "eng", "characterEncoding": "utf8"},
        "contact": {"role": "custodian", "party": each.custodian or unknown},
        "identificationInfo": {
            "citation": {
                "title": each.title, "date": each.as_at.isoformat() if each.as_at else unknown,
                "dateType": "validityBegins",
            },
            "abstract": each.description, "pointOfContact": {"role": "custodian", "party": each.custodian or unknown},
            "spatialRepresentationType": "vector", "topicCategory": "planningCadastre",
            "descriptiveKeywords": list(each.keywords),
            "extent": {
                "geographicElement": {
                    "westBoundLongitude": west, "southBoundLatitude": south, "eastBoundLongitude": east,
                    "northBoundLatitude": north,
                }
            },
            "resourceConstraints": {
                "useLimitation": each.licence or unknown,
                "classification": "unclassified" if each.sensitivity == "public" else "restricted",
            },
        },
        "resourceLineage": {"statement": each.lineage or unknown},
        "referenceSystemInfo": [{"code": uri} for uri in each.crs],
        "distributionInfo": [
            {"linkage": f"{here}/items", "protocol": "OGC API - Features", "format": GEOJSON},
            {"linkage": f"{here}/tiles", "protocol": "OGC API - Tiles", "format": MVT},
        ],
    }  # fmt: skip

"""The kinds of file: one for each feed. What is common to them is in rows.py, what is not in heads.py and layouts."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from oneplan.access.permissions import Permission
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.readers.shapes import LAYER, SUFFIXES
from oneplan.exchange.targets import Target
from oneplan.projects.choices import Feed
from oneplan.projects.imports import oc4ids
from oneplan.projects.imports.municipal import MunicipalRows
from oneplan.projects.imports.rows import NationalRows, ProjectRows, ProvincialRows
from oneplan.projects.imports.shapes import SHAPE_TARGETS, ShapeRows, read_project_shapes
from oneplan.projects.imports.targets import KEY, TARGETS, TITLE
from oneplan.spaces.models import Province, Space

_LAYOUTS = Path(__file__).parent.parent / "layouts"
_OPTIONAL_TITLE = Target("title", TITLE.label, aliases=TITLE.aliases)


def _scopes(order: ImportOrder) -> list[str]:
    model, code = (Province, order.province) if order.province else (Space, order.space)
    place = model.objects.filter(pk=code).first() if code else None
    return place.scopes() if place else ["national"]


def _version(order: ImportOrder) -> str:
    """A row belongs to its day (and the space or province to which the file was cut): the next quarter is all new."""
    return "|".join(filter(None, (order.as_at.isoformat() if order.as_at else "", order.space or order.province)))


def _kind(feed: Feed, title: Any, **more: Any) -> Kind:
    return Kind(
        name=feed.value, title=title, permission=Permission.PROJECT_IMPORT, scopes=_scopes, version=_version,
        needs=frozenset({"as_at"}), takes=frozenset({"source", "space", "province"}), layouts=_LAYOUTS / feed.value,
        by_found=True, **more,
    )  # fmt: skip


KINDS = (
    _kind(
        Feed.IRM, _("Infrastructure Reporting Model (provinces)"), targets=(KEY, TITLE, *TARGETS),
        reader=ProvincialRows, row_key=("key",), layout="irm",
    ),
    _kind(
        Feed.SA36, _("SA36: capital projects of a municipality, medium term"), targets=(_OPTIONAL_TITLE, *TARGETS),
        reader=MunicipalRows, row_key=("municipality", "function", "title", "number"), layout="sa36",
    ),
    _kind(
        Feed.SC36, _("SC36: capital projects of a municipality, in the year"), targets=(_OPTIONAL_TITLE, *TARGETS),
        reader=MunicipalRows, row_key=("municipality", "function", "title", "number"), layout="sc36",
    ),
    _kind(
        Feed.NATIONAL, _("National infrastructure list"), targets=(KEY, TITLE, *TARGETS),
        reader=NationalRows, row_key=("key", "year"), layout="national",
    ),
    _kind(
        Feed.PROJECTS, _("Projects (a table of your own)"), targets=(KEY, TITLE, *TARGETS),
        reader=ProjectRows, row_key=("key",),
    ),
    _kind(
        Feed.SHAPES, _("Projects as a file of shapes"), targets=SHAPE_TARGETS, reader=ShapeRows, row_key=("key",),
        read=read_project_shapes, suffixes=SUFFIXES, details=(LAYER,),
    ),
    _kind(
        Feed.OC4IDS, _("OC4IDS (open contracting for infrastructure)"), targets=(KEY, TITLE, *TARGETS),
        reader=oc4ids.Oc4idsRows, row_key=("key",), read=oc4ids.read, suffixes=(".json",),
    ),
)  # fmt: skip

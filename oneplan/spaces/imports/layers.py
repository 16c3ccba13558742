"""What a planning layer means (`oneplan import layer FILE --set code=… --set name=… --set kind=… --set custodian=…`).

A file is a version of its layer: the features that were accepted, all of them, replace the version before.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import IssueLog
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.readers.shapes import LAYER, SHAPE, SUFFIXES, read_shapes
from oneplan.exchange.rows import Row
from oneplan.exchange.targets import Target, TargetType
from oneplan.geometry import measures
from oneplan.platform.errors import RuleBroken
from oneplan.spaces import actions, rules
from oneplan.spaces.actions import NewFeature
from oneplan.spaces.choices import LayerKind, Sensitivity
from oneplan.spaces.models import Space
from oneplan.spaces.queries.places import outlines_for_shares, release_index

MOSTLY = 0.5  # a shape of which less lies in the country is told
DETAILS = (
    Target(
        "code", gettext_lazy("Code of the layer"), TargetType.CODE, required=True, most=60,
        help=gettext_lazy("Small letters, digits and hyphens, such as dc36-nodes. A known code makes a new version."),
    ),
    Target("name", gettext_lazy("Name of the layer"), required=True, most=160),
    Target(
        "kind", gettext_lazy("What it shows"), TargetType.CHOICE, required=True, choices=dict(LayerKind.choices)
    ),
    Target(
        "custodian", gettext_lazy("Custodian"), required=True, most=200,
        help=gettext_lazy("Who keeps the layer and answers for it."),
    ),
    Target(
        "adopted_on", gettext_lazy("Adopted on"), TargetType.DATE,
        help=gettext_lazy("The day on which the framework was adopted; empty where it is a draft."),
    ),
    Target(
        "sensitivity", gettext_lazy("Who may see it"), TargetType.CHOICE, required=True,
        choices=dict(Sensitivity.choices),
    ),
    Target("abstract", gettext_lazy("What it is about"), most=2000),
    Target("lineage", gettext_lazy("How it was made"), most=2000),
    Target("sample", gettext_lazy("Invented sample"), TargetType.CHOICE, choices={"yes": gettext_lazy("Yes")}),
    LAYER,
)  # fmt: skip


def read_layer(path: Path, order: ImportOrder, log: IssueLog) -> Iterator[Row]:
    """One row a feature: what it is called, and the other columns as read. Raises FileRefused."""
    table = read_shapes(path, KIND, order, log)
    used = {target.name for target in KIND.targets}
    for row in table.rows:
        row.values.setdefault("key", str(row.number))
        row.key = row.values["key"]
        row.found["properties"] = {
            header: _plain(cell)
            for header, cell in zip(table.headers, row.cells, strict=True)
            if header.lower() not in used
        }
        row.found["crs_note"] = table.crs_note
        yield row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


class LayerRows:
    """The features of one run."""

    def __init__(self, order: ImportOrder) -> None:
        self.order = order
        self.space = Space.objects.filter(pk=order.space).first() if order.space else None
        if order.space and self.space is None:
            raise RuleBroken(_("There is no space %(code)s. Write a code such as DC36 or ETH.") % {"code": order.space})
        rules.check_layer_code(order.details.get("code", ""))

    def check(self, rows: Sequence[Row]) -> None:
        """Warn where a shape lies mostly in the sea or in another country."""
        release = outlines_for_shares()
        if release is None:
            return
        shares = release_index(release).overlay.shares(measures.from_wkb([row[SHAPE] for row in rows]))
        for row, inside in zip(rows, shares.inside.tolist(), strict=True):
            if inside < MOSTLY:
                row.warn(
                    SHAPE, IssueKind.BAD_GEOMETRY,
                    _("%(part)d %% of the shape lies in South Africa. It is kept; look at it on the map.")
                    % {"part": round(inside * 100)}, value="",
                )  # fmt: skip

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Publish the accepted features as one version of the layer."""
        taken = list(rows)
        if not taken:
            return
        said = self.order.details
        layer = actions.publish_layer(
            [
                NewFeature(row["key"], row["name"] or "", row["category"] or "", row[SHAPE], row.found["properties"])
                for row in taken
            ],
            code=said["code"], name=said["name"], kind=said["kind"], custodian=said["custodian"],
            adopted_on=date.fromisoformat(said["adopted_on"]) if said.get("adopted_on") else None,
            sensitivity=said["sensitivity"], abstract=said.get("abstract", ""), lineage=said.get("lineage", ""),
            source=self.order.source or self.order.file_name, licence=self.order.licence, space=self.space,
            file_sha256=self.order.file_sha256, crs_note=taken[0].found["crs_note"][:160],
            is_sample=bool(said.get("sample")), by=by,
        )  # fmt: skip
        for row in taken:
            row.subject = layer.audit_key


def version_of(order: ImportOrder) -> str:
    """The same file with the same words is the same version; another file, or other words, are another."""
    said = json.dumps([order.file_sha256, order.space, order.licence, sorted(order.details.items())])
    return f"{order.details.get('code', '')}:{hashlib.sha256(said.encode()).hexdigest()[:24]}"


def _scopes(order: ImportOrder) -> list[str]:
    space = Space.objects.filter(pk=order.space).first() if order.space else None
    return space.scopes() if space else ["national"]


KIND = Kind(
    name="layer",
    title=gettext_lazy("Planning layer"),
    permission=Permission.LAYER_IMPORT,
    targets=(
        Target("key", gettext_lazy("Id of the feature"), TargetType.CODE, most=120, lenient=True,
               aliases=("id", "code", "objectid", "globalid", "fid", "ref")),
        Target("name", gettext_lazy("Name"), most=200, lenient=True, aliases=("naam", "label", "title", "node_name")),
        Target("category", gettext_lazy("Category"), most=120, lenient=True,
               aliases=("class", "type", "kind", "hierarchy", "klas", "status")),
        Target(SHAPE, gettext_lazy("Shape"), TargetType.SHAPE, required=True),
    ),
    row_key=("key",),
    needs=frozenset({"source"}),
    takes=frozenset({"space"}),
    details=DETAILS,
    scopes=_scopes,
    read=read_layer,
    reader=LayerRows,
    suffixes=SUFFIXES,
    version=version_of,
)  # fmt: skip

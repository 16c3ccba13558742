"""Planning layers: a new version takes the place of the one before, which is kept; a layer may be withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.geometry import measures
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.spaces import rules
from oneplan.spaces.choices import Event
from oneplan.spaces.models import LayerFeature, PlanningLayer, Space

BATCH = 500


@dataclass(frozen=True)
class NewFeature:
    """One node, corridor or area to be published. The WKB is WGS 84 and valid."""

    key: str
    name: str
    category: str
    wkb: bytes
    properties: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def publish_layer(
    features: Sequence[NewFeature],
    *,
    code: str,
    name: str,
    kind: str,
    custodian: str,
    sensitivity: str,
    source: str,
    file_sha256: str,
    by: Actor,
    adopted_on: date | None = None,
    abstract: str = "",
    lineage: str = "",
    licence: str = "",
    crs_note: str = "",
    space: Space | None = None,
    is_sample: bool = False,
) -> PlanningLayer:
    """Put a layer in force. Where one of this code is in force it is withdrawn, and kept.

    Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.LAYER_IMPORT, space or "national")
    held = PlanningLayer.objects.select_for_update(of=("self",)).filter(code=code).order_by("-version").first()
    if held is not None:
        check(by, Permission.LAYER_IMPORT, held)  # a layer of the country is not replaced from within one space
    rules.check_can_publish_layer(
        code=code, kind=kind, sensitivity=sensitivity, adopted_on=adopted_on, keys=[each.key for each in features]
    )
    now = clock.now()
    PlanningLayer.objects.filter(code=code, withdrawn_at=None).update(withdrawn_at=now)
    shapes = measures.from_wkb([each.wkb for each in features])
    boxes, tiles = measures.bounding_boxes(shapes), measures.tile_codes(shapes)
    layer = PlanningLayer.objects.create(
        code=code, version=held.version + 1 if held else 1, name=name, kind=kind, custodian=custodian,
        adopted_on=adopted_on, sensitivity=sensitivity, abstract=abstract, lineage=lineage, source=source,
        licence=licence, file_sha256=file_sha256, crs_note=crs_note, space=space, feature_count=len(features),
        minx=boxes[:, 0].min(), miny=boxes[:, 1].min(), maxx=boxes[:, 2].max(), maxy=boxes[:, 3].max(),
        recorded_at=now, is_sample=is_sample,
    )  # fmt: skip
    LayerFeature.objects.bulk_create(
        (
            LayerFeature(
                layer=layer, key=each.key, name=each.name, category=each.category, properties=each.properties,
                wkb=each.wkb, minx=box[0], miny=box[1], maxx=box[2], maxy=box[3], tile=tile,
            )
            for each, box, tile in zip(features, boxes.tolist(), tiles.tolist(), strict=True)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    record(
        Event.LAYER_PUBLISHED, layer, by=by, before={"version": held.version if held else None},
        after={"version": layer.version, "name": name, "kind": kind, "custodian": custodian, "adopted_on": adopted_on,
               "sensitivity": sensitivity},
        features=len(features), sha256=file_sha256, source=source,
    )  # fmt: skip
    return layer


@transaction.atomic
def withdraw_layer(layer: PlanningLayer, *, by: Actor, reason: str) -> PlanningLayer:
    """Take a layer out of force. Its versions stay in the record. Raises NotAllowed, RuleBroken."""
    check(by, Permission.LAYER_IMPORT, layer)
    row = PlanningLayer.objects.select_for_update(of=("self",)).get(pk=layer.pk)
    rules.check_can_withdraw_layer(row, reason=reason)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(Event.LAYER_WITHDRAWN, row, by=by, reason=reason, before={"version": row.version}, after={"version": None})
    return row

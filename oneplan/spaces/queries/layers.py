"""Planning layers: who may see which, and in which of their features something lies."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.geometry import measures
from oneplan.spaces.choices import LayerKind, Sensitivity
from oneplan.spaces.models import LayerFeature, PlanningLayer


def layers_visible_to(actor: Actor) -> QuerySet[PlanningLayer]:
    """The layers in force that the actor may see: what is inside government is for those who signed in."""
    rows = PlanningLayer.objects.filter(withdrawn_at=None).select_related("space")
    return rows if actor.is_signed_in or actor.is_system else rows.filter(sensitivity=Sensitivity.PUBLIC)


@dataclass(frozen=True)
class Asked:
    """Something on the ground: its WKB (a point, a line, an area), and the spaces in which it lies."""

    wkb: bytes
    spaces: Collection[str] = ()


@dataclass(frozen=True)
class Hit:
    """A feature that something lies in or touches."""

    layer: PlanningLayer
    key: str
    name: str
    category: str


@dataclass(frozen=True)
class InLayers:
    """What the layers say of one place.

    `loaded` are the kinds of which a layer that speaks of its spaces is in force; of any other kind nothing is known.
    """

    hits: tuple[Hit, ...]
    loaded: frozenset[str]

    def of(self, kind: str) -> list[Hit] | None:
        """The features of one kind; empty: it lies in none; None: no layer of the kind is loaded."""
        return [hit for hit in self.hits if hit.layer.kind == kind] if kind in self.loaded else None

    @property
    def by_kind(self) -> list[tuple[LayerKind, list[Hit] | None]]:
        """Every kind of layer in its order, with what is known of it."""
        return [(kind, self.of(kind)) for kind in LayerKind]


def layers_at(places: Sequence[Asked], actor: Actor) -> list[InLayers]:
    """In which features of the layers in force each of many places lies. Two queries, whatever their number."""
    layers = {layer.pk: layer for layer in layers_visible_to(actor)}
    shapes = measures.from_wkb([each.wkb for each in places])
    hits: dict[int, list[Hit]] = defaultdict(list)
    if layers and len(places):
        features = _near(layers, measures.bounding_boxes(shapes).tolist())
        outlines = measures.from_wkb([wkb for *_rest, wkb in features])
        for place, feature in zip(*measures.touching(shapes, outlines), strict=True):
            layer, key, name, category, _wkb = features[feature]
            hits[int(place)].append(Hit(layers[layer], key, name, category))
    return [
        InLayers(
            tuple(
                sorted(
                    (hit for hit in hits[number] if _speaks_of(hit.layer, asked)),
                    key=lambda hit: (hit.layer.name, hit.name, hit.key),
                )
            ),
            frozenset(layer.kind for layer in layers.values() if _speaks_of(layer, asked)),
        )
        for number, asked in enumerate(places)
    ]


def _speaks_of(layer: PlanningLayer, asked: Asked) -> bool:
    return layer.space_id is None or layer.space_id in asked.spaces


def _near(
    layers: Collection[int], boxes: Sequence[Sequence[float]]
) -> list[tuple[int, str, str, str, bytes | memoryview]]:
    """Features whose box meets the box around all the places."""
    west, south = (min(box[edge] for box in boxes) for edge in (0, 1))
    east, north = (max(box[edge] for box in boxes) for edge in (2, 3))
    rows = LayerFeature.objects.filter(
        layer__in=list(layers), minx__lte=east, maxx__gte=west, miny__lte=north, maxy__gte=south
    )
    return list(rows.order_by("layer", "key").values_list("layer_id", "key", "name", "category", "wkb"))

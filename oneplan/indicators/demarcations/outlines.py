"""Pieces from outlines: those of two boundary releases laid over one another, with the wards of the newer one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oneplan.geometry.crossing import cross
from oneplan.geometry.frame import Geometries
from oneplan.geometry.measures import from_wkb
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.choices import Level, Quality
from oneplan.spaces.models import Boundary, BoundaryRelease

from .book import Demarcation, book
from .pieces import FINE, Correspondence, Piece


@dataclass(frozen=True)
class Outlines:
    """Codes and WGS 84 outlines in the same order; of wards also the municipal area each lies in."""

    codes: Sequence[str]
    geometries: Geometries
    parents: Sequence[str] = ()


def crossed(before: Outlines, after: Outlines, wards: Outlines | None = None) -> list[Piece]:
    """Every piece that two sets of outlines have in common, slivers and all. Measured in equal area."""
    crossing = cross(before.geometries, after.geometries)
    held = _wards_held(before, wards) if wards else {}
    pairs = [(before.codes[i], after.codes[j]) for i, j in zip(crossing.left, crossing.right, strict=True)]
    return [
        Piece(*pair, round(km2 * 1e6), round(held.get(pair, 0.0) * FINE))
        for pair, km2 in zip(pairs, crossing.km2, strict=True)
    ]


def laid_over(
    older: str, newer: str, before: Outlines, after: Outlines, wards: Outlines | None = None
) -> Correspondence:
    """The correspondence by area of two sets of outlines, slivers left out and told."""
    found = Correspondence.of(older, newer, crossed(before, after, wards))
    lost = {*before.codes, *after.codes} - {code for piece in found.pieces for code in (piece.older, piece.newer)}
    if lost:
        raise RuleBroken(
            _("The two drawings do not lie over one another: nothing was found of %(codes)s.")
            % {"codes": ", ".join(sorted(lost))}
        )
    return found


def _wards_held(before: Outlines, wards: Outlines) -> dict[tuple[str, str], float]:
    """How many wards lie in each piece, each ward by the part of its ground."""
    crossing = cross(wards.geometries, before.geometries)
    held: dict[tuple[str, str], float] = defaultdict(float)
    for ward, area, km2 in zip(crossing.left, crossing.right, crossing.km2, strict=True):
        held[before.codes[area], wards.parents[ward]] += float(km2 / crossing.left_km2[ward])
    return held


def from_releases(older: str, newer: str) -> Correspondence:
    """The correspondence of two demarcations from the legal boundaries that were imported for them.

    Wards count where all of the newer demarcation are in. Refused with what to import where one of the two has none.
    """
    first, second = book().demarcation(older), book().demarcation(newer)
    before, after = _outlines(first, Level.MUNICIPAL_AREA), _outlines(second, Level.MUNICIPAL_AREA)
    for demarcation, found in ((first, before), (second, after)):
        if found is None:
            raise RuleBroken(
                _("The boundaries of %(year)s are not in. Import them: oneplan import boundaries FILE --level "
                  "municipal_area --as-at %(day)s")
                % {"year": demarcation.code, "day": demarcation.since.isoformat()}
            )  # fmt: skip
    assert before is not None and after is not None  # noqa: S101 — as checked above
    wards = _outlines(second, Level.WARD)
    return laid_over(older, newer, before, after, wards if wards and len(wards.codes) == second.wards else None)


def _outlines(demarcation: Demarcation, level: Level) -> Outlines | None:
    """The outlines of the fullest legal release dated inside a demarcation."""
    releases = BoundaryRelease.objects.filter(level=level, quality=Quality.LEGAL, as_at__gte=demarcation.since)
    if following := book().after(demarcation):
        releases = releases.filter(as_at__lt=following.since)
    release = releases.order_by("-outline_count", "-recorded_at").first()
    if release is None:
        return None
    rows = list(Boundary.objects.filter(release=release).order_by("code").values_list("code", "parent_code", "wkb"))
    codes, parents, blobs = zip(*rows, strict=True)
    return Outlines(codes, from_wkb(blobs), parents)

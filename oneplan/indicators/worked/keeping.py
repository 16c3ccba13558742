"""The result of microdata kept as observations: modelled, with its method, through the same checks as every file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.models import ObservationRelease
from oneplan.platform.errors import RuleBroken

LAYOUT = "microdata-poverty"


def keep_poverty(
    rows: Sequence[Sequence[Any]], *, title: str, as_at: date, boundary: int, missing: str, by: Actor
) -> str:
    """Take in headcount and intensity of places (the country, municipal areas) as modelled; the release's reference.

    Each row is place, level, headcount, intensity, and what is not kept. Raises NotAllowed, and RuleBroken where
    nothing could be taken in.
    """
    method = f"Alkire and Foster (2011), worked out by OnePlan from: {title}; unknown deprivations: {missing}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "multidimensional-poverty.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["table", "borders", "level", "place", "category", "year", "status", "method", "value"])
            for place, level, headcount, intensity, *_rest in rows:
                first = [boundary, level, place]
                for table, category, share in (
                    ("microdata_headcount", "Headcount", headcount), ("microdata_intensity", "Intensity", intensity)
                ):  # fmt: skip
                    if share is not None:
                        told = [f"{category} | {as_at.year}", as_at.year, "modelled", method]
                        writer.writerow([table, *first, *told, round(100 * share, 6)])
        report = run_import("indicators", path, by=by, source=title, as_at=as_at, layout=LAYOUT)
    release = ObservationRelease.objects.filter(run_id=report.run_id).first() if report.run_id else None
    if release is None:
        why = "; ".join(str(each.message) for each in report.issues[:3])
        raise RuleBroken(_("Nothing could be kept of it. %(why)s") % {"why": why})
    return release.ref

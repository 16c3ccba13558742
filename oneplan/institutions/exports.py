"""What this room gives away as tables."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oneplan.institutions.models import Institution


def institution_lines(rows: QuerySet[Institution]) -> Iterator[list[Any]]:
    """Headings, then a line for each institution, with source, as-at date and whether it is verified."""
    yield [
        _("Code"), _("Name"), _("Short name"), _("Sphere"), _("Kind"), _("Province"), _("Space"), _("Source"),
        _("As at"), _("Verified"),
    ]  # fmt: skip
    for row in rows.iterator(chunk_size=500):
        yield [
            row.code, row.name, row.short_name, row.get_sphere_display() if row.sphere else "", row.get_kind_display(),
            row.province_id or "", row.space_id or "", row.source, row.as_at.isoformat(),
            _("yes") if row.is_verified else _("no"),
        ]  # fmt: skip

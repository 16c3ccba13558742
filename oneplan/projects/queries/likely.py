"""What likeness compares of projects as they are now."""

from django.db.models import QuerySet

from oneplan.projects.likeness import Likely
from oneplan.projects.models import Project


def likely(rows: "QuerySet[Project]") -> list[Likely]:
    """The projects ready to be compared, in one query."""
    found = rows.values_list(
        "pk",
        "title",
        "municipal_area_id",
        "space_id",
        "province_id",
        "total_cost",
        "finish_on",
        "longitude",
        "latitude",
    )
    return [
        Likely(pk, title, area or space or province or "", cost, finish, longitude, latitude)
        for pk, title, area, space, province, cost, finish, longitude, latitude in found
    ]

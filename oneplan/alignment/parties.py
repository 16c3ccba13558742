"""Whom a link binds: institutions whose promise, project, plan or money it speaks of. They may answer it."""

from __future__ import annotations

from oneplan.alignment.models import Link
from oneplan.institutions.models import Institution


def bound_by(link: Link) -> list[Institution]:
    """The institutions, each once, in the order of the link's ends. Two queries at most."""
    found: list[Institution | None] = []
    if link.commitment_id and link.commitment:
        found += [party.institution for party in link.commitment.parties.select_related("institution")]
    if link.project_id and link.project:
        found += [link.project.implementing, link.project.funder]
    if link.line_id and link.line:
        found.append(link.line.institution)
    for item in (link.item, link.above):
        if item is not None:
            found += [item.institution, item.plan.owner]
    return list({each.pk: each for each in found if each is not None}.values())

"""Writing narrative sections, the vision and the impact statements."""

from typing import TypeVar

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.institutions.models import Post
from oneplan.plans import rules
from oneplan.plans.actions.writing import create, element_for_writing, open_for_writing, revise
from oneplan.plans.choices import Event
from oneplan.plans.models import Edition, ImpactStatement, Section, VisionStatement
from oneplan.platform.errors import StaleRevision

S = TypeVar("S", VisionStatement, ImpactStatement)


@transaction.atomic
def write_section(
    edition: Edition,
    *,
    chapter: str,
    title: str,
    body: str,
    by: Actor,
    area: str = "",
    owner_post: Post | None = None,
    section: Section | None = None,
    revision: int = 0,
) -> Section:
    """Write a narrative section: a new one (N-001), or, with `section` and its `revision`, that one.

    `body` is HTML; all but a few tags are taken out of it. Raises StaleRevision, RuleBroken, NotAllowed.
    """
    given = {"chapter": chapter, "area": area, "title": title, "body": body, "owner_post": owner_post}
    if section is None:
        edition = open_for_writing(edition, by)
        return create(Section, edition, rules.clean_section(edition, given), event=Event.SECTION_WRITTEN, by=by)
    row = element_for_writing(section, revision, by)
    return revise(row, rules.clean_section(row.edition, given), event=Event.SECTION_WRITTEN, by=by)


@transaction.atomic
def write_vision(edition: Edition, *, text: str, by: Actor, revision: int = 0) -> VisionStatement:
    """Write the vision. `revision` is that of the vision its editor saw; 0 where there was none.

    Raises StaleRevision (somebody wrote one meanwhile), RuleBroken, NotAllowed.
    """
    edition = open_for_writing(edition, by)
    fields = rules.clean_vision(edition, {"text": text})
    row = VisionStatement.objects.select_for_update(of=("self",)).filter(edition=edition).first()
    return _write(VisionStatement, row, edition, fields, "V-001", revision, Event.VISION_WRITTEN, by)


@transaction.atomic
def write_impact(edition: Edition, *, area: str, text: str, by: Actor, revision: int = 0) -> ImpactStatement:
    """Write the impact statement of one area. `revision` is that of the one its editor saw; 0 where there was none.

    Raises StaleRevision (somebody wrote one meanwhile), RuleBroken, NotAllowed.
    """
    edition = open_for_writing(edition, by)
    fields = rules.clean_impact(edition, {"area": area, "text": text})
    row = ImpactStatement.objects.select_for_update(of=("self",)).filter(edition=edition, area=area).first()
    return _write(ImpactStatement, row, edition, fields, f"I-{area}", revision, Event.IMPACT_WRITTEN, by)


def _write(
    model: type[S],
    row: S | None,
    edition: Edition,
    fields: dict[str, str],
    ref: str,
    revision: int,
    event: Event,
    by: Actor,
) -> S:
    """One text of its kind: made where there is none, written again where it was removed, else revised as seen."""
    if row is None:
        return create(model, edition, fields, event=event, by=by, ref=ref)
    if row.revision != revision and (row.removed_at is None or revision):
        raise StaleRevision(current=row)
    row.edition = edition
    return revise(row, fields, event=event, by=by)

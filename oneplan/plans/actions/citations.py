"""Saying on which observation a finding rests."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Level
from oneplan.indicators.registry import registry
from oneplan.plans.actions.writing import element_for_writing, save
from oneplan.plans.choices import Event
from oneplan.plans.citations import newest_of
from oneplan.plans.models import Citation, Finding
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import MunicipalArea


@transaction.atomic
def cite_observation(finding: Finding, *, indicator: str, place: str, revision: int, by: Actor) -> Citation:
    """A finding cites the newest public value of an indicator for its space or a municipal area in it.

    Citing it again takes the value of today. Raises StaleRevision, RuleBroken (unknown indicator or place, no value),
    NotAllowed, NothingBuilt.
    """
    row = element_for_writing(finding, revision, by)
    space = row.edition.plan_id
    level = Level.SPACE if place == space else Level.MUNICIPAL_AREA
    if level == Level.MUNICIPAL_AREA and not MunicipalArea.objects.filter(pk=place, space_id=space).exists():
        raise RuleBroken(_("%(place)s lies not in this space. Cite the space or one of its areas.") % {"place": place})
    if indicator not in registry():
        raise RuleBroken(_("There is no indicator “%(code)s”.") % {"code": indicator})
    value = newest_of(row.edition, [place], [indicator]).get((level, place, indicator))
    if value is None or value.value is None:
        raise RuleBroken(
            _("%(title)s has no public value for %(place)s. Choose another indicator or place.")
            % {"title": registry()[indicator].title, "place": place}
        )
    told = {
        "level": value.level, "boundary": value.boundary, "year": value.year, "length": value.length,
        "period": value.period, "table": value.table, "release": value.release, "value": value.value,
    }  # fmt: skip
    citation, _is_new = Citation.objects.update_or_create(
        edition=row.edition, ref=row.ref, indicator=indicator, place=place, dimension="", category="", defaults=told
    )
    save(row)
    record(Event.FINDING_CITED, row, by=by, after=told, indicator=indicator, place=place)
    return citation


@transaction.atomic
def remove_citation(finding: Finding, *, indicator: str, place: str, revision: int, by: Actor) -> Finding:
    """A finding no longer cites an observation. Raises StaleRevision, RuleBroken (it does not cite it), NotAllowed."""
    row = element_for_writing(finding, revision, by)
    known = Citation.objects.filter(edition=row.edition, ref=row.ref, indicator=indicator, place=place).first()
    if known is None:
        raise RuleBroken(_("%(ref)s does not cite this.") % {"ref": row.ref})
    known.delete()
    save(row)
    before = {"year": known.year, "release": known.release, "value": known.value}
    record(Event.CITATION_REMOVED, row, by=by, before=before, indicator=indicator, place=place)
    return row

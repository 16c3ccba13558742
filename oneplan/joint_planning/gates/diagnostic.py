"""Stage 1, Diagnostic: findings with evidence, for every area and every local municipality."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.joint_planning.gates.evidence import Evidence, Missing, Owed
from oneplan.periods import clock
from oneplan.plans.models import Finding
from oneplan.plans.rules import is_substantive


def finding_has_source_date_place(evidence: Evidence) -> Iterator[Missing]:
    """Every finding says something, and names its source, its date and its place."""
    for finding in evidence.plan.findings:
        lacking = [
            word
            for word, is_there in (
                (_("a statement that says something"), is_substantive(finding.statement)),
                (_("a source"), is_substantive(finding.source, least=1)),
                (_("the date of the source"), finding.source_date is not None),
                (_("a place"), bool(finding.whole_space or areas_of(finding))),
            )
            if not is_there
        ]
        if lacking:
            sentence = _("Finding %(ref)s lacks %(lacking)s.") % {"ref": finding.ref, "lacking": ", ".join(lacking)}
            yield Missing(finding.ref, sentence, evidence.owner(finding.owner_post))


def every_area_has_findings(evidence: Evidence) -> Iterator[Missing]:
    """Each of the six areas has a finding that says something."""
    covered = {finding.area for finding in evidence.plan.findings if is_substantive(finding.statement)}
    for area in evidence.rules.areas:
        if area.code not in covered:
            sentence = _("No finding speaks of “%(area)s”.") % {"area": area.label}
            yield Missing("", sentence, evidence.secretariat)


def every_local_municipality_covered(evidence: Evidence) -> Iterator[Missing]:
    """Every local municipality is named by a finding. A finding about the whole space names none of them."""
    covered = {
        code for finding in evidence.plan.findings if is_substantive(finding.statement) for code in areas_of(finding)
    }
    for area in evidence.local_areas:
        if area.code not in covered:
            municipality = evidence.municipalities.get(area.code)
            owed = Owed(_("IDP manager"), municipality.name, municipality.pk) if municipality else evidence.secretariat
            yield Missing(
                "", _("No finding speaks of %(name)s (%(code)s).") % {"name": area.name, "code": area.code}, owed
            )


def findings_not_older_than_limit(evidence: Evidence) -> Iterator[Missing]:
    """No finding rests on evidence older than the rule set allows. A finding without a date is another rule's."""
    years = evidence.rules.parameter("finding_age_limit_years").value
    oldest = clock.add_months(evidence.today, -12 * years)
    for finding in evidence.plan.findings:
        if finding.source_date is not None and finding.source_date < oldest:
            sentence = _("Finding %(ref)s rests on evidence of %(year)s, older than %(limit)s years.") % {
                "ref": finding.ref, "year": finding.source_date.year, "limit": years,
            }  # fmt: skip
            yield Missing(finding.ref, sentence, evidence.owner(finding.owner_post))


def areas_of(finding: Finding) -> set[str]:
    """The codes of the municipal areas that a finding names, itself or by its ward."""
    named = {area.pk for area in finding.municipal_areas.all()}
    return named | {finding.ward.municipal_area_id} if finding.ward else named

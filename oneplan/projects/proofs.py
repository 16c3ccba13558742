"""The four proofs of a project: who, money, place, progress. Each shows its evidence, or what is missing."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.money import format_rand_short
from oneplan.periods import clock
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.proofs import Missing, Proof
from oneplan.projects.choices import DONE, STOPPED, Tabling
from oneplan.projects.models import Placement, Project
from oneplan.spaces.choices import Doubt, PlaceMethod


def proofs(project: Project, place: Placement | None) -> list[Proof]:
    """The four tiles, in order. `place` is where its works are now."""
    return [_who(project), _money(project), _place(project, place), _progress(project)]


def owes(project: Project) -> str:
    """The office that can say what is missing."""
    if project.implementing:
        return str(project.implementing.name)
    return project.implementing_text or _("whoever reports it")


def _who(project: Project) -> Proof:
    label = _("Who")
    if project.implementing is None:
        figure = project.implementing_text or _("Nobody named")
        proof = Proof(label, "missing", figure, _("no institution of the register"))
        proof.missing.append(Missing(_("The institution that implements it, from the register"), owes(project)))
    else:
        proof = Proof(label, "named", project.implementing.name, _("implements it"))
        if project.implementing_text and project.implementing_text != project.implementing.name:
            proof.evidence.append(_("As read: %(text)s") % {"text": project.implementing_text})
    if project.funder_id and project.funder_id != project.implementing_id and project.funder:
        proof.evidence.append(_("Paid by %(who)s") % {"who": project.funder.name})
    return proof


def _money(project: Project) -> Proof:
    label, cost, spent = _("Money"), project.total_cost, project.spent_to_date
    tabled = {Tabling.TABLED: "tabled", Tabling.NOT_TABLED: "unfunded"}.get(Tabling(project.funding)) if (
        project.funding
    ) else "unknown"  # fmt: skip
    figure = format_rand_short(cost) if cost is not None else _("Cost not stated")
    note = _("planned cost") if cost is not None else ""
    proof = Proof(label, tabled or "unknown", figure, note)
    if spent is None:
        proof.missing.append(Missing(_("What is spent so far"), owes(project)))
    else:
        part = f" ({grouped(round(100 * spent / cost))} %)" if cost else ""
        proof.evidence.append(_("%(rand)s spent%(part)s") % {"rand": format_rand_short(spent), "part": part})
    if cost is None:
        proof.missing.append(Missing(_("A planned cost"), owes(project)))
    if not project.funding:
        proof.missing.append(Missing(_("Whether it stands in a tabled budget"), owes(project)))
    if project.fund:
        proof.evidence.append(_("From %(fund)s") % {"fund": project.fund})
    return proof


def _place(project: Project, place: Placement | None) -> Proof:
    label = _("Place")
    if not project.is_on_ground:
        return Proof(label, "none", _("Not on the ground"), str(project.get_kind_display()))
    if place is None or place.method == PlaceMethod.NOT_PLACED:
        proof = Proof(label, "not_placed", _("Not placed"), _("no evidence of a place"))
        proof.missing.append(Missing(_("A point, a ward or a municipality"), owes(project)))
        return proof
    where = (
        _("Ward %(ward)s") % {"ward": project.ward_id} if project.ward_id
        else project.municipal_area.name if project.municipal_area
        else project.space.name if project.space
        else _("Several spaces")
    )  # fmt: skip
    state = "doubtful" if project.is_doubtful else place.confidence
    proof = Proof(label, state, str(where), str(place.get_method_display()))
    proof.missing += [Missing(str(Doubt(code).label), owes(project)) for code in place.doubts if code in Doubt.values]
    return proof


def _progress(project: Project) -> Proof:
    label, today = _("Progress"), clock.today()
    stage = str(project.get_stage_display()) if project.stage else _("Stage not stated")
    due = project.finish_on
    if project.stage in DONE:
        state = "done"
    elif project.stage in STOPPED:
        state = "stopped"
    elif due is not None and due < today:
        state = "late"
    else:
        state = "current" if project.stage else "unknown"
    note = _("planned finish %(day)s") % {"day": date_format(due, "j M Y")} if due else ""
    proof = Proof(label, state, stage, note)
    if state == "late" and due is not None:
        days = (today - due).days
        proof.missing.append(
            Missing(
                ngettext("A new date: %(n)s day late", "A new date: %(n)s days late", days) % {"n": grouped(days)},
                owes(project),
            )
        )
    if due is None:
        proof.missing.append(Missing(_("A planned finish"), owes(project)))
    if not project.stage:
        proof.missing.append(Missing(_("Its stage"), owes(project)))
    return proof

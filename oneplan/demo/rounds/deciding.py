"""Acts of joint planning: committees, asking and answering, gates, the signing copy, adoption."""

from datetime import timedelta

from oneplan.committees.actions import constitute_committee, record_resolution, seat_member
from oneplan.committees.choices import CommitteeKind, Decision
from oneplan.committees.models import Committee
from oneplan.demo.people import post_of
from oneplan.demo.rounds.round import Round
from oneplan.joint_planning import actions as joint_planning
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.periods import clock


def constitute_committees(round_: Round) -> None:
    """Both committees after the rule set's template, then the members that the sample names; every seat is held."""
    for kind in (CommitteeKind.POLITICAL, CommitteeKind.TECHNICAL):
        committee = constitute_committee(
            round_.space, kind, ruleset=round_.sample.rules, by=round_.hub, is_sample=True
        )  # fmt: skip
        for each in round_.sample.committees[kind.value]:
            post = post_of(each.institution, each.post, round_.space)
            seat_member(committee, post, each.as_, template=each.template, by=round_.hub)
        for seat in committee.seats.filter(valid_to=None).select_related("post"):
            round_.cast.holder(seat.post)


def ask_parties(round_: Round, *, stages: list[str], request: str, days: int, parties: list[str] | None = None) -> None:
    """Ask these parties (everybody who is party to a commitment, unless told) for their part in each stage."""
    edition, due = round_.edition, clock.today() + timedelta(days=days)
    for code in parties or round_.parties():
        for stage in stages:
            joint_planning.request_contribution(
                edition, stage, round_.institutions[code], due_on=due, by=round_.hub, request=request
            )  # fmt: skip


def _asked(round_: Round, stages: list[str], parties: list[str] | None) -> list[Contribution]:
    rows = Contribution.objects.filter(edition=round_.edition, stage__in=stages).select_related("institution")
    if parties is not None:
        rows = rows.filter(institution_id__in=parties)
    return [row for row in rows.order_by("institution_id", "stage") if row.institution_id not in round_.sample.silent]


def open_requests(round_: Round, *, stages: list[str], parties: list[str]) -> None:
    """The people of these parties have seen the request."""
    for row in _asked(round_, stages, parties):
        joint_planning.open_contribution(row, by=round_.cast.planner(row.institution_id))


def contribute(round_: Round, *, stages: list[str], answer: str, parties: list[str] | None = None) -> None:
    """These parties (all that speak, unless told) answer."""
    for row in _asked(round_, stages, parties):
        joint_planning.contribute(row, answer=answer, by=round_.cast.signatory(row.institution_id))


def decline_requests(round_: Round, *, stages: list[str], parties: list[str], reason: str) -> None:
    """These parties say why they contribute nothing."""
    for row in _asked(round_, stages, parties):
        joint_planning.decline_contribution(row, reason=reason, by=round_.cast.signatory(row.institution_id))


def remind_parties(round_: Round, *, stages: list[str], parties: list[str]) -> None:
    """Remind these parties, whether they speak or not."""
    rows = Contribution.objects.filter(edition=round_.edition, stage__in=stages, institution_id__in=parties)
    for row in rows.order_by("institution_id"):
        joint_planning.remind_party(row, by=round_.hub)


def pass_gates(round_: Round, *, stages: list[str], excepting: dict[str, str] | None = None) -> None:
    """Pass these gates in order. What is missing is excepted only for the rules, and with the reasons, given here."""
    reasons = excepting or {}
    report = gate_report(round_.edition)
    for stage in stages:
        for rule in report.stage(stage).rules:
            if not rule.lets_pass and rule.gate.code in reasons:
                joint_planning.grant_exception(
                    round_.edition, stage, rule.gate.code, by=round_.hub, reason=reasons[rule.gate.code]
                )  # fmt: skip
        joint_planning.pass_gate(round_.edition, stage, by=round_.hub)


def freeze(round_: Round) -> None:
    """Freeze the signing copy."""
    edition = round_.edition
    joint_planning.freeze_copy(edition, revision=edition.revision, by=round_.hub)


def _resolve(round_: Round, kind: CommitteeKind, decision: Decision, text: str) -> None:
    committee = Committee.objects.get(space=round_.space, kind=kind, valid_to=None)
    seats = list(committee.seats.filter(valid_to=None).order_by("pk"))
    absent = 1 if len(seats) > 4 else 0
    record_resolution(
        committee, held_on=clock.today(), decision=decision, text=text, copy_hash=round_.edition.copy_hash,
        present=dict.fromkeys(seats[: len(seats) - absent], ""), by=round_.hub,
    )  # fmt: skip


def adopt(round_: Round) -> None:
    """The technical committee submits, the political committee approves, the edition is adopted and sealed."""
    _resolve(
        round_, CommitteeKind.TECHNICAL, Decision.SUBMIT,
        "The committee submits the signing copy to the political committee and notes the party outstanding.",
    )  # fmt: skip
    _resolve(
        round_, CommitteeKind.POLITICAL, Decision.APPROVE,
        f"The committee approves the One Plan of {round_.sample.name} for adoption.",
    )  # fmt: skip
    joint_planning.adopt_edition(round_.edition, by=round_.hub)

"""A told content as typed parts: numbers as Decimal, days as dates, places and codes in words. Pure; no database.

Nothing is looked up that could change what a sealed edition says: names and labels were copied in when it was frozen.
What the content does not say is None or "", and each form shows it as unknown.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.commitments.choices import (
    Acceptance,
    CommitmentState,
    Funding,
    FundingStatus,
    PartyRole,
    PlaceQuality,
    ProjectStage,
)
from oneplan.frameworks.queries import gates, rulesets
from oneplan.joint_planning.choices import NOT_ASKED, SILENT, ContributionState, StageState
from oneplan.portal.reading import day, decimal, place_words
from oneplan.publishing.content import Json, Told, named
from oneplan.publishing.parts import (
    Chapter,
    Cited,
    Commitment,
    Contribution,
    Finding,
    ImmediateIssue,
    Outcome,
    Party,
    Pledge,
    Section,
    Signature,
    Strategy,
)

_STATES = dict(CommitmentState.choices)
_FUNDING = dict(Funding.choices)
_STATUSES = dict(FundingStatus.choices)
_ACCEPTANCES = dict(Acceptance.choices)
_ROLES = dict(PartyRole.choices)
_PLACES = dict(PlaceQuality.choices)
_PROJECT_STAGES = dict(ProjectStage.choices)
_CONTRIBUTIONS = {
    **dict(ContributionState.choices),
    SILENT: gettext_lazy("Silent"),
    NOT_ASKED: gettext_lazy("Not asked"),
}
_STAGES = dict(StageState.choices)


@dataclass(frozen=True)
class Plan:
    """A whole plan as a form reads it. Lists are in the order of the content."""

    told: Told

    @cached_property
    def _content(self) -> Json:
        return self.told.content

    @cached_property
    def _plan(self) -> Json:
        plan: Json = self._content["copy"]["plan"]
        return plan

    # --- what it is ---------------------------------------------------------------------------------------------------

    @property
    def space_code(self) -> str:
        return str(self._plan["space"]["code"])

    @property
    def space_name(self) -> str:
        return str(self._plan["space"]["name"])

    @property
    def province(self) -> str:
        return str(self._plan["space"]["province"]["name"])

    @property
    def number(self) -> int:
        return int(self._plan["edition"]["number"])

    @property
    def start_year(self) -> int:
        return int(self._plan["edition"]["start_year"])

    @property
    def end_year(self) -> int:
        return self.start_year + int(self._plan["edition"]["horizon_years"]) - 1

    @property
    def adopted_on(self) -> date | None:
        return day(self._content["edition"]["adopted_on"])

    @property
    def rule_set(self) -> Json:
        rules: Json = self._content["copy"]["rule_set"]
        return rules

    @property
    def boundaries(self) -> Json | None:
        found: Json | None = self._content["copy"]["boundaries"]
        return found

    @cached_property
    def areas(self) -> dict[str, str]:
        """Code → label, in order. What stands in another area than these is shown under its own code."""
        return {each["code"]: each["label"] for each in self._plan["areas"]}

    @property
    def vision(self) -> str:
        return str((self._plan["vision"] or {}).get("text", ""))

    @cached_property
    def impacts(self) -> dict[str, str]:
        """Area → its statement of impact."""
        return {each["area"]["code"]: each["text"] for each in self._plan["impacts"]}

    # --- what it says -------------------------------------------------------------------------------------------------

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The chapters in the order of the standard format; those that it does not know come last."""
        known = {
            each.code: each for rules in rulesets() if rules.code == self.rule_set["code"] for each in rules.chapters
        }
        rows: dict[str, list[Section]] = {code: [] for code in known}
        labels = {code: chapter.label for code, chapter in known.items()}
        for row in self._plan["sections"]:
            code = row["chapter"]["code"]
            labels[code] = row["chapter"]["label"]
            area = row["area"]["code"] if row["area"] else ""
            rows.setdefault(code, []).append(Section(row["ref"], area, row["title"], row["body"]))
        return [
            Chapter(code, number, labels[code], tuple(sections))
            for number, (code, sections) in enumerate(rows.items(), start=1)
        ]

    @cached_property
    def findings(self) -> list[Finding]:
        return [
            Finding(
                row["ref"], row["area"]["code"], row["statement"], row["evidence"], decimal(row["value"]), row["unit"],
                row["source"], day(row["source_date"]), place_words(row), _owner(row["owner"]),
                (row["reported_by"] or {}).get("name", ""),
            )
            for row in self._plan["findings"]
        ]  # fmt: skip

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return [
            Outcome(
                row["ref"], row["area"]["code"], row["statement"], row["indicator"], row["unit"],
                row["direction"] == "down", decimal(row["baseline"]["value"]), row["baseline"]["year"],
                row["baseline"]["source"], decimal(row["target"]["value"]), row["target"]["year"],
                _owner(row["owner"]), tuple(each["label"] for each in row["priorities"]),
            )
            for row in self._plan["outcomes"]
        ]  # fmt: skip

    @cached_property
    def strategies(self) -> list[Strategy]:
        return [
            Strategy(
                row["ref"], row["area"]["code"], row["title"], row["description"], tuple(row["findings"]),
                tuple(row["outcomes"]), place_words(row), _owner(row["owner"]),
            )
            for row in self._plan["strategies"]
        ]  # fmt: skip

    @cached_property
    def immediate_issues(self) -> list[ImmediateIssue]:
        return [
            ImmediateIssue(
                row["ref"], row["kind"]["label"], row["service"], row["households"], row["households_source"],
                _owner(row["owner"]), day(row["raised_on"]), day(row["due_on"]),
            )
            for row in self._plan["immediate_issues"]
        ]  # fmt: skip

    @cached_property
    def commitments(self) -> list[Commitment]:
        standing = {row["ref"]: row for row in self._content["standing"]}
        space = self.space_code
        return [_commitment(row, standing.get(row["ref"], {}), space) for row in self._content["copy"]["commitments"]]

    # --- who took part, and what stands ------------------------------------------------------------------------------

    @cached_property
    def stage_labels(self) -> dict[str, str]:
        return {each["code"]: each["label"] for each in self._content["stages"]}

    @cached_property
    def stages(self) -> list[tuple[int, str, str, date | None, date | None]]:
        """(number, label, state, due on, passed on)."""
        return [
            (each["number"], each["label"], named(each["state"], _STAGES), day(each["due_on"]), day(each["passed_at"]))
            for each in self._content["stages"]
        ]

    @cached_property
    def participation(self) -> list[Contribution]:
        return [
            Contribution(
                self.stage_labels.get(row["stage"], row["stage"]), row["institution"], row["name"],
                named(row["state"], _CONTRIBUTIONS), day(row["asked_at"]), day(row["due_on"]),
                day(row["answered_at"]), row["answered_post"], row["reason"],
            )
            for row in self._content["participation"]
        ]  # fmt: skip

    @property
    def outstanding(self) -> list[Json]:
        """Parties that have not signed: `institution`, `name`, `commitments`."""
        rows: list[Json] = self._content["outstanding"]
        return rows

    @property
    def outstanding_rule(self) -> str:
        return str(self._content["outstanding_rule"])

    @property
    def resolutions(self) -> list[Json]:
        rows: list[Json] = self._content["resolutions"]
        return rows

    @cached_property
    def exceptions(self) -> list[tuple[str, str, str, tuple[str, ...], str, date | None]]:
        """(stage, rule in words, reason, what was missing, who let it pass, when)."""
        words = {code: gate.sentence for code, gate in gates().items()}
        return [
            (
                self.stage_labels.get(row["stage"], row["stage"]), words.get(row["rule"], row["rule"]), row["reason"],
                tuple(row["missing"]), row["granted_by"], day(row["granted_at"]),
            )
            for row in self._content["exceptions"]
        ]  # fmt: skip

    @cached_property
    def sources(self) -> list[Cited]:
        """Every source that the plan cites, with what rests on it, in order of the kind and the name."""
        cited: dict[tuple[str, str, date | None], list[str]] = {}

        def cite(kind: str, source: str, on: date | None, ref: str) -> None:
            if source:
                cited.setdefault((kind, source, on), []).append(ref)

        for finding in self.findings:
            cite(_("Finding"), finding.source, finding.source_date, finding.ref)
        for outcome in self.outcomes:
            cite(_("Baseline of an outcome"), outcome.baseline_source, None, outcome.ref)
        for issue in self.immediate_issues:
            cite(_("Households of an immediate issue"), issue.households_source, None, issue.ref)
        for commitment in self.commitments:
            cite(_("Commitment"), commitment.source, None, commitment.ref)
            for pledge in commitment.pledges:
                cite(_("Evidence of a pledge"), pledge.evidence, None, pledge.commitment)
        rows = sorted(cited.items(), key=lambda each: (each[0][0], each[0][1], str(each[0][2])))
        return [Cited(source, on, kind, tuple(dict.fromkeys(refs))) for (kind, source, on), refs in rows]


def _owner(post: Json | None) -> str:
    return f"{post['title']}, {post['institution']['name']}" if post else ""


def _commitment(row: Json, standing: Json, space: str) -> Commitment:
    answers = {each["institution"]: each for each in standing.get("parties", [])}
    indicator, place = row["indicator"], row["place"]
    return Commitment(
        ref=row["ref"], title=row["title"], description=row["description"], area=row["area"],
        area_label=row["area_label"], kind=row["kind_label"], novelty=row["novelty_label"],
        is_catalytic=row["is_catalytic"], project_stage=str(_PROJECT_STAGES.get(row["project_stage"], "")),
        objective=row["objective"], indicator=indicator["statement"], unit=indicator["unit"],
        baseline=decimal(indicator["baseline"]), target=decimal(indicator["target"]),
        target_on=day(indicator["target_on"]), outputs=row["outputs"], start_on=day(row["timeline"]["start_on"]),
        finish_on=day(row["timeline"]["finish_on"]), total_cost=decimal(row["total_cost"]),
        spent_before=decimal(row["spent_before"]), lead=row["lead_name"], office=row["accountable_post_title"],
        parties=tuple(_party(row["ref"], party, answers.get(party["institution"], {})) for party in row["parties"]),
        share=decimal(row["share"]), serves=tuple(each["ref"] for each in row["serves"] if each["space"] == space),
        place=place_words(row), place_quality=named(place["quality"], _PLACES),
        longitude=decimal(place["longitude"]), latitude=decimal(place["latitude"]),
        state=standing.get("state", "proposed"), state_label=named(standing.get("state", "proposed"), _STATES),
        funding=named("" if row["funding"] == "unknown" else row["funding"], _FUNDING), source=row["source"],
        is_sample=row["is_sample"],
    )  # fmt: skip


def _party(ref: str, row: Json, answer: Json) -> Party:
    answered = {(each["year"], each["basis"], each["funding_source"]): each for each in answer.get("pledges", [])}
    acceptance = answer.get("acceptance", Acceptance.ASKED)
    return Party(
        commitment=ref, institution=row["institution"], name=row["name"], role=named(row["role"], _ROLES),
        responsibility=row["responsibility"], acceptance=named(acceptance, _ACCEPTANCES),
        has_agreed=acceptance == Acceptance.ACCEPTED and bool(answer.get("agreed_to_these_terms")),
        answered_by=answer.get("answered_by", ""), answered_on=day(answer.get("answered_at")),
        reason=answer.get("reason", ""),
        pledges=tuple(
            _pledge(ref, row, each, answered.get((each["year"], each["basis"], each["funding_source"]), {}))
            for each in row["pledges"]
        ),
        signature=_signature(answer.get("signature")), owes=tuple(answer.get("owes", ())),
    )  # fmt: skip


def _pledge(ref: str, party: Json, row: Json, answer: Json) -> Pledge:
    acceptance = answer.get("acceptance", Acceptance.ASKED)
    return Pledge(
        ref, party["institution"], party["name"], row["year"], row["basis"], decimal(row["amount"]),
        row["funding_source"], named(row["status"], _STATUSES), row["status"] == FundingStatus.UNFUNDED,
        named(acceptance, _ACCEPTANCES), acceptance == Acceptance.DECLINED, answer.get("answered_by", ""),
        day(answer.get("answered_at")), row["evidence_reference"],
    )  # fmt: skip


def _signature(row: Json | None) -> Signature | None:
    if not row:
        return None
    return Signature(
        row["signed_by"], day(row["signed_at"]), row["post"], row["instrument"], row["of_this_copy"],
        row["of_these_terms"],
    )  # fmt: skip


def read(told: Told) -> Plan:
    """The typed parts of what is told."""
    return Plan(told)

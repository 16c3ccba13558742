"""A told content as typed parts: numbers as Decimal, days as dates, places and codes in words. Pure; no database.

The one reader of every form. Nothing is looked up that could change what a sealed edition says: names and labels were
copied in when it was frozen. What the content does not say is None or "", and each form shows it as unknown. Sums are
those of `portal.figures`, which the public page shows too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

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
from oneplan.frameworks.queries import gates, markers, rulesets
from oneplan.joint_planning.choices import NOT_ASKED, SILENT, ContributionState, StageState
from oneplan.portal import figures
from oneplan.portal.figures import Json, decimal
from oneplan.portal.reading import day, place_words
from oneplan.publishing.content import Told, named
from oneplan.publishing.parts import (
    Chapter,
    Cited,
    Commitment,
    Contribution,
    Finding,
    ImmediateIssue,
    LetPass,
    Links,
    Outcome,
    Party,
    Pledge,
    Priority,
    Section,
    Signatory,
    Signature,
    Stage,
    Statement,
    Strategy,
)
from oneplan.publishing.words import on

_CONTRIBUTIONS = {
    **dict(ContributionState.choices),
    SILENT: gettext_lazy("Silent"),
    NOT_ASKED: gettext_lazy("Not asked"),
}


class _Words:
    """The words for codes in the language of the day, looked up once for a plan: it says them thousands of times."""

    def __init__(self) -> None:
        self.states = _said(CommitmentState.choices)
        self.funding = _said(Funding.choices)
        self.statuses = _said(FundingStatus.choices)
        self.acceptances = _said(Acceptance.choices)
        self.roles = _said(PartyRole.choices)
        self.places = _said(PlaceQuality.choices)
        self.project_stages = _said(ProjectStage.choices)
        self.contributions = _said(_CONTRIBUTIONS.items())
        self.stages = _said(StageState.choices)
        self.marks = {each.code: each.label for each in markers()}


def _said(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {str(code): str(label) for code, label in choices}


@dataclass(frozen=True)
class Plan:
    """A whole plan as a form reads it. Lists are in the order of the content. `address` is the site's own, or ""."""

    told: Told
    address: str = ""

    @cached_property
    def content(self) -> Json:
        return self.told.content

    @cached_property
    def _say(self) -> _Words:
        return _Words()

    @cached_property
    def _plan(self) -> Json:
        plan: Json = self.content["copy"]["plan"]
        return plan

    # --- what it is ---------------------------------------------------------------------------------------------------

    @property
    def is_adopted(self) -> bool:
        """Whether the content carries a seal: nothing else is ever shown as adopted."""
        return not self.told.is_draft and bool(self.content["seal"])

    @property
    def space_code(self) -> str:
        return str(self._plan["space"]["code"])

    @property
    def space_name(self) -> str:
        return str(self._plan["space"]["name"])

    @property
    def space_category(self) -> str:
        return str(self._plan["space"]["category"])

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
    def horizon_years(self) -> int:
        return int(self._plan["edition"]["horizon_years"])

    @property
    def end_year(self) -> int:
        return self.start_year + self.horizon_years - 1

    @property
    def opened_on(self) -> date | None:
        return day(self.content["edition"]["opened_on"])

    @property
    def adopted_on(self) -> date | None:
        return day(self.content["edition"]["adopted_on"])

    @property
    def source(self) -> str:
        """The source and date that stand under every chart and sum."""
        if self.is_adopted:
            told = {"number": self.number, "day": on(self.adopted_on)}
            return _("Source: this One Plan, edition %(number)s, adopted %(day)s.") % told
        told = {"number": self.number, "day": on(self.told.as_at)}
        return _("Source: this draft, edition %(number)s, as at %(day)s.") % told

    @property
    def rule_set(self) -> Json:
        rules: Json = self.content["copy"]["rule_set"]
        return rules

    @property
    def boundaries(self) -> Json | None:
        found: Json | None = self.content["copy"]["boundaries"]
        return found

    @property
    def permalink(self) -> str:
        """Where an adopted edition stands for good; a draft's page for its readers."""
        if self.is_adopted:
            return f"{self.address}/plans/{self.space_code}/editions/{self.number}/"
        return f"{self.address}/spaces/{self.space_code}/plan/{self.number}/"

    @cached_property
    def areas(self) -> dict[str, str]:
        """Code → label, in order; areas that only an element or a commitment names come after, by their code."""
        known = {each["code"]: each["label"] for each in self._plan["areas"]}
        others: dict[str, str] = {}
        for kind in ("findings", "impacts", "outcomes", "strategies", "sections"):
            others |= {row["area"]["code"]: row["area"]["label"] for row in self._plan[kind] if row["area"]}
        others |= {row["area"]: row["area_label"] or _("No transformation area") for row in self._rows}
        return known | {code: label for code, label in sorted(others.items()) if code not in known}

    # --- what it says -------------------------------------------------------------------------------------------------

    @cached_property
    def vision(self) -> Statement | None:
        row = self._plan["vision"]
        return Statement(row["text"], _links(row, self._say)) if row else None

    @cached_property
    def impacts(self) -> dict[str, Statement]:
        """Area → its statement of impact."""
        return {
            each["area"]["code"]: Statement(each["text"], _links(each, self._say)) for each in self._plan["impacts"]
        }

    @cached_property
    def chapters(self) -> dict[str, Chapter]:
        """The chapters by code, in the order of the standard format; those that it does not know come last."""
        known = {
            each.code: each for rules in rulesets() if rules.code == self.rule_set["code"] for each in rules.chapters
        }
        rows: dict[str, list[Section]] = {code: [] for code in known}
        labels = {code: chapter.label for code, chapter in known.items()}
        for row in self._plan["sections"]:
            code = row["chapter"]["code"]
            labels[code] = row["chapter"]["label"]
            area = row["area"]["code"] if row["area"] else ""
            section = Section(row["ref"], area, row["title"], row["body"], _owner(row["owner"]), _links(row, self._say))
            rows.setdefault(code, []).append(section)
        return {
            code: Chapter(code, number, labels[code], tuple(sections))
            for number, (code, sections) in enumerate(rows.items(), start=1)
        }

    @cached_property
    def findings(self) -> list[Finding]:
        return [
            Finding(
                row["ref"], row["area"]["code"], row["statement"], row["evidence"], decimal(row["value"]), row["unit"],
                row["source"], day(row["source_date"]), place_words(row), _owner(row["owner"]),
                (row["reported_by"] or {}).get("name", ""), _links(row, self._say),
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
                _owner(row["owner"]), _links(row, self._say),
            )
            for row in self._plan["outcomes"]
        ]  # fmt: skip

    @cached_property
    def strategies(self) -> list[Strategy]:
        return [
            Strategy(
                row["ref"], row["area"]["code"], row["title"], row["description"], tuple(row["findings"]),
                tuple(row["outcomes"]), place_words(row), _owner(row["owner"]), _links(row, self._say),
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

    @property
    def _rows(self) -> list[Json]:
        rows: list[Json] = self.content["copy"]["commitments"]
        return rows

    @cached_property
    def commitments(self) -> list[Commitment]:
        standing = figures.standing_by_ref(self.content)
        space, say = self.space_code, self._say
        return [_commitment(row, standing.get(row["ref"], {}), space, say) for row in self._rows]

    @cached_property
    def delivered_before(self) -> list[tuple[str, str, date | None]]:
        """Promises kept before this edition: (ref, title, delivered on)."""
        rows = self.content["copy"]["delivered_before"]
        return [(each["ref"], each["title"], day(each["delivered_on"])) for each in rows]

    # --- sums ---------------------------------------------------------------------------------------------------------

    @cached_property
    def money(self) -> dict[str, list[figures.YearOfMoney]]:
        """By basis, year by year, by this space's share."""
        return figures.money_by_year(self.content)

    @cached_property
    def states_by_area(self) -> list[tuple[str, Counter[str]]]:
        """How many commitments stand how, by the label of their area."""
        return figures.states_by_area(self.content, self.areas)

    @cached_property
    def funding_counts(self) -> Counter[str]:
        return figures.funding_counts(self.content)

    @cached_property
    def landing(self) -> figures.Landing:
        """Where commitments land."""
        return figures.landing(self.content)

    @cached_property
    def participation_by_stage(self) -> list[tuple[str, Counter[str]]]:
        """(stage label, how many requests stand how), for the stages in which somebody was asked."""
        counts = {each.label: Counter[str]() for each in self.stages}
        for each in self.participation:
            counts.setdefault(each.stage, Counter())[each.state] += 1
        return [(label, count) for label, count in counts.items() if count]

    # --- who took part, and what stands ------------------------------------------------------------------------------

    @cached_property
    def _stage_labels(self) -> dict[str, str]:
        return {each["code"]: each["label"] for each in self.content["stages"]}

    @cached_property
    def stages(self) -> list[Stage]:
        return [
            Stage(
                each["code"], each["number"], each["label"], each["state"], named(each["state"], self._say.stages),
                day(each["due_on"]), day(each["passed_at"]),
            )
            for each in self.content["stages"]
        ]  # fmt: skip

    @cached_property
    def participation(self) -> list[Contribution]:
        return [
            Contribution(
                self._stage_labels.get(row["stage"], row["stage"]), row["institution"], row["name"],
                row["state"], named(row["state"], self._say.contributions), day(row["asked_at"]), day(row["due_on"]),
                day(row["answered_at"]), row["answered_post"], row["reason"],
            )
            for row in self.content["participation"]
        ]  # fmt: skip

    @property
    def outstanding(self) -> list[Json]:
        """Parties that have not signed: `institution`, `name`, `commitments`."""
        rows: list[Json] = self.content["outstanding"]
        return rows

    @property
    def outstanding_rule(self) -> str:
        return str(self.content["outstanding_rule"])

    @property
    def resolutions(self) -> list[Json]:
        rows: list[Json] = self.content["resolutions"]
        return rows

    @cached_property
    def exceptions(self) -> list[LetPass]:
        known = gates()
        return [
            LetPass(
                self._stage_labels.get(row["stage"], row["stage"]),
                known[row["rule"]].label if row["rule"] in known else row["rule"],
                known[row["rule"]].sentence if row["rule"] in known else row["rule"], row["reason"],
                tuple(str(each) for each in row["missing"]), row["granted_by"], day(row["granted_at"]),
            )
            for row in self.content["exceptions"]
        ]  # fmt: skip

    @cached_property
    def signatories(self) -> list[Signatory]:
        """The signatures, gathered by who signed which copy when; by institution and name."""
        return _signatories(self.commitments)

    @cached_property
    def sources(self) -> list[Cited]:
        """Every source that the plan cites, with what rests on it, in order of the kind and the name."""
        cited: dict[tuple[str, str, date | None], list[str]] = {}

        def cite(kind: str, source: str, day: date | None, ref: str) -> None:
            if source:
                cited.setdefault((kind, source, day), []).append(ref)

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
        return [Cited(source, day, kind, tuple(dict.fromkeys(refs))) for (kind, source, day), refs in rows]


def read(told: Told, *, address: str = "") -> Plan:
    """The typed parts of what is told. `address` is the site's own ("https://…"), for permalinks."""
    return Plan(told, address)


# --- parts -----------------------------------------------------------------------------------------------------------


def _owner(post: Json | None) -> str:
    return f"{post['title']}, {post['institution']['name']}" if post else ""


def _links(row: Json, say: _Words) -> Links:
    return Links(
        tuple(Priority(each["label"], each["list_label"] or each["list"]) for each in row["priorities"]),
        _markings(row, say),
    )


def _markings(row: Json, say: _Words) -> tuple[str, ...]:
    """Cross-cutting markings in words; a label is looked up where none was frozen."""
    told = []
    for mark in row["markings"]:
        label = mark.get("label") or say.marks.get(mark["marker"], mark["marker"])
        told.append(f"{label}: {mark['justification']}" if mark["justification"] else label)
    return tuple(told)


def _commitment(row: Json, standing: Json, space: str, say: _Words) -> Commitment:
    answers = figures.answers_by_party(standing)
    indicator, place, state = row["indicator"], row["place"], figures.state_of(standing)
    return Commitment(
        ref=row["ref"], title=row["title"], description=row["description"], area=row["area"],
        area_label=row["area_label"], kind=row["kind_label"], novelty=row["novelty_label"],
        is_catalytic=row["is_catalytic"], project_stage=str(say.project_stages.get(row["project_stage"], "")),
        objective=row["objective"], indicator=indicator["statement"], unit=indicator["unit"],
        baseline=decimal(indicator["baseline"]), target=decimal(indicator["target"]),
        target_on=day(indicator["target_on"]), outputs=row["outputs"], start_on=day(row["timeline"]["start_on"]),
        finish_on=day(row["timeline"]["finish_on"]), total_cost=decimal(row["total_cost"]),
        spent_before=decimal(row["spent_before"]), lead=row["lead_name"], office=row["accountable_post_title"],
        parties=tuple(_party(row["ref"], each, answers.get(each["institution"], {}), say) for each in row["parties"]),
        share=decimal(row["share"]), serves=tuple(each["ref"] for each in row["serves"] if each["space"] == space),
        place=place_words(row), place_quality=place["quality"], place_quality_label=named(place["quality"], say.places),
        municipal_areas=tuple(each["code"] for each in place["municipal_areas"]),
        longitude=decimal(place["longitude"]), latitude=decimal(place["latitude"]),
        state=state, state_label=named(state, say.states), funding=row["funding"] or "unknown",
        funding_label=named("" if row["funding"] == "unknown" else row["funding"], say.funding), source=row["source"],
        markings=_markings(row, say), is_sample=row["is_sample"],
    )  # fmt: skip


def _party(ref: str, row: Json, answer: Json, say: _Words) -> Party:
    acceptance = answer.get("acceptance", Acceptance.ASKED)
    return Party(
        commitment=ref, institution=row["institution"], name=row["name"], role=row["role"],
        role_label=named(row["role"], say.roles), responsibility=row["responsibility"], acceptance=acceptance,
        acceptance_label=named(acceptance, say.acceptances),
        has_agreed=acceptance == Acceptance.ACCEPTED and bool(answer.get("agreed_to_these_terms")),
        answered_by=answer.get("answered_by", ""), answered_on=day(answer.get("answered_at")),
        reason=answer.get("reason", ""),
        pledges=tuple(_pledge(ref, row, each, said, say) for each, said in figures.pledges_with_answers(row, answer)),
        signature=_signature(answer.get("signature")), owes=tuple(answer.get("owes", ())),
    )  # fmt: skip


def _pledge(ref: str, party: Json, row: Json, answer: Json, say: _Words) -> Pledge:
    acceptance = answer.get("acceptance", Acceptance.ASKED)
    return Pledge(
        commitment=ref, institution=party["institution"], party=party["name"], year=row["year"], basis=row["basis"],
        amount=decimal(row["amount"]), source=row["funding_source"], status=row["status"],
        status_label=named(row["status"], say.statuses), acceptance=acceptance,
        acceptance_label=named(acceptance, say.acceptances), answered_by=answer.get("answered_by", ""),
        answered_on=day(answer.get("answered_at")), evidence=row["evidence_reference"],
    )  # fmt: skip


def _signature(row: Json | None) -> Signature | None:
    if not row:
        return None
    return Signature(
        row["signed_by"], day(row["signed_at"]), row["post"], row["instrument"], row["copy_hash"], row["of_this_copy"],
        row["of_these_terms"],
    )  # fmt: skip


def _signatories(commitments: Iterable[Commitment]) -> list[Signatory]:
    found: dict[tuple[str, str, str, str, str, str], tuple[date | None, list[str]]] = {}
    for commitment in commitments:
        for party in commitment.parties:
            if signed := party.signature:
                name, post = person(signed.signed_by, party.name, signed.post)
                key = (party.name, name, post, signed.instrument, str(signed.signed_on), signed.copy_hash)
                found.setdefault(key, (signed.signed_on, []))[1].append(commitment.ref)
    return [
        Signatory(institution, name, post, instrument, signed_on, copy_hash, tuple(sorted(refs)))
        for (institution, name, post, instrument, _day, copy_hash), (signed_on, refs) in sorted(found.items())
    ]


def person(signed_by: str, institution: str, code: str) -> tuple[str, str]:
    """(name, post) out of "name, post, institution" as it was signed; the post's code where no words are given.

    >>> person("Y. Pretorius, Municipal Manager, Waterberg DM", "Waterberg DM", "mun-dc36.municipal-manager")
    ('Y. Pretorius', 'Municipal Manager')
    """
    name, _comma, office = signed_by.removesuffix(f", {institution}").partition(", ")
    return name, office or code

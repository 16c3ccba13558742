"""Taking rows in through the same actions as the pages: who may, whether now, and the memory are theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments import actions as commitments
from oneplan.commitments.choices import CommitmentKind, FundingStatus, Novelty
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.commitments.queries import in_space
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.institutions.models import Institution, Post
from oneplan.plans import actions as plans
from oneplan.plans.models import Finding, Outcome, Strategy
from oneplan.platform.errors import NotAllowed, Refused, RuleBroken
from oneplan.spaces.models import MunicipalArea, Ward
from oneplan.workbooks.cells import read
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.comparing import Compared
from oneplan.workbooks.contents import House

# What others refer to goes first: strategies name findings and outcomes, commitments name these, pledges commitments.
ORDER = ("outcomes", "findings", "strategies", "commitments", "pledges")
_PLACE = ("municipal_areas", "ward", "whole_space")
_MODELS: dict[str, Any] = {"outcomes": Outcome, "findings": Finding, "strategies": Strategy}
_ADD: dict[str, Callable[..., Any]] = {
    "outcomes": plans.set_outcome, "findings": plans.record_finding, "strategies": plans.formulate_strategy,
}  # fmt: skip
_REVISE: dict[str, Callable[..., Any]] = {
    "outcomes": plans.revise_outcome, "findings": plans.revise_finding, "strategies": plans.revise_strategy,
}  # fmt: skip


@dataclass
class Taken:
    """What happened: the reference that each row has now, and what was refused, by the row's key."""

    references: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, list[IssueFound]] = field(default_factory=dict)


class Taking:
    """Takes rows of one return in, one after the other, inside the caller's transaction."""

    def __init__(self, house: House, *, by: Actor, reason: str, source: str) -> None:
        self.house, self.by, self.reason, self.source = house, by, reason, source
        self.edition, self.institution = house.edition, house.institution
        self.named: dict[str, Commitment | None] = {}  # new commitments by the name that their row gave them

    def rows(self, chosen: Iterable[tuple[Compared, dict[str, Any]]]) -> Taken:
        """Each row with the values to take. Rows that the house refuses are collected; the caller decides."""
        taken = Taken()
        rank = {key: number for number, key in enumerate(ORDER)}

        def place(each: tuple[Compared, dict[str, Any]]) -> tuple[bool, int, int]:
            row = each[0]
            is_going = row.standing == Standing.GONE
            return is_going, -rank[row.sheet.key] if is_going else rank[row.sheet.key], row.row

        # What goes is taken out last, so that nothing new leans on it; first of it what leans on the others.
        for row, values in sorted(chosen, key=place):
            try:
                with transaction.atomic():
                    taken.references[row.key] = self._one(row, values)
            except Refused as refusal:
                kind = IssueKind.NOT_ALLOWED if isinstance(refusal, NotAllowed) else IssueKind.RULE_BROKEN
                issue = IssueFound(row.title, row.row, "", "", kind, Severity.ERROR, refusal.sentence)
                taken.refusals.setdefault(row.key, []).append(issue)
                if row.standing == Standing.NEW and row.sheet.key == "commitments":
                    self._name(values.get("ref", ""), None)
        return taken

    def _one(self, row: Compared, values: dict[str, Any]) -> str:
        key = row.sheet.key
        if row.standing == Standing.GONE:
            return self._take_out(row)
        if key == "commitments":
            return self._propose(values) if row.standing == Standing.NEW else self._amend(row, values)
        if key == "pledges":
            return self._draft(values) if row.standing == Standing.NEW else self._revise_pledge(row, values)
        if row.standing == Standing.NEW:
            given = self._plain({"area": "", **values})
            return str(_ADD[key](self.edition, by=self.by, reason=self.reason, **given).ref)
        return self._revise(row, values)

    # --- elements of the plan ----------------------------------------------------------------------------------------

    def _revise(self, row: Compared, values: dict[str, Any]) -> str:
        key = row.sheet.key
        element = _MODELS[key]._default_manager.select_related("edition").get(edition=self.edition, ref=row.id)
        if any(name in values for name in _PLACE):
            values = {**self._now(row, _PLACE), **values}
        given = self._plain(values)
        return str(_REVISE[key](element, revision=_revision(row), by=self.by, reason=self.reason, **given).ref)

    def _plain(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values as the actions of plans take them: places as codes, posts and institutions as rows."""
        given = {name: value for name, value in values.items() if name != "ref"}
        if "whole_space" in given:
            given["whole_space"] = given["whole_space"] == "yes"
        for name in ("owner_post", "reported_by"):
            if name in given:
                given[name] = self._post(given[name]) if name == "owner_post" else self._institution(given[name])
        if "ward" in given:
            given["ward"] = given["ward"] or None
        return given

    def _now(self, row: Compared, names: Iterable[str]) -> dict[str, Any]:
        """What the house says in some columns of a row."""
        cells = row.line.cells if row.line else []
        columns = {column.key: (column, cell) for column, cell in zip(row.sheet.columns, cells, strict=False)}
        return {
            name: read(column, cell, self.house.lists.known(column.options) if column.options else {})[0]
            for name in names
            for column, cell in [columns[name]]
        }

    # --- commitments -------------------------------------------------------------------------------------------------

    def _terms(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values as the actions of commitments take them."""
        given = {name: value for name, value in values.items() if name not in ("ref", "lead", "serves")}
        for name in ("is_catalytic", "whole_space"):
            if name in given:
                given[name] = given[name] == "yes"
        if "ward" in given:
            given["ward"] = Ward.objects.get(pk=given["ward"]) if given["ward"] else None
        if "accountable_post" in given:
            given["accountable_post"] = self._post(given["accountable_post"])
        if "municipal_areas" in given:
            given["municipal_areas"] = list(MunicipalArea.objects.filter(pk__in=given["municipal_areas"]))
        return given

    def _propose(self, values: dict[str, Any]) -> str:
        lead = self._institution(values.get("lead", "")) or self.institution
        if lead is None:
            raise RuleBroken(_("Name the leading institution of the new commitment."))
        terms = {"kind": CommitmentKind.PROJECT, "novelty": Novelty.NEW, "title": "", "area": "", **self._terms(values)}
        if not terms["area"]:
            raise RuleBroken(_("Choose the transformation area of the new commitment."))
        commitment = commitments.propose_commitment(
            self.edition.plan.space, by=self.by, lead=lead, serves=values.get("serves", ()), source=self.source,
            is_sample=self.edition.is_sample, **terms,
        )  # fmt: skip
        self._name(values.get("ref", ""), commitment)
        return commitment.ref

    def _name(self, words: str, commitment: Commitment | None) -> None:
        if words:
            self.named[words.casefold()] = commitment

    def _amend(self, row: Compared, values: dict[str, Any]) -> str:
        commitment = Commitment.objects.select_related("home_space").get(ref=row.id)
        terms = self._terms(values)
        if terms:
            commitments.amend_commitment(
                commitment, revision=_revision(row), by=self.by, reason=self.reason, **terms
            )  # fmt: skip
        if "serves" in values:
            commitments.serve_elements(commitment, self.edition.plan.space, values["serves"], by=self.by)
        return commitment.ref

    # --- pledges -----------------------------------------------------------------------------------------------------

    def _party(self, values: dict[str, Any]) -> Party:
        name = str(values.get("commitment", "")).strip()
        known = name.casefold() in self.named
        commitment = self.named.get(name.casefold()) if known else self._cited(name)
        if commitment is None:
            raise RuleBroken(
                _("The new commitment “%(name)s” of this workbook was not taken in, so nothing is pledged to it.")
                % {"name": name}
                if known
                else _("There is no commitment “%(name)s”. Write its reference, or the name of a new row.")
                % {"name": name or "–"}
            )
        institution = self._institution(values.get("institution", "")) or self.institution or commitment.lead
        party = Party.objects.select_related("institution", "commitment__home_space").filter(
            commitment=commitment, institution=institution
        ).first()  # fmt: skip
        if party is None:
            raise RuleBroken(
                _("%(institution)s is no party of %(ref)s. Add it on the commitment's page first.")
                % {"institution": institution, "ref": commitment.ref}
            )
        return party

    def _cited(self, name: str) -> Commitment | None:
        """A commitment of this space by its reference."""
        return Commitment.objects.filter(in_space(self.edition.space_id), ref=name.upper()).first()

    def _draft(self, values: dict[str, Any]) -> str:
        party = self._party(values)
        for name, words in (("year", _("financial year")), ("amount", _("amount")), ("status", _("funding status"))):
            if values.get(name) in (None, ""):
                raise RuleBroken(_("Give the %(what)s of the pledge.") % {"what": words})
        given = {name: value for name, value in values.items() if name not in ("commitment", "institution")}
        return f"P-{commitments.draft_pledge(party, by=self.by, reason=self.reason, **given).pk}"

    def _revise_pledge(self, row: Compared, values: dict[str, Any]) -> str:
        pledge = Pledge.objects.select_related("party__commitment__home_space", "evidence").get(pk=_number(row))
        merged = {
            "year": pledge.financial_year, "amount": pledge.amount, "status": pledge.status,
            "funding_source": pledge.funding_source, "evidence_reference": pledge.evidence_reference, **values,
        }  # fmt: skip
        if merged["amount"] is None or merged["year"] is None or merged["status"] not in FundingStatus.values:
            raise RuleBroken(_("A pledge has a financial year, an amount and a funding status."))
        commitments.revise_pledge(
            pledge, revision=_revision(row), evidence=pledge.evidence, reason=self.reason, by=self.by, **merged
        )
        return row.id

    # --- what goes ---------------------------------------------------------------------------------------------------

    def _take_out(self, row: Compared) -> str:
        key = row.sheet.key
        if key == "commitments":
            commitment = Commitment.objects.select_related("home_space").get(ref=row.id)
            commitments.withdraw_commitment(
                commitment, by=self.by, reason=self.reason, revision=commitment.revision
            )  # fmt: skip
        elif key == "pledges":
            pledge = Pledge.objects.select_related("party__commitment__home_space").get(pk=_number(row))
            commitments.remove_pledge(pledge, by=self.by, reason=self.reason)
        else:
            element = _MODELS[key]._default_manager.select_related("edition").get(edition=self.edition, ref=row.id)
            plans.remove_element(element, revision=_revision(row), by=self.by, reason=self.reason)
        return row.id

    def _post(self, code: str) -> Post | None:
        return Post.objects.filter(code=code).first() if code else None

    def _institution(self, code: str) -> Institution | None:
        return Institution.objects.filter(pk=code).first() if code else None


def _revision(row: Compared) -> int:
    return row.line.revision if row.line else 0


def _number(row: Compared) -> int:
    return int(row.id.removeprefix("P-"))

"""What an edition says as plain JSON: the canonical content that goes into the signing copy.

Strings, whole numbers, lists and tables only; decimals as plain strings; sorted by reference. Labels of areas,
chapters, places, posts and priorities are copied in, so that a later change of a register cannot change a sealed page.
The name of the rule set is no part of it, nor is who wrote what: the log remembers that.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.definitions import RuleSet
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.plans.models import Edition, Element, Finding, ImmediateIssue, Outcome, PriorityLink, Section, Strategy
from oneplan.plans.queries import PlanContent, content
from oneplan.plans.rules import plain_decimal
from oneplan.spaces.models import MunicipalArea, Space

Json = dict[str, Any]


def plan_content(edition: Edition) -> Json:
    """The canonical content of an edition."""
    return told(content(edition))


def told(plan: PlanContent) -> Json:
    """The canonical content of an edition that was read already."""
    edition, rules = plan.edition, frameworks.ruleset(plan.edition.ruleset)
    marks = {each.code: each.label for each in frameworks.markers()}

    def element(row: Element, **fields: Any) -> Json:
        return {
            "ref": row.ref,
            **fields,
            "markings": [
                {
                    "marker": each.marker,
                    "label": marks.get(each.marker, each.marker),
                    "justification": each.justification,
                }
                for each in sorted(plan.markings_by_ref.get(row.ref, []), key=lambda each: each.marker)
            ],
            "priorities": sorted(
                (_priority(each) for each in plan.priorities_by_ref.get(row.ref, [])),
                key=lambda each: (each["list"], each["code"], each["label"]),
            ),
        }

    return {
        "space": _space(edition.plan.space),
        "edition": {
            "number": edition.number,
            "start_year": edition.start_year,
            "horizon_years": edition.horizon_years,
            "is_sample": edition.is_sample,
        },
        "areas": [{"code": each.code, "number": each.number, "label": each.label} for each in rules.areas],
        "vision": element(plan.vision, text=plan.vision.text) if plan.vision else None,
        "impacts": [element(row, area=_area(rules, row.area), text=row.text) for row in plan.impacts],
        "sections": [element(row, **_section(rules, row)) for row in plan.sections],
        "findings": [element(row, **_finding(rules, row)) for row in plan.findings],
        "outcomes": [element(row, **_outcome(rules, row)) for row in plan.outcomes],
        "strategies": [element(row, **_strategy(rules, row)) for row in plan.strategies],
        "immediate_issues": [_immediate(row) for row in plan.immediate_issues],
    }


def _space(space: Space) -> Json:
    return {
        "code": space.code,
        "name": space.name,
        "category": space.category,
        "province": {"code": space.province_id, "name": space.province.name},
    }


def _section(rules: RuleSet, row: Section) -> Json:
    labels = {chapter.code: chapter.label for chapter in rules.chapters}
    return {
        "chapter": {"code": row.chapter, "label": labels.get(row.chapter, row.chapter)},
        "area": _area(rules, row.area) if row.area else None,
        "title": row.title,
        "body": row.body,
        "owner": _post(row.owner_post),
    }


def _finding(rules: RuleSet, row: Finding) -> Json:
    return {
        "area": _area(rules, row.area),
        "statement": row.statement,
        "evidence": row.evidence,
        "source": row.source,
        "source_date": row.source_date.isoformat() if row.source_date else None,
        "value": _decimal(row.value),
        "unit": row.unit,
        "place": place(row),
        "reported_by": {"code": row.reported_by.code, "name": row.reported_by.name} if row.reported_by else None,
        "owner": _post(row.owner_post),
    }


def _outcome(rules: RuleSet, row: Outcome) -> Json:
    return {
        "area": _area(rules, row.area),
        "statement": row.statement,
        "indicator": row.indicator,
        "unit": row.unit,
        "direction": row.direction,
        "baseline": {"value": _decimal(row.baseline), "year": row.baseline_year, "source": row.baseline_source},
        "target": {"value": _decimal(row.target), "year": row.target_year},
        "owner": _post(row.owner_post),
    }


def _strategy(rules: RuleSet, row: Strategy) -> Json:
    return {
        "area": _area(rules, row.area),
        "title": row.title,
        "description": row.description,
        "findings": sorted(each.ref for each in row.findings.all()),
        "outcomes": sorted(each.ref for each in row.outcomes.all()),
        "place": place(row),
        "owner": _post(row.owner_post),
    }


def _immediate(row: ImmediateIssue) -> Json:
    return {
        "ref": row.ref,
        "kind": {"code": row.kind, "label": str(row.get_kind_display())},
        "service": row.service,
        "households": row.households,
        "households_source": row.households_source,
        "owner": _post(row.owner_post),
        "due_on": row.due_on.isoformat(),
        "raised_on": row.raised_at.astimezone(clock.JOHANNESBURG).date().isoformat(),
    }


def place(row: Finding | Strategy) -> Json | None:
    """Where it is, with names; None where that is not known."""
    if row.whole_space:
        return {"kind": "whole_space"}
    if row.ward:
        ward = row.ward
        return {
            "kind": "ward",
            "ward": {"code": ward.code, "number": ward.number, "municipal_area": _named(ward.municipal_area)},
        }
    areas = [_named(area) for area in row.municipal_areas.all()]
    return (
        {"kind": "municipal_areas", "municipal_areas": sorted(areas, key=lambda each: each["code"])} if areas else None
    )


def _area(rules: RuleSet, code: str) -> Json:
    labels: Mapping[str, str] = {area.code: area.label for area in rules.areas}
    return {"code": code, "label": labels.get(code, code)}


def _priority(link: PriorityLink) -> Json:
    for each in frameworks.priority_sets():
        if each.code == link.priority:
            return {"list": each.code, "list_label": each.label, "code": "", "label": link.words}
        for one in each.priorities:
            if one.code == link.priority:
                return {"list": each.code, "list_label": each.label, "code": one.code, "label": one.label}
    return {"list": "", "list_label": "", "code": link.priority, "label": link.words}


def _post(post: Post | None) -> Json | None:
    if post is None:
        return None
    return {
        "code": post.code,
        "title": post.title,
        "institution": {"code": post.institution_id, "name": post.institution.name},
    }


def _named(area: MunicipalArea) -> Json:
    return {"code": area.code, "name": area.name}


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain_decimal(value)

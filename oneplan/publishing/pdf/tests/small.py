"""A small plan in the form of the sealed content, for tests that need no database."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from oneplan.publishing.content import Standing, Told
from oneplan.spaces.queries.maps import NationalMap, Shape, SpaceMap

HASH, COPY = "a" * 64, "c" * 64
AREA = {"code": "services", "label": "Integrated services provisioning"}
POST = {
    "code": "mun.mm",
    "title": "Municipal Manager",
    "institution": {"code": "mun", "name": "Thulamela Local Municipality"},
}

SPACE_MAP = SpaceMap(
    [
        Shape("LIM343", "Thulamela", "M0,0l10,0 0,10 -10,0z", 5, 5),
        Shape("LIM344", "Makhado", "M10,0l10,0 0,10 -10,0z", 15, 5),
    ],
    "-1 -1 22 12",
    "Municipal areas, approximate, as at 2021-11-01",
    "approximate",
    "Approximate",
    [],
)
COUNTRY = NationalMap([Shape("DC34", "Vhembe", "M0,0l10,0 0,10z", 5, 5)], "0 0 20 20", "Spaces", "approximate", "")


def _pledge(year: str, amount: str, status: str, acceptance: str = "accepted") -> dict[str, Any]:
    return {
        "year": year,
        "basis": "MFMA",
        "amount": amount,
        "funding_source": "Grant",
        "status": status,
        "acceptance": acceptance,
        "evidence_reference": "",
    }


def _commitment(ref: str, title: str, *, pledges: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "ref": ref,
        "title": title,
        "area": "services",
        "area_label": AREA["label"],
        "kind_label": "Project",
        "project_stage": "",
        "is_sample": False,
        "novelty_label": "New",
        "is_catalytic": True,
        "description": "",
        "objective": "Water every day.",
        "indicator": {
            "statement": "Days with water",
            "baseline": None,
            "target": "95",
            "target_on": "2029-10-01",
            "unit": "%",
        },
        "outputs": "Reservoir",
        "accountable_post_title": "Director-General",
        "lead_name": "Department of Water",
        "timeline": {"start_on": "2025-10-01", "finish_on": None},
        "total_cost": "12000000.00",
        "spent_before": None,
        "funding": "part",
        "source": "",
        "share": "0.5",
        "markings": [{"marker": "youth", "justification": "Places are kept."}],
        "place": {
            "quality": "named",
            "municipal_areas": [{"code": "LIM343", "name": "Thulamela"}],
            "text": "",
            "longitude": None,
            "latitude": None,
        },
        "serves": [{"ref": "O-001", "space": "DC34"}],
        "parties": [
            {
                "institution": "nat-dws",
                "name": "Department of Water",
                "role": "lead",
                "sphere": "national",
                "responsibility": "Builds it.",
                "pledges": pledges,
            }
        ],
    }


def _standing(ref: str, pledges: list[dict[str, Any]], *, signed: bool) -> dict[str, Any]:
    signature = {
        "signed_by": "S. Radebe, Director-General, Department of Water",
        "post": "nat-dws.dg",
        "signed_at": "2025-06-20T09:00:00+00:00",
        "instrument": "Delegation of 2024",
        "copy_hash": COPY,
        "of_this_copy": True,
        "of_these_terms": True,
    }
    party = {
        "institution": "nat-dws",
        "name": "Department of Water",
        "role": "lead",
        "reason": "",
        "acceptance": "accepted" if signed else "asked",
        "agreed_to_these_terms": signed,
        "pledges": pledges,
        "signature": signature if signed else None,
    }
    return {"ref": ref, "state": "signed" if signed else "proposed", "parties": [party]}


def content(*, adopted: bool = True, sample: bool = False, **changes: Any) -> dict[str, Any]:
    """A sealed content (or a draft's) of Vhembe; `changes` replace members of its `plan`."""
    pledges = [_pledge("2025/26", "5000000.00", "committed"), _pledge("2026/27", "7000000.00", "unfunded", "asked")]
    finding: dict[str, Any] = {
        "ref": "F-001",
        "area": AREA,
        "statement": "Villages of Thohoyandou wait for water.",
        "evidence": "Visits.",
        "source": "Survey",
        "source_date": "2024-03-31",
        "value": "31.5",
        "unit": "% of households",
        "reported_by": None,
        "place": {"kind": "municipal_areas", "municipal_areas": [{"code": "LIM343", "name": "Thulamela"}]},
        "owner": POST,
        "priorities": [],
        "markings": [],
    }
    plan = {
        "space": {"code": "DC34", "name": "Vhembe", "category": "C", "province": {"code": "LIM", "name": "Limpopo"}},
        "edition": {"number": 2, "start_year": 2025, "horizon_years": 30, "is_sample": sample},
        "areas": [AREA],
        "vision": {"ref": "V-001", "text": "Water for all.", "priorities": [], "markings": []},
        "impacts": [{"ref": "I-services", "area": AREA, "text": "Taps run.", "priorities": [], "markings": []}],
        "sections": [
            {
                "ref": "N-001",
                "chapter": {"code": "introduction", "label": "Introduction"},
                "area": None,
                "title": "Introduction",
                "body": "<p>What this is <strong>for</strong>.</p>",
                "owner": POST,
                "priorities": [],
                "markings": [],
            },
        ],
        "findings": [finding],
        "outcomes": [
            {
                "ref": "O-001",
                "area": AREA,
                "statement": "Taps run every day.",
                "indicator": "Days with water",
                "unit": "%",
                "direction": "up",
                "baseline": {"value": None, "year": None, "source": ""},
                "target": {"value": "95", "year": 2040},
                "owner": None,
                "priorities": [],
                "markings": [],
            },
        ],
        "strategies": [
            {
                "ref": "S-001",
                "area": AREA,
                "title": "Join the schemes",
                "description": "One grid.",
                "findings": ["F-001"],
                "outcomes": ["O-001"],
                "place": {"kind": "whole_space"},
                "owner": None,
                "priorities": [],
                "markings": [],
            },
        ],
        "immediate_issues": [],
        **changes,
    }
    return deepcopy(
        {
            "format": "oneplan-sealed-edition-1" if adopted else "oneplan-draft-1",
            "is_sample": sample,
            "space": {"code": "DC34", "name": "Vhembe"},
            "edition": {"number": 2, "opened_on": "2025-01-10", "adopted_on": "2025-06-26" if adopted else None},
            "copy": {
                "rule_set": {
                    "code": "framework_2020",
                    "label": "Framework 2020",
                    "title": "Implementation Framework",
                    "reference": "CoGTA, 2020",
                },
                "boundaries": None,
                "plan": plan,
                "delivered_before": [],
                "commitments": [
                    _commitment("DC34-C-0001", "Reservoir at Thohoyandou", pledges=pledges),
                    _commitment("DC34-C-0002", "Road to Ṱhohoyanḓou", pledges=[]),
                ],
            },
            "copy_sha256": COPY if adopted else "",
            "standing": [_standing("DC34-C-0001", pledges, signed=adopted), _standing("DC34-C-0002", [], signed=False)],
            "outstanding": [{"institution": "nat-dws", "name": "Department of Water", "commitments": ["DC34-C-0002"]}],
            "outstanding_rule": "Parties that have not signed are printed as outstanding.",
            "resolutions": [],
            "exceptions": [],
            "participation": [
                {
                    "stage": "diagnostic",
                    "institution": "nat-dws",
                    "name": "Department of Water",
                    "state": "silent",
                    "asked_at": "2025-02-01T09:00:00Z",
                    "due_on": "2025-03-01",
                    "answered_at": None,
                    "answered_post": "",
                    "reason": "",
                    "document_sha256": None,
                },
            ],
            "stages": [
                {
                    "code": "diagnostic",
                    "number": 1,
                    "label": "Diagnostic",
                    "state": "passed",
                    "due_on": "2025-03-01",
                    "passed_at": "2025-03-02T09:00:00Z",
                }
            ],
            "seal": {"sealed_at": "2025-06-26T09:00:00Z", "previous_hash": "", "log_head": "b" * 64}
            if adopted
            else None,
        }
    )


def told(said: Mapping[str, Any]) -> Told:
    """A content as it is told: adopted where it carries a seal."""
    sealed = said["seal"] is not None
    standing = Standing.ADOPTED if sealed else Standing.IN_PROGRESS
    seal = ("d" * 64, "e" * 128) if sealed else ()
    return Told(dict(said), standing, HASH, date(2025, 6, 26), *seal)

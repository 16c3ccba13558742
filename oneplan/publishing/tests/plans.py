"""A small content made by hand, for the forms: with everything hostile that a person may have typed. No database."""

import copy
from datetime import date
from typing import Any

from oneplan.publishing.content import Standing, Told, from_draft

FORMULA = '=HYPERLINK("http://evil.example","x")'

_AREA = {"code": "people", "label": "People & places"}
_BARE: dict[str, Any] = {"markings": [], "priorities": []}
_POST = {"code": "p.mm", "title": "Municipal Manager", "institution": {"code": "mun-x", "name": "X Municipality"}}

BODY = (
    "<h3>Water</h3><p>Too <strong>few</strong> taps &amp; <em>no</em> pumps &lt;b&gt;. <a href='https://example.org/a?b=1&amp;c'>See</a></p>"
    "<ul><li>One</li><li><p>Two</p><ul><li>Two a</li></ul></li></ul><ol><li>First</li></ol><p>Between</p>"
    "<ol><li>First again</li></ol><blockquote>A word</blockquote>"
    "<table><thead><tr><th>Year</th><th>Taps</th></tr></thead><tbody><tr><td>2024</td><td>=1+1</td></tr></tbody></table>"
)  # fmt: skip


def content(**changes: Any) -> dict[str, Any]:
    """The content of an edition in progress."""
    plan = {
        "space": {"code": "DC99", "name": "Test & Co", "category": "C", "province": {"code": "LIM", "name": "Limpopo"}},
        "edition": {"number": 1, "start_year": 2026, "horizon_years": 30, "is_sample": True},
        "areas": [{"code": "people", "number": 1, "label": "People & places"}],
        "vision": {"ref": "V-001", "text": "Nobody lacks water\nor work.", **_BARE},
        "impacts": [{"ref": "I-people", "area": _AREA, "text": "Better lives", **_BARE}],
        "sections": [
            {"ref": "N-001", "chapter": {"code": "diagnostic", "label": "Diagnostic summary"}, "area": _AREA,
             "title": "People", "body": BODY, "owner": None, **_BARE},
        ],
        "findings": [
            {"ref": "F-001", "area": _AREA, "statement": FORMULA, "evidence": "+27 12 000 0000", "source": "Census",
             "source_date": "2022-10-10", "value": "31.5", "unit": "%", "place": {"kind": "whole_space"},
             "reported_by": None, "owner": _POST, **_BARE},
            {"ref": "F-002", "area": {"code": "else", "label": "Elsewhere"}, "statement": "-5 °C at night\x0b",
             "evidence": "", "source": "", "source_date": None, "value": None, "unit": "", "place": None,
             "reported_by": None, "owner": None, **_BARE},
        ],
        "outcomes": [
            {"ref": "O-001", "area": _AREA, "statement": "More taps", "indicator": "Taps", "unit": "taps",
             "direction": "up", "baseline": {"value": None, "year": None, "source": ""},
             "target": {"value": "1000000.25", "year": 2030}, "owner": None, **_BARE},
        ],
        "strategies": [
            {"ref": "S-001", "area": _AREA, "title": "@Lay pipes", "description": "", "findings": ["F-001"],
             "outcomes": ["O-001"], "place": None, "owner": None, **_BARE},
        ],
        "immediate_issues": [
            {"ref": "F-001", "kind": {"code": "basic_service", "label": "Immediate basic-service issue"},
             "service": "Tankers", "households": None, "households_source": "", "owner": _POST,
             "due_on": "2026-12-31", "raised_on": "2026-10-01"},
        ],
    }  # fmt: skip
    pledges = [
        {"year": "2026/27", "basis": "PFMA", "amount": "1000000.10", "funding_source": "Grant", "status": "committed",
         "evidence": None, "evidence_reference": "Vote 41"},
        {"year": "2026/27", "basis": "MFMA", "amount": "5.00", "funding_source": "", "status": "unfunded",
         "evidence": None, "evidence_reference": ""},
        {"year": "2027/28", "basis": "PFMA", "amount": "7.00", "funding_source": "Loan", "status": "tabled",
         "evidence": None, "evidence_reference": ""},
    ]  # fmt: skip
    answered = {"answered_at": "2026-09-01T08:00:00+00:00", "answered_by": "A. Person", "reason": "", "copy_hash": ""}
    said: dict[str, Any] = {
        "format": "oneplan-draft-1", "is_sample": True, "space": {"code": "DC99", "name": "Test & Co"},
        "edition": {"number": 1, "opened_on": "2026-01-05", "adopted_on": None},
        "copy": {
            "format": "oneplan-signing-copy-1", "copy_number": 0, "is_sample": True,
            "rule_set": {"code": "framework_2020", "label": "2020", "title": "Framework", "reference": "CoGTA 2020"},
            "boundaries": None, "plan": plan, "delivered_before": [],
            "commitments": [
                {"ref": "DC99-C-0001", "title": "Bulk <water>", "description": "", "kind": "project",
                 "kind_label": "Project", "area": "people", "area_label": "People & places", "novelty": "new",
                 "novelty_label": "New", "is_catalytic": True, "project_stage": "", "objective": "Water", "outputs": "",
                 "indicator": {"statement": "Taps", "unit": "", "baseline": None, "target": "3", "target_on": None},
                 "timeline": {"start_on": "2026-04-01", "finish_on": None}, "total_cost": None, "spent_before": None,
                 "lead": "mun-x", "lead_name": "X Municipality", "accountable_post": None, "accountable_post_title": "",
                 "parties": [{"institution": "mun-x", "name": "X Municipality", "sphere": "local", "role": "lead",
                              "responsibility": "Builds", "pledges": pledges}],
                 "shares": [{"space": "DC99", "fraction": "0.5", "valid_from": "2026-04-01", "valid_to": None}],
                 "share": "0.5", "serves": [{"space": "DC99", "ref": "O-001"}, {"space": "DC1", "ref": "O-009"}],
                 "place": {"quality": "not_placed", "text": "", "municipal_areas": [], "ward": None,
                           "whole_space": False, "longitude": None, "latitude": None},
                 "markings": [], "is_sample": True, "digest": "0" * 64, "funding": "unknown", "source": ""},
            ],
        },
        "copy_sha256": "", "frozen_at": None,
        "standing": [
            {"ref": "DC99-C-0001", "state": "proposed", "digest": "0" * 64, "outstanding": [],
             "parties": [{"institution": "mun-x", "name": "X Municipality", "role": "lead", "acceptance": "asked",
                          "answered_at": None, "answered_by": "", "answered_post": None, "reason": "",
                          "agreed_to_these_terms": False, "signature": None, "owes": ["agreement", "signature"],
                          "pledges": [{**pledges[2], **answered, "acceptance": "declined"}]}]},
        ],
        "outstanding": [{"institution": "mun-x", "name": "X Municipality", "commitments": ["DC99-C-0001"]}],
        "outstanding_rule": "They are printed.", "resolutions": [], "exceptions": [],
        "participation": [{"stage": "diagnostic", "institution": "mun-x", "name": "X Municipality", "state": "silent",
                           "asked_at": "2026-02-01T08:00:00Z", "due_on": "2026-03-01", "answered_at": None,
                           "answered_post": "", "reason": "", "document_sha256": None}],
        "stages": [{"code": "diagnostic", "number": 1, "label": "Diagnostic", "state": "current", "due_on": None,
                    "passed_at": None}],
        "seal": None,
    }  # fmt: skip
    return {**copy.deepcopy(said), **changes}


def draft(**changes: Any) -> Told:
    """An edition in progress, told."""
    return from_draft(content(**changes), as_at=date(2026, 11, 22))


def adopted() -> Told:
    """The same as if it were adopted and no sample."""
    said = content(is_sample=False, seal={"sealed_at": "2026-11-20T08:00:00Z", "previous_hash": "", "log_head": ""})
    said["edition"]["adopted_on"] = "2026-11-20"
    return Told(said, Standing.ADOPTED, "ab" * 32, date(2026, 11, 20), "cd" * 32, "ef" * 64)

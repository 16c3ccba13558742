"""The content of a sealed One Plan of any size, the same for the same seed."""

import random
from datetime import date, timedelta
from typing import Any

COMMITMENTS = 162  # makes about 120 pages
WORDS = [
    "water",
    "road",
    "clinic",
    "school",
    "village",
    "household",
    "district",
    "ward",
    "reservoir",
    "pipeline",
    "reliable",
    "maintained",
    "budget",
    "partner",
    "early",
    "training",
    "young",
    "market",
    "farm",
    "housing",
    "energy",
    "transport",
    "service",
    "municipal",
    "safe",
    "planned",
    "joined",
    "repaired",
    "measured",
    "shared",
]
AREAS = (
    "People development",
    "Economic positioning",
    "Spatial restructuring",
    "Infrastructure engineering",
    "Integrated services",
    "Governance and finance",
)
TOWNS = [
    {"code": f"LIM36{n}", "name": name}
    for n, name in enumerate(("Thabazimbi", "Lephalale", "Bela-Bela", "Mogalakwena", "Modimolle"))
]


class Seeded:
    """A sealed content of any size, the same for the same seed."""

    def __init__(self, scale: float, seed: int) -> None:
        self.rng, self.scale = random.Random(seed), scale
        self.areas = [{"code": f"a{n}", "number": n, "label": label} for n, label in enumerate(AREAS, start=1)]
        self.parties = [
            (f"inst-{n}", f"Department of {self.words(3)}", sphere)
            for n in range(32)
            for sphere in [("national", "provincial", "local")[n % 3]]
        ]

    def words(self, many: int) -> str:
        return " ".join(self.rng.choices(WORDS, k=many)).capitalize()

    def many(self, number: int) -> range:
        return range(1, max(2, round(number * self.scale)) + 1)

    def area(self, number: int) -> dict[str, Any]:
        each = self.areas[number % len(self.areas)]
        return {"code": each["code"], "label": each["label"]}

    def content(self) -> dict[str, Any]:
        rng, post = (
            self.rng,
            {
                "code": "p",
                "title": "Municipal Manager",
                "institution": {"code": "m", "name": "Lephalale Local Municipality"},
            },
        )
        plain: dict[str, Any] = {"priorities": [], "markings": []}
        place = {"kind": "municipal_areas", "municipal_areas": TOWNS[:1]}
        commitments = [self.commitment(n) for n in self.many(COMMITMENTS)]
        body = (
            "".join(f"<p>{self.words(60)}.</p>" for _ in range(3))
            + "<ul>"
            + "".join(f"<li>{self.words(12)}</li>" for _ in range(6))
            + "</ul>"
        )
        plan = {
            "space": {
                "code": "DC36",
                "name": "Waterberg",
                "category": "C",
                "province": {"code": "LIM", "name": "Limpopo"},
            },
            "edition": {"number": 1, "start_year": 2025, "horizon_years": 30, "is_sample": True},
            "areas": self.areas,
            "vision": {"ref": "V-001", "text": self.words(40), **plain},
            "impacts": [{"ref": f"I-{n}", "area": self.area(n), "text": self.words(24), **plain} for n in range(6)],
            "sections": [
                {
                    "ref": f"N-{chapter}{n}",
                    "chapter": {"code": chapter, "label": chapter.title()},
                    "area": self.area(n),
                    "title": "",
                    "body": body,
                    "owner": post,
                    **plain,
                }
                for chapter in ("diagnostic", "vision", "strategies")
                for n in range(6)
            ],
            "findings": [
                {
                    "ref": f"F-{n:03d}",
                    "area": self.area(n),
                    "statement": self.words(14),
                    "evidence": self.words(16),
                    "source": self.words(4),
                    "source_date": "2024-03-31",
                    "value": str(rng.randint(1, 99)),
                    "unit": "%",
                    "place": place,
                    "reported_by": None,
                    "owner": post,
                    **plain,
                }
                for n in self.many(60)
            ],
            "outcomes": [
                {
                    "ref": f"O-{n:03d}",
                    "area": self.area(n),
                    "statement": self.words(6),
                    "indicator": self.words(7),
                    "unit": "%",
                    "direction": "up",
                    "baseline": {"value": str(rng.randint(1, 40)), "year": 2024, "source": self.words(3)},
                    "target": {"value": "90", "year": 2035},
                    "owner": post,
                    **plain,
                }
                for n in self.many(36)
            ],
            "strategies": [
                {
                    "ref": f"S-{n:03d}",
                    "area": self.area(n),
                    "title": self.words(5),
                    "description": self.words(28),
                    "findings": ["F-001"],
                    "outcomes": ["O-001"],
                    "place": place,
                    "owner": post,
                    **plain,
                }
                for n in self.many(24)
            ],
            "immediate_issues": [],
        }
        standing = [self.standing(each) for each in commitments]
        stages = [
            {
                "code": f"s{n}",
                "number": n,
                "label": f"Stage {n}",
                "state": "passed",
                "due_on": "2025-03-01",
                "passed_at": "2025-03-02T09:00:00Z",
            }
            for n in range(1, 8)
        ]
        return {
            "format": "oneplan-sealed-edition-1",
            "is_sample": True,
            "space": {"code": "DC36", "name": "Waterberg"},
            "edition": {"number": 1, "opened_on": "2024-08-05", "adopted_on": "2025-06-26"},
            "copy": {
                "rule_set": {
                    "code": "framework_2020",
                    "label": "Framework 2020",
                    "title": "Framework",
                    "reference": "CoGTA",
                },
                "boundaries": None,
                "plan": plan,
                "commitments": commitments,
                "delivered_before": [],
            },
            "copy_sha256": "c" * 64,
            "standing": standing,
            "outstanding": [],
            "outstanding_rule": self.words(12),
            "resolutions": [],
            "exceptions": [],
            "stages": stages,
            "participation": [
                {
                    "stage": f"s{stage}",
                    "institution": code,
                    "name": name,
                    "state": "contributed",
                    "asked_at": "2025-02-01T09:00:00Z",
                    "due_on": "2025-03-01",
                    "answered_at": "2025-02-20T09:00:00Z",
                    "answered_post": "Director-General",
                    "reason": "",
                    "document_sha256": None,
                }
                for stage in range(1, 4)
                for code, name, _sphere in self.parties
            ],
            "seal": {"sealed_at": "2025-06-26T09:00:00Z", "previous_hash": "", "log_head": "b" * 64},
        }

    def commitment(self, number: int) -> dict[str, Any]:
        rng, area = self.rng, self.area(number)
        parties = rng.sample(self.parties, 2)
        start = date(2025, 10, 1) + timedelta(days=rng.randint(0, 300))
        return {
            "ref": f"DC36-C-{number:04d}",
            "title": self.words(6),
            "area": area["code"],
            "area_label": area["label"],
            "kind_label": "Project",
            "project_stage": "",
            "is_sample": True,
            "novelty_label": "New",
            "is_catalytic": number % 9 == 0,
            "description": "",
            "objective": self.words(14),
            "outputs": self.words(7),
            "accountable_post_title": "Director-General",
            "indicator": {
                "statement": self.words(6),
                "baseline": "10",
                "target": "95",
                "target_on": "2029-10-01",
                "unit": "%",
            },
            "lead_name": parties[0][1],
            "timeline": {"start_on": start.isoformat(), "finish_on": (start + timedelta(days=900)).isoformat()},
            "total_cost": f"{rng.randint(5, 90)}000000.00",
            "spent_before": None,
            "funding": rng.choice(["funded", "part", "unfunded"]),
            "source": "",
            "share": "1",
            "markings": [],
            "serves": [{"ref": "O-001", "space": "DC36"}],
            "place": {
                "quality": "named",
                "municipal_areas": [rng.choice(TOWNS)],
                "text": "",
                "longitude": None,
                "latitude": None,
            },
            "parties": [
                {
                    "institution": code,
                    "name": name,
                    "role": role,
                    "sphere": sphere,
                    "responsibility": self.words(9),
                    "pledges": [
                        {
                            "year": f"20{25 + n}/{26 + n}",
                            "basis": "MFMA" if sphere == "local" else "PFMA",
                            "amount": f"{rng.randint(1, 30)}000000.00",
                            "funding_source": "Equitable share",
                            "status": ("committed", "tabled", "indicative")[n],
                            "evidence_reference": "",
                        }
                        for n in range(3)
                    ],
                }
                for (code, name, sphere), role in zip(parties, ("lead", "partner"), strict=True)
            ],
        }

    def standing(self, commitment: dict[str, Any]) -> dict[str, Any]:
        def party(row: dict[str, Any]) -> dict[str, Any]:
            signature = {
                "signed_by": f"A. Person, Director-General, {row['name']}",
                "post": "dg",
                "signed_at": "2025-06-20T09:00:00+00:00",
                "instrument": "",
                "copy_hash": "c" * 64,
                "of_this_copy": True,
                "of_these_terms": True,
            }
            return {
                "institution": row["institution"],
                "name": row["name"],
                "acceptance": "accepted",
                "agreed_to_these_terms": True,
                "reason": "",
                "pledges": [{**each, "acceptance": "accepted"} for each in row["pledges"]],
                "signature": signature,
            }

        return {"ref": commitment["ref"], "state": "signed", "parties": [party(each) for each in commitment["parties"]]}

"""The One Plan as PDF: about 120 pages from seeded data, beside raw typst and beside WeasyPrint on the same content.

Promised: content to PDF takes at most 1.5 times what typst alone needs to compile the data already prepared, and at
most 0.12 times what WeasyPrint needs for equivalent HTML (both PDF/UA-1). Each run is a process of its own, warmed on
another small plan, so that no cache of one side serves another; charts and maps are prebuilt for the peers. Prints
seconds (best of five; WeasyPrint once), pages, sizes, ratios, and the growth from one plan to ten times its size.
Our side reads the content, counts, draws, compiles and lets go of what the compiler remembers; the raw side compiles
the same data with the same fonts, loaded before the clock starts, and remembers everything.
"""

import base64
import html
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from benchmarks._setting import ROOT, SEED, is_small, tell

MOST_OF_TYPST, MOST_OF_WEASYPRINT = 1.5, 0.12
COMMITMENTS = 162  # makes about 120 pages
RUNS, SCALE = (1, 0.1) if is_small() else (5, 1.0)
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


# --- seeded content --------------------------------------------------------------------------------------------------


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


# --- the same pages as HTML ------------------------------------------------------------------------------------------

CSS = """
@page { size: A4; margin: 24mm 20mm 22mm; @top-left { content: "One Plan of Waterberg, edition 1" }
  @top-right { content: "SAMPLE" } @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
body { font: 8.4pt/1.2 "DejaVu Serif", serif; color: #17222b }
h1 { break-before: page; font-size: 20pt; color: #1d4f63 }
h2 { font-size: 13pt; color: #1d4f63 }
h3 { font-size: 9.6pt; margin: 10pt 0 2pt }
h1, h2, h3 { break-after: avoid }
p, ul { margin: 2pt 0 4pt }
table { border-collapse: collapse; width: 100%; font-size: 7.2pt; margin: 4pt 0 }
th, td { text-align: left; vertical-align: top; padding: 2.6pt 4pt; border-bottom: .5pt solid #d5dbe0 }
tr { break-inside: avoid }
img { width: 100% }
.pair { margin: 0; padding-left: 28mm; text-indent: -28mm }
.pair b { display: inline-block; width: 28mm; text-indent: 0; font-weight: 400; color: #52606b }
"""


def as_html(data: dict[str, Any], pictures: dict[str, str]) -> str:
    """The prepared blocks as plain HTML: the peer's equivalent document."""
    body = "".join(_html(block, pictures) for block in data["blocks"])
    head = f"<title>{html.escape(data['meta']['title'])}</title><style>{CSS}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _cell(cell: Any) -> str:
    if isinstance(cell, list):
        return "<br>".join(map(_cell, cell))
    return (
        html.escape(str(next((cell[key] for key in ("t", "code", "strong", "muted") if key in cell), "")))
        if isinstance(cell, dict)
        else html.escape(cell)
    )


def _table(block: dict[str, Any]) -> str:
    head = "".join(f"<th>{html.escape(each)}</th>" for each in block["labels"])
    rows = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in block["rows"])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _pairs(pairs: Any) -> str:
    return "".join(f'<p class="pair"><b>{html.escape(label)}</b>{_cell(said)}</p>' for label, said in pairs)


def _node(node: Any) -> str:
    if isinstance(node, str):
        return html.escape(node)
    return (
        f"<p>{''.join(map(_node, node['c']))}</p>"
        if "c" in node
        else "<ul>" + "".join(f"<li>{''.join(map(_node, item))}</li>" for item in node["items"]) + "</ul>"
    )


def _html(block: dict[str, Any], pictures: dict[str, str]) -> str:
    match block["k"]:
        case "h":
            return f"<h{block['level']}>{html.escape(block['number'] + ' ' + block['text'])}</h{block['level']}>"
        case "words":
            return "".join(f"<p>{html.escape(each)}</p>" for each in block["paragraphs"])
        case "story":
            return "".join(map(_node, block["nodes"]))
        case "facts":
            return _pairs(block["pairs"])
        case "table":
            return f"<p><b>{html.escape(block['title'])}</b></p>" + _table(block)
        case "figures":
            return "".join(_html(each, pictures) for each in block["rows"])
        case "figure":
            picture = base64.b64encode(pictures[block["picture"]].encode()).decode()
            source = f"data:image/svg+xml;base64,{picture}"
            return f'<p><b>{html.escape(block["title"])}</b></p><img alt="{html.escape(block["alt"])}" src="{source}">'
        case "findings":
            return "".join(
                f"<p><b>{html.escape(row['ref'])} {html.escape(row['text'])}</b> {html.escape(row['figure'])}</p>"
                + _pairs(row["lines"])
                for row in block["rows"]
            )
        case "commitment":
            states = " ".join(map(_cell, block["states"]))
            return (
                f"<h3>{html.escape(block['ref'])} {html.escape(block['title'])}</h3>"
                f"<p>{states} {html.escape(block['kind'])}</p>"
                + _pairs(block["elements"])
                + _table(block["parties"])
                + f"<p>{html.escape(block['budget'])}</p>"
                + "".join(map(_table, block["money"]))
            )
        case _:
            return "".join(f"<p>{html.escape(each)}</p>" for each in block.get("lines", [block.get("text", "")]))


# --- one run in a process of its own ---------------------------------------------------------------------------------


def outlines() -> tuple[Any, Any]:
    """A space of five areas and a country of 52, in jagged outlines of the usual length; prebuilt for every side."""
    from oneplan.spaces.queries.maps import NationalMap, Shape, SpaceMap

    rng = random.Random(SEED)

    def shape(code: str, x: float, y: float, size: float) -> Shape:
        steps = [f"{size / 60:.1f},{rng.uniform(-1, 1):.1f}" for _ in range(60)]
        path = f"M{x:g},{y:g}l{' '.join(steps)} 0,{size:g} {' '.join('-' + step for step in steps)}z".replace("--", "")
        return Shape(code, code, path, x + size / 2, y + size / 2)

    areas = [shape(town["code"], 20 * n, 0, 18) for n, town in enumerate(TOWNS)]
    spaces = [shape(f"DC{n}", 100 * (n % 9), 100 * (n // 9), 90) for n in range(52)]
    return (
        SpaceMap(areas, "0 0 90 40", "Municipal areas, approximate", "approximate", "", []),
        NationalMap(spaces, "0 0 1000 700", "Spaces, approximate", "approximate", ""),
    )


def ready_to_run() -> Callable[[float, int], Any]:
    """Set Django up without a database; gives what prepares a seeded plan of a size."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    os.environ["ONEPLAN_HOME"] = tempfile.mkdtemp(prefix="oneplan-bench-")
    import django

    django.setup()
    from oneplan.publishing.pdf import prepared

    space, country = outlines()
    return lambda size, seed: prepared(seeded(size, seed), space=space, country=country)


def seeded(size: float, seed: int) -> Any:
    """A seeded plan as it is told: adopted."""
    from oneplan.publishing.content import Standing, Told

    return Told(Seeded(size, seed).content(), Standing.ADOPTED, "a" * 64, date(2025, 6, 26), "d" * 64, "e" * 128)


def one(side: str, scale: float) -> None:
    """Warm up on another small plan, then time one side once. Prints JSON."""
    prepare = ready_to_run()
    import page
    from weasyprint import HTML

    from oneplan.publishing.pdf import compile_pdf, prepared

    space, country = outlines()
    warm, told_plan = prepare(0.05, SEED + 1), seeded(scale, SEED)
    ready = prepare(scale, SEED)
    compile_pdf("plan.typ", warm.data, warm.pictures, at=warm.at)

    def oneplan() -> bytes:
        made = prepared(told_plan, space=space, country=country)
        return compile_pdf("plan.typ", made.data, made.pictures, at=made.at)

    def typst() -> bytes:
        return compile_prepared(compiler, ready.at)

    def weasyprint() -> bytes:
        made = HTML(string=told).write_pdf(pdf_variant="pdf/ua-1")
        assert made is not None
        return bytes(made)

    if side == "weasyprint":
        HTML(string=as_html(warm.data, warm.pictures)).write_pdf(pdf_variant="pdf/ua-1")
    told = as_html(ready.data, ready.pictures) if side == "weasyprint" else ""
    compiler = fresh_compiler(ready) if side == "typst" else None
    made_by = {"oneplan": oneplan, "typst": typst, "weasyprint": weasyprint}[side]
    began, busy = time.perf_counter(), time.process_time()
    made = made_by()
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    report = page.validate_pdf_bytes(made, profile="ua1", limits=page.SafetyLimits.unlimited())
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": cpu,
                "bytes": len(made),
                "pages": report.document.page_count,
                "accessible": report.is_compliant,
            }
        )
    )


def fresh_compiler(ready: Any) -> Any:
    """A typst compiler with the data and pictures already in its inputs: only the compiling is left."""
    import typst

    from oneplan.publishing.pdf.compiler import TEMPLATES, inputs

    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(
        TEMPLATES / "plan.typ", root=TEMPLATES, font_paths=fonts, sys_inputs=inputs(ready.data, ready.pictures)
    )


def compile_prepared(compiler: Any, at: Any) -> bytes:
    """Typst alone."""
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=at)
    assert isinstance(made, bytes)
    return made


def run(side: str, scale: float = 1) -> dict[str, Any]:
    """One run of one side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pdf", "--one", side, str(scale)]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    told: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return told


def show(side: str, scale: float, told: dict[str, Any]) -> None:
    """One line for one side."""
    size, accessible = told["bytes"] / 1e6, "conforms" if told["accessible"] else "DOES NOT conform"
    print(
        f"{side:12} {scale:3g}×  {told['seconds']:7.2f} s  {told['cpu']:7.2f} s of processor  {told['pages']:5} pages"
        f"  {size:6.2f} MB  {accessible} to PDF/UA-1",
        flush=True,
    )


def memory(scale: float) -> None:
    """The most memory a worker takes for one plan, and for six different ones after each other. Prints JSON."""
    prepare = ready_to_run()
    from oneplan.publishing.pdf import compile_pdf

    peaks = []
    for number in range(6):
        made = prepare(scale, SEED + number)
        compile_pdf("plan.typ", made.data, made.pictures, at=made.at)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({"first": peaks[0], "last": peaks[-1]}))


def best(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The least time of some runs, by the clock and by the processor."""
    return {**runs[0], **{key: min(each[key] for each in runs) for key in ("seconds", "cpu")}}


def main() -> int:
    """Print every figure; 0 if both promises were kept."""
    turns = [(run("oneplan", SCALE), run("typst", SCALE)) for _ in range(RUNS)]  # by turns: a busy machine is fair
    ours, raw = best([each for each, _other in turns]), best([each for _other, each in turns])
    show("oneplan", SCALE, ours)
    show("typst alone", SCALE, raw)
    show("weasyprint", SCALE, peer := run("weasyprint", SCALE))
    show("oneplan", 10 * SCALE, ten := run("oneplan", 10 * SCALE))
    tell(f"One Plan as PDF, {ours['pages']} pages", f"{ours['seconds']:.2f} s")

    def ratio(what: str, by: dict[str, Any], most: float) -> bool:
        clock, processor = ours["seconds"] / by["seconds"], ours["cpu"] / by["cpu"]
        print(f"{what}: {clock:.3f} (at most {most}); by processor time {processor:.3f}")
        tell(f"{what}, by the clock", f"{clock:.2f} ×", f"≤ {most} ×", kept=None if is_small() else clock <= most)
        return is_small() or clock <= most

    well = ratio("content to PDF ÷ typst alone", raw, MOST_OF_TYPST)
    well &= ratio("content to PDF ÷ WeasyPrint", peer, MOST_OF_WEASYPRINT)
    growth = ten["seconds"] / ten["pages"] / (ours["seconds"] / ours["pages"])
    print(f"a page at 10× ÷ a page at 1×: {growth:.3f}")
    tell("PDF: a page at 10× ÷ a page at 1×", f"{growth:.2f} ×")
    peaks = run("memory", SCALE)
    print(f"memory of a worker: {peaks['first']:.0f} MB after one plan, {peaks['last']:.0f} MB after six")
    tell("PDF: memory after one plan, after six", f"{peaks['first']:.0f} MB, {peaks['last']:.0f} MB")
    return 0 if well and ours["accessible"] and ten["accessible"] else 1


if __name__ == "__main__":
    if sys.argv[1:3] == ["--one", "memory"]:
        memory(float(sys.argv[3]))
    elif sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], float(sys.argv[3]))
    else:
        sys.exit(main())

"""What a plan's items are as files: read back, they change nothing."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.exchange.models import StoredRow
from oneplan.source_plans.actions import write_items
from oneplan.source_plans.choices import ItemKind
from oneplan.source_plans.models import PlanItem
from oneplan.source_plans.rules import ItemTerms
from oneplan.source_plans.tests.test_import_items import bring, hub, plan

pytestmark = pytest.mark.django_db
__all__ = ["hub", "plan"]

_NAMED = [field.attname for field in PlanItem._meta.fields if field.name not in ("source_row", "plan")]
_signs = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n=+-@'")
_words = st.text(_signs, max_size=40).map(str.strip)
_items = st.lists(
    st.builds(
        lambda kind, title, place, unit, target, cost, year: {
            "kind": kind, "title": f"T{title}", "place_text": place, "unit": unit, "target": target, "cost": cost,
            "start_year": year,
        },
        st.sampled_from(ItemKind.values), _words, _words, _words, _words,
        st.none() | st.decimals(0, 10**12, places=2), st.none() | st.integers(1994, 2100),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def stored(plan):
    return list(plan.items.order_by("pk").values(*_NAMED))


def exported(client, plan, form):
    answer = client.get(reverse(f"source_plans:items_{form}", args=[plan.code]))
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@given(items=_items)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_handed_out_is_read_back_unchanged(tmp_path, client, plan, hub, form, items):
    plan.items.all().delete()
    StoredRow.objects.all().delete()  # each example is a first import
    plan.refresh_from_db()
    terms = [ItemTerms(ref=f"R{number}", **item) for number, item in enumerate(items)]
    write_items(plan, terms, revision=plan.revision, reason="As adopted", by=hub)
    before = stored(plan)
    path = tmp_path / f"items.{form}"
    path.write_bytes(exported(client, plan, form))
    report = bring(path, hub, mapping={"columns": {
        "ref": "ref", "kind": "kind", "parent": "parent", "title": "title", "description": "description",
        "institution": "institution", "space": "space", "municipality": "municipality", "place": "place",
        "unit": "unit", "baseline": "baseline", "target": "target", "first_year": "first_year",
        "last_year": "last_year", "basis": "basis", "cost": "cost_rand",
    }})  # fmt: skip
    assert (report.rows_refused, report.is_file_error) == (0, False), report.issues
    assert stored(plan) == before


def test_the_columns_handed_out_are_recognised_with_tree_place_and_institution(tmp_path, client, world, plan, hub):
    space = world.dc36
    area = space.municipal_areas.get(code="LIM362")
    health = world.health
    items = [
        ItemTerms("1", "goal", "Water\nfor all", description="Long\n\nwords", space=space),
        ItemTerms("1.1", "project", "Dam", parent_ref="1", institution=health, municipal_area=area, basis="MFMA",
                  place_text="Behind the hill", start_year=2025, finish_year=2026),
        ItemTerms("1.2", "project", "Weir", parent_ref="1", external_ids={"responsible": "The water board"}),
    ]  # fmt: skip
    write_items(plan, items, revision=plan.revision, reason="As adopted", by=hub)
    before = stored(plan)
    for form in ("csv", "xlsx"):
        path = tmp_path / f"items.{form}"
        path.write_bytes(exported(client, plan, form))
        report = bring(path, hub)
        assert (report.rows_refused, report.is_file_error) == (0, False), report.issues
        assert stored(plan) == before


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "levels.csv", "levels.xlsx"])
def test_the_empty_tables_can_be_filled_and_sent_back(tmp_path, client, plan, hub, name):
    answer = client.get(reverse("source_plans:template", args=[name]))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    filled = {"ref": "1", "kind": "goal", "title": "Water"} if "list" in name else {"goal": "Water"}
    path = tmp_path / name
    if name.endswith("csv"):
        header = content.decode("utf-8-sig").strip().split(",")
        path.write_bytes(content + ",".join(filled.get(column, "") for column in header).encode() + b"\r\n")
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book["Items"]
        sheet.append([filled.get(str(cell.value)) for cell in sheet[1]])
        book.save(path)
    report = bring(path, hub)
    assert (report.rows_accepted, report.rows_refused) == (1, 0), report.issues
    assert [(item.ref, item.kind, item.title) for item in plan.items.all()] == [("1", "goal", "Water")]
    assert client.get("/source-plans/templates/other.csv").status_code == 404

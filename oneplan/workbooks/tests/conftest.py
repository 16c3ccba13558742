"""Waterberg with a plan in progress, two commitments and pledges, and hands that fill workbooks."""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from oneplan.access.actors import Actor, actor_for, system
from oneplan.commitments.actions import add_party, propose_commitment
from oneplan.commitments.models import Commitment
from oneplan.commitments.tests.factories import pledge
from oneplan.institutions.models import Institution
from oneplan.plans import actions as plans
from oneplan.plans.models import Edition
from oneplan.platform.documents import open_document
from oneplan.workbooks import actions, queries
from oneplan.workbooks.comparing import Comparison
from oneplan.workbooks.languages import ENGLISH
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.sheets import BY_KEY
from oneplan.workbooks.writing import FIRST_COLUMN, HEADER_ROW
from tests.kept import Kept, kept
from tests.world import World


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "documents"


@dataclass
class Paper:
    """A workbook's file in somebody's hands: cells by sheet, row and column key."""

    path: Path
    workbook: Workbook

    def __post_init__(self) -> None:
        self.book: Any = openpyxl.load_workbook(self.path)

    def sheet(self, key: str) -> Any:
        return self.book[self.workbook.issued["sheets"][key]["title"]]

    @staticmethod
    def column(key: str, name: str) -> int:
        keys = [column.key for column in BY_KEY[key].columns]
        return FIRST_COLUMN + keys.index(name) + 1

    def row(self, key: str, identity: str) -> int:
        for row in range(HEADER_ROW + 2, self.sheet(key).max_row + 1):
            if self.sheet(key).cell(row, 1).value == identity:
                return row
        raise KeyError(identity)

    def put(self, key: str, identity: str, **cells: Any) -> "Paper":
        row = self.row(key, identity)
        for name, value in cells.items():
            self.sheet(key).cell(row, self.column(key, name)).value = value
        return self

    def add(self, key: str, **cells: Any) -> int:
        row = HEADER_ROW + 2 + len(self.workbook.issued["sheets"][key]["rows"])
        while any(self.sheet(key).cell(row, place).value for place in range(1, 30)):
            row += 1
        for name, value in cells.items():
            self.sheet(key).cell(row, self.column(key, name)).value = value
        return row

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@dataclass
class Waterberg:
    """The space, and what people do with its workbooks."""

    world: World
    edition: Edition
    water: Commitment
    clinic: Commitment
    folder: Path

    def issue(
        self, by: Actor | None = None, institution: Institution | None = None, language: str = ENGLISH
    ) -> Workbook:
        return actions.issue_workbook(
            self.world.dc36, institution=institution, language=language, by=by or self.world.hub36
        )

    def paper(self, workbook: Workbook, name: str = "filled.xlsx") -> Paper:
        path = self.folder / name
        assert workbook.document
        with open_document(workbook.document) as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        return Paper(path, workbook)

    def give_back(self, path: Path, by: Actor | None = None, space: Any = None) -> WorkbookReturn:
        by = by or self.world.hub36
        row = actions.return_workbook(path, file_name=path.name, space=space, by=by)
        return actions.compare_return(row, path, by=by)


@pytest.fixture(scope="module")
def kept_waterberg(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept[Waterberg]]:
    folder = tmp_path_factory.mktemp("waterberg")
    with kept(lambda world: build(world, folder), django_db_blocker, folder) as standing:
        yield standing


@pytest.fixture
def waterberg(kept_waterberg: Kept[Waterberg], world: World, tmp_path: Path) -> Waterberg:
    return replace(kept_waterberg.lend(world, tmp_path), folder=tmp_path)


def build(world: World, folder: Path) -> Waterberg:
    hub = world.hub36
    edition = plans.open_edition(world.dc36, ruleset="framework_2020", start_year=2026, by=world.office)
    finding = plans.record_finding(
        edition, area="services", statement="Water does not reach the eastern villages.\nNot even in summer.",
        source="Census 2022", source_date=date(2023, 10, 10), value=Decimal("31.5"), unit="%", whole_space=True, by=hub,
    )  # fmt: skip
    outcome = plans.set_outcome(
        edition, area="services", statement="Every household has water in its yard.", indicator="Households with water",
        unit="%", baseline=Decimal("68.5"), baseline_year=2022, target=Decimal(100), target_year=2031, by=hub,
    )  # fmt: skip
    plans.formulate_strategy(
        edition, area="services", title="Bring bulk water east", findings=[finding.ref], outcomes=[outcome.ref],
        municipal_areas=["LIM362"], by=hub,
    )  # fmt: skip
    water = propose_commitment(
        world.dc36, by=hub, title="Bulk water to Lephalale", lead=world.dws, area="services", serves=[outcome.ref],
        total_cost=Decimal("120000000.50"), start_on=date(2027, 4, 1), finish_on=date(2030, 3, 31),
        baseline=Decimal("12"), target=Decimal("40.25"),
    )  # fmt: skip
    clinic = propose_commitment(world.dc36, by=hub, title="A clinic in Marapong", lead=world.health, area="services")
    add_party(water, world.health, responsibility="Tests the water", by=hub)
    pledge(water.parties.get(institution=world.dws), "40000000.00")
    pledge(clinic.parties.get(), "5000000.00")
    return Waterberg(world, edition, water, clinic, folder)


Taker = Callable[..., WorkbookReturn]


def read_all(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def load(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def comparison_of(row: WorkbookReturn, by: Actor | None = None) -> Comparison:
    """The comparison as `by` sees it, or whoever returned the file."""
    row = WorkbookReturn.objects.select_related("workbook", "returned_by").get(pk=row.pk)
    return queries.comparison_of(row, by or (actor_for(row.returned_by) if row.returned_by else system("tests")))

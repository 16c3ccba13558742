"""The interface to money: totals by anything, the figures behind them, and what there is to ask by. Open to everybody.

Names and forms are those of Municipal Money's interface where it has them (cut, drilldown, order, pagesize, cells).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from oneplan.access.bearers import OPEN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import cube
from oneplan.budgets.cube.writing import written
from oneplan.budgets.months import Window
from oneplan.budgets.shelf import shelf
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.paging import Count
from oneplan.platform.rest.problems import problem
from oneplan.platform.rest.schemas import Line, Shown, YesNo

router = Router(tags=["Budgets"], auth=OPEN)
MOST_CELLS, MOST_FIGURES, MOST_MEMBERS = 10_000, 1_000, 1_000

_CUT = (
    "Only figures with these values: `name:value`, several values with `;`, several cuts with `|`, as in "
    "`amount_type.code:original|financial_year.start:2023;2024|space.code:DC15`."
)
_YEARS = (
    "as_labelled: years that begin in different months are added under their label. apportioned: all are brought by "
    "months to the one financial year that is cut to, which begins in `first_month`; the answer states the fractions."
)
_FIRST_MONTH = "With years=apportioned: the month in which the year asked for begins (4 PFMA, 7 MFMA)."
Words = Annotated[str, Field(max_length=4_000)]


class CubeQuestion(Schema):
    model_config = ConfigDict(extra="forbid")
    cut: Words = Field("", description=_CUT)
    drilldown: Words = Field("", description="What to group by, with `|` between: `space.code|function`.")
    order: Words = Field("", description="`amount:desc`, or a name that is grouped by, with `|` between.")
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    pagesize: Annotated[int, Field(ge=1, le=MOST_CELLS)] = MOST_CELLS
    sample: YesNo = Field("no", description="yes: of invented figures alone, which are in no total of real ones.")
    years: Literal["apart", "as_labelled", "apportioned"] = Field("apart", description=_YEARS)
    first_month: int = Field(0, ge=0, le=12, description=_FIRST_MONTH)


class YearShare(Shown):
    """So many of the twelve months of a financial year lie in the year asked for."""

    financial_year: str
    first_month: int
    months: int
    of: int
    institutions: int


class YearLeftOut(Shown):
    """A body of which figures are in, but not all of the year."""

    label: str
    missing: str


class ApportionedYears(Shown):
    """How years that begin in different months were brought to one."""

    financial_year: str
    first_month: int
    months: str = Field(description="Its first and last month, in words.")
    shares: list[YearShare] = Field(description="Of whole years: spread evenly over their months.")
    by_own_periods: dict[str, int] = Field(description="Institutions taken by the months or quarters they reported.")
    left_out: list[YearLeftOut]
    remainder: str = Field(description="Rand of the total beyond the cells, each of which is rounded to the cent.")


class CubeAnswer(Shown):
    """Totals. `summary` is null where the cells may not be added to one another.

    Rand is text, exact to the cent. `amount.sum` = `amount.gross` − `amount.passed_on`, which another sphere, whose own
    figures are in the same total, received and reported again. `_count` is of figures of sources: one that is shared
    out among places counts in the cell of its first part alone, so that counts add up to what was reported; a cell of
    later parts has rand and a count of 0.
    """

    cells: list[dict[str, Any]]
    summary: dict[str, Any] | None
    total_cell_count: int
    page: int
    page_size: int
    attributes: list[str]
    aggregates: list[str]
    is_sample: bool
    notes: list[str] = Field(description="What to say beside the figures.")
    apportioned: ApportionedYears | None = Field(description="With years=apportioned: how it was done, and of whom.")
    build: str = Field(description="The build of the warehouse that answered.")


class FiguresAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    cut: Words = Field("", description=_CUT)
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    pagesize: Annotated[int, Field(ge=1, le=MOST_FIGURES)] = 100
    sample: YesNo = "no"
    years: Literal["as_labelled", "apportioned"] = Field("as_labelled", description=_YEARS)
    first_month: int = Field(0, ge=0, le=12, description=_FIRST_MONTH)
    replaced: YesNo = Field("no", description="yes: those that a newer release of the same has replaced.")


class MonthsWithin(Shown):
    """How much of a figure lies in the year asked for: months of all its months, and their rand."""

    months: int
    of: int
    amount: str


class FigureShown(Shown):
    """One figure, or the part of it that falls to one place, and where its source says it."""

    amount: str = Field(description="Rand, exact to the cent.")
    dataset: str
    release: str
    row: int = Field(description="The row of the source, as a spreadsheet counts.")
    column: str
    part: int = Field(description="0, 1, …: the parts of one figure that falls to several places.")
    institution: dict[str, Any]
    place: dict[str, Any]
    how: str
    rule: dict[str, Any] = Field(description="By which rule it was placed: code, words and version of the rule.")
    function: dict[str, Any]
    item: dict[str, Any]
    fund: dict[str, Any]
    programme: dict[str, Any]
    project: dict[str, Any]
    financial_year: int
    first_month: int
    period: int
    length: str
    amount_type: str
    statement: str
    flow: str
    apportioned: MonthsWithin | None = Field(description="With years=apportioned.")


class FiguresShown(Shown):
    items: list[FigureShown]
    page: int
    has_more: bool
    notes: list[str]
    apportioned: ApportionedYears | None
    build: str


class MembersAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    text: Line = Field("", description="Part of a code or label.")
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    pagesize: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] = 100


class MembersShown(Shown):
    items: list[dict[str, Any]]
    total: Count
    page: int


class AttributeShown(Shown):
    name: str
    label: str
    is_key: bool = Field(description="Cells grouped by it also say its label.")


def _of_this_build(operation: Callable[..., Any]) -> Callable[..., Any]:
    """A question is answered the same as long as the same build is served: 304 before anything is asked.

    A question that cannot be read is the asker's mistake (422).
    """

    @wraps(operation)
    def answered(request: ActorHttpRequest, *args: Any, **kwargs: Any) -> Any:
        reads_all = request.actor.is_national(Permission.BUDGET_READ)
        told = f"{shelf.current_name()} {reads_all} {request.get_full_path()}"
        tag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
        held = get_conditional_response(request, etag=tag)
        if held is not None:
            return held
        try:
            response = operation(request, *args, **kwargs)
        except cube.Misread as mistake:
            return problem(422, mistake.sentence)
        response["ETag"] = tag
        is_public = not request.actor.is_signed_in
        response["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    return answered


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@router.get(
    "/budgets/aggregate", response=CubeAnswer, summary="Totals of budgets and spending",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@_of_this_build
def aggregate_budgets(request: ActorHttpRequest, asked: Query[CubeQuestion]) -> HttpResponse:
    """Totals by whatever is named, under cuts. What may not be added (budgeted to spent, revenue to spending, a year to
    its months, two tellings of the same rand) is refused with 409 and a remedy. Without a dataset the main ones are
    meant."""
    by = cube.read_by(asked.drilldown)
    question = cube.Question(
        by, cube.read_cuts(asked.cut), cube.read_order(asked.order, by), asked.page, asked.pagesize,
        asked.sample == "yes", asked.years == "as_labelled", _first_month(asked),
    )  # fmt: skip
    found = cube.answer(question, by=request.actor)
    return _json(written(found, apportioned=found.apportioned.told() if found.apportioned else None))


@router.get(
    "/budgets/facts", response=FiguresShown, summary="The figures behind a total, with their rows",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@_of_this_build
def list_budget_facts(request: ActorHttpRequest, asked: Query[FiguresAsked]) -> HttpResponse:
    """Figures in the order of their sources, each with the row and column in which its source says it."""
    question = cube.Question(
        cuts=cube.read_cuts(asked.cut), page=asked.page, page_size=asked.pagesize, is_sample=asked.sample == "yes",
        first_month=_first_month(asked),
    )  # fmt: skip
    found = cube.list_facts(question, by=request.actor, earlier=asked.replaced == "yes")
    share = found.apportioned
    shown = FiguresShown(
        items=[_figure(line, share.window if share else None) for line in found.lines], page=asked.page,
        has_more=found.has_more, notes=[*found.unknown, *(share.notes() if share else [])],
        apportioned=ApportionedYears(**share.told()) if share else None, build=found.build,
    )  # fmt: skip
    return _json(shown.model_dump_json())


@router.get(
    "/budgets/members/{name}", response=MembersShown, summary="What a name to ask by can be",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@_of_this_build
def list_budget_members(request: ActorHttpRequest, name: Line, asked: Query[MembersAsked]) -> HttpResponse:
    """The codes and labels of a dimension (`function`, `institution`, `amount_type.code` …)."""
    try:
        attribute = cube.attribute(name)
    except cube.Misread:
        raise Http404 from None
    rows, total = cube.list_members(attribute, asked.text, asked.page, asked.pagesize)
    return _json(MembersShown(items=rows, total=total, page=asked.page).model_dump_json())


@router.get("/budgets/model", response=list[AttributeShown], summary="The names to cut and group by")
def read_budget_model(request: ActorHttpRequest) -> list[AttributeShown]:
    """Every attribute of the cube."""
    return [
        AttributeShown(name=each.name, label=str(each.label), is_key=each.is_key) for each in cube.ATTRIBUTES.values()
    ]


def _first_month(asked: CubeQuestion | FiguresAsked) -> int:
    """The month to which years are brought; 0 where they are not. Raises RuleBroken where the two disagree."""
    if (asked.years == "apportioned") != bool(asked.first_month):
        raise RuleBroken(
            _("Years are apportioned to a year that begins in a month: ask with years=apportioned and first_month=4 "
              "(years from April) or first_month=7 (from July).")
        )  # fmt: skip
    return asked.first_month


def _within(line: cube.FactLine, window: Window | None) -> MonthsWithin | None:
    if window is None:
        return None
    months, of, amount = line.part_of(window)
    return MonthsWithin(months=months, of=of, amount=str(amount))


def _figure(line: cube.FactLine, window: Window | None) -> FigureShown:
    def of(column: str) -> dict[str, Any]:
        return {key: value for key, value in line.known[column].items() if key != "id"}

    return FigureShown(
        amount=str(line.amount), dataset=line.known["dataset"]["code"], release=line.known["release"]["ref"],
        row=line.numbers["row"], column=line.known["cell"].get("label", ""), part=line.numbers["part"],
        institution=of("institution"), place=of("place"), how=str(line.word("how")), rule=of("rule"),
        function=of("function"), item=of("item"), fund=of("fund"), programme=of("programme"), project=of("project"),
        financial_year=line.numbers["year"], first_month=line.numbers["basis"], period=line.numbers["period"],
        length=str(line.word("length")), amount_type=str(line.word("amount_type")),
        statement=str(line.word("statement")), flow=str(line.word("flow")),
        apportioned=_within(line, window),
    )  # fmt: skip

"""How workbooks, returns and the rows of a comparison look from outside, and what is taken to decide them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field
from pydantic import StringConstraints

from oneplan.exchange.api import IssueShown
from oneplan.platform.documents import Document
from oneplan.platform.rest.files import FileShown
from oneplan.platform.rest.schemas import TEXT, Code, Flag, Shown, Taken
from oneplan.workbooks.choices import ReturnState, Standing, WorkbookState
from oneplan.workbooks.choosing import NOW, THEIRS, Choice, chosen_rows
from oneplan.workbooks.comparing import Comparison
from oneplan.workbooks.models import Workbook, WorkbookReturn

RowKey = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TEXT)]
Side = Literal["returned", "now"]
_SIDES: dict[str, Side] = {THEIRS: "returned", NOW: "now"}
_KEPT = {shown: kept for kept, shown in _SIDES.items()}


# --- what goes out ---------------------------------------------------------------------------------------------------


class WorkbookShown(Shown):
    """An Excel file of a space, or of one party in it."""

    id: int
    name: str = Field(examples=["W-12"])
    space: str
    edition: int
    institution: str | None = Field(description="The party whose workbook it is; null for that of the whole space.")
    language: str
    state: WorkbookState
    message: str = Field(description="Why it could not be made.")
    is_sample: bool
    issued_at: datetime
    rows: int
    file: FileShown | None = Field(description="Null until it is made.")


def workbook(row: Workbook) -> WorkbookShown:
    """A row that came through `queries.visible_to`."""
    return WorkbookShown(
        id=row.pk, name=row.name, space=row.space_id, edition=row.edition.number, institution=row.institution_id,
        language=row.language, state=WorkbookState(row.state), message=row.message, is_sample=row.edition.is_sample,
        issued_at=row.issued_at, rows=row.rows, file=_file(row.document, f"/api/v1/workbooks/{row.pk}/file"),
    )  # fmt: skip


def _file(document: Document | None, href: str) -> FileShown | None:
    if document is None:
        return None
    return FileShown(
        name=document.name, media_type=document.media_type, size=document.size, sha256=document.sha256, href=href
    )


class ReturnShown(Shown):
    """A file that came back, and where it stands."""

    id: int
    workbook: int | None = Field(description="Null until the file was read and says which workbook it is.")
    space: str | None
    institution: str | None
    file_name: str
    file_sha256: str
    state: ReturnState
    is_mine: bool
    returned_at: datetime
    finished_at: datetime | None
    reason: str = Field(description="Why a person refused it.")


def returned(row: WorkbookReturn, user_id: int | None) -> ReturnShown:
    """A row that came through `queries.returns_visible_to`."""
    return ReturnShown(**_returned(row, user_id))


def _returned(row: WorkbookReturn, user_id: int | None) -> dict[str, Any]:
    return {
        "id": row.pk, "workbook": row.workbook_id, "space": row.space_id,
        "institution": row.workbook.institution_id if row.workbook else None, "file_name": row.file_name,
        "file_sha256": row.file_sha256, "state": ReturnState(row.state), "is_mine": row.returned_by_id == user_id,
        "returned_at": row.returned_at, "finished_at": row.finished_at, "reason": row.reason,
    }  # fmt: skip


class CountsShown(Shown):
    """How many rows stand how."""

    rows_read: int
    unchanged: int
    stale: int = Field(description="Changed in the file and in OnePlan: somebody chooses, column by column.")
    refused: int
    changed: int
    new: int
    gone: int = Field(description="Deleted from the workbook; they stay unless somebody chooses to withdraw them.")


class ReturnWhole(ReturnShown):
    """A return with what was found, what is chosen and what became of it. Its ETag is what a decision asks for."""

    is_sample: bool
    counts: CountsShown
    chosen: int = Field(description="How many rows would be taken in now.")
    seal: str = Field(description="Changes with every change in OnePlan of a row that is compared.")
    choices_sha256: str = Field(description="Changes with every choice.")
    stopped: str = Field(description="Why the last taking in stopped; nothing was taken in.")
    taken: list[str] = Field(description="The references of what was taken in.")
    issues: list[IssueShown] = Field(description="What was wrong with the file as a whole.")


def whole(row: WorkbookReturn, found: Comparison | None, user_id: int | None) -> ReturnWhole:
    """A return with its comparison as it stands now; None where it is not compared, or no more."""
    summary = row.summary
    counted: Mapping[str, int] = found.counts if found else summary
    kept = json.dumps(row.choices, sort_keys=True).encode()
    return ReturnWhole(
        **_returned(row, user_id), is_sample=bool(row.workbook and row.workbook.edition.is_sample),
        counts=CountsShown(
            rows_read=summary.get("rows_read", 0), unchanged=summary.get("unchanged", 0),
            **{each.value: counted.get(each.value, 0) for each in Standing},
        ),
        chosen=len(chosen_rows(found, row.choices)) if found else 0, seal=found.seal if found else "",
        choices_sha256=hashlib.sha256(kept).hexdigest(), stopped=summary.get("stopped", ""),
        taken=summary.get("taken", []), issues=[_issue(each) for each in row.errors],
    )  # fmt: skip


def _issue(said: Mapping[str, Any]) -> IssueShown:
    return IssueShown(**{name: said[name] for name in IssueShown.model_fields})


class RowField(Shown):
    """One column of a row, on three sides, in words."""

    column: str
    label: str
    issued: str
    returned: str
    now: str
    changed_in_file: bool
    changed_in_oneplan: bool
    side: Side = Field(description="Of a row changed on both sides: whose value is taken.")


class ReturnedRow(Shown):
    """A row of the file that says something else than OnePlan, or was deleted from the file."""

    key: str = Field(description="Names the row when it is decided.")
    sheet: str
    row: int = Field(description="Its number in the sheet; 0 where it was deleted.")
    id: str = Field(description="The reference of what it is about; empty for a new row.")
    words: str
    standing: Standing
    take: bool = Field(description="Whether it would be taken in now, or was.")
    is_decided: bool = Field(description="Whether somebody chose so.")
    fields: list[RowField]
    issues: list[IssueShown]
    note: str


def row_of(choice: Choice) -> ReturnedRow:
    """A compared row with what was decided for it."""
    row = choice.row
    return ReturnedRow(
        key=row.key, sheet=row.sheet.key, row=row.row, id=row.id, words=row.words, standing=row.standing,
        take=choice.take and not choice.is_refused, is_decided=choice.decided, note=row.note,
        issues=[_issue(each.as_dict()) for each in row.issues],
        fields=[
            RowField(
                column=each.key, label=str(each.column.label), issued=each.issued, returned=each.theirs, now=each.now,
                changed_in_file=each.by_them, changed_in_oneplan=each.by_house,
                side=_SIDES[side] if choice.is_stale else _SIDES[THEIRS],
            )
            for each, side in choice.fields
        ],
    )  # fmt: skip


def kept_row(told: Mapping[str, Any]) -> ReturnedRow:
    """What became of a row, once the return was taken in."""
    is_gone = told["standing"] == Standing.GONE
    return ReturnedRow(
        key=f"gone:{told['sheet']}:{told['id']}" if is_gone else f"{told['sheet']}:{told['row']}", sheet=told["sheet"],
        row=told["row"], id=told["id"], words=told["words"], standing=Standing(told["standing"]), take=told["taken"],
        is_decided=True, fields=[], issues=[], note="",
    )  # fmt: skip


# --- what comes in ---------------------------------------------------------------------------------------------------


class IssueTaken(Taken):
    """Which workbook is to be made."""

    space: Code
    institution: Code | None = Field(None, description="A party's own workbook; leave it out for the whole space.")
    language: Code = "en-za"


class RowTaken(Taken):
    """What is to become of one row."""

    key: RowKey
    take: Flag = Field(False, description="Take it in; of a deleted row: withdraw what it was about.")
    sides: dict[Code, Side] = Field(
        {}, max_length=100,
        description="Of a row changed on both sides: by column whose value is taken; a column left out stays as it is.",
    )  # fmt: skip

    def kept(self) -> dict[str, str]:
        """The sides as the room keeps them."""
        return {column: _KEPT[side] for column, side in self.sides.items()}


class DecideTaken(Taken):
    """What is to become of some rows. Changed and new rows are taken in unless somebody chooses otherwise."""

    rows: list[RowTaken] = Field(min_length=1, max_length=1000)


class RefuseTaken(Taken):
    """Why nothing of it is taken in."""

    reason: Annotated[str, StringConstraints(min_length=10, max_length=400, pattern=TEXT)]
